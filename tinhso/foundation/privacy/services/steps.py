"""What every act on a request shares: the lock, the step that the person reads, telling them."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.notices.services import notify
from tinhso.foundation.people.models import Account
from tinhso.foundation.privacy import events, permissions
from tinhso.foundation.privacy.errors import AlreadySettled, HeldByAnother, LateNeedsReason, WrongRequest
from tinhso.foundation.privacy.models import DataRequest, RequestStep
from tinhso.foundation.privacy.rules import Kind, State
from tinhso.foundation.privacy.words import KINDS, STATES
from tinhso.foundation.text.rules import normalise
from tinhso.foundation.ui.formats import full_datetime

MOST_WORDS = 4000


def locked(actor: access.Actor, request_id: int, code: str = permissions.HANDLE) -> DataRequest:
    """The request under lock, still open, within the actor's right. The lock makes two officers take turns."""
    rows = DataRequest.objects.select_for_update(of=("self",)).select_related("unit", "person", "assigned_to")
    found = rows.get(pk=request_id)
    access.require(actor, code, unit=found.unit)
    if not found.is_open:
        raise AlreadySettled(_("Yêu cầu này đã có trả lời hoặc đã rút. Hãy tải lại trang."))
    return found


def require_mine(actor: access.Actor, found: DataRequest) -> None:
    """Only the officer it is assigned to goes on; nobody's request is taken by acting on it."""
    if found.assigned_to_id is not None and found.assigned_to_id != actor.account_id and actor.kind != "system":
        raise HeldByAnother(
            _("%(name)s đang giải quyết yêu cầu này. Hãy nhận lại việc trước khi làm tiếp.")
            % {"name": found.assigned_to}
        )
    if found.assigned_to_id is None:
        found.assigned_to_id = actor.account_id
    if found.state == State.RECEIVED:
        found.state = State.AT_WORK


def words_of(text: str, needed: str = "") -> str:
    """Plain text as people typed it, bounded; raises WrongRequest with `needed` when there is none."""
    lines = [normalise(line) for line in text[: MOST_WORDS * 2].splitlines()]
    words = "\n".join(lines).strip()[:MOST_WORDS]
    if not words and needed:
        raise WrongRequest(needed)
    return words


def require_reason_when_late(found: DataRequest, at: datetime, late_reason: str) -> bool:
    """True when the answer is late; then the reason is written, or LateNeedsReason."""
    if at <= found.act_due_at:
        return False
    found.late_reason = words_of(late_reason)
    if not found.late_reason:
        raise LateNeedsReason(
            _("Đã quá hạn %(due)s. Hãy ghi lý do quá hạn; phần đã điền vẫn còn.")
            % {"due": full_datetime(found.act_due_at)}
        )
    return True


def note(
    actor: access.Actor,
    found: DataRequest,
    act: str,
    at: datetime,
    words: str = "",
    *,
    is_late: bool = False,
    is_internal: bool = False,
) -> None:
    """One step, as written."""
    RequestStep.objects.create(
        request=found,
        act=act,
        at=at,
        by_id=actor.account_id,
        by_label=actor.label[:200],
        words=words,
        is_late=is_late,
        is_internal=is_internal,
    )


def tell(actor: access.Actor, found: DataRequest, text: str, words: str = "") -> None:
    """Tells the person, and whoever filed for them, in every account they have."""
    accounts = {one.pk: one for one in Account.objects.filter(person_id=found.person_id, is_active=True)}
    if found.channel == "web" and found.filed_by is not None:
        accounts[found.filed_by.pk] = found.filed_by
    values = {
        "code": found.code,
        "kind": KINDS[Kind(found.kind)],
        "state": STATES[State(found.state)],
        "due": full_datetime(found.act_due_at),
        "words": words,
    }
    for account in accounts.values():
        notify(
            actor,
            account=account,
            text=text,
            values=values,
            link=f"/tai-khoan/du-lieu/yeu-cau/{found.code}/",
            key=f"{text}:{found.pk}",
        )


def close(actor: access.Actor, found: DataRequest, state: State, words: str, at: datetime, *, is_late: bool) -> None:
    """Ends a request: the state, the step, the audit row, the event, the notice."""
    found.state, found.answer, found.answered_at = state, words, at
    found.acknowledged_at = found.acknowledged_at or at
    found.save()
    note(actor, found, str(state), at, words, is_late=is_late)
    audit.record(
        actor, "privacy.request.settled", found, unit_id=found.unit_id, state=state, late=is_late, refusal=found.refusal
    )
    bus.publish(events.REQUEST_SETTLED, subject=found, unit=found.unit, occurred_on=timezone.localdate(at))
    tell(actor, found, "privacy.settled")
