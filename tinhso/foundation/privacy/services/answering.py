"""The desk's acts on a request: acknowledge, assign, extend, answer, refuse; the person's own: take back, collect."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.calendar.selectors import calendar_for
from tinhso.foundation.people.lookups import record_lookup
from tinhso.foundation.people.models import Account
from tinhso.foundation.privacy import permissions, rules, selectors
from tinhso.foundation.privacy.errors import AlreadySettled, CannotExtend, HeldByAnother, WrongRequest
from tinhso.foundation.privacy.models import DataCopy, DataRequest
from tinhso.foundation.privacy.rules import Kind, State
from tinhso.foundation.privacy.services import executing
from tinhso.foundation.privacy.services.steps import (
    close,
    locked,
    note,
    require_mine,
    require_reason_when_late,
    tell,
    words_of,
)
from tinhso.foundation.privacy.words import REFUSALS


@transaction.atomic
def open_request(actor: access.Actor, found: DataRequest) -> None:
    """An officer opens a request: the look is in the person's log before anything is shown."""
    record_lookup(
        actor,
        person=found.person,
        purpose=_("Giải quyết yêu cầu về dữ liệu cá nhân"),
        subject=found,
        unit=found.unit,
    )


@transaction.atomic
def acknowledge(*, actor: access.Actor, request_id: int, words: str = "", at: datetime | None = None) -> DataRequest:
    """Tells the person that the request is here and how it goes on: within 2 working days. Late is marked late."""
    found, now = locked(actor, request_id), at or timezone.now()
    require_mine(actor, found)
    if found.acknowledged_at is not None:
        raise WrongRequest(_("Yêu cầu này đã được phản hồi tiếp nhận."))
    found.acknowledged_at = now
    found.save()
    is_late, said = now > found.acknowledge_due_at, words_of(words)
    note(actor, found, "acknowledged", now, said, is_late=is_late)
    audit.record(actor, "privacy.request.acknowledged", found, unit_id=found.unit_id, late=is_late)
    tell(actor, found, "privacy.acknowledged", said)
    return found


@transaction.atomic
def assign(
    *, actor: access.Actor, request_id: int, account_id: int, reason: str = "", at: datetime | None = None
) -> DataRequest:
    """Gives the request to one officer who may handle it; from another's hands only with a reason."""
    found, now = locked(actor, request_id), at or timezone.now()
    if found.state == State.PROPOSED:
        raise WrongRequest(_("Yêu cầu đang chờ người thứ hai duyệt nên chưa đổi người giải quyết được."))
    receiver = next((one for one in selectors.holders_of(permissions.HANDLE, found.unit) if one.pk == account_id), None)
    if receiver is None:
        raise WrongRequest(_("Người này không có quyền giải quyết yêu cầu về dữ liệu cá nhân."))
    held = found.assigned_to_id
    said = words_of(reason)
    if held is not None and held not in (actor.account_id, account_id) and not said:
        raise HeldByAnother(_("%(name)s đang giải quyết. Hãy ghi lý do chuyển việc.") % {"name": found.assigned_to})
    if held == account_id:
        return found
    found.assigned_to, found.state = receiver, State.AT_WORK
    found.save()
    note(actor, found, "assigned", now, f"{receiver}. {said}".strip(), is_internal=True)
    audit.record(actor, "privacy.request.assigned", found, unit_id=found.unit_id, to=receiver.pk, reason=said)
    return found


@transaction.atomic
def add_third_party(*, actor: access.Actor, request_id: int, name: str, at: datetime | None = None) -> DataRequest:
    """A processor or third party must stop too: the term becomes 20 days from reception (Decree 356/2025 art. 5)."""
    found, now = locked(actor, request_id), at or timezone.now()
    require_mine(actor, found)
    if Kind(found.kind) not in rules.STOPPING:
        raise WrongRequest(
            _("Chỉ yêu cầu rút đồng ý, hạn chế, phản đối mới có thời hạn riêng khi bên thứ ba phải làm.")
        )
    if found.third_party:
        raise WrongRequest(_("Đã ghi bên thứ ba của yêu cầu này."))
    if now > found.act_due_at:
        raise CannotExtend(_("Đã quá hạn thực hiện nên không đổi thời hạn được nữa."))
    said = words_of(name, _("Hãy ghi tên bên thứ ba, bên xử lý và việc họ phải làm."))
    found.third_party = said.replace("\n", " ")[:300]
    _set_due(found)
    note(actor, found, "third_party", now, found.third_party)
    audit.record(actor, "privacy.request.third_party", found, unit_id=found.unit_id, due_at=found.act_due_at)
    return found


