"""Asking for more (form 02) and the citizen's answer: once at reception, within three days while settling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.forms.layout import visible_names
from tinhso.engines.forms.validation import validate
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.files import services as files
from tinhso.systems.procedures import clock, events, permissions, rules
from tinhso.systems.procedures.errors import AskedOnce, Incomplete, NeedsBasis
from tinhso.systems.procedures.models import Dossier, DossierPaper, Supplement, SupplementPolicy
from tinhso.systems.procedures.printing.sets import Form
from tinhso.systems.procedures.rules import Stage, State
from tinhso.systems.procedures.services.acts import advance, keep, lock, needs_reason, trace
from tinhso.systems.procedures.services.forms import issue_form

# Papers that answer a supplement request carry this field name: they belong to no question of the form.
SUPPLEMENT_FIELD = "bo_sung"


@transaction.atomic
def ask_supplement(
    *,
    actor: Actor,
    dossier_id: int,
    items: str,
    reason: str,
    basis: str = "",
    seen: int | None = None,
    at: datetime | None = None,
) -> Dossier:
    """Asks the citizen for more, at the desk's check or while settling (form 02; 61/2018 arts 17.2 and 19.4).

    At reception once only: AskedOnce. While settling within the days allowed, and once: later or again only with the
    rule that lets it be (`basis`), else NeedsBasis; both stay on record, and a second request counts as overdue.
    """
    at = at or timezone.now()
    dossier = lock(dossier_id, "ask_supplement", seen=seen)
    stage = rules.stage_of(dossier.state)
    right, place = (
        (permissions.RECEIVE, dossier.desk) if stage == Stage.RECEPTION else (permissions.RESOLVE, dossier.office)
    )
    access.require(actor, right, unit=place)
    is_late = _must_be_allowed(dossier, stage, basis, at)
    Supplement.objects.create(
        dossier=dossier,
        stage=stage,
        number=dossier.supplements + 1,
        asked_at=at,
        asked_by_id=actor.account_id,
        items=needs_reason(items),
        reason=needs_reason(reason),
        is_late=is_late,
        basis=basis.strip(),
        policy=dossier.version.supplement_policy,
        due_before=dossier.due_at,
    )
    dossier.state = State.SUPPLEMENT
    # A version whose clock does not stop for a supplement goes on counting: its dossier is never paused.
    stops = stage == Stage.RECEPTION or dossier.version.supplement_policy != SupplementPolicy.NONE
    dossier.paused_at = at if stops else None
    dossier.supplements += 1
    keep(dossier, "state", "paused_at", "supplements")
    advance(actor, dossier, "ask_supplement", note=reason, at=at)
    issue_form(actor, dossier, Form.SUPPLEMENT, at=at)
    trace(
        actor,
        dossier,
        act="procedures.supplement.asked",
        event=events.SUPPLEMENT_ASKED,
        at=at,
        on_behalf_of=access.behalf_of(actor, right, place),
        details={"stage": str(stage), "number": dossier.supplements, "is_late": is_late, "basis": basis.strip()},
    )
    return dossier


def _must_be_allowed(dossier: Dossier, stage: Stage, basis: str, at: datetime) -> bool:
    """Whether the request comes late; raises when the stage's rule shuts it out. The dossier's lock holds the count."""
    asked = dossier.supplement_requests.filter(stage=stage).count()
    if stage == Stage.RECEPTION:
        if asked:
            raise AskedOnce
        return False
    is_late = (
        dossier.received_at is not None
        and clock.supplement_until(dossier.version, dossier.office, dossier.received_at) < at
    )
    if is_late and not basis.strip():
        days = {"days": dossier.version.supplement_days}
        raise NeedsBasis(_("Đã quá %(days)s ngày làm việc kể từ ngày tiếp nhận.") % days)
    if asked and not basis.strip():
        raise NeedsBasis(_("Đã yêu cầu bổ sung một lần; từ lần thứ hai, hồ sơ bị tính là quá hạn khi chấm điểm."))
    return is_late


@transaction.atomic
def keep_supplement_page(*, actor: Actor, dossier_id: int, values: Mapping[str, Any]) -> Supplement:
    """Keeps changed answers beside the open request until the citizen sends them; the dossier is not touched yet."""
    access.require(actor, permissions.FILE)
    Dossier.objects.belonging_to(actor).get(pk=dossier_id)
    lock(dossier_id, "answer_supplement")
    request = Supplement.objects.select_for_update().get(dossier_id=dossier_id, answered_at=None)
    request.changes = {**request.changes, **values}
    request.save(update_fields=["changes"])
    return request


@transaction.atomic
def answer_supplement(
    *,
    actor: Actor,
    dossier_id: int,
    answer: str,
    uploads: Sequence[tuple[str, BinaryIO]] = (),
    at: datetime | None = None,
) -> Dossier:
    """The citizen adds what was asked: words, new scans, changed answers kept before. The clock goes on by the policy.

    Changed answers are checked with the whole form: Incomplete names what is still wrong.
    """
    access.require(actor, permissions.FILE)
    at = at or timezone.now()
    Dossier.objects.belonging_to(actor).get(pk=dossier_id)
    dossier = lock(dossier_id, "answer_supplement")
    request = dossier.supplement_requests.select_for_update().get(answered_at=None)
    request.answered_at, request.answer = at, needs_reason(answer)
    changed = _take_changes(dossier, request)
    for name, stream in uploads:
        stored = files.store(actor, stream=stream, name=name, purpose="procedures.paper")
        DossierPaper.objects.create(dossier=dossier, field=SUPPLEMENT_FIELD, label=request.items[:500], file=stored)
    if dossier.received_at is None:
        dossier.state, dossier.paused_at = State.SUBMITTED, None
        dossier.answer_due_at = clock.answer_due_at(dossier.desk, at)
        keep(dossier, "state", "paused_at", "answer_due_at", "data", "provenance")
    else:
        _resume(dossier, request, at)
    request.due_after = dossier.due_at
    request.save(update_fields=["answered_at", "answer", "due_after"])
    advance(actor, dossier, "answer_supplement", at=at, due_at=dossier.due_at)
    trace(
        actor,
        dossier,
        act="procedures.supplement.answered",
        event=events.SUPPLEMENT_ANSWERED,
        at=at,
        details={"changed": changed, "papers": len(uploads)},
    )
    return dossier


def _take_changes(dossier: Dossier, request: Supplement) -> list[str]:
    """Puts the kept answers into the dossier when the whole form still holds; gives the names of what changed."""
    if not request.changes:
        return []
    form = dossier.version.form
    data = {**dossier.data, **request.changes}
    if form is not None:
        wrong = [error.label for error in validate(form, data)]
        if wrong:
            raise Incomplete(wrong)
        shown = visible_names(form, data)
        data = {name: value for name, value in data.items() if name in shown}
    changed = sorted(name for name in {*data, *dossier.data} if data.get(name) != dossier.data.get(name))
    dossier.data = data
    # What a person typed has no source any more.
    dossier.provenance = {name: words for name, words in dossier.provenance.items() if name not in changed}
    return changed


def _resume(dossier: Dossier, request: Supplement, at: datetime) -> None:
    """The clock by the policy that the request was made under."""
    if request.policy == SupplementPolicy.RESTART:
        dossier.due_at = clock.due_at(dossier.version, dossier.office, at, dossier.case_code)
    elif request.policy == SupplementPolicy.PAUSE and dossier.due_at and dossier.paused_at:
        dossier.due_at = clock.pushed_due_at(dossier.office, dossier.due_at, dossier.paused_at, at)
    dossier.state, dossier.paused_at = State.RESOLVING, None
    keep(dossier, "state", "due_at", "paused_at", "data", "provenance")
