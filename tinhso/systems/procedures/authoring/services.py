"""Acts on proposals: begin, edit a part, publish, drop. A received dossier keeps the version it was filed under."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tinhso.engines.forms import services as forms
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.workflow import services as workflow
from tinhso.engines.workflow.models import ProcessDefinition
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise
from tinhso.systems.procedures.authoring import checks, content, events, permissions
from tinhso.systems.procedures.authoring.differing import differences
from tinhso.systems.procedures.authoring.errors import (
    AlreadyInWriting,
    BadCode,
    ChangedMeanwhile,
    NotOpen,
    NotReady,
    WrongEdit,
)
from tinhso.systems.procedures.authoring.models import Proposal, ProposalState
from tinhso.systems.procedures.fees.tables import put_in_force
from tinhso.systems.procedures.models import ProcedureVersion, TermUnit
from tinhso.systems.procedures.searching import make_findable

CODE = re.compile(r"[0-9]\.[0-9]{6}(\.[A-Z0-9]+)*")
EDITABLE = frozenset({*content.FACTS, "schema", "ui", "process", "fees", "exemptions"})


@transaction.atomic
def begin_version(*, actor: Actor, version: ProcedureVersion) -> Proposal:
    """Starts the next version of a procedure from a published one."""
    return _begin(actor, version.code, str(version.plain_name), content.content_of(version), version)


@transaction.atomic
def begin_procedure(*, actor: Actor, code: str, name: str) -> Proposal:
    """Starts a procedure that the province does not serve yet. BadCode, AlreadyInWriting."""
    code, name = normalise(code).upper(), normalise(name)
    if not CODE.fullmatch(code):
        raise BadCode
    if not name:
        raise WrongEdit(_("Hãy ghi tên thủ tục."))
    if ProcedureVersion.objects.filter(code=code).exists():
        raise WrongEdit(_("Thủ tục %(code)s đã có. Hãy soạn phiên bản mới từ phiên bản đang dùng.") % {"code": code})
    return _begin(actor, code, fitting(name, 200), content.new_content(name), None)


def _begin(actor: Actor, code: str, title: str, held: dict[str, Any], base: ProcedureVersion | None) -> Proposal:
    access.require(actor, permissions.WRITE)
    try:
        # Two who begin at once: the database lets one in, the other is told.
        with transaction.atomic():
            proposal = Proposal.objects.create(
                code=code, title=title, content=held, based_on=base, created_by_id=actor.account_id
            )
    except IntegrityError:
        raise AlreadyInWriting(code) from None
    audit.record(actor, "procedures.proposal.begun", proposal, code=code, based_on=base.version if base else None)
    return proposal


def _open(proposal_id: int, seen: int | None) -> Proposal:
    """The proposal, locked. `seen` is the lock_version of the page the author edits on."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    if not proposal.is_open:
        raise NotOpen
    if seen is not None and seen != proposal.lock_version:
        raise ChangedMeanwhile
    return proposal


@transaction.atomic
def edit(
    *,
    actor: Actor,
    proposal_id: int,
    changes: Mapping[str, Any],
    valid_from: date | None = None,
    seen: int | None = None,
) -> Proposal:
    """Writes parts of the content (columns of a version, schema, ui, process) and the day it shall begin."""
    access.require(actor, permissions.WRITE)
    unknown = sorted(set(changes) - EDITABLE)
    if unknown:
        raise WrongEdit(_("Không sửa được phần “%(part)s”.") % {"part": unknown[0]})
    proposal = _open(proposal_id, seen)
    changed = {name: value for name, value in changes.items() if proposal.content.get(name) != value}
    dated = valid_from is not None and valid_from != proposal.valid_from
    if not changed and not dated:
        return proposal
    proposal.content = {**proposal.content, **changed}
    proposal.valid_from = valid_from or proposal.valid_from
    proposal.title = str(proposal.content.get("plain_name") or proposal.title)[:200]
    proposal.lock_version += 1
    proposal.save()
    audit.record(actor, "procedures.proposal.edited", proposal, code=proposal.code, parts=sorted(changed))
    return proposal


