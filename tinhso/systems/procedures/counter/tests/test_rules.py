"""Whose turn, which hours, what a card says: pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.systems.procedures.counter.rules import (
    PRIORITY_RUN,
    Unreadable,
    Waiting,
    next_ticket,
    read_card,
    right_page_count,
    slots,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def one(pk: int, minutes: int, **more: object) -> Waiting:
    return Waiting(pk, NOW - timedelta(minutes=minutes), **more)  # type: ignore[arg-type]


def test_priority_goes_before_those_who_came_earlier() -> None:
    assert next_ticket([one(1, 20), one(2, 5, is_priority=True)], now=NOW, run=0).pk == 2  # type: ignore[union-attr]


def test_nobody_waits_for_ever_behind_priority() -> None:
    line = [one(1, 45), one(2, 5, is_priority=True)]
    assert next_ticket(line, now=NOW, run=PRIORITY_RUN).pk == 1  # type: ignore[union-attr]
    assert next_ticket([one(1, 10), one(2, 5, is_priority=True)], now=NOW, run=9).pk == 2  # type: ignore[union-attr]


def test_an_appointment_goes_at_its_hour_not_before() -> None:
    early, due = NOW + timedelta(minutes=20), NOW + timedelta(minutes=4)
    assert next_ticket([one(1, 9), one(2, 1, appointment_at=early)], now=NOW, run=0).pk == 1  # type: ignore[union-attr]
    assert next_ticket([one(1, 9), one(2, 1, appointment_at=due)], now=NOW, run=0).pk == 2  # type: ignore[union-attr]


@given(st.lists(st.tuples(st.integers(0, 500), st.booleans()), min_size=1, max_size=25))
def test_everybody_is_called_once(given: list[tuple[int, bool]]) -> None:
    line = [one(pk, minutes, is_priority=first) for pk, (minutes, first) in enumerate(given)]
    called, run = [], 0
    while line:
        chosen = next_ticket(line, now=NOW, run=run)
        assert chosen is not None
        run = run + 1 if chosen.is_priority else 0
        line.remove(chosen)
        called.append(chosen.pk)
    assert sorted(called) == list(range(len(given)))


def test_a_card_is_read_whole() -> None:
    card = read_card("042190000017|183456789|Nguyễn Thị Hoa|17051990|Nữ|Thôn 1, Xã An Bình|01012022||Cha|Mẹ|")
    assert (card.number, card.full_name, card.born_on, card.sex) == (
        "042190000017",
        "Nguyễn Thị Hoa",
        date(1990, 5, 17),
        "female",
    )
    assert card.from_code and card.doubts == () and card.address == "Thôn 1, Xã An Bình"


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("042190000017||Nguyễn Thị Hoa|17051991|Nữ|x|", "born_on"),
        ("042190000017||Nguyễn Thị Hoa|31021990|Nữ|x|", "born_on"),
        ("042190000017||Nguyễn Thị Hoa|17051990|Nam|x|", "sex"),
        ("042190000017||Nguye64n Thi Hoa|17051990|Nữ|x|", "name"),
    ],
)
def test_what_does_not_fit_is_said(text: str, doubt: str) -> None:
    assert doubt in read_card(text).doubts


@pytest.mark.parametrize(
    "text", ["", "12345678901", "०४२१९०००००१७", "04219000001a", "|||||", "x|y|z|17051990", "042190000017|"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_card(text)


@given(st.text(max_size=300))
def test_hostile_text_never_breaks_the_reader(text: str) -> None:
    try:
        card = read_card(text)
    except Unreadable:
        return
    assert len(card.number) == 12 and card.number.isascii() and card.number.isdigit()


def test_slots_fill_the_sessions_and_no_more() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    found = slots(((450 * 60, 690 * 60),), 60, day=noon.date(), opens=noon)
    assert [f"{at:%H:%M}" for at in found] == ["07:30", "08:30", "09:30", "10:30"]
    assert slots((), 60, day=noon.date(), opens=noon) == []


def test_pages_with_a_note_are_captured_twice() -> None:
    assert right_page_count(images=5, pages=4, noted=1)
    assert not right_page_count(images=4, pages=4, noted=1)
    assert not right_page_count(images=0, pages=0, noted=0)
    assert not right_page_count(images=6, pages=2, noted=4)