@transaction.atomic
def extend(*, actor: access.Actor, request_id: int, days: int, reason: str, at: datetime | None = None) -> DataRequest:
    """One extension of at most 15 days, before the term is over, with a reason that the person reads."""
    found, now = locked(actor, request_id), at or timezone.now()
    require_mine(actor, found)
    if found.extended_days:
        raise CannotExtend(_("Yêu cầu này đã gia hạn một lần; luật không cho gia hạn thêm."))
    if now > found.act_due_at:
        raise CannotExtend(_("Đã quá hạn nên không gia hạn được. Hãy trả lời và ghi lý do quá hạn."))
    if not rules.extension_fits(days):
        raise CannotExtend(_("Chỉ gia hạn được từ 1 đến 15 ngày."))
    found.extended_reason = words_of(reason, _("Hãy ghi lý do gia hạn; người gửi sẽ đọc."))
    found.extended_days = days
    _set_due(found)
    note(actor, found, "extended", now, found.extended_reason)
    audit.record(actor, "privacy.request.extended", found, unit_id=found.unit_id, days=days, due_at=found.act_due_at)
    tell(actor, found, "privacy.extended", found.extended_reason)
    return found


def _set_due(found: DataRequest) -> None:
    found.act_due_at = rules.act_due(
        calendar_for(found.unit),
        timezone.localtime(found.received_at),
        Kind(found.kind),
        third_party=bool(found.third_party),
        extended_days=found.extended_days,
    )
    found.save()


@transaction.atomic
def settle(
    *, actor: access.Actor, request_id: int, words: str, late_reason: str = "", at: datetime | None = None
) -> DataRequest:
    """Carries the request out and answers it. Corrections and deletions go by `propose` and `check` instead."""
    found, now = locked(actor, request_id), at or timezone.now()
    require_mine(actor, found)
    if Kind(found.kind) in rules.CHECKED_TWICE:
        raise WrongRequest(_("Việc sửa, xoá dữ liệu phải được đề xuất rồi người thứ hai duyệt."))
    said = words_of(words, _("Hãy ghi trả lời cho người gửi."))
    is_late = require_reason_when_late(found, now, late_reason)
    state = executing.carry_out(actor, found, now)
    if state is State.REFUSED:
        found.refusal = "law"
    close(actor, found, state, said, now, is_late=is_late)
    return found


@transaction.atomic
def refuse(
    *,
    actor: access.Actor,
    request_id: int,
    reason: str,
    words: str,
    late_reason: str = "",
    at: datetime | None = None,
) -> DataRequest:
    """Turns the request down for one of the law's reasons, in words for the person. A withdrawal is never refused."""
    found, now = locked(actor, request_id), at or timezone.now()
    require_mine(actor, found)
    if found.kind == Kind.WITHDRAW:
        raise WrongRequest(_("Việc rút lại sự đồng ý đã có hiệu lực và không từ chối được."))
    if found.state == State.PROPOSED:
        raise WrongRequest(_("Đề xuất đang chờ duyệt. Người thứ hai trả lại rồi mới từ chối được."))
    if reason not in REFUSALS:
        raise WrongRequest(_("Hãy chọn lý do từ chối theo luật."))
    said = words_of(words, _("Hãy giải thích cho người gửi vì sao từ chối và họ có thể làm gì."))
    is_late = require_reason_when_late(found, now, late_reason)
    found.refusal = reason
    close(actor, found, State.REFUSED, said, now, is_late=is_late)
    return found


@transaction.atomic
def take_back(*, actor: access.Actor, code: str, at: datetime | None = None) -> DataRequest:
    """The person no longer wants it. What took effect at once (a withdrawal) stays in effect."""
    access.require(actor, permissions.OWN)
    mine = DataRequest.objects.belonging_to(actor).values("pk")
    found = DataRequest.objects.select_for_update(of=("self",)).select_related("unit").get(code=code, pk__in=mine)
    if not found.is_open:
        raise AlreadySettled(_("Yêu cầu này đã có trả lời hoặc đã rút."))
    now = at or timezone.now()
    found.state = State.TAKEN_BACK
    found.save()
    note(actor, found, "taken_back", now)
    audit.record(actor, "privacy.request.taken_back", found, unit_id=found.unit_id)
    return found


@transaction.atomic
def collect_copy(*, actor: access.Actor, code: str, form: str) -> DataCopy:
    """Hands the copy over: to the person in their account, or to the officer who prints it at the counter."""
    mine = DataRequest.objects.belonging_to(actor).filter(code=code).first()
    found = mine or DataRequest.objects.visible_to(actor).filter(code=code).select_related("person").first()
    copy = DataCopy.objects.filter(request=found).select_related("request__person").first() if found else None
    if copy is None:
        raise DataCopy.DoesNotExist
    if mine is None:
        record_lookup(actor, person=copy.request.person, purpose=_("In bản sao dữ liệu để giao cho người yêu cầu"))
    if not copy.request.steps.filter(act="collected", by_id=actor.account_id).exists():
        note(actor, copy.request, "collected", timezone.now(), form.upper())
    audit.record(actor, "privacy.copy.collected", copy, form=form, sha256=copy.sha256)
    return copy


def officers_for(found: DataRequest) -> list[tuple[int, str]]:
    """Whom a request may be given to."""
    people: list[Account] = selectors.holders_of(permissions.HANDLE, found.unit)
    return [(one.pk, str(one)) for one in people]
