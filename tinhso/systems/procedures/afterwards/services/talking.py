"""Messages on a dossier between its people and its officers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.files import services as files
from tinhso.foundation.notices.services import notify
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.rules import normalise_lines
from tinhso.systems.procedures.afterwards import events, permissions
from tinhso.systems.procedures.afterwards.errors import SaySomething
from tinhso.systems.procedures.afterwards.models import CoApplicantState, Message, MessageFile
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.services.acts import account_id_of

LONGEST = 4000
MOST_FILES = 5


def send_message(
    *,
    actor: Actor,
    dossier_id: int,
    body: str,
    from_office: bool,
    uploads: Sequence[tuple[str, BinaryIO]] = (),
    at: datetime | None = None,
) -> Message:
    """One message; the other side is told. An officer writes under their own name and office.

    Two transactions on purpose: an infected file's quarantine must outlive the refusal.
    """
    _dossier_for(actor, dossier_id, from_office)
    text = normalise_lines(body)
    if not text or len(text) > LONGEST:
        raise SaySomething
    stored = [
        files.store(actor, stream=stream, name=name, purpose="procedures.message")
        for name, stream in uploads[:MOST_FILES]
    ]
    with transaction.atomic():
        dossier = _dossier_for(actor, dossier_id, from_office)
        sender = Account.objects.get(pk=account_id_of(actor))
        message = Message.objects.create(
            dossier=dossier,
            from_office=from_office,
            sender=sender,
            sender_name=sender.full_name,
            office=_office(actor, dossier) if from_office else None,
            body=text,
            sent_at=at or timezone.now(),
            is_simulated=actor.is_simulated,
        )
        MessageFile.objects.bulk_create(MessageFile(message=message, file=file) for file in stored)
        audit.record(
            actor,
            "afterwards.message.sent",
            dossier,
            unit_id=dossier.unit_id,
            message=message.pk,
            files=[file.sha256 for file in stored],
        )
        bus.publish(
            events.MESSAGE_SENT,
            subject=message,
            unit=dossier.unit,
            occurred_on=timezone.localdate(message.sent_at),
            dossier=dossier.pk,
        )
        _tell(actor, message, dossier)
    return message


def _dossier_for(actor: Actor, dossier_id: int, from_office: bool) -> Dossier:
    """The dossier when the actor files it, alone or together, or answers for it as an officer; DoesNotExist for
    anyone else's."""
    related = Dossier.objects.select_related("version", "unit", "desk", "office", "filed_by", "case__holder")
    if not from_office:
        access.require(actor, permissions.TALK)
        return related.filter(pk__in=Dossier.objects.readable_by(actor).values("pk")).get(pk=dossier_id)
    dossier = related.filter(pk__in=Dossier.objects.visible_to(actor).values("pk")).get(pk=dossier_id)
    places = (dossier.desk, dossier.office, dossier.unit)
    if not any(access.allowed(actor, permissions.ANSWER, place) for place in places):
        access.require(actor, permissions.ANSWER, unit=dossier.desk)
    return dossier


def _office(actor: Actor, dossier: Dossier) -> Unit:
    """Where the officer stands on this dossier: the resolving office first, then the desk, then the authority."""
    places = (dossier.office, dossier.desk, dossier.unit)
    return next(place for place in places if access.allowed(actor, permissions.ANSWER, place))


def _tell(actor: Actor, message: Message, dossier: Dossier) -> None:
    values = {"code": dossier.code, "name": message.sender_name, "unit": message.office.name if message.office else ""}
    if message.from_office:
        for account in [*citizens_of(dossier), *_together_with(dossier)]:
            notify(
                actor,
                account=account,
                text="afterwards.message",
                values=values,
                link=f"/ho-so/{dossier.code}/trao-doi/",
                key=f"afterwards.message:{message.pk}",
            )
    elif dossier.case is not None and dossier.case.holder is not None:
        notify(
            actor,
            account=dossier.case.holder,
            text="afterwards.asked",
            values=values,
            link=f"/can-bo/ho-so/{dossier.pk}/trao-doi/",
            key=f"afterwards.message:{message.pk}",
        )


def citizens_of(dossier: Dossier) -> list[Account]:
    """Who on the citizen's side is told: the accounts of the applicant, and whoever filed and may still open it."""
    accounts = list(Account.objects.filter(person_id=dossier.applicant_id, is_active=True, kind=Account.Kind.CITIZEN))
    filer = dossier.filed_by
    is_new = filer.kind == Account.Kind.CITIZEN and filer not in accounts
    if is_new and Dossier.objects.belonging_to(Actor.of(filer)).filter(pk=dossier.pk).exists():
        accounts.append(filer)
    return accounts


def _together_with(dossier: Dossier) -> list[Account]:
    """The accounts of those who confirmed that they file together: they talk along."""
    people = dossier.co_applicants.filter(state=CoApplicantState.CONFIRMED).exclude(person=dossier.applicant_id)
    citizens = Account.objects.filter(kind=Account.Kind.CITIZEN, is_active=True)
    return list(citizens.filter(person__in=people.values("person")).exclude(pk=dossier.filed_by_id))


@transaction.atomic
def mark_read(*, actor: Actor, dossier_id: int, as_office: bool, at: datetime | None = None) -> int:
    """The actor has opened the page: the other side's messages are read. Says how many were new.

    Somebody who files along leaves them new for the one whose dossier it is.
    """
    dossier = _dossier_for(actor, dossier_id, as_office)
    if not as_office and not Dossier.objects.belonging_to(actor).filter(pk=dossier.pk).exists():
        return 0
    unread = Message.objects.filter(dossier=dossier, from_office=not as_office, read_at=None)
    return unread.update(read_at=at or timezone.now(), read_by_id=account_id_of(actor))
