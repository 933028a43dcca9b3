"""What other form engines stumbled over, kept here so that we do not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import given

from tinhso.engines.forms import layout, services
from tinhso.engines.forms.browser import page_rules
from tinhso.engines.forms.compose import compose
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.parsing import merge_page, parse_page
from tinhso.engines.forms.preview import draw_preview
from tinhso.engines.forms.selectors import Source, answer, carry_over, not_asked_again, prefill, summary
from tinhso.engines.forms.tests.test_checks import JUNK
from tinhso.engines.forms.tests.test_groups import MEMBERS
from tinhso.engines.forms.tests.test_groups import PAGES as GROUP_PAGES
from tinhso.engines.forms.tests.test_groups import form as group_form
from tinhso.engines.forms.validation import validate
from tinhso.foundation.testing.cast import Cast


def made(*pages: dict[str, Any]) -> FormDefinition:
    schema, ui = compose(pages)
    return FormDefinition(code="t", version=1, title="T", schema=schema, ui=ui)


BORN = {"name": "sinh", "label": "Ngày sinh", "type": "date", "required": True, "limits": {"max": "today"}}


@pytest.mark.parametrize(
    ("now", "last_allowed"),
    [
        # 23:30 in Hà Tĩnh is still the 22nd; 00:30 is the 23rd, though London still writes the 22nd.
        (datetime(2026, 11, 22, 16, 30, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 17, 30, tzinfo=UTC), date(2026, 11, 23)),
    ],
)
def test_today_is_the_servers_day_in_vietnam(now: datetime, last_allowed: date) -> None:
    definition = made({"title": "T", "fields": [BORN]})
    with patch("django.utils.timezone.now", return_value=now):
        assert validate(definition, {"sinh": last_allowed.isoformat()}) == []
        assert validate(definition, {"sinh": last_allowed.replace(day=last_allowed.day + 1).isoformat()})
        # The browser is told the day; it never asks its own clock.
        assert page_rules(definition, 1, {})["fields"][0]["limits"][0]["day"] == last_allowed.isoformat()


def test_a_required_field_hidden_on_another_page_does_not_stop_filing_and_its_answer_comes_back() -> None:
    definition = made(
        {"title": "1", "fields": [{"name": "co", "label": "Có", "type": "bool"}]},
        {"title": "2", "when": "co", "fields": [{"name": "ai", "label": "Ai", "type": "text", "required": True}]},
    )
    draft = {"co": True, "ai": "Hoa"}
    values, wrong = parse_page(definition, 1, QueryDict(""), draft)
    changed = merge_page(definition, 1, draft, values)
    assert not wrong and validate(definition, changed) == []
    assert layout.visible(definition, changed) == {"co": False}, "what is filed holds no hidden answer"
    assert changed["ai"] == "Hoa", "the draft keeps it for the day the condition holds again"


def test_an_open_draft_keeps_the_version_it_began_with(cast: Cast) -> None:
    def publish(*options: str) -> FormDefinition:
        schema, ui = compose(
            [{"title": "T", "fields": [{"name": "a", "label": "A", "type": "select", "options": list(options)}]}]
        )
        actor = cast.actor("administrator")
        drafted = services.draft_form(actor=actor, code="k", title="K", schema=schema, ui=ui)
        return services.publish_form(actor=actor, definition_id=drafted.pk)

    old, new = publish("cũ", "chung"), publish("mới", "chung")
    assert validate(old, {"a": "cũ"}) == []
    assert [error.message for error in validate(new, {"a": "cũ"})] == ["“A”: hãy chọn một trong các lựa chọn có sẵn."]
    assert carry_over(new, {"a": "cũ", "la": 1}) == ({}, ["A", "la"])
    assert carry_over(new, {"a": "chung"}) == ({"a": "chung"}, [])


def test_rows_read_well_where_only_one_line_is_printed() -> None:
    rows = [{"ho_ten": "Hoa", "sinh": "2010-02-01", "di_hoc": False}, {"ho_ten": "Nam", "sinh": "2012-02-01"}]
    assert answer(layout.fields(group_form())["thanh_vien"], rows) == "1. Hoa; 01/02/2010\n2. Nam; 01/02/2012"


def test_what_is_known_is_counted_part_by_part_until_it_is_changed() -> None:
    members = [{"full_name": "Hoa"}, {"full_name": "Nam"}]
    definition = made({"title": "T", "fields": [{**MEMBERS, "when": None}]})
    data, provenance = prefill(definition, {"household": Source("sổ hộ", date(2026, 11, 20), {"members": members})})
    assert not_asked_again(definition, data, provenance) == 2
    assert not_asked_again(definition, data, {}) == 0
    hidden, said = prefill(group_form(), {"household": Source("sổ hộ", date(2026, 11, 20), {"members": members})})
    assert not_asked_again(group_form(), hidden, said) == 0, "a hidden answer saves nobody anything"


def test_a_preview_draws_what_is_there_and_says_the_rest() -> None:
    schema, ui = compose(GROUP_PAGES)
    ui["fields"]["loai"]["label"] = ""
    preview = draw_preview(schema, ui, {"co_thanh_vien": True})
    assert preview.problems == ["Ô “loai” chưa có nhãn."]
    html = render_to_string("forms/preview.html", {"preview": preview})
    assert html.count("<section") == 2 and "Thành viên cùng chuyển" in html
    assert [one.is_asked for one in preview.pages] == [True, True]


@given(JUNK, JUNK)
def test_a_preview_of_anything_is_drawn_or_explained(schema: Any, ui: Any) -> None:
    for one_schema, one_ui in (
        (schema, ui),
        ({"properties": {"a": schema}}, {"pages": [{"title": "T", "fields": ["a"]}], "fields": {"a": ui}}),
    ):
        preview = draw_preview(one_schema, one_ui)
        assert preview.pages or preview.problems
        render_to_string("forms/preview.html", {"preview": preview})


def test_a_rule_of_the_page_gives_away_no_answer_that_it_does_not_need() -> None:
    definition = made(
        {
            "title": "1",
            "fields": [{"name": "so", "label": "Số", "type": "text"}, {"name": "co", "label": "C", "type": "bool"}],
        },
        {"title": "2", "fields": [{"name": "a", "label": "A", "type": "text", "when": "co"}]},
    )
    assert page_rules(definition, 2, {"so": "042190000017", "co": True})["known"] == {"co": True}


def test_the_summary_of_a_nested_group_names_both_rows() -> None:
    inner = {
        "name": "xe",
        "label": "Xe",
        "type": "group",
        "row": "Xe",
        "fields": [{"name": "bien", "label": "Biển", "type": "text"}],
    }
    definition = made(
        {"title": "T", "fields": [{"name": "ho", "label": "Hộ", "type": "group", "row": "Hộ", "fields": [inner]}]}
    )
    typed = QueryDict("ho-row=4&ho-4-xe-row=2&ho-4-xe-2-bien=38A1&ho-4-xe-row=5&ho-4-xe-5-bien=38A2")
    values, wrong = parse_page(definition, 1, typed)
    assert not wrong and values == {"ho": [{"xe": [{"bien": "38A1"}, {"bien": "38A2"}]}]}
    assert [row.label for row in summary(definition, values)] == ["Hộ 1 · Xe 1 – Biển", "Hộ 1 · Xe 2 – Biển"]
    more, _wrong = parse_page(definition, 1, QueryDict(typed.urlencode() + "&nhom-lap=them%3Aho-4-xe"))
    assert len(more["ho"][0]["xe"]) == 3
