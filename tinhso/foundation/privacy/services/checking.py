"""Two pairs of eyes: one officer proposes what a record is to say or lose, another agrees and it is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.privacy import permissions, registry, rules
from tinhso.foundation.privacy.errors import SecondOfficer, WrongRequest
from tinhso.foundation.privacy.models import DataRequest
from tinhso.foundation.privacy.rules import Kind, State
from tinhso.foundation.privacy.services import executing
from tinhso.foundation.privacy.services.filing import checked_changes
from tinhso.foundation.privacy.services.steps import (
    close,
    locked,
    note,
    require_mine,
    require_reason_when_late,
    words_of,
)


@transaction.atomic
def propose(
    *,
    actor: access.Actor,
    request_id: int,
    words: str,
    changes: dict[str, str] | None = None,
    at: datetime | None = None,
) -> DataRequest:
    """The first officer says what is to be done: the corrections as compared with the papers, or the deletion."""
    found, now = locked(actor, request_id), at or timezone.now()
    require_mine(actor, found)
    if Kind(found.kind) not in rules.CHECKED_TWICE:
        raise WrongRequest(_("Yêu cầu loại này trả lời được ngay, không cần người thứ hai duyệt."))
    if found.state == State.PROPOSED:
        raise WrongRequest(_("Đề xuất trước đang chờ duyệt."))
    proposal: dict[str, Any] = {"erase": [one.code for one in registry.in_order() if one.erase is not None]}
    if found.kind == Kind.CORRECT:
        proposal = {"changes": checked_changes(changes or {})}
        if not proposal["changes"]:
            raise WrongRequest(_("Hãy ghi nội dung sửa sau khi đối chiếu giấy tờ."))
    found.answer = words_of(words, _("Hãy ghi căn cứ đã đối chiếu và trả lời cho người gửi."))
    found.proposal, found.proposed_by_id, found.checked_by = proposal, actor.account_id, None
    found.state = State.PROPOSED
    found.save()
    note(actor, found, "proposed", now, found.answer, is_internal=True)
    audit.record(actor, "privacy.request.proposed", found, unit_id=found.unit_id, fields=sorted(proposal))
    return found


@transaction.atomic
def check(
    *,
    actor: access.Actor,
    request_id: int,
    agrees: bool,
    words: str = "",
    late_reason: str = "",
    at: datetime | None = None,
) -> DataRequest:
    """The second officer agrees, and it is carried out; or sends it back with a reason. Never one's own proposal."""
    found, now = locked(actor, request_id, permissions.CHECK), at or timezone.now()
    if found.state != State.PROPOSED:
        raise WrongRequest(_("Yêu cầu này không có đề xuất nào chờ duyệt."))
    if found.proposed_by_id == actor.account_id:
        raise SecondOfficer(_("Bạn là người đề xuất nên không tự duyệt được. Hãy để người khác duyệt."))
    if not agrees:
        return _send_back(actor, found, words, now)
    is_late = require_reason_when_late(found, now, late_reason)
    found.checked_by_id = actor.account_id
    found.save()
    if found.kind == Kind.CORRECT:
        state = executing.correct(actor, found, found.proposal["changes"])
    else:
        state = executing.erase(actor, found)
    if state is State.REFUSED:
        found.refusal = "law"
    close(actor, found, state, found.answer, now, is_late=is_late)
    return found


def _send_back(actor: access.Actor, found: DataRequest, words: str, now: datetime) -> DataRequest:
    said = words_of(words, _("Hãy ghi vì sao chưa đồng ý."))
    found.state, found.proposal, found.answer = State.AT_WORK, {}, ""
    found.proposed_by = None
    found.save()
    note(actor, found, "sent_back", now, said, is_internal=True)
    audit.record(actor, "privacy.request.sent_back", found, unit_id=found.unit_id, reason=said)
    return found
