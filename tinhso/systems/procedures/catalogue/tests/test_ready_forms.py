"""Forms that are ready to begin from: each could be published as it stands, says how sure it is, and can be filed."""

from __future__ import annotations

import random

import pytest

from tinhso.engines.forms import layout
from tinhso.engines.forms.checks import Draft, lint
from tinhso.engines.forms.compose import compose
from tinhso.engines.forms.selectors import summary
from tinhso.engines.forms.validation import validate
from tinhso.systems.procedures.catalogue.ready_forms import codes, ready_form
from tinhso.systems.procedures.playing import answer
from tinhso.systems.procedures.services.issuing import RESULT_WAY


@pytest.mark.parametrize("code", codes())
def test_a_ready_form_could_be_published(code: str) -> None:
    form = ready_form(code)
    assert form is not None and form["code"] == code
    assert form["evidence"] in ("text_seen", "name_seen", "memory", "no_official_form") and form["source"]
    schema, ui = compose(form["pages"])
    assert lint(schema, ui) == []
    names = layout.fields(Draft(schema, ui))
    assert RESULT_WAY in names and "cam_doan" in names


@pytest.mark.parametrize("code", codes())
def test_believable_answers_are_read_back_in_its_summary(code: str) -> None:
    form = ready_form(code)
    assert form is not None
    draft = Draft(*compose(form["pages"]))
    dice = random.Random(7)
    data = {one.name: answer(dice, one) for one in layout.fields(draft).values() if not one.is_file and not one.is_note}
    rows = summary(draft, layout.visible(draft, data))
    assert rows and all(row.label for row in rows)
    # Invented answers know no pattern or limit; but nothing asked is missing except the papers.
    missing = [error for error in validate(draft, data) if error.message.startswith(("Hãy nhập", "Hãy chọn"))]
    assert missing == []


def test_no_form_is_ready_for_anything_else() -> None:
    for code in ("", "x", "../1.001193", "1.001193", "9.999999"):
        assert ready_form(code) is None
