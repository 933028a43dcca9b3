"""The citizen's acts: file, answer a request for more papers, withdraw."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from tinhso.engines.forms.layout import visible
from tinhso.engines.forms.validation import validate
from tinhso.engines.workflow import services as workflow
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.files import services as files
from tinhso.foundation.numbering.rules import dossier_code
from tinhso.foundation.numbering.services import next_number
from tinhso.systems.procedures import cases, clock, events, permissions
from tinhso.systems.procedures.errors import Incomplete, NotVerified
from tinhso.systems.procedures.models import Channel, Dossier, DossierPaper, Draft, ProcedureVersion, SupplementPolicy
from tinhso.systems.procedures.routing import Route, route
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.acts import account_id_of, advance, keep, lock, needs_reason, trace
from tinhso.systems.procedures.services.drafts import own_draft

if TYPE_CHECKING:
    from tinhso.foundation.people.models import Person

# Papers that answer a supplement request carry this field name: they belong to no question of the form.
SUPPLEMENT_FIELD = "bo_sung"


@transaction.atomic
def submit_dossier(*, actor: Actor, token: uuid.UUID, at: datetime | None = None) -> Dossier:
    """Files the draft: checks it whole, gives it a code, starts its case. A second call returns the same dossier."""
    access.require(actor, permissions.FILE)
    at = at or timezone.now()
    # The draft's lock makes a double submit one dossier: the second call finds the first one's.
    draft = own_draft(actor, token, locked=True)
    known = Dossier.objects.filter(draft=draft).first()
    if known is not None:
        return known
    person = draft.account.person
    if person is None:
        raise NotVerified
    missing = missing_parts(draft)
    if missing or draft.commune is None:
        raise Incomplete(missing or [str(Dossier._meta.get_field("unit").verbose_name)])
    way = route(draft.commune, draft.version.duty, timezone.localdate(at))
    dossier = open_dossier(
        actor, version=draft.version, person=person, way=way, channel=Channel.ONLINE, at=at, draft=draft
    )
    draft.papers.filter(removed_at=None).update(dossier=dossier)
    trace(actor, dossier, act="procedures.dossier.submitted", event=events.DOSSIER_SUBMITTED, at=at)
    return dossier


def missing_parts(draft: Draft) -> list[str]:
    """Labels of fields and papers still missing or wrong; empty when the draft may be filed."""
    if draft.version.form is None:
        return []
    return [error.label for error in validate(draft.version.form, answers_of(draft))]


def answers_of(draft: Draft) -> dict[str, Any]:
    """The answers as they are filed: without what conditions hide, with the attached files by field."""
    papers: dict[str, list[dict[str, str]]] = {}
    for paper in draft.papers.filter(removed_at=None).select_related("file").order_by("id"):
        papers.setdefault(paper.field, []).append({"sha256": paper.file.sha256, "name": paper.file.name})
    answers = {**draft.data, **papers}
    if draft.version.form is None:
        return answers
    return visible(draft.version.form, answers)


def open_dossier(
    actor: Actor,
    *,
    version: ProcedureVersion,
    person: Person,
    way: Route,
    channel: str,
    at: datetime,
    draft: Draft | None = None,
    data: dict[str, Any] | None = None,
    case_code: str = "",
) -> Dossier:
    """The rows of a new dossier: number, dossier, case. The callers are acts; they check and trace."""
    day = timezone.localdate(at)
    answers = answers_of(draft) if draft else data or {}
    number = next_number(kind="dossier", unit_id=way.unit.pk, period=f"{day:%y%m%d}")
    dossier = Dossier.objects.create(
        code=dossier_code(way.unit.identifier, day, number),
        version=version,
        draft=draft,
        applicant=person,
        filed_by_id=account_id_of(actor),
        unit=way.unit,
        desk=way.desk,
        office=way.office,
        channel=channel,
        case_code=case_code or cases.chosen(version, answers),
        data=answers,
        provenance=draft.provenance if draft else {},
        submitted_at=at,
        answer_due_at=clock.answer_due_at(way.desk, at),
        is_simulated=actor.is_simulated,
    )
    dossier.case = workflow.start_case(
        actor=actor,
        definition=version.process,
        subject=dossier,
        unit=way.unit,
        at=at,
        places={"desk": way.desk, "office": way.office, "unit": way.unit},
    )
    dossier.save(update_fields=["case"])
    return dossier


@transaction.atomic
def answer_supplement(
    *,
    actor: Actor,
    dossier_id: int,
    answer: str,
    uploads: Sequence[tuple[str, BinaryIO]] = (),
    at: datetime | None = None,
) -> Dossier:
    """The citizen adds what was asked. The clock goes on as the version's policy says (VIETNAM-LAW section 0)."""
    access.require(actor, permissions.FILE)
    at = at or timezone.now()
    Dossier.objects.belonging_to(actor).get(pk=dossier_id)
    dossier = lock(dossier_id, "answer_supplement")
    request = dossier.supplement_requests.select_for_update().get(answered_at=None)
    request.answered_at, request.answer = at, needs_reason(answer)
    request.save(update_fields=["answered_at", "answer"])
    for name, stream in uploads:
        stored = files.store(actor, stream=stream, name=name, purpose="procedures.paper")
        DossierPaper.objects.create(dossier=dossier, field=SUPPLEMENT_FIELD, label=request.items[:500], file=stored)
    if dossier.received_at is None:
        dossier.state = State.SUBMITTED
        dossier.answer_due_at = clock.answer_due_at(dossier.desk, at)
        keep(dossier, "state", "answer_due_at")
    else:
        _resume(dossier, at)
    advance(actor, dossier, "answer_supplement", at=at, due_at=dossier.due_at)
    trace(actor, dossier, act="procedures.supplement.answered", event=events.SUPPLEMENT_ANSWERED, at=at)
    return dossier


def _resume(dossier: Dossier, at: datetime) -> None:
    policy = dossier.version.supplement_policy
    if policy == SupplementPolicy.RESTART:
        dossier.due_at = clock.due_at(dossier.version, dossier.office, at, dossier.case_code)
    elif policy == SupplementPolicy.PAUSE and dossier.due_at and dossier.paused_at:
        dossier.due_at = clock.pushed_due_at(dossier.office, dossier.due_at, dossier.paused_at, at)
    dossier.state, dossier.paused_at = State.RESOLVING, None
    keep(dossier, "state", "due_at", "paused_at")


@transaction.atomic
def withdraw_dossier(*, actor: Actor, dossier_id: int, reason: str, at: datetime | None = None) -> Dossier:
    """The citizen asks to stop (118/2025 art. 21.2); refused once there is a result (Circular 03/2025 art. 7)."""
    access.require(actor, permissions.FILE)
    at = at or timezone.now()
    Dossier.objects.belonging_to(actor).get(pk=dossier_id)
    dossier = lock(dossier_id, "withdraw")
    dossier.state, dossier.ended_reason, dossier.finished_at = State.WITHDRAWN, needs_reason(reason), at
    keep(dossier, "state", "ended_reason", "finished_at")
    advance(actor, dossier, "withdraw", note=reason, at=at)
    trace(actor, dossier, act="procedures.dossier.withdrawn", event=events.DOSSIER_WITHDRAWN, at=at)
    return dossier
