"""The nine rules by which figures flow from an act to the wall, each with its test (STYLE section 4)."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.engines.indicators import counting, reports, selectors, services
from tinhso.engines.indicators.models import Fact, FigureAlert, MeasureFill, PublishedReport
from tinhso.engines.indicators.rules import Period
from tinhso.engines.indicators.selectors import Window
from tinhso.engines.indicators.tests.conftest import TOUCHED, Invented
from tinhso.foundation.access import guard as access
from tinhso.foundation.events import dispatch
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.orgs.models import Succession, Unit, UnitKind
from tinhso.foundation.testing.cast import make_unit

NOV, OCT = Period(2026, 11), Period(2026, 10)
TODAY = date(2026, 11, 22)


def deliver() -> None:
    """What the worker does with the outbox."""
    dispatch.deliver_all()
    assert not DomainEvent.objects.filter(name=TOUCHED).exclude(error="").exists()


def value(measure: Any, unit: Unit, period: Period) -> Decimal | None:
    return Fact.objects.cell(measure.code, unit.pk, period).values_list("value", flat=True).first()


def window(first: Period = NOV, last: Period = NOV, **more: Any) -> Window:
    return Window(first, last, **more)


# 1 ─ the figure is the count of the drill-down's rows


def test_rule_1_the_figure_is_the_count_of_its_own_rows(invented: Invented) -> None:
    unit = invented.cast.units.commune_committee
    for day in (date(2026, 11, 1), date(2026, 11, 30), date(2026, 10, 31), date(2026, 12, 1)):
        invented.give(unit, day)
    deliver()
    rows = counting.records_of(invented.given, unit, NOV)
    assert value(invented.given, unit, NOV) == rows.count() == 2
    assert all(NOV.first_day <= row.valid_from <= NOV.last_day for row in rows)


def test_rule_1_a_sum_is_the_sum_of_its_own_rows(invented: Invented) -> None:
    units = invented.cast.units
    for office, people in ((units.commune_office, 1200), (units.other_office, 5)):
        office.population = people
        office.save()
    services.recount_cell(measure=invented.people, unit=units.commune_committee, period=NOV)
    rows = counting.records_of(invented.people, units.commune_committee, NOV)
    assert value(invented.people, units.commune_committee, NOV) == sum(row.population for row in rows) == 1200


# 2 ─ facts hold only what adds up; rates are divided last


def test_rule_2_percentages_are_divided_last_and_never_added(invented: Invented) -> None:
    units = invented.cast.units
    invented.give(units.commune_committee, TODAY, online=True)
    for _ in range(9):
        invented.give(units.other_committee, TODAY)
    deliver()
    by_unit = selectors.figures_by_unit(invented.rate, window())
    whole = selectors.totals([invented.rate], window(), units.province)[invented.rate.code]
    assert by_unit[units.commune_committee.pk].value == 100
    assert by_unit[units.other_committee.pk].value == 0
    assert whole.value == 10, "one of ten, not the mean of 100 % and 0 %"
    assert not any("%" in str(fact.measure) or fact.measure == invented.rate.code for fact in Fact.objects.all())


def test_rule_2_distinct_things_across_units_are_counted_at_the_upper_level(invented: Invented) -> None:
    units = invented.cast.units
    invented.give(units.commune_committee, TODAY, account="citizen")
    invented.give(units.other_committee, TODAY, account="citizen")
    invented.give(units.other_committee, TODAY, account="other_citizen")
    deliver()
    assert value(invented.holders, units.province, NOV) == 2
    assert value(invented.holders, units.commune_committee, NOV) is None, "never stored where it could be added up"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(1, 28)), max_size=12))
def test_rule_2_commune_figures_add_up_to_the_province(invented: Invented, acts: list[tuple[bool, bool, int]]) -> None:
    units = invented.cast.units
    with transaction.atomic():
        for here, online, day in acts:
            invented.give(
                units.commune_committee if here else units.other_committee, date(2026, 11, day), online=online
            )
        deliver()
        parts = selectors.amounts_by_unit(invented.rate.parts, window())
        whole = selectors.totals([invented.rate], window(), units.province)[invented.rate.code]
        online = sum(1 for _here, is_online, _day in acts if is_online)
        if acts:
            assert whole.numerator and whole.denominator
            assert (whole.numerator.value, whole.denominator.value) == (online, len(acts))
            assert sum(amount.value for amount in parts["t.given"].values()) == len(acts)
        transaction.set_rollback(True)


# 3 ─ stock as of the period's end; a late entry recounts every later period


def test_rule_3_a_late_stock_entry_recounts_every_later_month(invented: Invented) -> None:
    unit = invented.cast.units.commune_committee
    services.fill_measure(measure=invented.in_force, first=Period(2026, 7), last=NOV)
    assert value(invented.in_force, unit, NOV) == 0
    invented.give(unit, date(2026, 8, 20))
    services.recount_touched_cells(invented.in_force, [(unit.pk, date(2026, 8, 20))], today=TODAY)
    months = [value(invented.in_force, unit, Period(2026, month)) for month in (7, 8, 9, 10, 11)]
    assert months == [0, 1, 1, 1, 1]


def test_rule_3_a_stock_is_counted_at_the_months_end_not_on_the_events_day(invented: Invented) -> None:
    unit = invented.cast.units.commune_committee
    row = invented.give(unit, date(2026, 11, 3))
    type(row).objects.filter(pk=row.pk).update(valid_to=date(2026, 11, 20))
    services.recount_cell(measure=invented.in_force, unit=unit, period=NOV)
    services.recount_cell(measure=invented.given, unit=unit, period=NOV)
    assert value(invented.in_force, unit, NOV) == 0
    assert value(invented.given, unit, NOV) == 1, "the flow did happen in the month"


def test_rule_3_a_stock_over_several_months_is_its_last_month(invented: Invented) -> None:
    units = invented.cast.units
    invented.give(units.commune_committee, date(2026, 9, 1))
    for measure in (invented.in_force, invented.given):
        services.fill_measure(measure=measure, first=Period(2026, 9), last=NOV)
    amounts = selectors.amounts_by_unit(["t.in_force", "t.given"], window(Period(2026, 9), NOV))
    assert amounts["t.in_force"][units.commune_committee.pk].value == 1
    assert amounts["t.given"][units.commune_committee.pk].value == 1


# 4 ─ zero is a fact, a missing cell is not


def test_rule_4_zero_is_a_fact_and_a_missing_cell_is_not_zero(invented: Invented) -> None:
    units = invented.cast.units
    services.recount_cell(measure=invented.given, unit=units.commune_committee, period=NOV)
    amounts = selectors.amounts_by_unit(["t.given"], window())["t.given"]
    assert amounts[units.commune_committee.pk].value == 0
    assert units.other_committee.pk not in amounts
    nothing = selectors.totals([invented.rate], window(OCT, OCT), units.province)[invented.rate.code]
    assert nothing.numerator is None and nothing.value is None and not nothing.is_reported


# 5 ─ lock, then count, then write


@pytest.mark.django_db(transaction=True)
def test_rule_5_of_two_workers_the_later_count_is_the_one_kept(invented: Invented) -> None:
    unit = invented.cast.units.commune_committee
    invented.give(unit, TODAY, publish=False)
    counted, go_on = threading.Event(), threading.Event()
    original = counting.count

    def slow_count(*args: Any) -> Decimal:
        found = original(*args)
        counted.set()
        go_on.wait(5)
        return found

    def worker() -> None:
        try:
            services.recount_cell(measure=invented.given, unit=unit, period=NOV)
        finally:
            connection.close()

    services.counting.count = slow_count  # type: ignore[assignment]
    first = threading.Thread(target=worker)
    first.start()
    assert counted.wait(5)
    services.counting.count = original
    invented.give(unit, TODAY, publish=False)
    second = threading.Thread(target=worker)
    second.start()
    second.join(0.3)
    assert second.is_alive(), "the second worker waits for the cell before it counts"
    go_on.set()
    first.join(5)
    second.join(5)
    assert value(invented.given, unit, NOV) == 2


# 6 ─ the night's recount


def test_rule_6_the_night_finds_a_lost_event_and_raises_an_alert(invented: Invented) -> None:
    unit = invented.cast.units.commune_committee
    services.fill_measure(measure=invented.given, first=OCT, last=NOV)
    invented.give(unit, date(2026, 10, 30), publish=False)
    alerts = services.nightly_recount(today=TODAY)
    assert [(a.measure, a.unit_id, a.was, a.now) for a in alerts] == [("t.given", unit.pk, 0, 1)]
    assert value(invented.given, unit, OCT) == 1
    assert services.nightly_recount(today=TODAY) == [], "the same finding is one alert"


def test_rule_6_an_event_still_waiting_is_late_not_lost(invented: Invented) -> None:
    services.fill_all(today=TODAY)
    invented.give(invented.cast.units.commune_committee, TODAY)
    assert services.nightly_recount(today=TODAY) == []


def test_rule_6_an_event_set_aside_is_lost(invented: Invented) -> None:
    services.fill_all(today=TODAY)
    invented.give(invented.cast.units.commune_committee, TODAY)
    DomainEvent.objects.update(set_aside_at=timezone.now(), error="poisoned")
    assert {alert.measure for alert in services.nightly_recount(today=TODAY)} >= {"t.given", "t.in_force"}


# 7 ─ the fill mark


def test_rule_7_a_measure_knows_how_far_and_when_it_was_counted_whole(invented: Invented) -> None:
    before = timezone.now()
    services.fill_measure(measure=invented.given, first=OCT, last=NOV)
    mark = MeasureFill.objects.get(measure="t.given")
    assert (mark.filled_from, mark.filled_to) == (OCT.first_day, NOV.first_day)
    assert before <= mark.counted_at <= timezone.now()
    services.fill_measure(measure=invented.given, first=NOV, last=NOV)
    again = MeasureFill.objects.get(measure="t.given")
    assert again.filled_from == OCT.first_day and again.counted_at > mark.counted_at
    figure = selectors.totals([invented.rate], window(), invented.cast.units.province)[invented.rate.code]
    assert figure.counted_at and figure.counted_at <= timezone.now()


# 8 ─ a published report is frozen


def test_rule_8_a_report_keeps_its_facts_and_a_correction_is_a_new_version(invented: Invented) -> None:
    units, actor = invented.cast.units, invented.cast.actor("provincial_leader")
    invented.give(units.commune_committee, TODAY)
    deliver()
    first = reports.publish_report(
        actor=actor, code="BC-11", title="Tháng 11", unit=units.province, first=NOV, last=NOV
    )
    invented.give(units.commune_committee, TODAY)
    deliver()
    assert first.facts.get(measure="t.given").value == 1
    second = reports.correct_report(actor=actor, report=first, reason="Bổ sung một vai trò nhập muộn")
    assert (second.version, second.facts.get(measure="t.given").value) == (2, 2)
    assert first.facts.get(measure="t.given").value == 1
    with pytest.raises(reports.AlreadyCorrected):
        reports.correct_report(actor=actor, report=first, reason="lần nữa")
    with pytest.raises(reports.ReasonMissing):
        reports.correct_report(actor=actor, report=second, reason="  ")
    with pytest.raises(reports.AlreadyPublished):
        reports.publish_report(actor=actor, code="BC-11", title="x", unit=units.province, first=NOV, last=NOV)


@pytest.mark.parametrize("change", ["update", "delete"])
@pytest.mark.parametrize("what", ["report", "fact"])
def test_rule_8_the_database_itself_refuses_a_silent_change(invented: Invented, change: str, what: str) -> None:
    units, actor = invented.cast.units, invented.cast.actor("provincial_leader")
    invented.give(units.commune_committee, TODAY)
    deliver()
    report = reports.publish_report(actor=actor, code="BC", title="x", unit=units.province, first=NOV, last=NOV)
    rows = PublishedReport.objects.filter(pk=report.pk) if what == "report" else report.facts.all()
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        if change == "update":
            rows.update(**({"title": "y"} if what == "report" else {"value": 0}))
        else:
            rows._raw_delete(rows.db)


@pytest.mark.parametrize("name", ["stranger", "citizen", "desk_officer", "leader", "administrator", "auditor"])
def test_rule_8_only_the_province_freezes(invented: Invented, name: str) -> None:
    with pytest.raises(access.Denied):
        reports.publish_report(
            actor=invented.cast.actor(name),
            code="BC",
            title="x",
            unit=invented.cast.units.province,
            first=NOV,
            last=NOV,
        )
    assert not PublishedReport.objects.exists()


# 9 ─ units are effective-dated


def _merge(units: Any, *, shares: list[str | None], names: list[str]) -> list[Unit]:
    """The commune ends on 1 October 2026; new communes with their committees take its place."""
    ends = date(2026, 10, 1)
    Unit.objects.under(units.commune).update(valid_to=ends)
    made = []
    basis = "population" if shares[0] else ""
    for number, (name, share) in enumerate(zip(names, shares, strict=True)):
        area = make_unit(f"9910{number}", UnitKind.COMMUNE, name, units.province)
        own = make_unit(f"9910{number}.UB", UnitKind.COMMUNE_COMMITTEE, f"UBND {name}", area, area)
        Unit.objects.under(area).update(valid_from=ends)
        Succession.objects.create(
            predecessor=units.commune, successor=area, effective_on=ends, share=share, share_basis=basis
        )
        made.append(own)
    return made


def test_rule_9_a_fact_belongs_to_the_unit_valid_in_its_month(invented: Invented) -> None:
    units = invented.cast.units
    (new,) = _merge(units, shares=[None], names=["Xã Mới"])
    old = Unit.objects.get(pk=units.commune_committee.pk)
    invented.give(old, date(2026, 9, 10))
    invented.give(new, date(2026, 10, 10))
    late = invented.give(old, date(2026, 10, 12))
    deliver()
    assert value(invented.given, old, Period(2026, 9)) == 1
    assert value(invented.given, old, OCT) is None, "the ended unit gets no fact"
    assert value(invented.given, new, OCT) == 1
    alert = FigureAlert.objects.get(measure="t.given", reason=FigureAlert.Reason.OUTSIDE_LIFE)
    assert (alert.unit_id, alert.now) == (late.unit_id, 1), "and the stray record is not swept under the carpet"


def test_rule_9_as_was_and_as_now_regroup_by_the_recorded_succession(invented: Invented) -> None:
    units = invented.cast.units
    (new,) = _merge(units, shares=[None], names=["Xã Mới"])
    invented.give(units.commune_committee, date(2026, 9, 10))
    invented.give(new, date(2026, 10, 10))
    deliver()
    then = selectors.amounts_by_unit(["t.given"], window(Period(2026, 9), NOV))["t.given"]
    now = selectors.amounts_by_unit(["t.given"], window(Period(2026, 9), NOV, on=TODAY))["t.given"]
    assert {unit: amount.value for unit, amount in then.items()} == {units.commune_committee.pk: 1, new.pk: 1}
    assert {unit: amount.value for unit, amount in now.items()} == {new.pk: 2}
    assert not now[new.pk].is_estimated


def test_rule_9_a_split_unit_is_shared_and_marked_as_estimated(invented: Invented) -> None:
    units = invented.cast.units
    left, right = _merge(units, shares=["0.3", "0.7"], names=["Xã Tả", "Xã Hữu"])
    for day in range(1, 11):
        invented.give(units.commune_committee, date(2026, 9, day))
    deliver()
    now = selectors.amounts_by_unit(["t.given"], window(Period(2026, 9), NOV, on=TODAY))["t.given"]
    assert (now[left.pk].value, now[right.pk].value) == (3, 7)
    assert now[left.pk].is_estimated and now[right.pk].is_estimated


def test_rule_9_an_unknown_share_is_not_guessed(invented: Invented) -> None:
    units = invented.cast.units
    _merge(units, shares=[None, None], names=["Xã Tả", "Xã Hữu"])
    invented.give(units.commune_committee, date(2026, 9, 1))
    deliver()
    now = selectors.amounts_by_unit(["t.given"], window(Period(2026, 9), NOV, on=TODAY))["t.given"]
    assert {unit: amount.value for unit, amount in now.items()} == {units.commune_committee.pk: 1}
