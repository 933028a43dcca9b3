"""Repeating groups: rows added and removed without scripts, judged row by row, summed up, filled in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from tinhso.engines.forms import layout
from tinhso.engines.forms.compose import compose
from tinhso.engines.forms.drawing import draw_page, error_links
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.parsing import ROW_BUTTON, merge_page, parse_page, row_pressed
from tinhso.engines.forms.selectors import Source, prefill, summary
from tinhso.engines.forms.tests.test_drawing import Ids
from tinhso.engines.forms.validation import validate

MEMBERS: dict[str, Any] = {
    "name": "thanh_vien",
    "label": "Thành viên cùng chuyển",
    "type": "group",
    "row": "Thành viên",
    "row_title": "ho_ten",
    "max": 3,
    "when": "co_thanh_vien",
    "prefill": "household.members",
    "fields": [
        {"name": "ho_ten", "label": "Họ tên", "type": "text", "required": True, "prefill": "full_name"},
        {"name": "sinh", "label": "Ngày sinh", "type": "date", "required": True, "limits": {"max": "today"}},
        {"name": "di_hoc", "label": "Đang đi học", "type": "bool"},
        {"name": "nhap_hoc", "label": "Nhập học ngày", "type": "date", "limits": {"min": "@sinh"}},
        {"name": "truong", "label": "Trường", "type": "text", "required": True, "when": "di_hoc"},
        {"name": "ho", "label": "Số sổ hộ", "type": "id12", "when": {"all": ["di_hoc", "loai=hộ"]}, "required": True},
    ],
}
PAGES: list[dict[str, Any]] = [
    {"title": "Loại", "fields": [{"name": "loai", "label": "Loại", "type": "select", "options": ["hộ", "một người"]}]},
    {
        "title": "Thành viên",
        "fields": [{"name": "co_thanh_vien", "label": "Có người đi cùng", "type": "bool"}, MEMBERS],
    },
]


def form() -> FormDefinition:
    schema, ui = compose(PAGES)
    return FormDefinition(code="g", version=1, title="Nhóm", schema=schema, ui=ui)


def row(key: str, **values: str) -> list[tuple[str, str]]:
    return [("thanh_vien-row", key), *((f"thanh_vien-{key}-{name}", value) for name, value in values.items())]


def person(key: str, name: str, **more: str) -> list[tuple[str, str]]:
    return row(key, ho_ten=name, sinh_day="1", sinh_month="2", sinh_year="2010", **more)


def post(*parts: list[tuple[str, str]], **values: str) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in [*values.items(), *(pair for part in parts for pair in part)]:
        made.appendlist(name, value)
    return made


def press(what: str) -> dict[str, str]:
    return {ROW_BUTTON: what}


def read(
    *parts: list[tuple[str, str]], data: dict[str, Any] | None = None, **values: str
) -> tuple[Any, dict[str, str]]:
    values = {"co_thanh_vien": "1", **values}
    got, wrong = parse_page(form(), 2, post(*parts, **values), data)
    return got.get("thanh_vien"), {error.html_name: error.sentence for error in wrong}


def test_rows_are_read_in_the_order_of_the_page_whatever_their_numbers() -> None:
    rows, wrong = read(person("7", "Hoa"), person("2", "Nam"))
    assert [one["ho_ten"] for one in rows] == ["Hoa", "Nam"] and not wrong


def test_each_error_names_its_row() -> None:
    _rows, wrong = read(person("0", "Hoa"), person("1", "Nam", di_hoc="1"), row("2", ho_ten="Lan", sinh_day="31"))
    assert wrong == {
        "thanh_vien-1-truong": "Thành viên 2 (Nam): Hãy nhập “Trường”.",
        "thanh_vien-2-sinh": "Thành viên 3 (Lan): Hãy nhập đủ ngày, tháng, năm của “Ngày sinh”.",
    }


def test_a_hidden_part_of_a_row_is_neither_required_nor_kept_in_that_row_only() -> None:
    rows, wrong = read(person("0", "Hoa", truong="Thử"), person("1", "Nam", di_hoc="1", truong="Lê Lợi"))
    assert not wrong
    assert "truong" not in rows[0] and rows[1]["truong"] == "Lê Lợi"


def test_a_part_of_a_row_may_depend_on_an_earlier_page_too() -> None:
    _rows, wrong = read(person("0", "Hoa", di_hoc="1", truong="Lê Lợi"), data={"loai": "hộ"})
    assert wrong == {"thanh_vien-0-ho": "Thành viên 1 (Hoa): Hãy nhập “Số sổ hộ”."}


def test_blank_rows_are_not_kept_and_places_of_errors_follow() -> None:
    rows, wrong = read(row("0"), row("1", ho_ten="  "), person("2", "Hoa", di_hoc="1"))
    assert len(rows) == 1 and list(wrong) == ["thanh_vien-0-truong"]


def test_a_button_adds_a_row_and_another_takes_one_away_and_nothing_typed_is_lost() -> None:
    typed = [person("0", "Hoa"), row("1", ho_ten="Nam", sinh_day="31", sinh_month="2", sinh_year="2010")]
    rows, _wrong = read(*typed, **press("them:thanh_vien"))
    assert [one.get("ho_ten") for one in rows] == ["Hoa", "Nam", None] and rows[1]["sinh"] == "31/2/2010"
    rows, _wrong = read(*typed, **press("bo:thanh_vien-0"))
    assert [one["ho_ten"] for one in rows] == ["Nam"]
    assert row_pressed(post(**press("them:thanh_vien"))) == "thanh_vien-them"
    assert row_pressed(post(**press("bo:thanh_vien-0"))) == "thanh_vien"


@pytest.mark.parametrize("pressed", ["", "x", "them:", "bo:<script>", "them:thanh vien", "them:thanh_vien\n"])
def test_a_made_up_press_is_none(pressed: str) -> None:
    assert row_pressed(post(**press(pressed))) == ""


def test_no_more_rows_are_added_than_allowed_and_too_many_sent_by_hand_are_refused() -> None:
    full = [person(str(at), "Hoa") for at in range(3)]
    rows, _wrong = read(*full, **press("them:thanh_vien"))
    assert len(rows) == 3
    rows, wrong = read(*full, person("3", "Nam"))
    assert len(rows) == 4 and wrong == {"thanh_vien": "“Thành viên cùng chuyển”: tối đa 3 mục."}


def test_a_date_may_not_stand_before_another_of_its_row() -> None:
    day = {"nhap_hoc_day": "1", "nhap_hoc_month": "2"}
    _rows, wrong = read(
        person("0", "Hoa", **day, nhap_hoc_year="2009"), person("1", "Nam", **day, nhap_hoc_year="2010")
    )
    assert wrong == {"thanh_vien-0-nhap_hoc": "Thành viên 1 (Hoa): “Nhập học ngày” không được trước “Ngày sinh”."}


def test_hostile_row_numbers_are_not_read() -> None:
    for key in ("-1", "a", "1e3", "٣", "99999", "0 ", "../x"):
        assert read(person(key, "Hoa"))[0] is None
    twice, _wrong = read(person("1", "Hoa"), row("1"))
    assert len(twice) == 1
    many, _wrong = read(*[person(str(at), "x") for at in range(500)])
    assert len(many) == layout.MOST_ROWS


def test_a_required_group_asks_for_its_first_row() -> None:
    schema, ui = compose([{"title": "T", "fields": [{**MEMBERS, "when": None, "required": True}]}])
    definition = FormDefinition(schema=schema, ui=ui)
    _values, wrong = parse_page(definition, 1, post())
    assert [error.message for error in wrong] == ["“Thành viên cùng chuyển”: hãy khai ít nhất một mục."]
    assert len(draw_page(definition, 1, {})[0].rows) == 1


def test_a_hidden_group_is_not_judged_and_not_filed() -> None:
    data = {"thanh_vien": [{"ho_ten": ""}], "co_thanh_vien": False}
    assert validate(form(), data) == []
    assert "thanh_vien" not in layout.visible(form(), data)


def test_unknown_names_in_a_row_are_not_filed() -> None:
    data = {"co_thanh_vien": True, "thanh_vien": [{"ho_ten": "Hoa", "sinh": "2010-01-01", "la": 1}]}
    assert layout.visible(form(), data)["thanh_vien"] == [{"ho_ten": "Hoa", "sinh": "2010-01-01"}]
    assert validate(form(), data) == []


def test_rows_of_the_wrong_shape_are_refused_and_never_break_a_screen() -> None:
    for value in ("x", 5, {"a": 1}, [1, None, "x"], [[]], [{"ho_ten": {"a": 1}, "sinh": ["2010"]}]):
        data = {"co_thanh_vien": True, "thanh_vien": value}
        assert validate(form(), data)
        summary(form(), data)
        render_to_string("forms/page.html", {"questions": draw_page(form(), 2, data)})


def test_the_summary_names_every_row() -> None:
    rows = [
        {"ho_ten": "Hoa", "sinh": "2010-02-01"},
        {"ho_ten": "Nam", "sinh": "2012-02-01", "di_hoc": True, "truong": "Lê Lợi"},
    ]
    said = {one.label: (one.value, one.name) for one in summary(form(), {"co_thanh_vien": True, "thanh_vien": rows})}
    assert said["Thành viên 1 – Họ tên"] == ("Hoa", "thanh_vien-0-ho_ten")
    assert said["Thành viên 2 – Trường"] == ("Lê Lợi", "thanh_vien-1-truong")
    assert "Thành viên 1 – Trường" not in said
    unanswered = {one.label: one.value for one in summary(form(), {"co_thanh_vien": True})}
    assert unanswered["Thành viên cùng chuyển"] == "(chưa điền)"


def test_every_label_and_error_in_a_row_leads_to_its_field() -> None:
    typed = post(row("0", ho_ten="x"), row("1", di_hoc="1"), co_thanh_vien="1")
    values, wrong = parse_page(form(), 2, typed)
    questions = draw_page(form(), 2, merge_page(form(), 2, {}, values), errors=wrong)
    found = Ids(render_to_string("forms/page.html", {"questions": questions}))
    assert found.wanted <= found.ids
    assert {link["href"][1:] for link in error_links(questions)} <= found.ids
    assert len(error_links(questions)) == len(wrong) == 4


def test_known_rows_come_with_their_source() -> None:
    members = [{"full_name": "Nguyễn Thị Hoa"}, {"full_name": "Lê Nam"}]
    known = Source("sổ hộ", date(2026, 11, 20), {"members": members})
    data, provenance = prefill(form(), {"household": known})
    assert data == {"thanh_vien": [{"ho_ten": "Nguyễn Thị Hoa"}, {"ho_ten": "Lê Nam"}]}
    assert provenance["thanh_vien"] == "từ sổ hộ, 20/11/2026"


def test_a_page_opened_only_by_a_hidden_answer_stays_shut() -> None:
    schema, ui = compose(
        [
            {"title": "1", "fields": [{"name": "a", "label": "A", "type": "bool"}]},
            {"title": "2", "when": "a", "fields": [{"name": "b", "label": "B", "type": "bool"}]},
            {"title": "3", "when": "b", "fields": [{"name": "c", "label": "C", "type": "text", "required": True}]},
        ]
    )
    definition = FormDefinition(schema=schema, ui=ui)
    left_behind = {"a": False, "b": True, "c": "cũ"}
    assert [page.number for page in layout.pages(definition, left_behind)] == [1]
    assert layout.visible(definition, left_behind) == {"a": False}
    # The same answers count again when the first is changed back: nothing typed was lost.
    assert [page.number for page in layout.pages(definition, {**left_behind, "a": True})] == [1, 2, 3]
