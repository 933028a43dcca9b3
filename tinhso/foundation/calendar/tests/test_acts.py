"""Setting hours and days: who may, what is refused, what is inherited, what other processes see."""

from collections.abc import Iterator
from datetime import date, datetime, time
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.calendar import selectors
from tinhso.foundation.calendar.errors import WrongOfficeHours, WrongOverride
from tinhso.foundation.calendar.models import DayOverride, OfficeHours
from tinhso.foundation.calendar.rules import VIETNAM
from tinhso.foundation.calendar.services import (
    calendar_for,
    set_day_override,
    set_office_hours,
    withdraw_override,
)
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.testing.cast import Cast

WEEK = [[["07:00", "11:00"], ["13:30", "17:30"]]] * 5 + [[["07:00", "11:00"]], []]
SHORT = [[["08:00", "11:00"]]] * 5 + [[], []]
STORM = date(2026, 9, 15)


def hours(cast: Cast, unit: Unit | None = None, **given: object) -> OfficeHours:
    return set_office_hours(
        cast.actor("administrator"),
        **{  # type: ignore[arg-type]
            "unit": unit or cast.units.province,
            "week": WEEK,
            "valid_from": date(2026, 1, 1),
            "document": "QĐ 12/QĐ-UBND",
            **given,
        },
    )


def override(cast: Cast, unit: Unit | None = None, **given: object) -> DayOverride:
    return set_day_override(
        cast.actor("administrator"),
        **{  # type: ignore[arg-type]
            "unit": unit or cast.units.province,
            "day": STORM,
            "kind": "off",
            "reason": "Bão số 5",
            "document": "Công điện 05/CĐ-UBND",
            **given,
        },
    )


@pytest.mark.parametrize("name", [n for n in ("stranger", *Cast.NAMES) if n != "administrator"])
def test_only_the_administrator_changes_calendars(cast: Cast, name: str) -> None:
    set_by_right = override(cast)
    before = (OfficeHours.objects.count(), DayOverride.objects.count(), AuditRow.objects.count())
    for act in (
        lambda a: set_office_hours(
            a, unit=cast.units.commune_committee, week=WEEK, valid_from=date(2026, 1, 1), document="x"
        ),
        lambda a: set_day_override(
            a, unit=cast.units.commune_committee, day=STORM, kind="off", reason="x", document="x"
        ),
        lambda a: withdraw_override(a, override_id=set_by_right.pk, reason="x"),
    ):
        with pytest.raises(Denied):
            act(cast.actor(name))
    assert (OfficeHours.objects.count(), DayOverride.objects.count(), AuditRow.objects.count()) == before


def test_every_act_leaves_one_audit_row_and_one_event(cast: Cast) -> None:
    hours(cast)
    made = override(cast)
    withdraw_override(cast.actor("administrator"), override_id=made.pk, reason="Bão tan")
    assert list(AuditRow.objects.order_by("id").values_list("act", flat=True)) == [
        "calendar.hours.set",
        "calendar.override.set",
        "calendar.override.withdrawn",
    ]
    assert list(DomainEvent.objects.order_by("id").values_list("name", flat=True)) == [
        "calendar.hours_set",
        "calendar.override_set",
        "calendar.override_withdrawn",
    ]


def test_hours_are_inherited_from_the_nearest_unit_above(cast: Cast) -> None:
    hours(cast)
    hours(cast, cast.units.commune_committee, week=SHORT, valid_from=date(2026, 6, 1))
    monday = date(2026, 6, 8)
    assert calendar_for(cast.units.other_office).closes_at(monday).time() == time(17, 30)
    assert calendar_for(cast.units.commune_office).closes_at(monday).time() == time(11)
    assert calendar_for(cast.units.commune_office).closes_at(date(2026, 5, 25)).time() == time(17, 30)
    assert calendar_for(cast.units.commune_office).is_working(date(2026, 5, 30))
    assert not calendar_for(cast.units.commune_office).is_working(date(2026, 6, 6))


def test_before_any_hours_are_set_the_usual_week_holds(cast: Cast) -> None:
    hours(cast)
    assert calendar_for(cast.units.province).closes_at(date(2025, 12, 31)).time() == time(17)


def test_a_closed_unit_closes_what_is_below_it_and_nothing_beside_it(cast: Cast) -> None:
    override(cast, cast.units.commune_committee)
    assert not calendar_for(cast.units.commune_office).is_working(STORM)
    assert calendar_for(cast.units.other_office).is_working(STORM)
    assert calendar_for(cast.units.commune).is_working(STORM)


def test_the_nearest_override_wins(cast: Cast) -> None:
    override(cast)
    override(cast, cast.units.commune_committee, kind="worked", sessions=[("08:00", "10:00")], reason="Trực")
    calendar = calendar_for(cast.units.commune_office)
    assert calendar.closes_at(STORM) == datetime.combine(STORM, time(10), VIETNAM)
    assert not calendar_for(cast.units.other_office).is_working(STORM)


