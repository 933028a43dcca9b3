"""Correction by request: one asks with a paper, another decides. Nobody approves their own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.registers import events, permissions
from tinhso.engines.registers.errors import WrongRequest
from tinhso.engines.registers.models import ChangeRequest, Record, RecordVersion, Register
from tinhso.engines.registers.services import history, writing
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise

OWN_CONFIDENCE = 95


@transaction.atomic
def ask_change(
    *,
    actor: access.Actor,
    register: Register,
    kind: str,
    wanted: dict[str, Any],
    reason: str,
    document: str,
    record: Record | None = None,
    seen_number: int = 0,
    valid_from: date | None = None,
) -> ChangeRequest:
    """Đề nghị lập, sửa, đóng một bản ghi. Judged now, so that nobody waits for what cannot be approved."""
    register = history.locked(actor, register.pk, permissions.CHANGE)
    definition = history.definition_on(register)
    history.require_changer(actor, definition)
    if not normalise(reason) or not normalise(document):
        raise WrongRequest(_("Hãy ghi lý do và căn cứ (văn bản, giấy tờ) của thay đổi."))
    if kind not in ChangeRequest.Kind.values:
        raise WrongRequest(_("Hãy chọn lập mới, sửa hoặc đóng."))
    if kind != ChangeRequest.Kind.CREATE and (record is None or record.register_id != register.pk):
        raise WrongRequest(_("Hãy chọn bản ghi cần sửa."))
    request = ChangeRequest(
        register=register,
        record=record if kind != ChangeRequest.Kind.CREATE else None,
        kind=kind,
        wanted=wanted,
        seen_number=seen_number or (record.number if record else 0),
        valid_from=valid_from or timezone.localdate(),
        reason=fitting(normalise(reason), 300),
        document=fitting(normalise(document), 200),
        asked_at=timezone.now(),
        asked_by_id=actor.account_id,
        asked_by_label=actor.label[:200],
        is_simulated=actor.is_simulated,
    )
    _result(definition, request, request.record)
    request.save()
    audit.record(actor, "registers.change.asked", request, unit_id=register.owner_id, register=register.code, kind=kind)
    bus.publish(
        events.CHANGE_ASKED,
        subject=request,
        unit=register.owner,
        occurred_on=timezone.localdate(request.asked_at),
        register=register.pk,
    )
    return request


def _result(definition: Any, request: ChangeRequest, record: Record | None) -> dict[str, Any]:
    """What the record would hold after the change, judged. Raises WrongRecord, WrongRequest."""
    if request.kind == ChangeRequest.Kind.CLOSE:
        if record is None or record.closed_on or record.joined_to_id:
            raise WrongRequest(_("Bản ghi này đã đóng."))
        return dict(record.data)
    before = dict(record.data) if record else {}
    # What the record holds under names that the definition no longer has stays behind.
    before = {name: value for name, value in before.items() if name in definition.shape.by_name}
    after = {name: value for name, value in {**before, **request.wanted}.items() if value not in (None, "")}
    kept = writing.judged(definition, after, record)
    key = definition.shape.key_of(kept)
    others = Record.objects.filter(register=definition.register, key=key).exclude(pk=record.pk if record else 0)
    if others.exists():
        raise WrongRequest(_("Đã có bản ghi khác với khóa “%(key)s”.") % {"key": key})
    if record is not None and kept == record.data and record.closed_on is None:
        raise WrongRequest(_("Nội dung đề nghị không khác bản ghi hiện tại."))
    return kept


@transaction.atomic
def decide_change(*, actor: access.Actor, request_id: int, approve: bool, note: str = "") -> ChangeRequest:
    """Duyệt hoặc không duyệt. Raises WrongRequest when it is one's own, already decided, or the record moved on."""
    register_id = ChangeRequest.objects.values_list("register_id", flat=True).get(pk=request_id)
    register = history.locked(actor, register_id, permissions.APPROVE)
    request = ChangeRequest.objects.select_for_update(of=("self",)).select_related("record").get(pk=request_id)
    if request.state != ChangeRequest.State.WAITING:
        raise WrongRequest(_("Yêu cầu này đã được quyết định."))
    if actor.account_id is not None and actor.account_id == request.asked_by_id:
        raise WrongRequest(_("Người đề nghị không tự duyệt. Hãy để người khác quyết định."))
    if not approve and not normalise(note):
        raise WrongRequest(_("Hãy ghi lý do không duyệt."))
    if approve:
        _carry_out(actor, register, request)
    request.state = ChangeRequest.State.APPROVED if approve else ChangeRequest.State.REFUSED
    request.decided_at, request.decided_by_id = timezone.now(), actor.account_id
    request.decided_by_label, request.decision_note = actor.label[:200], fitting(normalise(note), 300)
    request.save()
    act = "registers.change.approved" if approve else "registers.change.refused"
    audit.record(actor, act, request, unit_id=register.owner_id, register=register.code, note=note)
    return request


def _carry_out(actor: access.Actor, register: Register, request: ChangeRequest) -> None:
    definition = history.definition_on(register)
    record = request.record
    if record is not None:
        record = Record.objects.select_for_update().get(pk=record.pk)
        if record.number != request.seen_number:
            raise WrongRequest(
                _("Bản ghi đã thay đổi sau khi có yêu cầu này. Hãy lập yêu cầu mới theo nội dung hiện tại.")
            )
    kept = _result(definition, request, record)
    if request.kind == ChangeRequest.Kind.CLOSE:
        assert record is not None
        writing.shut(actor, definition, record, request.reason, request.document, request.valid_from)
        return
    provenance = _provenance(record, kept, request)
    request.record = writing.put(
        actor,
        definition,
        record,
        kept,
        provenance=provenance,
        valid_from=request.valid_from,
        reason=request.reason,
        document=request.document,
    )


def _provenance(record: Record | None, kept: dict[str, Any], request: ChangeRequest) -> dict[str, Any]:
    """Fields that were changed bear the request's paper; the others keep their source."""
    before: dict[str, Any] = {}
    if record is not None:
        latest = RecordVersion.objects.filter(record=record).exclude(provenance={}).order_by("-number").first()
        before = latest.provenance if latest else {}
    fresh = writing.provenance_of(kept, request.document, OWN_CONFIDENCE, timezone.localdate())
    old = record.data if record else {}
    return {name: before.get(name, said) if old.get(name) == kept[name] else said for name, said in fresh.items()}


@transaction.atomic
def withdraw_change(*, actor: access.Actor, request_id: int) -> ChangeRequest:
    """Rút yêu cầu của mình khi chưa ai quyết định."""
    register_id = ChangeRequest.objects.values_list("register_id", flat=True).get(pk=request_id)
    register = history.locked(actor, register_id, permissions.CHANGE)
    request = ChangeRequest.objects.select_for_update().get(pk=request_id)
    if request.state != ChangeRequest.State.WAITING or request.asked_by_id != actor.account_id:
        raise WrongRequest(_("Chỉ rút được yêu cầu của mình khi chưa có quyết định."))
    request.state, request.decided_at = ChangeRequest.State.WITHDRAWN, timezone.now()
    request.save(update_fields=["state", "decided_at"])
    audit.record(actor, "registers.change.withdrawn", request, unit_id=register.owner_id, register=register.code)
    return request
