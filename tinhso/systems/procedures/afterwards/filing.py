"""What the core asks when a draft is filed for another, and what a citizen may open because of it (its hooks)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.people.models import Person
from tinhso.systems.procedures.afterwards.errors import PowerEnded
from tinhso.systems.procedures.afterwards.models import ActingDossier, ActingDraft, CoApplicant, CoApplicantState, Power
from tinhso.systems.procedures.afterwards.services.acting import usable
from tinhso.systems.procedures.models import Dossier, Draft


def applicant_of(actor: Actor, draft: Draft, at: datetime) -> Person | None:
    """The principal when the draft is for a person; None for oneself and for an enterprise (its representative files).

    The power is locked and asked again at the moment of filing: one revoked a second ago files nothing.
    """
    acting = ActingDraft.objects.filter(draft=draft).first()
    draft.filed_under = acting  # type: ignore[attr-defined]
    if acting is None:
        return None
    power = Power.objects.select_for_update(of=("self",)).select_related("person").get(pk=acting.power_id)
    if power.agent_id != actor.account_id or not usable(power, draft, at):
        raise PowerEnded
    return power.person


def opened(actor: Actor, dossier: Dossier, at: datetime) -> None:
    """Ties the new dossier to the power it was filed under."""
    draft = dossier.draft
    if draft is None:
        return
    if not hasattr(draft, "filed_under"):  # else asked a moment ago in the same act, under the draft's lock
        draft.filed_under = ActingDraft.objects.filter(draft=draft).first()  # type: ignore[attr-defined]
    acting: ActingDraft | None = draft.filed_under  # type: ignore[attr-defined]
    if acting is None:
        return
    ActingDossier.objects.create(dossier=dossier, power=acting.power)
    audit.record(actor, "afterwards.dossier.filed_for", dossier, unit_id=dossier.unit_id, power=acting.power_id)


def reading(actor: Actor) -> Q:
    """Who confirmed that they file together reads the dossier; what changes it stays with its applicant."""
    if actor.person_id is None:
        return Q(pk__in=[])
    confirmed = CoApplicant.objects.filter(person_id=actor.person_id, state=CoApplicantState.CONFIRMED)
    return Q(pk__in=confirmed.values("dossier"))


def belonging(actor: Actor, mine: Q) -> Q:
    """An agent opens what they filed only while the power holds; an enterprise's representatives open its own."""
    today = timezone.localdate()
    filed = ActingDossier.objects.filter(power__agent_id=actor.account_id or 0)
    held = Power.objects.holding(today).filter(agent_id=actor.account_id or 0)
    ended = filed.exclude(power__in=held).values("dossier")
    # The principal of a power may be the very person who acts here: their own dossiers stay theirs.
    own = Q(pk__in=ActingDossier.objects.filter(power__person_id=actor.person_id or 0).values("dossier"))
    company = ActingDossier.objects.filter(
        power__enterprise__in=held.exclude(enterprise=None).filter(procedures=[]).values("enterprise")
    )
    return (mine & (~Q(pk__in=ended) | own)) | Q(pk__in=company.values("dossier"))
