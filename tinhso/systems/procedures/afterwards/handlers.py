"""Reactions to the events of dossiers: papers and results go into the wallet; a finished dossier asks to be rated."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.events import bus
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.notices.services import notify
from tinhso.systems.procedures import events as core
from tinhso.systems.procedures.afterwards.models import ActingDossier, ItemKind, Rating
from tinhso.systems.procedures.afterwards.services.rating import pass_of
from tinhso.systems.procedures.afterwards.services.talking import citizens_of
from tinhso.systems.procedures.afterwards.services.wallet import keep_paper
from tinhso.systems.procedures.counter import events as counter
from tinhso.systems.procedures.counter.models import Scan
from tinhso.systems.procedures.models import Dossier, DossierPaper


def rating_address(dossier_id: int) -> str:
    """The link that rates one dossier without signing in."""
    return settings.PUBLIC_URL + reverse("afterwards:rate", args=[pass_of(dossier_id)])


def _system(dossier: Dossier) -> Actor:
    return Actor.system("Hệ thống", is_simulated=dossier.is_simulated)


def _is_for_enterprise(dossier: Dossier) -> bool:
    """What was filed for an enterprise is not its representative's own paper."""
    return ActingDossier.objects.filter(dossier=dossier).exclude(power__enterprise=None).exists()


def keep_papers(received: list[DomainEvent]) -> None:
    """Dossiers were received: their electronic papers are the applicants' to use again."""
    numbers = [int(event.subject_id) for event in received]
    papers = DossierPaper.objects.filter(dossier_id__in=numbers, removed_at=None).select_related("file", "dossier")
    of_enterprises = ActingDossier.objects.filter(dossier_id__in=numbers).exclude(power__enterprise=None)
    for paper in papers.exclude(dossier__in=of_enterprises.values("dossier")).order_by("pk"):
        dossier = paper.dossier
        assert dossier is not None  # asked by dossier
        keep_paper(actor=_system(dossier), dossier=dossier, kind=ItemKind.PAPER, label=paper.label, file=paper.file)


def keep_result(event: DomainEvent) -> None:
    """A result was issued: it lies in the wallet, and the person is asked, once, what they think."""
    dossier = Dossier.objects.select_related("version", "filed_by", "result__file").get(pk=event.subject_id)
    result = dossier.result
    if result.file is not None and not _is_for_enterprise(dossier):
        keep_paper(
            actor=_system(dossier),
            dossier=dossier,
            kind=ItemKind.RESULT,
            label=dossier.version.result_name,
            file=result.file,
            number=result.number_text,
            issued_on=timezone.localdate(result.issued_at) if result.issued_at else None,
        )
    if Rating.objects.filter(dossier=dossier).exists():
        return
    values = {"code": dossier.code, "procedure": dossier.version.plain_name, "address": rating_address(dossier.pk)}
    for account in citizens_of(dossier):
        notify(
            _system(dossier),
            account=account,
            text="afterwards.rate",
            values=values,
            link=reverse("afterwards:rate", args=[pass_of(dossier.pk)]),
            key=f"afterwards.rate:{dossier.pk}:{account.pk}",
        )


def keep_scan(event: DomainEvent) -> None:
    """A scan was confirmed at the counter: the paper is the applicant's to use again, with its number and date."""
    scan = Scan.objects.select_related("paper__dossier", "attached__file").get(pk=event.subject_id)
    fields: dict[str, Any] = {field.name: field.value for field in scan.fields.all()}
    if scan.attached is None or _is_for_enterprise(scan.paper.dossier):
        return
    issued = fields.get("issued_on") or ""
    keep_paper(
        actor=_system(scan.paper.dossier),
        dossier=scan.paper.dossier,
        kind=ItemKind.PAPER,
        label=scan.paper.label,
        file=scan.attached.file,
        number=fields.get("document_number") or "",
        issued_on=date.fromisoformat(issued) if issued else None,
    )


def register() -> None:
    """Listens; called once at start."""
    bus.subscribe_batch(core.DOSSIER_RECEIVED, keep_papers)
    bus.subscribe(core.RESULT_ISSUED, keep_result)
    bus.subscribe(counter.SCAN_CONFIRMED, keep_scan)
