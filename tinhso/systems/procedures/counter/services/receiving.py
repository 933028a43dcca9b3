"""A walk-in or a letter by public post: the person, the dossier, each paper and the receipt, in one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Person
from tinhso.foundation.people.services.persons import record_person
from tinhso.systems.procedures import permissions as core
from tinhso.systems.procedures.counter import events
from tinhso.systems.procedures.counter.errors import NoPapers
from tinhso.systems.procedures.counter.models import NoScan, PaperKind, ReceivedPaper, Reception, Ticket
from tinhso.systems.procedures.counter.rules import Card, TicketState
from tinhso.systems.procedures.models import Channel, Dossier, ProcedureVersion
from tinhso.systems.procedures.services import record_walk_in


@dataclass(frozen=True)
class PaperLine:
    """One paper handed in, as ticked on the page."""

    label: str
    kind: str = PaperKind.ORIGINAL
    quantity: int = 1
    no_scan: str = ""


@transaction.atomic
def receive_walk_in(
    *,
    actor: Actor,
    desk: Unit,
    version: ProcedureVersion,
    card: Card,
    papers: Sequence[PaperLine],
    phone: str = "",
    channel: str = Channel.DESK,
    case_code: str = "",
    commune: Unit | None = None,
    sets: int = 1,
    note: str = "",
    brought_by: str = "",
    post_code: str = "",
    posted_on: date | None = None,
    ticket: Ticket | None = None,
    seconds: int | None = None,
    at: datetime | None = None,
) -> Dossier:
    """Receives what was brought or posted: the clock starts and form 01 can be printed (61/2018 art. 17.1).

    The person is recorded once by the number; a person already known keeps the record. At least one paper. `commune`
    settles it, the desk's own unless said: receiving knows no boundary.
    """
    access.require(actor, core.RECEIVE, unit=desk)
    at = at or timezone.now()
    if not papers:
        raise NoPapers
    person = _person(actor, desk, card, phone)
    data: dict[str, Any] = {"ghi_chu": note} if note else {}
    dossier = record_walk_in(
        actor=actor,
        version=version,
        desk=desk,
        person=person,
        data=data,
        channel=channel,
        case_code=case_code,
        commune=commune,
        at=at,
    )
    reception = Reception.objects.create(
        dossier=dossier,
        ticket=_ticket_of(desk, ticket),
        sets=sets,
        brought_by=brought_by,
        post_code=post_code if channel == Channel.POST else "",
        posted_on=posted_on if channel == Channel.POST else None,
        card_read=card.from_code,
        seconds=seconds,
    )
    _write_papers(dossier, papers)
    _put_on_record(actor, reception, desk, len(papers), at)
    return dossier


def _write_papers(dossier: Dossier, papers: Sequence[PaperLine]) -> None:
    ReceivedPaper.objects.bulk_create(
        ReceivedPaper(
            dossier=dossier,
            position=number,
            label=line.label[:500],
            kind=PaperKind(line.kind),
            quantity=line.quantity,
            no_scan=NoScan.SHOWN if line.kind == PaperKind.SHOWN else line.no_scan,
        )
        for number, line in enumerate(papers, start=1)
    )


def _put_on_record(actor: Actor, reception: Reception, desk: Unit, papers: int, at: datetime) -> None:
    dossier = reception.dossier
    audit.record(
        actor,
        "counter.walk_in.received",
        dossier,
        unit_id=desk.pk,
        code=dossier.code,
        papers=papers,
        card_read=reception.card_read,
        seconds=reception.seconds,
    )
    day = timezone.localdate(at)
    bus.publish(events.WALK_IN_RECEIVED, subject=dossier, unit=desk, occurred_on=day, reception=reception.pk)


def _ticket_of(desk: Unit, ticket: Ticket | None) -> Ticket | None:
    """The ticket at the counter when it is this desk's and being served."""
    return ticket if ticket is not None and ticket.desk_id == desk.pk and ticket.state == TicketState.CALLED else None


def _person(actor: Actor, desk: Unit, card: Card, phone: str) -> Person:
    """The person of the number; what the card says is written only when the person is new."""
    fields: dict[str, Any] = {"phone": phone, "born_on": card.born_on, "sex": card.sex, "address": card.address}
    return record_person(
        actor,
        personal_number=card.number,
        full_name=card.full_name,
        unit=desk,
        source=_("mã QR thẻ căn cước tại quầy") if card.from_code else _("tiếp nhận tại quầy"),
        **fields,
    )
