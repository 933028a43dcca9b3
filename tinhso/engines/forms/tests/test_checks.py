"""What keeps a form from being published: every fault of its author, said in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.forms.checks import lint
from tinhso.engines.forms.compose import compose
from tinhso.engines.forms.tests.test_groups import MEMBERS, PAGES


def text(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": name.upper(), "type": "text", **more}


def said(*fields: dict[str, Any], **page: Any) -> str:
    return " ".join(lint(*compose([{"title": "T", "fields": list(fields), **page}])))


def test_a_right_form_has_nothing_wrong() -> None:
    assert lint(*compose(PAGES)) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ([text("a", label=" ")], "Ô “a” chưa có nhãn."),
        ([text("a", when="a")], "không được hỏi trước đó; như vậy có thể thành vòng"),
        ([text("a", when="b"), text("b", when="a")], "Ô “A” phụ thuộc ô “B” không được hỏi trước đó"),
        ([text("a", when="mat")], "Ô “A” phụ thuộc ô “mat” đã bỏ hoặc chưa có."),
        ([text("a"), text("b", when={"any": ["a", {"not": "mat"}]})], "phụ thuộc ô “mat” đã bỏ"),
        ([text("a"), text("b", when={"la": 1})], "Ô “B” có điều kiện viết sai."),
        ([text("a"), text("b", when={"field": "a", "in": "x"})], "có điều kiện viết sai"),
        ([text("a"), text("b", when={"all": []})], "có điều kiện viết sai"),
        ([{**text("a"), "type": "select"}], "Ô “A” chưa có lựa chọn."),
        ([{**text("a"), "type": "select", "options": ["x", " "]}], "có lựa chọn chưa có chữ"),
        ([{**text("a"), "type": "select", "options": ["Có", "có"]}], "hai lựa chọn cùng chữ “có”"),
        (
            [{**text("a"), "type": "select", "options": ["x"]}, text("b", when="a=y")],
            "chờ lựa chọn “y” mà ô “A” không có",
        ),
        ([text("a"), text("a")], "Ô “a” được hỏi nhiều lần."),
        ([text("Họ tên")], "phải gồm chữ thường không dấu"),
        ([text("a-b")], "phải gồm chữ thường không dấu"),
        ([text("sinh_day")], "phải gồm chữ thường không dấu"),
        ([text("viec")], "phải gồm chữ thường không dấu"),
        ([text("a", widget="ma_thuat")], "kiểu nhập lạ: ma_thuat"),
        ([text("a", widget="number")], "kiểu nhập “number” không cho câu trả lời kiểu “string”"),
        ([text("a", schema={"pattern": "(a+)+$"})], "phần lặp nằm trong phần lặp khác"),
        ([text("a", schema={"pattern": r"\bx"})], "“\\b” không dùng được"),
        ([text("a", schema={"format": "uri"})], "định dạng “uri” không dùng được"),
        ([text("a", schema={"$ref": "#/x"})], "từ khóa “$ref” không dùng được"),
        ([text("a", schema={"allOf": [{"contains": {}}]})], "từ khóa “contains” không dùng được"),
        ([text("a", schema={"minLength": 5, "maxLength": 4})], "vừa đạt minLength 5 vừa đạt maxLength 4"),
        ([{**text("a"), "type": "integer", "schema": {"maximum": 10**20}}], "lớn quá 10 mũ 15"),
        ([{**text("a"), "type": "date", "limits": {"max": "hôm nay"}}], "giới hạn ngày phải là “today”"),
        ([{**text("a"), "type": "date", "limits": {"min": "2026-02-01", "max": "2026-01-01"}}], "đứng sau ngày muộn"),
        ([{**text("a"), "type": "date", "limits": {"min": "@mat"}}], "so với ô ngày “mat” không được hỏi trước đó"),
        ([text("a"), {**text("b"), "type": "date", "limits": {"min": "@a"}}], "so với ô ngày “A”"),
        ([text("a", messages={"la": "x"})], "câu báo lỗi cho từ khóa lạ: la"),
        ([{**MEMBERS, "when": None, "fields": []}], "không hỏi gì"),
        ([text("ho_ten"), {**MEMBERS, "when": None}], "trùng tên với một ô ngoài nhóm"),
        ([{**MEMBERS, "when": None, "row_title": "mat"}], "lấy tên mục từ ô “mat” đã bỏ"),
        (
            [{**MEMBERS, "when": None, "fields": [{**text("t"), "type": "file"}], "row_title": ""}],
            "phải đặt ngoài nhóm",
        ),
        (
            [{**MEMBERS, "when": None, "row_title": "", "fields": [text("x", when="y"), text("y")]}],
            "Ô “X” phụ thuộc ô “Y”",
        ),
        ([{**MEMBERS, "when": None, "min": 3, "max": 2}], "vừa đạt minItems 3 vừa đạt maxItems 2"),
    ],
)
def test_each_fault_is_said(fields: list[dict[str, Any]], sentence: str) -> None:
    assert sentence in said(*fields)


def test_a_group_in_a_group_is_allowed_once() -> None:
    inner = {"name": "xe", "label": "Xe", "type": "group", "fields": [text("bien_so")]}
    outer = {"name": "ho", "label": "Hộ", "type": "group", "fields": [inner]}
    assert said(outer) == ""
    deepest = {"name": "tinh", "label": "Tỉnh", "type": "group", "fields": [outer]}
    assert "lồng quá sâu" in said(deepest)


def test_a_page_that_depends_on_a_removed_question_is_a_hole() -> None:
    assert "Trang 1 phụ thuộc ô “mat”" in said(text("a"), when="mat")


def test_hidden_questions_cannot_be_judged_by_the_whole_forms_schema() -> None:
    schema, ui = compose([{"title": "T", "fields": [text("a"), text("b", when="a")]}])
    for more in ({"anyOf": [{"required": ["b"]}]}, {"dependentRequired": {"a": ["b"]}}, {"minProperties": 2}):
        assert "chỉ dùng được bên trong một ô" in " ".join(lint({**schema, **more}, ui))


def test_a_question_left_in_the_way_of_asking_is_named() -> None:
    schema, ui = compose([{"title": "T", "fields": [text("a")]}])
    ui["fields"]["mat"] = {"label": "Mất"}
    assert lint(schema, ui) == ["Phần cách hỏi còn nhắc ô “mat” đã bỏ."]


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["pages", "fields", "a", "label", "widget", "when", "properties", "items", "type", "order", "options"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(JUNK, JUNK)
def test_nothing_an_author_holds_in_hand_breaks_the_check(schema: Any, ui: Any) -> None:
    assert all(isinstance(sentence, str) for sentence in lint(schema, ui))
    page = {"pages": [{"title": "T", "fields": ["a"]}], "fields": {"a": ui}}
    assert all(isinstance(sentence, str) for sentence in lint({"properties": {"a": schema}}, page))
