"""Freezing a report: its facts are copied. What was sent stays as it was sent; a correction is a new version."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators import permissions
from tinhso.engines.indicators.models import MONTH, Fact, PublishedFact, PublishedReport
from tinhso.engines.indicators.rules import Period
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.orgs.models import Unit
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
    """Chốt báo cáo. Copies every fact of `unit` and below, month by month, as it stands now."""
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
    report.published_at = timezone.now()
    report.published_by_id = actor.account_id
    report.save(force_insert=True)
    below = Q(unit__path__startswith=report.unit.path, period_kind=MONTH)
    facts = Fact.objects.filter(below).within(first, last)
    copied = PublishedFact.objects.bulk_create(
        PublishedFact(
            report=report,
            measure=fact.measure,
            unit_id=fact.unit_id,
            period_on=fact.period_on,
            value=fact.value,
            counted_at=fact.counted_at,
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
    return report
