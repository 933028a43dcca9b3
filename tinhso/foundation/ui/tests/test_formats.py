"""Words for dates, numbers, money and clocks, in Vietnamese and English."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.access.guard import Actor, Grant
from tinhso.foundation.access.registry import PERMISSIONS, ROLES, Permission, Role
from tinhso.foundation.ui import charts, formats, nav

# 08:30 UTC is 15:30 in Hà Tĩnh.
MOMENT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def test_a_moment_is_written_in_full() -> None:
    assert formats.full_datetime(MOMENT) == "thứ Hai, 23/11/2026, 15:30"


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 11, 23), "hôm nay, 15:30"),
        (date(2026, 11, 24), "hôm qua, 15:30"),
        (date(2026, 11, 22), "ngày mai, 15:30"),
        (date(2026, 11, 25), "thứ Hai, 23/11/2026, 15:30"),
    ],
)
def test_near_days_are_named(today: date, words: str) -> None:
    assert formats.near_datetime(MOMENT, today) == words


def test_late_evening_in_london_is_already_tomorrow_in_ha_tinh() -> None:
    assert formats.plain_date(datetime(2026, 11, 22, 17, 30, tzinfo=UTC)) == "23/11/2026"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1234.5, "1.234,5"),
        (0, "0"),
        (-0.001, "0"),
        (-12, "−12"),
        (Decimal("1000000"), "1.000.000"),
        (None, ""),
        ("", ""),
        (float("nan"), ""),
        ("abc", "abc"),
    ],
)
def test_numbers_take_vietnamese_marks(value: object, words: str) -> None:
    assert formats.number(value) == words


def test_money_is_whole_dong() -> None:
    assert formats.money(1250000) == "1.250.000\u00a0đ"
    assert formats.money(None) == ""


def test_english_keeps_its_own_marks() -> None:
    with translation.override("en"):
        assert formats.number(1234.5) == "1,234.5"
        assert formats.full_datetime(MOMENT) == "Monday, 23/11/2026, 15:30"


@given(st.integers(-(10**15), 10**15))
def test_a_written_number_reads_back(value: int) -> None:
    assert int(formats.number(value).replace(".", "").replace("−", "-")) == value


def test_identity_numbers_are_masked() -> None:
    assert formats.mask_number("042090001234") == "0420••••••34"
    assert formats.mask_number("1234567") == "•••••••"
    assert formats.mask_number(None) == ""


@given(st.text("0123456789", min_size=8, max_size=20))
def test_a_mask_keeps_the_length_and_hides_all_but_six(number: str) -> None:
    masked = formats.mask_number(number)
    assert len(masked) == len(number)
    assert masked.count("•") == len(number) - 6


@pytest.mark.parametrize(
    ("minutes", "state", "words"),
    [
        (200, "last-day", "còn 3 giờ 20 phút"),
        (40, "last-hours", "còn 40 phút"),
        (0, "last-hours", "còn 0 phút"),
        (120, "last-hours", "còn 2 giờ"),
        (121, "last-day", "còn 2 giờ 1 phút"),
        (480, "last-day", "còn 1 ngày làm việc"),
        (481, "plenty", "còn 1 ngày làm việc"),
        (540, "plenty", "còn 1 ngày làm việc 1 giờ"),
        (2400, "plenty", "còn 5 ngày làm việc"),
        (-1, "overdue", "quá hạn 1 phút"),
        (-600, "overdue", "quá hạn 1 ngày làm việc 2 giờ"),
    ],
)
def test_a_clock_says_its_state_in_words(minutes: int, state: str, words: str) -> None:
    face = formats.clock_face(minutes)
    assert (face.state, face.words) == (state, words)


def test_a_clock_without_working_minutes_goes_by_the_wall() -> None:
    face = formats.clock_face(due_at=MOMENT + timedelta(days=2), now=MOMENT)
    assert (face.state, face.words) == ("plenty", "còn 2 ngày")


def test_paused_and_finished_clocks_do_not_run() -> None:
    assert formats.clock_face(-500, paused=True).state == "paused"
    assert formats.clock_face(due_at=MOMENT, finished_at=MOMENT).state == "done"
    assert formats.clock_face(due_at=MOMENT, finished_at=MOMENT + timedelta(minutes=1)).state == "late"


def _render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_a_clock_badge_reads_objects_and_dicts() -> None:
    drawn = _render("{{ row|clock_badge }}", row={"remaining": 200, "due_at": timezone.now(), "is_paused": False})
    assert "clock-last-day" in drawn and "còn 3 giờ 20 phút" in drawn and "hạn " in drawn
    assert "clock-paused" in _render("{{ row|clock_badge }}", row={"is_paused": True})
    assert "clock-last-hours" in _render("{{ row|clock_badge }}", row={"remaining": 0})


def test_hostile_text_stays_text() -> None:
    drawn = _render("{% badge label %}{% chart 'bars' rows label %}", label="<script>", rows=[("<img onerror>", 1)])
    assert "<script>" not in drawn and "<img" not in drawn


def test_an_unknown_icon_is_a_programming_error() -> None:
    with pytest.raises(TemplateSyntaxError):
        _render("{% icon 'khong-co' %}")


def test_a_page_form_does_not_leak_into_a_button() -> None:
    source = """{% include "ui/components/button.html" with label="Gửi" %}
        {% include "ui/components/notice.html" with text="x" %}"""
    drawn = _render(source, form="RÒ", title="RÒ", name="RÒ", disabled=True)
    assert "RÒ" not in drawn and "disabled" not in drawn


def test_a_missing_figure_breaks_the_line_and_is_not_zero() -> None:
    drawn = charts.line([("1", 10), ("2", None), ("3", 30)])
    assert drawn.count("<polyline") == 2


@given(st.floats(0.001, 1e12))
def test_an_axis_ends_at_or_above_its_highest(value: float) -> None:
    assert value * 0.999999 <= charts.nice_top(value) <= value * 10


def test_nothing_reported_still_draws() -> None:
    assert "chưa có số liệu" in charts.line([("1", None)])
    assert charts.line([]) and charts.bar_rows([]) == []


def test_a_navigation_entry_is_declared_once() -> None:
    entry = nav.Entry("ui:components", "Bộ giao diện")
    nav.register("admin", [entry])
    try:
        with pytest.raises(RuntimeError):
            nav.register("admin", [entry])
    finally:
        nav._ENTRIES["admin"].remove(entry)
        nav._menus.clear()


def test_what_is_kept_of_the_navigation_follows_the_role_held_now(monkeypatch: pytest.MonkeyPatch) -> None:
    code, role = "ui.kept", "keeper"
    monkeypatch.setattr(nav, "_menus", {})
    monkeypatch.setitem(PERMISSIONS, code, Permission(code, "thử"))
    monkeypatch.setitem(ROLES, role, Role(role, "thử", frozenset({code})))
    entry = nav.Entry("ui:components", "Bộ giao diện", permission=code)
    monkeypatch.setitem(nav._ENTRIES, "account", [entry])
    holder = Actor(1, "", "account", grants=(Grant(role, 1, "1/"),))

    def shown(actor: Actor) -> int:
        request = RequestFactory().get("/")
        request.actor = actor  # type: ignore[attr-defined]
        return len(nav.links("account", request))

    assert [shown(holder), shown(holder), shown(replace(holder, grants=())), shown(Actor.anonymous())] == [1, 1, 0, 0]
    monkeypatch.setattr(ROLES[role], "permissions", frozenset())
    assert shown(holder) == 0
