"""When a reminder is due: leap days, months' ends, Tết, seasons; what a rule's numbers may be."""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.systems.procedures.proactive import rules
from tinhso.systems.procedures.proactive.rules import Trigger

DAYS = st.dates(date(1900, 1, 1), date(2090, 12, 31))
TET_2027 = {date(2027, 2, 4) + timedelta(days=n) for n in range(9)}


@pytest.mark.parametrize(
    ("born", "years", "reached"),
    [
        (date(1952, 2, 29), 75, date(2027, 2, 28)),
        (date(1952, 2, 29), 76, date(2028, 2, 29)),
        (date(1951, 12, 31), 75, date(2026, 12, 31)),
        (date(2012, 2, 29), 14, date(2026, 2, 28)),
    ],
)
def test_birthdays_and_those_born_on_a_leap_day(born: date, years: int, reached: date) -> None:
    assert rules.birthday(born, years) == reached
    assert rules.age_on(born, reached) == years and rules.age_on(born, reached - timedelta(days=1)) == years - 1


@given(born=DAYS, years=st.integers(1, 110))
def test_an_age_is_reached_on_one_day_only(born: date, years: int) -> None:
    reached = rules.birthday(born, years) if born.year + years < 9999 else born
    assert rules.age_on(born, reached) == years
    assert rules.age_on(born, reached - timedelta(days=1)) == years - 1
    assert reached.month in (born.month, 2)


@given(
    born=DAYS,
    years=st.integers(1, 105),
    lead=st.integers(0, 365),
    until=st.integers(0, 365),
    off=st.integers(-400, 400),
)
def test_whoever_is_due_is_looked_at(born: date, years: int, lead: int, until: int, off: int) -> None:
    """The range that the database is asked for never misses one whom the rule means."""
    day = rules.birthday(born, years) + timedelta(days=off)
    is_due = rules.age_is_due(born, years, lead, until, day)
    assert is_due == (-lead <= off <= until)
    first, last = rules.born_between(years, lead, until, day)
    assert not is_due or first <= born <= last


@given(issued=DAYS, months=st.integers(1, 120))
def test_a_paper_runs_out_on_the_same_day_or_the_end_of_a_shorter_month(issued: date, months: int) -> None:
    expiry = rules.expires_on(issued, months)
    assert (expiry.year * 12 + expiry.month) - (issued.year * 12 + issued.month) == months
    assert expiry.day == issued.day or (expiry.day < issued.day and (expiry + timedelta(days=1)).day == 1)
    assert rules.expires_on(issued, months, date(2026, 1, 1)) == date(2026, 1, 1)


def test_a_paper_that_runs_out_within_tet_is_to_be_renewed_before_tet() -> None:
    def is_working(day: date) -> bool:
        return day.weekday() < 5 and day not in TET_2027

    assert rules.act_by(date(2027, 2, 8), is_working) == date(2027, 2, 3)
    assert rules.act_by(date(2027, 2, 16), is_working) == date(2027, 2, 16)
    assert rules.act_by(date(2027, 2, 14), is_working) == date(2027, 2, 3)


@given(expiry=DAYS, working=st.sets(st.integers(0, 6), min_size=1))
def test_the_day_to_act_by_is_a_working_day_never_after_the_expiry(expiry: date, working: set[int]) -> None:
    day = rules.act_by(expiry, lambda one: one.weekday() in working)
    assert day <= expiry and day.weekday() in working and (expiry - day).days < 7


def test_an_office_that_never_opens_leaves_the_expiry_itself() -> None:
    assert rules.act_by(date(2027, 2, 8), lambda _day: False) == date(2027, 2, 8)


@given(born=DAYS, off=st.integers(0, 8000))
def test_enrolment_goes_by_the_year_of_birth_and_the_season(born: date, off: int) -> None:
    day = born + timedelta(days=off)
    last = rules.school_year(born, 11, 5, 8, day)
    assert (last is not None) == (day.year - born.year == 11 and 5 <= day.month <= 8)
    assert last is None or (last == date(day.year, 8, 31) and last >= day)


def test_a_season_that_ends_in_december_ends_on_its_last_day() -> None:
    assert rules.last_of_month(2026, 12) == date(2026, 12, 31) and rules.last_of_month(2028, 2) == date(2028, 2, 29)


@given(on=DAYS, within=st.integers(1, 730), off=st.integers(-800, 800))
def test_an_event_is_fresh_from_its_day_for_so_many_days(on: date, within: int, off: int) -> None:
    assert rules.event_is_fresh(on, within, on + timedelta(days=off)) == (0 <= off <= within)


@pytest.mark.parametrize(
    ("trigger", "params", "wrong"),
    [
        (Trigger.RESULT, {"within_days": 0}, ["within_days"]),
        (Trigger.RESULT, {"within_days": True}, ["within_days"]),
        (Trigger.AGE, {"years": 75, "lead_days": 30}, ["until_days"]),
        (Trigger.SCHOOL, {"years": 11, "open_month": 8, "close_month": 5}, ["close_month"]),
        (Trigger.EXPIRY, {"months": 36, "lead_days": 100000}, ["lead_days"]),
        (Trigger.BUSINESS, {"within_days": 90}, []),
    ],
)
def test_numbers_that_make_no_sense_are_named(trigger: Trigger, params: dict[str, int], wrong: list[str]) -> None:
    assert rules.wrong_numbers(trigger, params) == wrong


def test_a_rule_can_say_nothing_but_the_two_things_it_is_given() -> None:
    assert rules.said("{ten} {ngay} {0.__class__} %(x)s", ten="An", ngay="1/1") == "An 1/1 {0.__class__} %(x)s"


def test_every_rule_of_ours_leads_to_a_procedure_of_the_national_list_and_names_its_basis() -> None:
    here = Path(rules.__file__).parent
    listed = {}
    with gzip.open(here.parent / "catalogue" / "seed" / "procedures.jsonl.gz", "rt", encoding="utf-8") as lines:
        listed = {row["code"]: row for row in map(json.loads, lines)}
    found = json.loads((here / "seed" / "rules.json").read_text(encoding="utf-8"))["rules"]
    assert len({row["kind"] for row in found}) >= 6 and len({row["code"] for row in found}) == len(found)
    for row in found:
        assert row["procedure"] in listed and row["basis"] and row["source"], row["code"]
        assert rules.wrong_numbers(Trigger(row["trigger"]), row["params"]) == [], row["code"]
        assert not row["fills"] or row["level"] == 2
        # What a ministry settles on its own system is only reminded of.
        assert row["level"] == 1 or not listed[row["procedure"]].get("vertical"), row["code"]
