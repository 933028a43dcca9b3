"""Values told by people: who may, what is refused, what stays known, what a figure says it stands on."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError

from tinhso.engines.indicators import catalogue, definitions, entries, reports, selectors
from tinhso.engines.indicators.entries import Outcome, Row
from tinhso.engines.indicators.models import Entry, Fact, FactVersion, MeasureDefinition, UnitOfMeasure
from tinhso.engines.indicators.periods import AnyPeriod, Period
from tinhso.engines.indicators.selectors import Window
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import UnitKind
from tinhso.foundation.testing.cast import Cast, make_unit

OCT, NOV = Period(2026, 10), Period(2026, 11)
SYSTEM = Actor.system()
SOURCE = "Báo cáo số 12/BC-UBND"


@pytest.fixture
def covered(cast: Cast) -> MeasureDefinition:
    """Khu dân cư có sóng, a part of all residential areas; told monthly by communes."""
    definitions.sync_declared()
    common: dict[str, Any] = {
        "unit_of_measure": UnitOfMeasure.objects.get(code="residential_area"),
        "kind": "stock",
        "unit_kinds": [UnitKind.COMMUNE_COMMITTEE],
    }
    whole = definitions.define_measure(SYSTEM, code="x.all", name="Khu dân cư", sentence="Mọi khu dân cư.", **common)
    part = definitions.define_measure(
        SYSTEM, code="x.covered", name="Có sóng", sentence="Khu dân cư có sóng.", part_of=whole, **common
    )
    definitions.define_indicator(
        SYSTEM,
        code="x.rate",
        name="Tỷ lệ phủ sóng",
        formula="100*{x.covered}/{x.all}",
        unit_of_measure=UnitOfMeasure.objects.get(code="percent"),
    )
    return part


def tell(actor: Actor, unit: Any, value: Any, measure: str = "x.covered", **more: Any) -> Entry | None:
    period = more.pop("period", OCT)
    return entries.enter(actor, measure=measure, unit=unit, period=period, value=value, source=SOURCE, **more)


def refused(actor: Actor, unit: Any, value: Any, **more: Any) -> str:
    with pytest.raises(entries.EntryRefused) as refusal:
        tell(actor, unit, value, **more)
    return refusal.value.code


def test_a_told_value_is_a_fact_at_once_and_says_who_told_it(covered: MeasureDefinition, cast: Cast) -> None:
    unit, leader = cast.units.commune_committee, cast.actor("leader")
    entry = tell(leader, unit, "1.234", measure="x.all")
    assert entry and entry.value == 1234 and entry.recorded_by_id == cast.leader.pk
    fact = Fact.objects.get(measure="x.all")
    assert (fact.value, fact.source, fact.any_period) == (1234, "manual", AnyPeriod.of_month(OCT))


def test_who_may_not_tell(covered: MeasureDefinition, cast: Cast) -> None:
    unit = cast.units.commune_committee
    for name in ("leader_elsewhere", "desk_officer", "citizen", "stranger", "auditor", "administrator"):
        with pytest.raises(access.Denied):
            tell(cast.actor(name), unit, 5)
    assert not Entry.objects.exists() and not Fact.objects.filter(measure="x.covered").exists()


def test_bad_values_periods_and_units_are_refused_each_in_a_sentence(covered: MeasureDefinition, cast: Cast) -> None:
    unit, leader = cast.units.commune_committee, cast.actor("provincial_leader")
    for value in ("abc", "1,234", "NaN", "Infinity", "-3", "1.5", "9" * 30, "=1+1", "1e400", "٣", "\x00"):
        assert refused(leader, unit, value) == "wrong_value", value
    for period in ("2026Q4", "2026-13", "2099-01", "2026W47", "", "x" * 5000):
        assert refused(leader, unit, 1, period=period) == "wrong_period", period
    assert refused(leader, cast.units.commune_office, 1) == "wrong_unit"
    assert refused(leader, unit, 1, measure="không có") == "entry_refused"
    assert not Entry.objects.exists()


def test_a_unit_that_ended_before_the_period_is_refused(covered: MeasureDefinition, cast: Cast) -> None:
    commune = cast.units.commune
    unit = make_unit("99009.UB", UnitKind.COMMUNE_COMMITTEE, "UBND xã cũ", commune, commune)
    type(unit).objects.filter(pk=unit.pk).update(valid_to=date(2026, 7, 1))
    unit.refresh_from_db()
    assert refused(SYSTEM, unit, 5, period=Period(2026, 7)) == "wrong_unit"
    assert tell(SYSTEM, unit, 5, period=Period(2026, 6))


def test_a_counted_measure_is_never_told(cast: Cast) -> None:
    definitions.sync_declared()
    live = MeasureDefinition.objects.filter(source_kind="live").first()
    assert live and refused(SYSTEM, cast.units.commune_committee, 5, measure=live.code) == "counted_live"


def test_a_part_is_never_larger_than_its_whole(covered: MeasureDefinition, cast: Cast) -> None:
    unit = cast.units.commune_committee
    tell(SYSTEM, unit, 10, measure="x.all")
    assert refused(SYSTEM, unit, 11) == "wrong_value"
    tell(SYSTEM, unit, 10)
    assert refused(SYSTEM, unit, 9, measure="x.all", reason="rà soát lại") == "wrong_value"


def test_a_correction_needs_a_reason_and_keeps_what_was_known(covered: MeasureDefinition, cast: Cast) -> None:
    unit = cast.units.commune_committee
    first = tell(SYSTEM, unit, 5)
    assert refused(SYSTEM, unit, 6) == "needs_reason"
    assert tell(SYSTEM, unit, 5) is None, "told again to the same value: nothing changes"
    second = tell(SYSTEM, unit, 6, reason="đếm sót một thôn")
    assert second and second.replaces_id == first.pk  # type: ignore[union-attr]
    version = FactVersion.objects.get()
    assert (version.value, version.known_to) == (5, Fact.objects.get(measure="x.covered").known_from)


def test_empty_is_not_zero_and_withdraws(covered: MeasureDefinition, cast: Cast) -> None:
    unit = cast.units.commune_committee
    assert tell(SYSTEM, unit, None) is None and not Entry.objects.exists()
    tell(SYSTEM, unit, 0)
    assert Fact.objects.get(measure="x.covered").value == 0
    assert tell(SYSTEM, unit, "", reason="nhập nhầm đơn vị")
    assert not Fact.objects.filter(measure="x.covered").exists() and FactVersion.objects.count() == 1


def test_the_database_refuses_to_change_what_was_told(covered: MeasureDefinition, cast: Cast) -> None:
    entry = tell(SYSTEM, cast.units.commune_committee, 5)
    assert entry
    for act in (lambda: Entry.objects.update(value=6), lambda: Entry.objects.all().delete()):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            act()


def test_many_rows_good_ones_are_kept_and_each_bad_one_says_why(covered: MeasureDefinition, cast: Cast) -> None:
    here, there = cast.units.commune_committee, cast.units.other_committee
    rows = [
        Row("x.all", here, "2026-10", 20, SOURCE),
        Row("x.covered", here.pk, "2026-10", "15", SOURCE),
        Row("x.covered", here.pk, "2026-10", "16", SOURCE),
        Row("x.covered", there, "2026-10", 5, SOURCE),
        Row("x.covered", 987654321, "2026-10", 5, SOURCE),
        Row("x.covered", there, "2026-09", "năm", SOURCE),
        Row("x.covered", there, "2026-08", 5, "  "),
    ]
    leader = cast.actor("leader")
    dry = entries.enter_many(leader, rows=rows, is_dry_run=True)
    assert not Entry.objects.exists() and not Fact.objects.filter(measure__startswith="x.").exists()
    done = entries.enter_many(leader, rows=rows)
    assert [one.outcome for one in dry] == [one.outcome for one in done]
    assert [one.outcome for one in done] == [Outcome.CREATED] * 2 + [Outcome.REFUSED] * 5
    assert [one.code for one in done[2:5]] == ["same_cell_twice", "refused", "wrong_unit"]
    assert all(one.sentence.endswith(".") for one in done[2:])
    assert entries.enter_many(leader, rows=rows[:2])[0].outcome is Outcome.UNCHANGED


def test_all_or_nothing_keeps_back_everything(covered: MeasureDefinition, cast: Cast) -> None:
    rows = [
        Row("x.all", cast.units.commune_committee, OCT, 20, SOURCE),
        Row("x.covered", cast.units.commune_committee, OCT, 30, SOURCE),
    ]
    done = entries.enter_many(SYSTEM, rows=rows, is_all_or_nothing=True)
    assert [one.outcome for one in done] == [Outcome.CREATED, Outcome.REFUSED] and not Entry.objects.exists()


def test_half_a_pair_does_not_bend_the_rate_and_is_shown_as_missing(covered: MeasureDefinition, cast: Cast) -> None:
    here, there, root = cast.units.commune_committee, cast.units.other_committee, cast.units.province
    for unit, whole, part in ((here, 10, 5), (there, 90, None)):
        tell(SYSTEM, unit, whole, measure="x.all")
        tell(SYSTEM, unit, part)
    rate = catalogue.indicators(["x.rate"])["x.rate"]
    figure = selectors.totals([rate], Window(OCT, OCT), root)["x.rate"]
    assert figure.value == 50 and figure.shares == selectors.Shares(0, 1, 0, 1)
    month = AnyPeriod.of_month(OCT)
    whole = selectors.matrix(["x.rate", "x.all"], [root, here, there], [month])
    assert [whole.value("x.rate", unit, month) for unit in (root, here, there)] == [50, 50, None]
    assert whole.value("x.all", root, month) == 100


def test_a_told_stock_stands_for_a_year_and_says_of_when_it_is(covered: MeasureDefinition, cast: Cast) -> None:
    unit, root = cast.units.commune_committee, cast.units.province
    tell(SYSTEM, unit, 10, measure="x.all", period=Period(2025, 12))
    alone = catalogue.as_indicator(catalogue.measure("x.all"))
    figure = selectors.totals([alone], Window(NOV, NOV), root)["x.all"]
    assert figure.value == 10 and figure.until == date(2025, 12, 31)
    later = Window(Period(2027, 1), Period(2027, 1))
    assert selectors.totals([alone], later, root)["x.all"].value is None


# --- what we knew on a day --------------------------------------------------------------------------------------


def test_what_was_published_is_what_was_known_then(covered: MeasureDefinition, cast: Cast) -> None:
    here, there, root = cast.units.commune_committee, cast.units.other_committee, cast.units.province
    for unit, whole, part in ((here, 10, 5), (there, 10, 6)):
        tell(SYSTEM, unit, whole, measure="x.all")
        tell(SYSTEM, unit, part)
    report = reports.publish_report(
        actor=cast.actor("provincial_leader"), code="BC10", title="Tháng 10", unit=root, first=OCT, last=OCT
    )
    rate = catalogue.indicators(["x.rate"])["x.rate"]
    tell(SYSTEM, here, 9, reason="bổ sung bốn thôn")
    tell(SYSTEM, there, None, reason="rút số chưa kiểm chứng")
    now = selectors.totals([rate], Window(OCT, OCT), root)["x.rate"]
    then = selectors.totals([rate], Window(OCT, OCT, known_at=report.published_at), root)["x.rate"]
    assert (now.value, then.value) == (90, 55)
    frozen = {(row.measure, row.unit_id): row.value for row in report.facts.filter(measure__startswith="x.")}
    known = selectors.amounts_by_unit(["x.all", "x.covered"], Window(OCT, OCT, known_at=report.published_at))
    assert frozen == {(code, unit): amount.value for code, by in known.items() for unit, amount in by.items()}
    month = AnyPeriod.of_month(OCT)
    asked = selectors.matrix(["x.rate"], [root], [month], known_at=report.published_at)
    assert asked.value("x.rate", root, month) == 55
    found = {(one.unit_id, one.frozen, one.now) for one in reports.differences(report)}
    assert found == {(here.pk, Decimal(5), Decimal(9)), (there.pk, Decimal(6), None)}


def test_a_late_fact_leaves_the_frozen_report_and_shows_as_a_difference(covered: MeasureDefinition, cast: Cast) -> None:
    root = cast.units.province
    report = reports.publish_report(
        actor=cast.actor("provincial_leader"), code="BC10", title="Tháng 10", unit=root, first=OCT, last=OCT
    )
    tell(SYSTEM, cast.units.commune_committee, 7)
    assert not report.facts.filter(measure="x.covered").exists()
    [late] = reports.differences(report)
    assert (late.frozen, late.now) == (None, 7)
    before = selectors.amounts_by_unit(["x.covered"], Window(OCT, OCT, known_at=report.published_at))
    assert not before.get("x.covered")


@pytest.mark.django_db(transaction=True)
def test_two_people_telling_one_cell_make_one_line_of_entries(covered: MeasureDefinition, cast: Cast) -> None:
    unit, results = cast.units.commune_committee, []
    start = threading.Barrier(2)

    def person(value: int) -> None:
        try:
            start.wait(5)
            tell(SYSTEM, unit, value)
            results.append("kept")
        except entries.EntryRefused as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    people = [threading.Thread(target=person, args=(value,)) for value in (4, 5)]
    for one in people:
        one.start()
    for one in people:
        one.join(10)
    assert sorted(results) == ["kept", "needs_reason"] and Entry.objects.count() == 1
