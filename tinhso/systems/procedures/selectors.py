"""Reads of procedures and dossiers for screens: scoped to the reader, shaped, with a bounded number of queries."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Person
from tinhso.foundation.text.db import Fold
from tinhso.foundation.text.rules import fold, normalise
from tinhso.systems.procedures import permissions
from tinhso.systems.procedures.models import Dossier, Draft, ProcedureVersion
from tinhso.systems.procedures.rules import State

PAGE = 50


def catalogue(day: date | None = None) -> QuerySet[ProcedureVersion]:
    """The procedures in force on `day` (today unless said), by field, in Vietnamese order."""
    return ProcedureVersion.objects.as_of(day or timezone.localdate()).order_by("field_name", "sort_key")


def procedure(code: str, day: date | None = None) -> ProcedureVersion:
    """The version of `code` in force; ProcedureVersion.DoesNotExist otherwise."""
    return ProcedureVersion.objects.select_related("form", "process").as_of(day or timezone.localdate()).get(code=code)


# The desk's lists: which states at which place, under which permission.
QUEUES: dict[str, tuple[str, str, tuple[State, ...]]] = {
    "tiep-nhan": (permissions.RECEIVE, "desk", (State.SUBMITTED,)),
    "chuyen": (permissions.RECEIVE, "desk", (State.RECEIVED,)),
    "thu-ly": (permissions.RESOLVE, "office", (State.RESOLVING,)),
    "cho-bo-sung": (permissions.VIEW, "office", (State.SUPPLEMENT,)),
    "cho-ky": (permissions.SIGN, "unit", (State.DRAFTED,)),
    "tra-ket-qua": (permissions.RECEIVE, "desk", (State.ISSUED,)),
}


def queues_of(actor: Actor) -> list[str]:
    """The lists this officer works on, in the order of the work."""
    return [name for name, (code, _place, _states) in QUEUES.items() if access.allowed(actor, code)]


def queue(actor: Actor, name: str) -> QuerySet[Dossier]:
    """The dossiers of one list, least legal time first; what waits to be received goes by its answer clock."""
    code, place, states = QUEUES[name]
    found = Dossier.objects.filter(access.scope(actor, code, place), state__in=states)
    order = "answer_due_at" if State.SUBMITTED in states else "due_at"
    return found.select_related("version", "applicant", "unit", "desk", "office", "case__holder").order_by(order, "id")


def queue_counts(actor: Actor) -> dict[str, int]:
    """How many wait in each list, in one query."""
    wanted = {
        name: Count("pk", filter=Q(access.scope(actor, code, place), state__in=states))
        for name, (code, place, states) in QUEUES.items()
        if name in queues_of(actor)
    }
    if not wanted:
        return {}
    renamed = {name.replace("-", "_"): count for name, count in wanted.items()}
    counts = Dossier.objects.visible_to(actor).aggregate(**renamed)
    return {name: counts[name.replace("-", "_")] for name in wanted}


def history(dossier: Dossier) -> QuerySet[AuditRow]:
    """Everything done on a dossier, oldest first, from the audit log."""
    return AuditRow.objects.filter(object_type=Dossier._meta.label_lower, object_id=str(dossier.pk)).order_by("id")


def milestones(dossier: Dossier) -> list[dict[str, Any]]:
    """The steps a citizen is shown, each with its time when it has happened."""
    result = getattr(dossier, "result", None)
    return [
        {"step": "submitted", "at": dossier.submitted_at},
        {"step": "received", "at": dossier.received_at},
        {"step": "resolving", "at": dossier.handed_over_at},
        {"step": "drafted", "at": result.drafted_at if result else None},
        {"step": "issued", "at": result.issued_at if result else None},
    ]


def public_status(code: str) -> dict[str, Any] | None:
    """What anyone who knows the code may see: state and dates, nothing of the person."""
    row = (
        Dossier.objects.filter(code=code.strip().upper())
        .values(
            "code",
            "version__plain_name",
            "unit__name",
            "state",
            "submitted_at",
            "received_at",
            "due_at",
            "finished_at",
            "is_simulated",
        )
        .first()
    )
    return dict(row) if row else None


def my_dossiers(actor: Actor) -> QuerySet[Dossier]:
    """The citizen's dossiers, newest first."""
    return Dossier.objects.belonging_to(actor).select_related("version", "unit").order_by("-submitted_at")


def own_dossier(actor: Actor, code: str) -> Dossier:
    """The citizen's own dossier by its code; Dossier.DoesNotExist for anyone else's."""
    related = ("version", "unit", "desk", "office", "applicant", "result__file", "result__signed_by")
    return Dossier.objects.belonging_to(actor).select_related(*related).get(code=code)


def home_commune(actor: Actor) -> Unit | None:
    """The commune where the person behind the account lives, when the province knows it and it still is one."""
    person = Person.objects.select_related("commune").filter(pk=actor.person_id).first() if actor.person_id else None
    home = person.commune if person else None
    return home if home is not None and home.is_valid_on(timezone.localdate()) else None


def my_drafts(actor: Actor) -> QuerySet[Draft]:
    """The citizen's drafts not yet filed, newest first."""
    drafts = Draft.objects.filter(account_id=actor.account_id or 0, dossier=None)
    return drafts.select_related("version", "commune").order_by("-updated_at")


def is_overdue(dossier: Dossier, now: datetime) -> bool:
    """A property of the clock: open, not waiting for the citizen, and past its due time."""
    return dossier.is_open and dossier.paused_at is None and dossier.due_at is not None and now > dossier.due_at


def on_time_share() -> dict[str, int]:
    """Dossiers finished in the last 30 days and how many of them in time: the portal's public line."""
    end = timezone.now()
    finished = Dossier.objects.filter(
        state__in=[State.ISSUED, State.RETURNED], finished_at__gt=end - timedelta(days=30)
    )
    return finished.aggregate(total=Count("pk"), in_time=Count("pk", filter=Q(finished_at__lte=F("due_at"))))


def find_dossiers(actor: Actor, query: str, limit: int = 20) -> list[Dossier]:
    """Dossiers the officer may see, by the beginning of the code or by words of the applicant's name, marks or not."""
    typed = normalise(query)[:100]
    words = fold(typed).split()
    if not words:
        return []
    found = Dossier.objects.visible_to(actor).select_related("version", "applicant", "unit")
    by_code = list(found.filter(code__startswith=typed.upper()).order_by("-submitted_at")[:limit])
    if by_code or any(ch.isdigit() for ch in typed):
        return by_code
    named = found.annotate(folded=Fold("applicant__full_name"))
    for word in words[:6]:
        named = named.filter(folded__contains=word)
    return list(named.order_by("-submitted_at", "-id")[:limit])
