"""Full-process procedures of those eligible, and services on a phone: a slow count, and from the act to the figure."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from tinhso.engines.indicators import catalogue as known
from tinhso.engines.indicators import counting, selectors, services
from tinhso.engines.indicators.models import Fact
from tinhso.engines.indicators.rules import Period
from tinhso.engines.indicators.selectors import Window
from tinhso.foundation.events import dispatch
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.procedures.catalogue import measures
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.catalogue.services import say_why_partial
from tinhso.systems.procedures.catalogue.testing import load, newest, raw
from tinhso.systems.procedures.models import Channel, FilingRoute, ProcedureVersion, ServiceKind
from tinhso.systems.procedures.performance import measures as of_services
from tinhso.systems.procedures.testing import Office

pytestmark = pytest.mark.django_db


def now() -> Period:
    return Period.of(timezone.localdate())


def figure(cast: Cast, target: str) -> tuple[int | None, int | None, Fraction | None]:
    """What the wall would show once the worker has caught up."""
    dispatch.deliver_all()
    indicator = known.indicator_for(target)
    assert indicator
    found = selectors.totals([indicator], Window(now(), now()), cast.units.province)[indicator.code]
    parts = [int(part.value) if part else None for part in (found.numerator, found.denominator)]
    return parts[0], parts[1], found.value


def slowly(day: date) -> tuple[int, int]:
    """One by one: full-process, and eligible."""
    full = eligible = 0
    for entry in CatalogueEntry.objects.all():
        if entry.valid_from > day or (entry.valid_to is not None and entry.valid_to <= day):
            continue
        full += entry.online_level == "full"
        eligible += entry.online_level == "full" or not (entry.partial_reason and entry.partial_basis)
    return full, eligible


def test_a_ground_on_record_takes_a_procedure_out_of_the_denominator(cast: Cast) -> None:
    load(*(raw(f"1.00000{n}", online_level="toàn trình" if n < 3 else "một phần") for n in range(1, 6)))
    assert figure(cast, "T25-B03") == (2, 5, 40)
    say_why_partial(
        actor=cast.actor("administrator"),
        code="1.000005",
        reason="Người nộp phải có mặt ký sổ",
        basis="Luật Hộ tịch, Điều 18",
        seen=newest("1.000005").pk,
    )
    assert figure(cast, "T30-04") == (2, 4, 50)
    assert slowly(now().last_day) == (2, 4)


def test_the_list_counts_as_it_stood_at_each_months_end(cast: Cast) -> None:
    load(raw("1.000001", online_level="toàn trình"))
    CatalogueEntry.objects.update(valid_from=now().first_day + timedelta(days=3))
    for measure in (measures.ELIGIBLE, measures.FULL_PROCESS):
        services.fill_measure(measure=measure, first=now().plus(-1), last=now())
    found = {fact.period: fact.value for fact in Fact.objects.filter(measure=measures.ELIGIBLE.code)}
    assert found == {now().plus(-1): 0, now(): 1}
    rows = counting.records_under(measures.ELIGIBLE, cast.units.province, now())
    assert rows.count() == 1 and not counting.records_under(measures.ELIGIBLE, cast.units.commune, now()).exists()


def test_services_on_a_phone_equal_a_slow_count(office: Office) -> None:
    for measure in (of_services.SERVICES, of_services.SERVICES_ON_PHONE):
        services.fill_measure(measure=measure, first=now(), last=now())
    full = [one for one in ProcedureVersion.objects.as_of(now().last_day) if one.service_kind == ServiceKind.FULL]
    phone = [one for one in full if one.route == FilingRoute.LOCAL and one.form and Channel.ONLINE in one.channels]
    found = figure(office.cast, "T25-B05")
    assert full and found[:2] == (len(phone), len(full))
