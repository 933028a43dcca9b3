"""Those who file together: invited by code, each says yes or no in their own account or at the counter."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.people.services.persons import record_person, require_proved_identity
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import fold, normalise
from tinhso.systems.procedures.afterwards import events, permissions
from tinhso.systems.procedures.afterwards.errors import NotInvited, SaySomething
from tinhso.systems.procedures.afterwards.models import CoApplicant, CoApplicantState
from tinhso.systems.procedures.models import Dossier

CODE_DAYS = 14
MOST = 20


@transaction.atomic
def invite_co_applicant(*, actor: Actor, dossier_id: int, name: str, at: datetime | None = None) -> CoApplicant:
    """Makes a code for one person by name; the applicant hands it over. Only while the dossier is being settled."""
    access.require(actor, permissions.OWN)
    at = at or timezone.now()
    own = Dossier.objects.belonging_to(actor).values("pk")
    dossier = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier_id, pk__in=own)
    named = fitting(normalise(name), 120)
    living = dossier.co_applicants.exclude(state=CoApplicantState.WITHDRAWN).count()
    if not named or not dossier.is_open or living >= MOST:
        raise SaySomething if not named else NotInvited
    made = CoApplicant.objects.create(
        dossier=dossier, name=named, invited_at=at, expires_at=at + timedelta(days=CODE_DAYS)
    )
    audit.record(actor, "afterwards.co_applicant.invited", dossier, unit_id=dossier.unit_id, invitation=made.pk)
    return made


@transaction.atomic
def withdraw_invitation(*, actor: Actor, invitation_id: int, at: datetime | None = None) -> CoApplicant:
    """The applicant takes back a code that nobody has answered."""
    access.require(actor, permissions.OWN)
    found = CoApplicant.objects.select_for_update(of=("self",)).get(
        pk=invitation_id, dossier__in=Dossier.objects.belonging_to(actor).values("pk")
    )
    if found.state != CoApplicantState.INVITED:
        raise NotInvited
    found.state, found.settled_at = CoApplicantState.WITHDRAWN, at or timezone.now()
    found.save(update_fields=["state", "settled_at"])
    audit.record(actor, "afterwards.co_applicant.withdrawn", found.dossier, invitation=found.pk)
    return found


def open_invitation(code: str, at: datetime) -> CoApplicant | None:
    """The invitation of a code, while it may be answered."""
    found = (
        CoApplicant.objects.select_related("dossier__version", "dossier__unit", "dossier__applicant")
        .filter(code=code.strip().upper(), state=CoApplicantState.INVITED, expires_at__gt=at)
        .first()
    )
    return found if found is not None and found.dossier.is_open else None


@transaction.atomic
def settle_invitation(*, actor: Actor, code: str, agrees: bool, at: datetime | None = None) -> CoApplicant:
    """Yes or no, by the person named, in an account of proved identity. A code serves once."""
    access.require(actor, permissions.OWN)
    at = at or timezone.now()
    person = require_proved_identity(actor)
    known = open_invitation(code, at)
    if known is None or fold(person.full_name) != fold(known.name) or known.dossier.applicant_id == person.pk:
        raise NotInvited
    return _settle(actor, known.pk, person.pk, agrees, at, officer=None)


@transaction.atomic
def confirm_at_desk(
    *, actor: Actor, invitation_id: int, name: str, number: str, at: datetime | None = None
) -> CoApplicant:
    """The person came to the counter with their card; the officer types what the card says."""
    at = at or timezone.now()
    known = CoApplicant.objects.select_related("dossier__desk").get(pk=invitation_id)
    access.require(actor, permissions.CONFIRM, unit=known.dossier.desk)
    if fold(normalise(name)) != fold(known.name) or not known.dossier.is_open or not number.strip():
        raise NotInvited
    person = record_person(
        actor,
        full_name=known.name,
        personal_number=number,
        unit=known.dossier.desk,
        source=_("xác nhận cùng nộp tại quầy"),
    )
    if person.pk == known.dossier.applicant_id or fold(person.full_name) != fold(known.name):
        raise NotInvited
    return _settle(actor, known.pk, person.pk, True, at, officer=actor.account_id)


def _settle(actor: Actor, pk: int, person_id: int, agrees: bool, at: datetime, *, officer: int | None) -> CoApplicant:
    found = CoApplicant.objects.select_for_update(of=("self",)).select_related("dossier__unit").get(pk=pk)
    if found.state != CoApplicantState.INVITED:
        raise NotInvited
    found.state = CoApplicantState.CONFIRMED if agrees else CoApplicantState.DECLINED
    found.person_id, found.settled_at, found.officer_id = person_id, at, officer
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise NotInvited from None
    dossier = found.dossier
    audit.record(
        actor, "afterwards.co_applicant.settled", dossier, unit_id=dossier.unit_id, invitation=pk, agrees=agrees
    )
    bus.publish(events.CO_APPLICANT_SETTLED, subject=dossier, unit=dossier.unit, occurred_on=timezone.localdate(at))
    return found