@transaction.atomic
def drop(*, actor: Actor, proposal_id: int, reason: str) -> Proposal:
    """Gives a proposal up, with the reason; it stays on record."""
    access.require(actor, permissions.WRITE)
    if not normalise(reason):
        raise WrongEdit(_("Hãy ghi lý do bỏ bản soạn."))
    proposal = _open(proposal_id, None)
    proposal.state, proposal.drop_reason = ProposalState.DROPPED, normalise(reason)
    proposal.save()
    audit.record(actor, "procedures.proposal.dropped", proposal, code=proposal.code, reason=proposal.drop_reason)
    return proposal


@transaction.atomic
def publish(*, actor: Actor, proposal_id: int, seen: int | None = None) -> ProcedureVersion:
    """The proposal becomes the version in force from its day; the one before ends then. NotReady names the faults."""
    access.require(actor, permissions.PUBLISH)
    proposal = _open(proposal_id, seen)
    found = checks.faults(proposal)
    if found:
        raise NotReady(fault.sentence for fault in found)
    version = make_version(actor, proposal)
    proposal.state, proposal.published = ProposalState.PUBLISHED, version
    proposal.save()
    _put_fees_in_force(proposal)
    make_findable(version)
    audit.record(
        actor,
        "procedures.version.published",
        version,
        code=version.code,
        version=version.version,
        valid_from=version.valid_from,
        document=str(version.decision),
    )
    bus.publish(events.VERSION_PUBLISHED, subject=version, occurred_on=version.valid_from, code=version.code)
    return version


def make_version(actor: Actor, proposal: Proposal) -> ProcedureVersion:
    """The rows of the new version: the old one ends the day the new one begins. The caller is an act."""
    if proposal.valid_from is None:
        raise NotReady([_("Chưa ghi ngày có hiệu lực.")])
    known = ProcedureVersion.objects.select_for_update().filter(code=proposal.code)
    in_force = known.filter(valid_from__lt=proposal.valid_from).as_of(proposal.valid_from)
    in_force.update(valid_to=proposal.valid_from)
    last = known.aggregate(last=Max("version"))["last"] or 0
    return ProcedureVersion.objects.create(
        code=proposal.code,
        version=last + 1,
        valid_from=proposal.valid_from,
        form=_form(actor, proposal),
        process=_process(actor, proposal),
        **{name: proposal.content[name] for name in content.FACTS if name in proposal.content},
    )


def _put_fees_in_force(proposal: Proposal) -> None:
    if proposal.valid_from is None:
        return
    put_in_force(
        code=proposal.code,
        day=proposal.valid_from,
        fees=proposal.fact("fees", []),
        exemptions=proposal.fact("exemptions", []),
        source=str(proposal.fact("decision")),
    )


def _form(actor: Actor, proposal: Proposal) -> FormDefinition | None:
    """The published form: the old one where nothing in it changed."""
    if not content.asks_anything(proposal.content):
        return None
    schema, ui = content.form_of(proposal.content)
    base = proposal.based_on.form if proposal.based_on else None
    if base is not None and (base.schema, base.ui) == (schema, ui):
        return base
    drafted = forms.draft_form(
        actor=actor, code=proposal.code, title=proposal.title, schema=schema, ui=ui, source=proposal.fact("decision")
    )
    return forms.publish_form(actor=actor, definition_id=drafted.pk)


def _process(actor: Actor, proposal: Proposal) -> ProcessDefinition:
    base = proposal.based_on.process if proposal.based_on else None
    if base is not None and base.definition == proposal.content["process"]:
        return base
    drafted = workflow.draft_process(
        actor=actor,
        code=proposal.code,
        title=proposal.title,
        definition=proposal.content["process"],
        source=proposal.fact("decision"),
    )
    unit = "working_hour" if proposal.fact("term_unit") == TermUnit.WORKING_HOUR else "working_day"
    return workflow.publish_process(
        actor=actor, definition_id=drafted.pk, term_value=proposal.fact("term_value"), term_unit=unit
    )


def sections_changed(proposal: Proposal) -> set[str]:
    """The parts in which the proposal differs from the version it was begun from."""
    if proposal.based_on is None:
        return set()
    return {change.section for change in differences(content.content_of(proposal.based_on), proposal.content)}
