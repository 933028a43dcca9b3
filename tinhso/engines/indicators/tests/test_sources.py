"""Every target of the Resolution has a source from the first day; what is counted takes the place of what is told."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Q

from tinhso.engines.indicators import catalogue, entries, registry, selectors, services
from tinhso.engines.indicators.models import (
    Entry,
    Fact,
    IndicatorDefinition,
    MeasureDefinition,
    Target,
    UnitOfMeasure,
)
from tinhso.engines.indicators.periods import Period
from tinhso.engines.indicators.registry import Indicator
from tinhso.engines.indicators.rules import State
from tinhso.engines.indicators.seeds import load_targets, playing, sources
from tinhso.engines.indicators.selectors import Window
from tinhso.engines.indicators.standing_measures import CENTRES, STAFF
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.testing.cast import Cast, make_unit

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
OCT, NOV = Period(2026, 10), Period(2026, 11)


def test_all_56_targets_have_a_source_and_every_source_a_measure() -> None:
    load_targets()
    found = catalogue.answers()
    assert set(found) == set(Target.objects.values_list("code", flat=True)) and len(found) == 56
    needed = {code for item in found.values() for code in item.parts}
    assert set(catalogue.measures(needed)) == needed
    assert not MeasureDefinition.objects.told().filter(Q(sentence="") | Q(basis="")).exists()
    for row in MeasureDefinition.objects.told().filter(unit_of_measure__code="person"):
        row.full_clean()


def test_loading_again_changes_nothing_and_keeps_what_administrators_changed() -> None:
    load_targets()
    MeasureDefinition.objects.filter(code="nq05.staff").update(name="Biên chế")
    assert sources.load_sources() == 0
    assert MeasureDefinition.objects.get(code="nq05.staff").name == "Biên chế"


def test_a_system_that_counts_a_target_replaces_its_told_source() -> None:
    load_targets()
    assert catalogue.answers()["T25-A01"].code == "nq05.T25-A01"
    own = Indicator("x.computers", "Máy tính", "orgs.staff_with_role", None, targets=("T25-A01",))
    registry.register_indicator(own)
    try:
        assert catalogue.answers()["T25-A01"] is own and catalogue.indicator_for("T25-A01") is own
    finally:
        del registry.INDICATORS[own.code]


def test_districts_are_told_to_their_last_day_and_never_after(cast: Cast) -> None:
    load_targets()
    district = make_unit("99.H", UnitKind.DISTRICT, "Huyện cũ", None)
    Unit.objects.filter(pk=district.pk).update(valid_from=date(2025, 1, 1), valid_to=date(2025, 7, 1))
    district.refresh_from_db()
    for code, value in (("nq05.district_work_files", 10), ("nq05.district_work_files_online", 9)):
        entries.enter(SYSTEM, measure=code, unit=district, period=Period(2025, 6), value=value, source="s")
        with pytest.raises(entries.EntryRefused):
            entries.enter(SYSTEM, measure=code, unit=district, period=Period(2025, 7), value=value, source="s")
    root = cast.units.province

    def state(day: date) -> tuple[State, object]:
        window = Window(Period(day.year, 1), Period.of(day))
        [found] = [one for one in selectors.standings(window, root, day) if one.target.code == "T25-B06b"]
        return found.state, found.figure.value if found.figure else None

    assert state(date(2025, 6, 30)) == (State.REACHED, 90)
    assert state(date(2026, 11, 22))[0] is State.LEVEL_ENDED


def test_the_share_of_targets_that_are_live_told_and_missing_is_itself_counted(cast: Cast) -> None:
    load_targets()
    services.recount_cell(measure=STAFF, unit=cast.units.province, period=NOV)
    entries.enter(
        SYSTEM, measure="nq05.rank_digital_government", unit=cast.units.province, period="2025", value=21, source="s"
    )
    day = date(2026, 11, 22)
    shares = selectors.sources_share(selectors.standings(Window(Period(2026, 1), NOV), cast.units.province, day))
    assert (shares.manual, shares.ended, shares.total) == (1, 5, 56)
    assert shares.missing + shares.live == 50


def test_the_play_is_simulated_goes_through_the_services_and_leaves_gaps(cast: Cast) -> None:
    load_targets()

    class Silent:
        def start(self, title: str, total: int) -> None: ...
        def advance(self, steps: int = 1) -> None: ...

    playing.play_entries(Actor.system("mô phỏng", is_simulated=True), Silent(), 3)
    count = Entry.objects.count()
    assert count > 200 and not Entry.objects.filter(is_simulated=False).exists()
    assert Fact.objects.exclude(source="live").count() == count


def test_staff_and_centres_equal_a_slow_count(cast: Cast) -> None:
    services.fill_measure(measure=STAFF, first=OCT, last=OCT)
    services.fill_measure(measure=CENTRES, first=OCT, last=OCT)
    here, root = cast.units.commune_committee, cast.units.province

    def staff(path: str) -> int:
        rows = RoleAssignment.objects.filter(unit__path__startswith=path, valid_from__lte=OCT.last_day)
        return len({row.account_id for row in rows if row.valid_to is None or row.valid_to > OCT.last_day})

    def fact(code: str, unit: Unit) -> int:
        return int(Fact.objects.cell(code, unit.pk, OCT).get().value)

    assert fact(STAFF.code, here) == staff(here.path) == 3
    assert fact(STAFF.code, root) == staff(root.path) == 9
    assert fact(CENTRES.code, here) == 1
    whole = selectors.totals([catalogue.as_indicator(CENTRES)], Window(OCT, OCT), root)[CENTRES.code]
    assert whole.value == len([one for one in Unit.objects.all() if one.kind == UnitKind.SERVICE_CENTRE]) == 2


def test_declared_measures_are_mirrored_and_those_no_longer_declared_end() -> None:
    load_targets()
    live = MeasureDefinition.objects.filter(source_kind="live")
    assert set(live.filter(valid_to=None).values_list("code", flat=True)) == set(registry.MEASURES)
    assert set(IndicatorDefinition.objects.filter(source_kind="live").values_list("code", flat=True)) == set(
        registry.INDICATORS
    )
    gone = MeasureDefinition.objects.create(
        code="x.gone", name="x", sentence="x", kind="flow", over_time="sum", source_kind="live",
        unit_of_measure=UnitOfMeasure.objects.get(code="item"),
    )  # fmt: skip
    load_targets()
    gone.refresh_from_db()
    assert gone.valid_to is not None
