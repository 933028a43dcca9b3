"""Filing: the draft checked whole, the dossier's number, its case."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from tinhso.engines.forms.layout import visible
from tinhso.engines.forms.validation import validate
from tinhso.engines.workflow import services as workflow
from tinhso.engines.workflow.selectors import process_of
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.numbering.rules import dossier_code
from tinhso.foundation.numbering.services import next_number
from tinhso.foundation.people.models import Person
from tinhso.systems.procedures import cases, clock, events, hooks, permissions
from tinhso.systems.procedures.errors import Incomplete, NotVerified, VersionEnded
from tinhso.systems.procedures.gatekeeping import require_open
from tinhso.systems.procedures.models import Channel, Dossier, Draft, ProcedureVersion
from tinhso.systems.procedures.routing import Route, way_of
from tinhso.systems.procedures.services.acts import account_id_of, trace
from tinhso.systems.procedures.services.drafts import has_ended, own_draft

if TYPE_CHECKING:
    from tinhso.engines.workflow.models import ProcessDefinition
    from tinhso.foundation.orgs.models import Unit


@transaction.atomic
def submit_dossier(*, actor: Actor, token: uuid.UUID, at: datetime | None = None) -> Dossier:
    """Files the draft: checks it whole, gives it a code, starts its case. A second call returns the same dossier."""
    access.require(actor, permissions.FILE)
    at = at or timezone.now()
    # The draft's lock makes a double submit one dossier: the second call finds the first one's.
    draft = own_draft(actor, token, locked=True)
    known = Dossier.objects.filter(draft=draft).values_list("pk", flat=True).first()
    if known is not None:
        return Dossier.objects.get(pk=known)
    if has_ended(draft.version, timezone.localdate(at)):
        raise VersionEnded
    person = hooks.applicant_of(actor, draft, at) or Person.objects.filter(accounts=draft.account_id).first()
    if person is None:
        raise NotVerified
    answers = answers_of(draft)
    missing = missing_parts(draft, answers)
    if missing or (draft.commune is None and not draft.version.is_provincial):
        raise Incomplete(missing or [str(Dossier._meta.get_field("unit").verbose_name)])
    way = way_of(draft.version, draft.commune, timezone.localdate(at))
    dossier = open_dossier(
        actor, version=draft.version, person=person, way=way, channel=Channel.ONLINE, at=at, draft=draft, data=answers
    )
    draft.papers.filter(removed_at=None).update(dossier=dossier)
    for opened in hooks.OPENED:
        opened(actor, dossier, at)
    trace(actor, dossier, act="procedures.dossier.submitted", event=events.DOSSIER_SUBMITTED, at=at)
    return dossier


def missing_parts(draft: Draft, answers: dict[str, Any] | None = None) -> list[str]:
    """Labels of fields and papers still missing or wrong; empty when the draft may be filed (`answers`, if read)."""
    if draft.version.form is None:
        return []
    return [error.label for error in validate(draft.version.form, answers_of(draft) if answers is None else answers)]


def answers_of(draft: Draft) -> dict[str, Any]:
    """The answers as they are filed: without what conditions hide, with the attached files by field."""
    papers: dict[str, list[dict[str, str]]] = {}
    for paper in draft.papers.filter(removed_at=None).select_related("file").order_by("id"):
        papers.setdefault(paper.field, []).append({"sha256": paper.file.sha256, "name": paper.file.name})
    answers = {**draft.data, **papers}
    if draft.version.form is None:
        return answers
    return visible(draft.version.form, answers)


def _places(way: Route, process: ProcessDefinition) -> dict[str, Unit]:
    """The units behind the places of the procedure's process; the office's own agency when a step stands there."""
    places = {"desk": way.desk, "office": way.office, "unit": way.unit}
    if any(step.place == "agency" for step in process_of(process).steps.values()):
        places["agency"] = way.office.parent or way.unit
    return places


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
    helped_at: Unit | None = None,
) -> Dossier:
    """The rows of a new dossier: number, dossier, case. The callers are acts; they check and trace."""
    day = timezone.localdate(at)
    require_open(version, day)
    answers = answers_of(draft) if draft and data is None else data or {}
    case_code = case_code or cases.chosen(version, answers)
    process = cases.process_for(version, case_code)
    answer_due_at = clock.answer_due_at(way.desk, at)
    key = _next_key()
    case = workflow.start_case(
        actor=actor,
        definition=process,
        subject=Dossier(pk=key),
        unit=way.unit,
        at=at,
        places=_places(way, process),
    )
    # As late as may be: whoever files at the same agency waits from here to the end of the act.
    number = next_number(kind="dossier", unit_id=way.unit.pk, period=f"{day:%y%m%d}")
    dossier = Dossier(
        pk=key,
        code=dossier_code(way.unit.identifier, day, number),
        version=version,
        draft=draft,
        case=case,
        applicant=person,
        filed_by_id=account_id_of(actor),
        unit=way.unit,
        desk=way.desk,
        office=way.office,
        helped_at=helped_at,
        channel=channel,
        case_code=case_code,
        data=answers,
        provenance=draft.provenance if draft else {},
        submitted_at=at,
        answer_due_at=answer_due_at,
        is_simulated=actor.is_simulated,
    )
    dossier.save(force_insert=True)
    return dossier


def _next_key() -> int:
    """The key of a row to come, so that its case can be opened first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Dossier._meta.db_table])
        return int(cursor.fetchone()[0])
