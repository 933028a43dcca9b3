"""Vietnam's known working days and due dates, with the country's overrides loaded (VIETNAM 1.5)."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.calendar import national
from tinhso.foundation.calendar.models import DayOverride, OfficeHours
from tinhso.foundation.calendar.rules import VIETNAM, Term, WorkCalendar
from tinhso.foundation.calendar.seeds import load
from tinhso.foundation.calendar.services import calendar_for, withdraw_override
from tinhso.foundation.testing.cast import Cast


def at(day: str, clock: str = "09:00") -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), VIETNAM)


@pytest.fixture
def calendar(cast: Cast) -> WorkCalendar:
    load(Actor.system(), cast.units.province, Path("/nowhere"))
    return calendar_for(cast.units.commune_office)


OFF_2026 = [
    "2026-01-01",
    "2026-01-02",
    "2026-02-16",
    "2026-02-17",
    "2026-02-18",
    "2026-02-19",
    "2026-02-20",
    "2026-04-27",
    "2026-04-30",
    "2026-05-01",
    "2026-08-31",
    "2026-09-01",
    "2026-09-02",
    "2026-11-24",
]
SATURDAYS_WORKED_2026 = ["2026-01-10", "2026-08-22"]


def test_the_working_days_of_2026_are_exactly_the_known_ones(calendar: WorkCalendar) -> None:
    day = date(2026, 1, 1)
    while day.year == 2026:
        usual = day.weekday() < 5 and day.isoformat() not in OFF_2026
        assert calendar.is_working(day) == (usual or day.isoformat() in SATURDAYS_WORKED_2026), day
        day += timedelta(1)


def test_the_third_working_day_after_friday_before_tet_is_the_wednesday_after(calendar: WorkCalendar) -> None:
    assert calendar.add_days(at("2026-02-13"), 3) == at("2026-02-25", "17:00")


def test_the_saturday_before_the_long_holiday_of_2025_was_worked(calendar: WorkCalendar) -> None:
    assert calendar.is_working(date(2025, 4, 26)) and not calendar.is_working(date(2025, 5, 2))


def test_tet_2007_follows_the_vietnamese_calendar_not_the_chinese() -> None:
    assert national.name_of(date(2007, 2, 17)) == "Tết Nguyên Đán"
    assert date(2007, 2, 18) in national.PublicHolidays()


def test_a_day_already_in_the_package_but_not_in_law_comes_only_by_its_override(cast: Cast) -> None:
    assert date(2026, 11, 24) not in national.PublicHolidays()
    load(Actor.system(), cast.units.province, Path("/nowhere"))
    assert not calendar_for(cast.units.commune).is_working(date(2026, 11, 24))
    override = DayOverride.objects.get(day=date(2026, 11, 24))
    withdraw_override(Actor.system(), override_id=override.pk, reason="Luật chưa sửa")
    assert calendar_for(cast.units.commune).is_working(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("received", "term", "due"),
    [
        # Three working days over a weekend; the day of reception is not counted.
        (at("2026-03-05"), Term(3, "working_day"), at("2026-03-10", "17:00")),
        # Received on a Saturday at night through the portal: Monday is the first day.
        (at("2026-03-07", "22:00"), Term(1, "working_day"), at("2026-03-09", "17:00")),
        # Fifteen working days over the holidays of 30 April.
        (at("2026-04-24"), Term(15, "working_day"), at("2026-05-20", "17:00")),
        # Eight working hours from the afternoon run into the next day.
        (at("2026-03-05", "15:30"), Term(8, "working_hour"), at("2026-03-06", "15:30")),
        # Hours submitted at lunch start after lunch.
        (at("2026-03-05", "12:00"), Term(2, "working_hour"), at("2026-03-05", "15:00")),
        # Seven calendar days that end on a Sunday move to Monday (Civil Code 148.5).
        (at("2026-03-08"), Term(7, "day"), at("2026-03-16", "17:00")),
        # Ten calendar days that end within Tết move to the first working day after it.
        (at("2026-02-06"), Term(10, "day"), at("2026-02-23", "17:00")),
        # A quarter of a day in an internal procedure is two hours.
        (at("2026-03-05", "16:00"), Term(0.25, "working_day"), at("2026-03-06", "08:30")),
        # Same-day procedures: before and after 15:00.
        (at("2026-03-05", "15:00"), Term(0, "working_day"), at("2026-03-05", "17:00")),
        (at("2026-03-05", "15:01"), Term(0, "working_day"), at("2026-03-06", "17:00")),
        (at("2026-03-06", "15:01"), Term(0, "working_day"), at("2026-03-09", "17:00")),
        # The worked Saturday counts.
        (at("2026-08-20"), Term(2, "working_day"), at("2026-08-22", "17:00")),
    ],
)
def test_known_due_dates(calendar: WorkCalendar, received: datetime, term: Term, due: datetime) -> None:
    assert calendar.due_at(received, term) == due


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (at("2026-03-05", "14:59"), at("2026-03-05", "17:00")),
        (at("2026-03-05", "15:00"), at("2026-03-05", "17:00")),
        (at("2026-03-05", "15:01"), at("2026-03-06", "07:30")),
        (at("2026-03-06", "16:00"), at("2026-03-09", "07:30")),
        (at("2026-02-13", "16:00"), at("2026-02-23", "07:30")),
        (at("2026-03-07", "09:00"), at("2026-03-09", "07:30")),
    ],
)
def test_hand_over_by_the_fifteen_hours_rule(calendar: WorkCalendar, received: datetime, due: datetime) -> None:
    assert calendar.hand_over_due(received) == due


def test_an_online_dossier_is_answered_within_eight_working_hours(calendar: WorkCalendar) -> None:
    assert calendar.answer_due(at("2026-03-06", "22:00")) == at("2026-03-09", "17:00")


def test_loading_again_sets_nothing_again_and_respects_a_withdrawal(cast: Cast) -> None:
    for _ in range(2):
        load(Actor.system(), cast.units.province, Path("/nowhere"))
    assert DayOverride.objects.count() == 3
    first = DayOverride.objects.get(day=date(2026, 1, 2))
    withdraw_override(Actor.system(), override_id=first.pk, reason="x")
    load(Actor.system(), cast.units.province, Path("/nowhere"))
    assert not DayOverride.objects.standing().filter(day=first.day).exists()
    assert not OfficeHours.objects.exists()
