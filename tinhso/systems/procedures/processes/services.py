"""Acts between offices on one dossier: asking for opinions, answering, going on with a branch of parallel steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow import services as workflow
from tinhso.engines.workflow.models import Opinion
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.processes import events, telling
from tinhso.systems.procedures.services.acts import case_id_of, keep, lock, trace

MOST_DAYS = 60


class WrongDays(Refused):
    code = "procedures.wrong-days"


@transaction.atomic
def ask_opinions(
    *,
    actor: Actor,
    dossier_id: int,
    units: Sequence[Unit],
    question: str,
    days: float = 3,
    document: str = "",
    token_id: int | None = None,
    seen: int | None = None,
    at: datetime | None = None,
) -> list[Opinion]:
    """Asks other offices in writing, all at once, each until its deadline (61/2018 art. 19.5.a). They are told."""
    at = at or timezone.now()
    if not 0 < days <= MOST_DAYS:
        raise WrongDays(_("Hạn trả lời phải từ nửa ngày đến %(most)s ngày làm việc.") % {"most": MOST_DAYS})
    dossier = lock(dossier_id, "ask_opinion", seen=seen)
    asked = workflow.ask_opinions(
        actor=actor,
        case_id=case_id_of(dossier),
        units=units,
        question=question,
        term=(days, "working_day"),
        document=document,
        token_id=token_id,
        at=at,
    )
    keep(dossier)
    trace(
        actor,
        dossier,
        act="procedures.opinion.asked",
        event=events.OPINION_ASKED,
        at=at,
        details={"units": [str(unit) for unit in units], "question": question.strip()},
    )
    for opinion in asked:
        telling.opinion_asked(actor, dossier, opinion)
    return asked


@transaction.atomic
def answer_opinion(
    *,
    actor: Actor,
    opinion_id: int,
    verdict: str,
    answer: str,
    document: str = "",
    file: StoredFile | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Opinion:
    """The office asked answers in writing (art. 19.5.b); who asked is told. A late answer is taken and marked late."""
    at = at or timezone.now()
    dossier = lock(dossier_of(opinion_id), "view")
    opinion = workflow.answer_opinion(
        actor=actor,
        opinion_id=opinion_id,
        verdict=verdict,
        answer=answer,
        document=document,
        file=file,
        version=version,
        at=at,
    )
    trace(
        actor,
        dossier,
        act="procedures.opinion.answered",
        event=events.OPINION_ANSWERED,
        at=at,
        details={"unit": str(opinion.unit), "verdict": verdict, "late": opinion.was_late},
    )
    telling.opinion_answered(actor, dossier, opinion)
    return opinion


@transaction.atomic
def withdraw_opinion(
    *, actor: Actor, opinion_id: int, reason: str, version: int | None = None, at: datetime | None = None
) -> Opinion:
    """Who asked no longer needs the answer, with the reason."""
    at = at or timezone.now()
    dossier = lock(dossier_of(opinion_id), "view")
    opinion = workflow.withdraw_opinion(actor=actor, opinion_id=opinion_id, note=reason, version=version, at=at)
    trace(
        actor,
        dossier,
        act="procedures.opinion.withdrawn",
        event=events.OPINION_WITHDRAWN,
        at=at,
        details={"unit": str(opinion.unit), "reason": reason.strip()},
    )
    return opinion


@transaction.atomic
def move_branch(
    *,
    actor: Actor,
    dossier_id: int,
    token_id: int,
    transition: str,
    note: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Dossier:
    """Goes on with one branch of parallel steps; the engine checks who may, and joins when all needed are done.

    What another branch does is no reason to refuse this one, so the page's version is the branch's own.
    """
    at = at or timezone.now()
    dossier = lock(dossier_id, "forward")
    workflow.move(
        actor=actor,
        case_id=case_id_of(dossier),
        transition=transition,
        note=note,
        version=version,
        token_id=token_id,
        at=at,
    )
    keep(dossier)
    trace(
        actor,
        dossier,
        act="procedures.branch.moved",
        event=events.BRANCH_MOVED,
        at=at,
        details={"transition": transition, "note": note.strip()},
    )
    return dossier


def dossier_of(opinion_id: int) -> int:
    """The dossier an opinion is about."""
    return Dossier.objects.values_list("pk", flat=True).get(case__opinions=opinion_id)
