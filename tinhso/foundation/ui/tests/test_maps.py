"""The map says everything three times: colour and pattern, sign, words; and nothing given to it becomes markup."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from django.template import Context, Template

from tinhso.foundation.places import sketch
from tinhso.foundation.ui.maps import LOOKS, Cell, context

SHEET = sketch.schematic({1: (18.3, 105.9), 2: (18.4, 105.8), 3: (18.2, 106.1), 4: (18.1, 106.2)})
CELLS = [
    Cell(1, "Xã Bến Mơ", "97,5 %", "reached", "đạt", "/1/", "Bến Mơ"),
    Cell(2, 'Xã "<b>&', "61 %", "far_behind", "chậm nhiều", '/2/?a="><script>', "<i>"),
    Cell(3, "Xã Đá Trắng", "", "no_data", "chưa có số liệu"),
    Cell(77, "Xã Đảo Xa", "", "no_data", "chưa có số liệu", "/77/"),
]


def drawn(cells: list[Cell], **words: str) -> str:
    page = Template('{% load ui %}{% unit_map sheet cells "Một bản đồ" name="m" table_href=table %}')
    return page.render(Context({"sheet": SHEET, "cells": cells, "table": words.get("table", "")}))


def test_one_link_and_one_name_per_unit_and_the_rest_of_the_land_as_ground() -> None:
    svg = ElementTree.fromstring(str(context(SHEET, CELLS, "m")["drawing"]))
    links = svg.findall("a")
    assert [link.get("aria-label") for link in links] == ["Xã Bến Mơ: 97,5 %, đạt", 'Xã "<b>&: 61 %, chậm nhiều']
    assert [link.get("href") for link in links] == ["/1/", '/2/?a="><script>']
    assert [one.get("aria-label") for one in svg.findall("g")] == ["Xã Đá Trắng: chưa có số liệu"]
    assert len([path for path in svg.findall("path") if path.get("class") == "map-ground"]) == 1
    assert svg.get("role") == "group" and svg.get("aria-labelledby") == "m-ten"


def test_every_state_but_none_has_a_sign_and_misses_have_a_pattern() -> None:
    assert all(look.icon for state, look in LOOKS.items() if state)
    for state in ("behind", "far_behind", "no_data", "ended"):
        drawing = str(context(SHEET, [Cell(1, "Xã", "", state, "x")], "m")["drawing"])
        wanted = LOOKS[state]
        assert f'id="m-{wanted.pattern}"' in drawing and f'fill="url(#m-{wanted.pattern})"' in drawing
        assert f"#{wanted.icon}" in drawing


def test_the_table_is_the_equal_alternative_and_holds_also_what_cannot_be_drawn() -> None:
    page = drawn(CELLS)
    assert "<script>" not in page and "<b>" not in page and "<i>" not in page
    table = page[page.index("<table") :]
    assert all(name in table for name in ("Xã Bến Mơ", "Xã Đá Trắng", "Xã Đảo Xa")) and "97,5 %" in table
    assert 'href="#m-bang"' in page and 'id="m-bang"' in page
    assert "chỉ có trong bảng: 1" in page and "sơ đồ" in page
    assert re.findall(r"\((\d)\)</span>", page) == ["1", "1", "1"], "the legend counts what is drawn"


def test_a_page_with_its_own_table_is_pointed_to_it() -> None:
    page = drawn(CELLS, table="#bang")
    assert "<table" not in page and 'href="#bang"' in page


def test_nothing_to_draw_says_so_and_opens_the_table() -> None:
    page = drawn(CELLS[-1:])
    assert "<svg" not in page and "Chưa vẽ được bản đồ" in page and "<details" in page and " open>" in page
