"""Freezing and publishing: what the approved reports of a period say, signed, with its facts and their digests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.engines.indicators import reports
from tinhso.engines.indicators.periods import AnyPeriod
from tinhso.engines.printing.services import render
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.files import kinds
from tinhso.foundation.files import services as files
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.systems.reporting import errors, events, papers, permissions, printing, words
from tinhso.systems.reporting.models import CellValue, Duty, FormVersion, Publication, Regime, Submission
from tinhso.systems.reporting.rules.content import CellKind, Form
from tinhso.systems.reporting.rules.states import State
from tinhso.systems.reporting.services import acts, judging
from tinhso.systems.reporting.services.judging import Figure, Figures


@dataclass(frozen=True)
class Gathered:
    """The approved reports of one period, the newest version of each unit, with their figures."""

    form: FormVersion
    period: AnyPeriod
    submissions: list[Submission]
    figures: dict[int, Figures]
    due: int

    @property
    def totals(self) -> Figures:
        """Numbers added over units, computed cells worked out from the sums: divided last."""
        return totals_of(self.form.form, list(self.figures.values()))


def totals_of(form: Form, reports_: list[Figures]) -> Figures:
    """Sums per cell; a cell that nobody filled has no sum."""
    found: Figures = {}
    for code, spec in form.cells.items():
        if spec.kind not in (CellKind.TYPED, CellKind.LIVE):
            continue
        values = [one[code].value for one in reports_ if code in one and one[code].value is not None]
        if values:
            found[code] = Figure(sum((value for value in values if value is not None), Decimal(0)))
    return found | judging.computed(form, found)


def gather(regime: Regime, period: AnyPeriod) -> Gathered:
    """Raises NothingToPublish when no report of the period is approved."""
    duties = Duty.objects.standing().filter(regime=regime, period_kind=str(period.kind), period_on=period.first_day)
    rows = Submission.objects.filter(duty__in=duties, state=State.APPROVED).select_related("duty__unit", "duty__form")
    newest: dict[int, Submission] = {row.duty_id: row for row in rows.order_by("number")}
    if not newest:
        raise errors.NothingToPublish(_("Chưa có báo cáo nào của kỳ này được duyệt."))
    chosen = sorted(newest.values(), key=lambda row: (row.duty.unit.sort_key, row.duty.unit_id))
    figures: dict[int, Figures] = {row.pk: {} for row in chosen}
    for cell in CellValue.objects.filter(submission__in=chosen):
        figures[cell.submission_id][cell.code] = (
            Figure(cell.value) if cell.value is not None else Figure(None, cell.text)
        )
    form = max((row.duty.form for row in chosen), key=lambda one: one.number)
    return Gathered(form, period, chosen, figures, duties.count())


@transaction.atomic
def publish(
    *,
    actor: Actor,
    regime: Regime,
    period: AnyPeriod,
    reason: str = "",
    pin: str = "",
    at: datetime | None = None,
    level: str = "B-LTA",
) -> Publication:
    """Chốt và công bố: the engine freezes the facts, the files are made of them, the PDF names the digests of the
    others and is signed. A later correction is a new version with its reason; what was published stays."""
    access.require(actor, permissions.PUBLISH, unit=regime.owner)
    # The regime's row is the queue: two at once make versions one after the other.
    Regime.objects.select_for_update().get(pk=regime.pk)
    last = Publication.objects.filter(
        regime=regime, period_kind=str(period.kind), period_on=period.first_day
    ).order_by("-pk").first()  # fmt: skip
    gathered = gather(regime, period)
    if last is not None:
        acts.needs_reason(reason)
        same = set(last.submissions.values_list("pk", flat=True)) == {row.pk for row in gathered.submissions}
        if same:
            raise errors.AlreadyPublished(_("Từ lần công bố trước không có báo cáo nào thay đổi."))
    at = at or timezone.now()
    frozen = _freeze(actor, regime, gathered, reason)
    made = _files(actor, regime, gathered, frozen.version, reason, at, pin, level)
    publication = Publication.objects.create(
        report=frozen,
        regime=regime,
        form=gathered.form,
        period_kind=str(period.kind),
        period_on=period.first_day,
        pdf=made["pdf"],
        xlsx=made["xlsx"],
        json=made["json"],
        digests=[{"name": one.name, "sha256": one.sha256, "size": one.size} for one in made.values()],
        is_simulated=actor.is_simulated or regime.is_simulated,
    )
    publication.submissions.set(gathered.submissions)
    audit.record(
        actor,
        "reporting.figures.published",
        publication,
        unit_id=regime.owner_id,
        regime=regime.code,
        period=str(period),
        version=frozen.version,
        reports=len(gathered.submissions),
    )
    acts_publish(publication)
    return publication


def acts_publish(publication: Publication) -> None:
    from tinhso.foundation.events import bus

    bus.publish(
        events.PUBLISHED,
        subject=publication,
        unit=publication.regime.owner,
        occurred_on=timezone.localdate(),
    )


def code_of(regime: Regime, period: AnyPeriod) -> str:
    return f"{regime.code}:{period}"


def _freeze(actor: Actor, regime: Regime, gathered: Gathered, reason: str) -> Any:
    numbers = [code for code, spec in gathered.form.form.cells.items() if spec.is_number]
    facts = [
        reports.GivenFact(
            measure=f"{regime.code}.{code}"[:80],
            unit_id=row.duty.unit_id,
            period=AnyPeriod.parse(str(gathered.period)),
            value=value,
            known_at=row.approved_at or timezone.now(),
        )
        for row in gathered.submissions
        for code in numbers
        if (value := gathered.figures[row.pk].get(code, judging.EMPTY).value) is not None
    ]
    span = gathered.submissions[0].duty.span
    return reports.freeze_given(
        actor,
        code=code_of(regime, gathered.period),
        title=f"{regime.name}, {words.period_name(gathered.period)}",
        unit=regime.owner,
        span=(span.first, span.last),
        facts=facts,
        reason=reason,
    )


def _files(
    actor: Actor, regime: Regime, gathered: Gathered, version: int, reason: str, at: datetime, pin: str, level: str
) -> dict[str, StoredFile]:
    from tinhso.engines.signing import services as signing

    name = f"{regime.code}-{gathered.period}-v{version}"
    with override("vi"):
        table = _table(gathered)
        data = _json(regime, gathered, version, reason, at)
    xlsx = _store(actor, table, f"{name}.xlsx", kinds.XLSX)
    json_ = _store(actor, data, f"{name}.json", kinds.TEXT)
    signer = Account.objects.get(pk=actor.account_id or 0)
    with override("vi"):
        paper = _paper(regime, gathered, version, reason, at, signer, [xlsx, json_])
    signed = signing.sign_pdf(
        actor,
        pdf=paper,
        account=signer,
        pin=pin or None,
        at=at,
        reason=_("Công bố số liệu %(name)s") % {"name": name},
        location=str(regime.owner),
        level=level,
    )
    return {"pdf": _store(actor, signed, f"{name}.pdf", kinds.PDF), "xlsx": xlsx, "json": json_}


def _store(actor: Actor, content: bytes, name: str, kind: str) -> StoredFile:
    return files.store_bytes(actor, content=content, name=name, purpose="reporting.published", allowed=(kind,))


def _table(gathered: Gathered) -> bytes:
    from tinhso.systems.reporting import workbooks

    form = gathered.form.form
    codes = [code for code, spec in form.cells.items() if spec.kind is not CellKind.NONE]
    head = [_("Mã đơn vị"), _("Đơn vị"), *(form.names[code] for code in codes)]
    rows = [
        [row.duty.unit.code, str(row.duty.unit), *(_cell(gathered.figures[row.pk].get(code)) for code in codes)]
        for row in gathered.submissions
    ]
    total = gathered.totals
    return workbooks.table("so-lieu", head, [*rows, ["", _("Tổng hợp"), *(_cell(total.get(code)) for code in codes)]])


def _cell(figure: Figure | None) -> float | int | str | None:
    if figure is None or figure.is_empty:
        return None
    if figure.value is None:
        return figure.text
    return int(figure.value) if figure.value == figure.value.to_integral_value() else float(figure.value)


def _json(regime: Regime, gathered: Gathered, version: int, reason: str, at: datetime) -> bytes:
    form = gathered.form.form
    numbers = [code for code, spec in form.cells.items() if spec.is_number]
    span = gathered.submissions[0].duty.span
    about = {
        "regime": regime.code,
        "title": str(regime.name),
        "period": str(gathered.period),
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "version": version,
        "reason": reason,
        "publishedAt": at.isoformat(),
        "formVersion": gathered.form.number,
        "unitsDue": gathered.due,
        "cells": {code: {"name": form.names[code], "measure": form.cells[code].measure} for code in numbers},
        "facts": [
            {
                "unit": row.duty.unit.code,
                "unitName": str(row.duty.unit),
                "submission": row.number,
                # Numbers as text: exact, and the same for every reader. An empty cell is null, not 0.
                "values": {code: _exact(gathered.figures[row.pk].get(code)) for code in numbers},
            }
            for row in gathered.submissions
        ],
    }
    return json.dumps(about, ensure_ascii=False, indent=1).encode()


def _exact(figure: Figure | None) -> str | None:
    return f"{figure.value.normalize():f}" if figure is not None and figure.value is not None else None


def _paper(
    regime: Regime,
    gathered: Gathered,
    version: int,
    reason: str,
    at: datetime,
    signer: Account,
    others: Iterable[StoredFile],
) -> bytes:
    count = {"approved": len(gathered.submissions), "due": gathered.due}
    span = gathered.submissions[0].duty.span
    data = papers.head_of(regime.owner, at) | {
        "title": str(regime.name),
        "period": _("Số liệu công bố %(period)s") % {"period": words.period_name(gathered.period)},
        "span": _("số liệu %(span)s") % {"span": words.span_words(span)},
        "version": _("Lần công bố %(number)s") % {"number": version},
        "reason": reason,
        "basis": _("Căn cứ: %(basis)s") % {"basis": gathered.form.legal_basis},
        "sections": papers.sections_of(gathered.form.form, gathered.totals),
        "notes": [_("Tổng hợp từ %(approved)s báo cáo đã duyệt trên %(due)s báo cáo phải gửi.") % count],
        "digests": [{"name": one.name, "sha256": one.sha256} for one in others],
        "signer": signer.full_name,
        "signer_title": _("Người công bố"),
        "foot": code_of(regime, gathered.period),
        "is_demo": regime.is_simulated,
        "is_wide": papers.is_wide(gathered.form.form),
    }
    return render(printing.REPORT, data, made_at=at)


def known_on(day: date) -> list[Publication]:
    """What had been published by the end of `day`: of each regime and period the version that stood then."""
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    rows = Publication.objects.filter(report__published_at__lt=end).select_related("report", "regime", "form")
    standing: dict[tuple[int, str, date], Publication] = {}
    for row in rows.order_by("report__version"):
        standing[(row.regime_id, row.period_kind, row.period_on)] = row
    return sorted(standing.values(), key=lambda row: (row.period_on, row.regime.code), reverse=True)


def corrected_since(publication: Publication) -> int:
    """Approved corrections that are not in the publication yet: late figures never change it by themselves."""
    rows = Submission.objects.filter(
        duty__regime=publication.regime,
        duty__period_kind=publication.period_kind,
        duty__period_on=publication.period_on,
        state=State.APPROVED,
        corrected_by=None,
    )
    return rows.exclude(pk__in=publication.submissions.values("pk")).count()


def frozen_of(publication: Publication) -> tuple[list[tuple[Unit, Figures]], Figures]:
    """The engine's frozen facts as figures: of each unit, and their totals."""
    prefix = f"{publication.regime.code}."
    by_unit: dict[Unit, Figures] = {}
    for fact in publication.report.facts.select_related("unit").order_by("unit__sort_key", "unit_id"):
        by_unit.setdefault(fact.unit, {})[fact.measure.removeprefix(prefix)] = Figure(fact.value)
    return list(by_unit.items()), totals_of(publication.form.form, list(by_unit.values()))


def figures_of(publication: Publication) -> tuple[list[str], list[dict[str, Any]]]:
    """The frozen figures as published: the names of the units, and the form's tables with the totals."""
    units, total = frozen_of(publication)
    return [str(unit) for unit, _figures in units], papers.sections_of(publication.form.form, total)