def test_a_held_calendar_is_dropped_when_any_calendar_changes(cast: Cast) -> None:
    first = calendar_for(cast.units.commune_office)
    assert calendar_for(cast.units.commune_office) is first
    override(cast)
    assert calendar_for(cast.units.commune_office) is not first
    assert first.is_working(STORM) and not calendar_for(cast.units.commune_office).is_working(STORM)


def test_a_rolled_back_change_is_never_seen_again(cast: Cast) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        override(cast)
        assert not calendar_for(cast.units.commune_office).is_working(STORM)
        raise RuntimeError
    assert calendar_for(cast.units.commune_office).is_working(STORM)


def test_units_without_hours_of_their_own_share_one_calendar(cast: Cast, django_assert_num_queries) -> None:
    assert calendar_for(cast.units.commune_office) is calendar_for(cast.units.other_office)
    with django_assert_num_queries(1):
        calendar_for(cast.units.commune_office)


def test_a_new_week_ends_the_one_before_and_a_replaced_one_stays_on_record(cast: Cast) -> None:
    first = hours(cast)
    third = hours(cast, valid_from=date(2026, 9, 1))
    second = hours(cast, valid_from=date(2026, 5, 1), week=SHORT)
    first.refresh_from_db()
    assert (first.valid_to, second.valid_to, third.valid_to) == (date(2026, 5, 1), date(2026, 9, 1), None)
    again = hours(cast, valid_from=date(2026, 5, 1), document="QĐ 13")
    second.refresh_from_db()
    assert second.withdrawn_at is not None and again.valid_to == date(2026, 9, 1)
    assert OfficeHours.objects.count() == 4


def test_a_replaced_override_stays_on_record(cast: Cast) -> None:
    first = override(cast)
    override(cast, reason="Bão số 6")
    first.refresh_from_db()
    assert first.withdrawn_at is not None and DayOverride.objects.standing().count() == 1


@pytest.mark.parametrize(
    "week",
    [
        WEEK[:6],
        [[]] * 7,
        [[["11:00", "07:00"]]] * 7,
        [[["07:00", "12:00"], ["11:00", "17:00"]]] * 7,
        [[["7h", "11h"]]] * 7,
        [[["<script>", "11:00"]]] * 7,
        [[["07:00"]]] * 7,
        [[["07:00", None]]] * 7,
    ],
)
def test_hours_that_cannot_be_worked_are_refused(cast: Cast, week: object) -> None:
    with pytest.raises(WrongOfficeHours):
        hours(cast, week=week)
    assert not OfficeHours.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"reason": " "},
        {"document": "\u200b"},
        {"kind": "holiday"},
        {"sessions": [("08:00", "10:00")]},
        {"kind": "worked", "sessions": [("10:00", "08:00")]},
        {"day": date(1900, 1, 1)},
    ],
)
def test_an_override_without_reason_document_or_sense_is_refused(cast: Cast, given: dict[str, object]) -> None:
    with pytest.raises((WrongOverride, WrongOfficeHours)):
        override(cast, **given)
    assert not DayOverride.objects.exists()


def test_hours_without_a_document_are_refused_unless_they_are_samples(cast: Cast) -> None:
    with pytest.raises(WrongOfficeHours):
        hours(cast, document=" ")
    assert hours(cast, document="", is_sample=True).is_sample


def test_withdrawing_twice_is_refused(cast: Cast) -> None:
    made = override(cast)
    withdraw_override(cast.actor("administrator"), override_id=made.pk, reason="x")
    with pytest.raises(WrongOverride):
        withdraw_override(cast.actor("administrator"), override_id=made.pk, reason="x")


def test_the_database_refuses_two_standing_overrides_for_one_day(cast: Cast) -> None:
    made = override(cast)
    with pytest.raises(IntegrityError):
        DayOverride.objects.create(unit=made.unit, day=made.day, kind="off", reason="x", document="x")


def test_a_month_shows_each_day_with_its_reason(cast: Cast) -> None:
    override(cast)
    days = selectors.month_of(cast.units.commune_office, 2026, 9)
    assert len(days) == 30
    assert [d.day.day for d in days if d.reason] == [1, 2, 15]
    assert days[14].reason == "Bão số 5" and not days[14].is_working
    assert days[2].spans == [("07:30", "11:30"), ("13:00", "17:00")]


@pytest.fixture
def committed_cast(transactional_db: None) -> Iterator[Cast]:
    from tinhso.foundation.testing.cast import make_cast

    with transaction.atomic():
        made = make_cast()
    yield made


def test_two_administrators_at_once_leave_one_standing_override(committed_cast: Cast) -> None:
    cast, refused = committed_cast, []

    def act(number: int) -> None:
        try:
            set_day_override(
                Actor.system(), unit=cast.units.province, day=STORM, kind="off", reason=str(number), document="x"
            )
            set_office_hours(
                Actor.system(), unit=cast.units.province, week=WEEK, valid_from=date(2026, 1, number), document="x"
            )
        except Exception as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=act, args=(number,)) for number in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not refused
    assert DayOverride.objects.count() == 6 and DayOverride.objects.standing().count() == 1
    assert OfficeHours.objects.standing().filter(valid_to=None).count() == 1
