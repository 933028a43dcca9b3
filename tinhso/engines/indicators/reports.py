"""Freezing a report: its facts are copied. What was sent stays as it was sent; a correction is a new version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators import events, keeping, permissions
from tinhso.engines.indicators.models import Fact, PublishedFact, PublishedReport, SourceKind
from tinhso.engines.indicators.periods import AnyPeriod, Period, PeriodKind
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.errors import Refused


class AlreadyPublished(Refused):
    """The code is taken: what was published is corrected, never published again."""


class AlreadyCorrected(Refused):
    """Only the newest version may be corrected."""


class ReasonMissing(Refused):
    """A correction says why."""


@transaction.atomic
def publish_report(
    *, actor: access.Actor, code: str, title: str, unit: Unit, first: Period, last: Period
) -> PublishedReport:
    """Chốt báo cáo. Copies every fact of `unit` and below as it stands now."""
    access.require(actor, permissions.PUBLISH, unit=unit)
    if PublishedReport.objects.filter(code=code).exists():
        raise AlreadyPublished(_("Báo cáo %(code)s đã chốt. Hãy đính chính thay vì chốt lại.") % {"code": code})
    return _freeze(actor, PublishedReport(code=code, version=1, title=title, unit=unit), first, last)


@transaction.atomic
def correct_report(*, actor: access.Actor, report: PublishedReport, reason: str) -> PublishedReport:
    """Đính chính: a new version with today's facts and the reason; the old version stays readable as it was."""
    access.require(actor, permissions.PUBLISH, unit=report.unit)
    # Locked, so two corrections of one version cannot both be its successor.
    report = PublishedReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if PublishedReport.objects.filter(corrects=report).exists():
        raise AlreadyCorrected(_("Phiên bản này đã được đính chính. Hãy mở phiên bản mới nhất."))
    if not reason.strip():
        raise ReasonMissing(_("Hãy ghi lý do đính chính."))
    newer = PublishedReport(
        code=report.code,
        version=report.version + 1,
        title=report.title,
        unit=report.unit,
        corrects=report,
        reason=reason,
    )
    return _freeze(actor, newer, Period.of(report.period_from), Period.of(report.period_to))


def _freeze(actor: access.Actor, report: PublishedReport, first: Period, last: Period) -> PublishedReport:
    report.period_from, report.period_to = first.first_day, last.first_day
    with connection.cursor() as cursor:
        # Waits for facts being written and keeps new ones back until the commit.
        cursor.execute(keeping.FREEZING)
    report.published_at = timezone.now()
    report.published_by_id = actor.account_id
    report.save(force_insert=True)
    below = Q(unit__path__startswith=report.unit.path)
    # Months, and told facts of other lengths that begin within them.
    facts = Fact.objects.filter(below, period_on__gte=first.first_day, period_on__lte=last.last_day)
    copied = PublishedFact.objects.bulk_create(
        PublishedFact(
            report=report,
            measure=fact.measure,
            unit_id=fact.unit_id,
            period_kind=fact.period_kind,
            period_on=fact.period_on,
            value=fact.value,
            counted_at=fact.counted_at,
            source=fact.source,
        )
        for fact in facts.iterator()
    )
    audit.record(
        actor,
        "indicators.report.published",
        report,
        unit_id=report.unit_id,
        code=report.code,
        version=report.version,
        facts=len(copied),
    )
    _publish(report)
    return report


@dataclass(frozen=True)
class GivenFact:
    """A fact as the publishing system has it: a figure of a signed report."""

    measure: str
    unit_id: int
    period: AnyPeriod
    value: Decimal
    known_at: datetime


@transaction.atomic
def freeze_given(
    actor: access.Actor,
    *,
    code: str,
    title: str,
    unit: Unit,
    span: tuple[date, date],
    facts: Iterable[GivenFact],
    reason: str = "",
) -> PublishedReport:
    """Freezes the facts that a system gives, as the next version of `code`. The act that calls it has asked for its
    own permission, and says why when it corrects; two at once cannot both be the next version (unique)."""
    last = PublishedReport.objects.select_for_update(of=("self",)).filter(code=code).order_by("-version").first()
    if last is not None and not reason.strip():
        raise ReasonMissing(_("Hãy ghi lý do đính chính."))
    report = PublishedReport.objects.create(
        code=code,
        version=last.version + 1 if last else 1,
        title=title[:200],
        unit=unit,
        period_from=span[0],
        period_to=span[1],
        published_at=timezone.now(),
        published_by_id=actor.account_id,
        corrects=last,
        reason=fitting(reason, 300) if last else "",
    )
    copied = PublishedFact.objects.bulk_create(
        PublishedFact(
            report=report,
            measure=fact.measure,
            unit_id=fact.unit_id,
            period_kind=str(fact.period.kind),
            period_on=fact.period.first_day,
            value=fact.value,
            counted_at=fact.known_at,
            source=SourceKind.MANUAL,
        )
        for fact in facts
    )
    audit.record(
        actor,
        "indicators.report.published",
        report,
        unit_id=unit.pk,
        code=code,
        version=report.version,
        facts=len(copied),
    )
    _publish(report)
    return report


@dataclass(frozen=True)
class Difference:
    """A cell of a frozen report that says something else today; None: not reported."""

    measure: str
    unit_id: int
    period: AnyPeriod
    frozen: Decimal | None
    now: Decimal | None


def differences(report: PublishedReport) -> list[Difference]:
    """What came or changed after the freezing: late facts and corrections. The report itself stays as it was."""
    spans = {"period_on__gte": report.period_from, "period_on__lte": Period.of(report.period_to).last_day}
    facts = Fact.objects.filter(unit__path__startswith=report.unit.path, **spans)
    columns = ("measure", "unit_id", "period_kind", "period_on", "value")
    now = {row[:4]: row[4] for row in facts.values_list(*columns)}
    frozen = {row[:4]: row[4] for row in report.facts.values_list(*columns)}
    return [
        Difference(key[0], key[1], AnyPeriod(PeriodKind(key[2]), key[3]), frozen.get(key), now.get(key))
        for key in sorted(now.keys() | frozen.keys())
        if now.get(key) != frozen.get(key)
    ]


def _publish(report: PublishedReport) -> None:
    bus.publish(
        events.REPORT_PUBLISHED,
        subject=report,
        unit=report.unit,
        occurred_on=timezone.localdate(report.published_at),
        code=report.code,
        version=report.version,
    )
