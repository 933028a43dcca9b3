"""The papers look as they did: a changed line, a lost signature room, another margin is caught."""

from __future__ import annotations

import json

import pytest

from tinhso.engines.printing import services as printing
from tinhso.systems.procedures.printing.data import form_data
from tinhso.systems.procedures.printing.sets import set_named
from tinhso.systems.procedures.tests import looks
from tinhso.systems.procedures.tests.test_one_stop_forms import FACTS

KEPT: dict[str, list[list[str]]] = json.loads(looks.REFERENCE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    if not looks.can_draw():
        pytest.skip("NOT RUN: pdftoppm (poppler-utils) is not on this machine")
    return looks.papers()


@pytest.mark.parametrize("name", sorted(KEPT))
def test_a_paper_looks_as_it_did(papers: dict[str, bytes], name: str) -> None:
    assert not looks.differences(looks.grid_of(papers[name]), KEPT[name])


def test_every_paper_has_its_reference(papers: dict[str, bytes]) -> None:
    assert sorted(papers) == sorted(KEPT)


@pytest.mark.parametrize(
    "change",
    [
        {"reason": ""},
        {"signer": "", "issuer": ""},
        {"applicant": "Nguyễn Thị Hoa và những người cùng nộp hồ sơ này"},
        {"items": [{"name": "Giấy chứng sinh", "why": ""}]},
    ],
)
def test_a_change_is_seen(papers: dict[str, bytes], change: dict[str, object]) -> None:
    changed = printing.render("procedures.slip", form_data(FACTS | change, "supplement", set_named("2025")))
    assert looks.differences(looks.grid_of(changed), KEPT["2025 supplement"])
