"""Reads around a dossier: its messages, what stands beside it, the wallet, powers, feedback."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.utils import timezone

from tinhso.engines.forms import layout
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.people.models import Enterprise, Person
from tinhso.systems.procedures.afterwards import permissions
from tinhso.systems.procedures.afterwards.models import (
    ActingDossier,
    ActingDraft,
    CoApplicant,
    DeliveryChoice,
    Feedback,
    Message,
    Power,
    PowerKind,
    Rating,
    WalletItem,
    WalletUse,
)
from tinhso.systems.procedures.afterwards.rules import OPEN_FEEDBACK, FeedbackState, PowerState
from tinhso.systems.procedures.afterwards.services.wallet import same_paper
from tinhso.systems.procedures.models import Dossier, Draft
from tinhso.systems.procedures.reading import has


def messages_of(dossier: Dossier) -> QuerySet[Message]:
    return Message.objects.filter(dossier=dossier).select_related("office").prefetch_related("files__file")


def beside(dossier: Dossier) -> dict[str, Any]:
    """What stands beside a dossier on both faces, in a handful of queries."""
    acting = ActingDossier.objects.filter(dossier=dossier).select_related("power__agent", "power__enterprise")
    together = dossier.co_applicants.exclude(state="withdrawn").select_related("person")
    return {
        "acting": acting.first() if has(dossier, ActingDossier) else None,
        "messages": _messages(dossier),
        "co_applicants": list(together) if has(dossier, CoApplicant) else [],
        "choice": DeliveryChoice.objects.filter(dossier=dossier).first() if has(dossier, DeliveryChoice) else None,
        "rating": Rating.objects.filter(dossier=dossier).first() if has(dossier, Rating) else None,
        "reused": reuse_of(dossier) if has(dossier, WalletUse) else 0,
    }


def _messages(dossier: Dossier) -> dict[str, int]:
    """How many messages there are, and how many each side has not read."""
    if not has(dossier, Message):
        return {"all": 0, "new_from_office": 0, "new_from_citizen": 0}
    return Message.objects.filter(dossier=dossier).aggregate(
        all=Count("pk"),
        new_from_office=Count("pk", filter=Q(from_office=True, read_at=None)),
        new_from_citizen=Count("pk", filter=Q(from_office=False, read_at=None)),
    )


def reuse_of(dossier: Dossier) -> int:
    """How many of a dossier's papers were taken from the wallet (Decision 766 row 4.3)."""
    return WalletUse.objects.filter(paper__dossier=dossier, paper__removed_at=None).count()


def wallet_of(actor: Actor) -> QuerySet[WalletItem]:
    """One's own papers and results with how often each was used again."""
    found = WalletItem.objects.filter(person_id=actor.person_id or 0).select_related("file", "dossier__version")
    return found.annotate(used=Count("uses")).order_by("-added_at")


def offers(actor: Actor, draft: Draft, names: list[str]) -> list[dict[str, Any]]:
    """For the file questions among `names`: papers of the person that answer them, not yet attached."""
    if actor.person_id is None or draft.version.form is None or ActingDraft.objects.filter(draft=draft).exists():
        return []
    asked = {
        name: field for name, field in layout.fields(draft.version.form).items() if name in names and field.is_file
    }
    if not asked:
        return []
    today = timezone.localdate()
    items = [
        item
        for item in WalletItem.objects.filter(person_id=actor.person_id)
        .select_related("file")
        .order_by("-added_at")[:200]
        if item.is_usable_on(today)
    ]
    attached = set(draft.papers.filter(removed_at=None).values_list("field", "file__sha256"))
    return [
        {"name": name, "label": field.label, "item": item}
        for name, field in asked.items()
        for item in items
        if same_paper(item.key, field.label) and (name, item.sha256) not in attached
    ][:6]


def powers_of(actor: Actor) -> QuerySet[Power]:
    """What the actor asked for or holds."""
    return Power.objects.filter(agent_id=actor.account_id or 0).select_related("desk").order_by("-asked_at")


def powers_over(actor: Actor) -> QuerySet[Power]:
    """Who acts, or asks to act, for the actor or for an enterprise that the actor represents by the register."""
    person = Person.objects.filter(pk=actor.person_id, verified_at__isnull=False).first() if actor.person_id else None
    if person is None:
        return Power.objects.none()
    mine = Q(person=person) | Q(
        state=PowerState.ASKED, kind=PowerKind.ATTORNEY, principal_number=person.personal_number or "-"
    )
    led = Enterprise.objects.filter(representative=person).values("tax_code")
    mine |= Q(kind=PowerKind.COMPANY, principal_number__in=led)
    return Power.objects.filter(mine).exclude(agent_id=actor.account_id or 0).select_related("agent", "desk")


def usable_powers(actor: Actor, code: str) -> list[Power]:
    """The living powers that cover a procedure."""
    found = Power.objects.holding(timezone.localdate()).filter(agent_id=actor.account_id or 0)
    return [power for power in found.order_by("principal_name") if not power.procedures or code in power.procedures]


def powers_to_confirm(actor: Actor) -> QuerySet[Power]:
    scope = access.scope(actor, permissions.CONFIRM, "desk")
    found = Power.objects.filter(scope, state=PowerState.ASKED)
    return found.select_related("agent__person", "desk").order_by("asked_at")


def feedback_of(actor: Actor) -> QuerySet[Feedback]:
    """What an officer handles: at their desk or authority, least time first."""
    scope = access.scope(actor, permissions.HANDLE, "unit")
    return Feedback.objects.filter(scope).select_related("unit", "dossier").order_by("answer_due_at", "pk")


def due_of(feedback: Feedback) -> datetime | None:
    """The limit that runs now: to answer while open, to publish once answered."""
    if FeedbackState(feedback.state) in OPEN_FEEDBACK:
        return feedback.answer_due_at
    return feedback.publish_due_at if feedback.state == FeedbackState.ANSWERED else None


def published() -> QuerySet[Feedback]:
    """What the public reads: summary and answer, nothing of the sender."""
    return Feedback.objects.filter(state=FeedbackState.PUBLISHED).select_related("unit").order_by("-published_at")


def satisfaction(unit_ids: list[int] | None = None) -> dict[str, Any]:
    """How many rated, the mean, and how many were not content; for the head's figures."""
    rows = Rating.objects.all() if unit_ids is None else Rating.objects.filter(dossier__received_unit__in=unit_ids)
    return rows.aggregate(count=Count("pk"), mean=Avg("score"), bad=Count("pk", filter=Q(score=1)))
