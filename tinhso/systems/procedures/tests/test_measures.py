"""The target "received and processed online": which dossier counts where, from which act on, and who may list it."""

from datetime import datetime
from fractions import Fraction

import pytest
from django.utils import timezone

from tinhso.engines.indicators import counting, selectors
from tinhso.engines.indicators.models import Fact
from tinhso.engines.indicators.registry import indicator_for
from tinhso.engines.indicators.rules import Period
from tinhso.engines.indicators.selectors import Figure, Window
from tinhso.foundation.events import dispatch
from tinhso.systems.procedures import measures, services
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.testing import BIRTH, IN_PERSON, MARRIAGE, Office

pytestmark = pytest.mark.django_db


def at(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=timezone.get_default_timezone())


def figure(office: Office, target: str, period: Period | None = None) -> Figure:
    """What the wall would show once the worker has caught up."""
    dispatch.deliver_all()
    period = period or Period.of(timezone.localdate())
    indicator = indicator_for(target)
    assert indicator
    return selectors.totals([indicator], Window(period, period), office.cast.units.province)[indicator.code]


def walk_in(office: Office, code: str = MARRIAGE) -> Dossier:
    units, citizen = office.cast.units, office.cast.citizen.person
    return services.record_walk_in(
        actor=office.cast.actor("desk_officer"),
        version=office.version(code),
        desk=units.commune_centre,
        person=citizen,
        data={},
    )


def parts(found: Figure) -> tuple[int | None, int | None]:
    return (
        int(found.numerator.value) if found.numerator else None,
        int(found.denominator.value) if found.denominator else None,
    )


def test_filing_alone_moves_nothing_receiving_and_handing_over_do(office: Office) -> None:
    dossier = office.filed()
    assert parts(figure(office, "T25-B04")) == (None, None)
    services.receive_dossier(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk)
    assert parts(figure(office, "T25-B04")) == (0, 1)
    services.hand_over(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk)
    found = figure(office, "T25-B04")
    assert parts(found) == (1, 1) and found.value == 100


def test_a_dossier_brought_to_the_desk_counts_below_the_line_only(office: Office) -> None:
    office.resolving()
    desk = walk_in(office)
    services.hand_over(actor=office.cast.actor("desk_officer"), dossier_id=desk.pk)
    found = figure(office, "T25-B04")
    assert parts(found) == (1, 2) and found.value == Fraction(50)


def test_a_refused_dossier_counts_nowhere(office: Office) -> None:
    dossier = office.filed()
    services.refuse_dossier(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk, reason="Nộp nhầm nơi")
    assert parts(figure(office, "T30-05")) in ((None, None), (0, 0))


def test_the_two_targets_have_the_two_denominators(office: Office) -> None:
    ProcedureVersion.objects.filter(code=IN_PERSON).update(legacy_level=2)
    walk_in(office, IN_PERSON)
    office.resolving(code=BIRTH)
    assert parts(figure(office, "T25-B04")) == (1, 1)
    assert parts(figure(office, "T30-05")) == (1, 2)


def test_the_month_is_that_of_reception_even_when_handed_over_later(office: Office) -> None:
    desk = office.cast.actor("desk_officer")
    dossier = office.filed(at=at(29, 10))
    services.receive_dossier(actor=desk, dossier_id=dossier.pk, at=at(30, 10))
    services.hand_over(actor=desk, dossier_id=dossier.pk, at=at(2, 11))
    assert parts(figure(office, "T25-B04", Period(2026, 10))) == (1, 1)
    assert parts(figure(office, "T25-B04", Period(2026, 11))) == (None, None)


def test_the_cell_belongs_to_the_deciding_committee(office: Office) -> None:
    office.resolving()
    dispatch.deliver_all()
    units = set(Fact.objects.values_list("unit_id", flat=True))
    assert units == {office.cast.units.commune_committee.pk}


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("stranger", 0),
        ("citizen", 0),
        ("desk_officer", 0),
        ("leader", 1),
        ("leader_elsewhere", 0),
        ("provincial_leader", 1),
        ("administrator", 0),
        ("auditor", 1),
    ],
)
def test_who_may_list_the_dossiers_behind_the_figure(office: Office, name: str, seen: int) -> None:
    office.resolving()
    period = Period.of(timezone.localdate())
    rows = counting.records_of(measures.RECEIVED, office.cast.units.commune_committee, period)
    assert measures.visible_to(office.cast.actor(name), rows).count() == seen


def test_the_list_does_not_spell_out_who_filed(office: Office) -> None:
    dossier = office.resolving()
    line = measures.describe(Dossier.objects.get(pk=dossier.pk))
    assert line.person == "N. T. Hoa"
    assert str(dossier.applicant.personal_number) not in repr(line)
