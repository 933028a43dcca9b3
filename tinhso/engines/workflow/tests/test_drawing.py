"""The picture of a process: every step, the present one marked, the same in words, nothing hostile in it."""

from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.engines.workflow.drawing import draw, term_words
from tinhso.engines.workflow.layout import lay_out
from tinhso.engines.workflow.tests import test_branches
from tinhso.engines.workflow.tests.random_processes import anything, processes


def whole(html: str) -> Any:
    """The figure as a tree: it must be well-formed."""
    return fromstring(html.replace(" open>", ">"))


def test_steps_branches_and_terms_are_shown_and_the_present_ones_marked() -> None:
    html = draw(
        test_branches.definition(), at=["ours", "theirs"], done=["reception"], places={"office": "Phòng Kinh tế"}
    )
    tree = whole(html)
    assert html.count("Đang ở bước này") == 2 and html.count('aria-current="step"') == 2
    assert "Phòng Kinh tế" in html.partition("</svg>")[0] and "Phòng Kinh tế · 0,5 ngày làm việc" in html
    boxes = list(tree.iter("rect"))
    assert len(boxes) == 8
    svg = tree.find(".//svg")
    assert svg is not None and svg.get("role") == "img"
    assert {svg.get("aria-labelledby"), svg.get("aria-describedby")} <= {e.get("id") for e in tree.iter()}


def test_the_main_way_is_drawn_and_side_ways_stand_in_the_list() -> None:
    html = draw(test_branches.definition())
    assert "Dừng" not in html.partition("</svg>")[0] and "Dừng" in html.partition("</svg>")[2]
    assert "Dừng" in draw(test_branches.definition(), whole=True).partition("</svg>")[0]


def test_names_are_text_and_never_markup() -> None:
    raw = test_branches.definition()
    raw["steps"][0]["title"] = '<script>alert("x")</script>&'
    raw["steps"][0]["note"] = "<img src=x onerror=1>"
    html = draw(raw, at="reception", faults={"ours": "<b>sai</b>"}, title="<i>")
    assert "<script" not in html and "<img" not in html and "<b>" not in html and "<i>" not in html
    assert "style=" not in html
    whole(html)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(processes() | anything(), st.booleans())
def test_anything_with_the_shape_of_a_process_is_drawn(raw: dict[str, Any], everything: bool) -> None:
    whole(draw(raw, whole=everything, at=raw["steps"][0]["code"], faults={raw["steps"][0]["code"]: "sai"}))


@settings(max_examples=80, deadline=None)
@given(processes())
def test_no_two_parts_stand_on_one_spot_and_ways_lead_down(raw: dict[str, Any]) -> None:
    steps = {step["code"]: step for step in raw["steps"]}
    ways = [(c, w["to"]) for c, s in steps.items() for w in s.get("transitions", []) if not w.get("back")]
    ways += [(c, b if isinstance(b, str) else b["to"]) for c, s in steps.items() for b in s.get("fork", [])]
    spots = lay_out(list(steps), ways)
    assert len(set(spots.values())) == len(steps)
    assert all(spots[a].rank < spots[b].rank for a, b in ways)


def test_nonsense_is_said_not_drawn() -> None:
    assert "chưa vẽ được" in draw({"steps": 7})


@pytest.mark.parametrize(
    ("hours", "words"),
    [(2, "0,25 ngày làm việc"), (12, "1,5 ngày làm việc"), (1, "1 giờ làm việc"), (0.5, "0,5 giờ làm việc"), (0, "")],
)
def test_terms_in_words(hours: float, words: str) -> None:
    assert term_words(hours) == words
