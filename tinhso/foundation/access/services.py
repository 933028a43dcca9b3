"""Giving and taking roles, and delegation. Nobody gives what they may not give, nor to themselves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import events, guard, permissions
from tinhso.foundation.access.errors import AlreadyEnded, CannotDelegate, CannotGrant
from tinhso.foundation.access.models import Delegation, RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.text.asked import fitting

if TYPE_CHECKING:
    from tinhso.foundation.orgs.models import Unit
    from tinhso.foundation.people.models import Account


@transaction.atomic
def grant_role(
    actor: guard.Actor,
    *,
    account: Account,
    role: str,
    unit: Unit,
    valid_from: date,
    valid_to: date | None = None,
    document: str = "",
) -> RoleAssignment:
    """Gives `account` a role at `unit` from `valid_from` (included) to `valid_to` (excluded, or without end).

    Raises Denied outside one's reach, StepUpNeeded, CannotGrant for oneself, the past, a double or an unknown role.
    """
    guard.require(actor, permissions.MANAGE_ROLES, unit=unit)
    _check_grant(actor, account, role, unit, valid_from, valid_to)
    overlapping = RoleAssignment.objects.filter(account=account, role=role, unit=unit)
    if overlapping.filter(_overlaps(valid_from, valid_to)).exists():
        raise CannotGrant(_("Người này đã có vai trò đó tại đơn vị trong khoảng thời gian ấy."))
    assignment = RoleAssignment.objects.create(
        account=account, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to, document=fitting(document, 200)
    )
    audit.record(
        actor,
        "access.role.granted",
        account,
        unit_id=unit.pk,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        document=document,
    )
    bus.publish(events.ROLE_GRANTED, subject=account, unit=unit, occurred_on=valid_from)
    return assignment


def _check_grant(
    actor: guard.Actor, account: Account, role: str, unit: Unit, valid_from: date, valid_to: date | None
) -> None:
    if role not in ROLES or ROLES[role].implicit:
        raise CannotGrant(_("Vai trò này không giao được bằng tay."))
    if account.pk == actor.account_id:
        raise CannotGrant(_("Bạn không thể tự giao vai trò cho mình. Hãy nhờ một quản trị khác."))
    if account.kind == "citizen":
        raise CannotGrant(_("Tài khoản của người dân không nhận vai trò cán bộ. Hãy lập tài khoản cán bộ riêng."))
    if valid_to is not None and valid_to <= valid_from:
        raise CannotGrant(_("Ngày kết thúc phải sau ngày bắt đầu."))
    if actor.kind != "system" and valid_from < timezone.localdate():
        raise CannotGrant(_("Không giao vai trò lùi ngày. Hãy chọn từ hôm nay trở đi."))
    if not unit.is_valid_on(valid_from):
        raise CannotGrant(_("Đơn vị không có hiệu lực vào ngày bắt đầu."))


def _overlaps(start: date, end: date | None) -> Q:
    ends_later = Q(valid_to=None) | Q(valid_to__gt=start)
    return ends_later & Q(valid_from__lt=end) if end else ends_later


@transaction.atomic
def revoke_role(actor: guard.Actor, *, assignment_id: int, valid_to: date, reason: str) -> RoleAssignment:
    """Ends a role on `valid_to` (that day no longer counted). A role not yet begun ends the day after it begins."""
    # The lock makes two administrators take turns; the second sees the first one's date.
    rows = RoleAssignment.objects.select_for_update(of=("self",)).select_related("unit", "account")
    assignment = rows.get(pk=assignment_id)
    guard.require(actor, permissions.MANAGE_ROLES, unit=assignment.unit)
    if assignment.valid_to is not None and assignment.valid_to <= valid_to:
        raise AlreadyEnded(_("Vai trò này đã kết thúc từ trước."))
    if valid_to <= assignment.valid_from:
        raise CannotGrant(_("Ngày kết thúc phải sau ngày bắt đầu."))
    if actor.kind != "system" and valid_to < timezone.localdate():
        raise CannotGrant(_("Không thu hồi vai trò lùi ngày. Hãy chọn từ hôm nay trở đi."))
    if assignment.account_id == actor.account_id and assignment.role == "administrator":
        raise CannotGrant(_("Bạn không thể tự thu hồi vai trò quản trị của mình. Hãy nhờ một quản trị khác."))
    assignment.valid_to = valid_to
    assignment.save(update_fields=["valid_to"])
    audit.record(
        actor,
        "access.role.revoked",
        assignment.account,
        unit_id=assignment.unit_id,
        role=assignment.role,
        valid_to=valid_to,
        reason=reason,
    )
    bus.publish(events.ROLE_REVOKED, subject=assignment.account, unit=assignment.unit, occurred_on=valid_to)
    return assignment


@transaction.atomic
def delegate(
    actor: guard.Actor,
    *,
    receiver: Account,
    role: str,
    unit: Unit,
    valid_from: date,
    valid_to: date,
    document: str = "",
) -> Delegation:
    """Lets `receiver` act with one of the actor's own roles at `unit` between two dates.

    Only a role held directly, never one that was itself lent; only within its own dates. Raises CannotDelegate.
    """
    guard.require(actor, permissions.DELEGATE)
    if actor.account_id is None:
        raise CannotDelegate(_("Chỉ người đang giữ vai trò mới uỷ quyền được."))
    _check_delegation(actor.account_id, receiver, role, unit, valid_from, valid_to)
    delegation = Delegation.objects.create(
        giver_id=actor.account_id,
        receiver=receiver,
        role=role,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        document=fitting(document, 200),
    )
    audit.record(
        actor,
        "access.role.delegated",
        receiver,
        unit_id=unit.pk,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        document=document,
    )
    bus.publish(events.ROLE_DELEGATED, subject=receiver, unit=unit, occurred_on=valid_from)
    return delegation


@transaction.atomic
def delegate_all(
    actor: guard.Actor, *, receiver: Account, valid_from: date, valid_to: date, document: str = ""
) -> list[Delegation]:
    """Lends every role the actor holds themselves to one colleague: going away is one act, all of it or none."""
    if actor.account_id is None:
        raise CannotDelegate(_("Chỉ người đang giữ vai trò mới uỷ quyền được."))
    own = RoleAssignment.objects.as_of(valid_from).filter(account_id=actor.account_id).select_related("unit")
    lent = [
        delegate(
            actor,
            receiver=receiver,
            role=one.role,
            unit=one.unit,
            valid_from=valid_from,
            valid_to=valid_to,
            document=document,
        )
        for one in own.order_by("id")
    ]
    if not lent:
        raise CannotDelegate(_("Bạn không giữ vai trò nào để uỷ quyền trong những ngày này."))
    return lent


def _check_delegation(
    giver_id: int, receiver: Account, role: str, unit: Unit, valid_from: date, valid_to: date
) -> None:
    if receiver.pk == giver_id:
        raise CannotDelegate(_("Bạn không thể uỷ quyền cho chính mình."))
    if receiver.kind == "citizen" or not receiver.is_active:
        raise CannotDelegate(_("Chỉ uỷ quyền được cho cán bộ có tài khoản đang hoạt động."))
    if valid_from < timezone.localdate() or valid_to <= valid_from:
        raise CannotDelegate(_("Thời gian uỷ quyền phải từ hôm nay trở đi và ngày kết thúc sau ngày bắt đầu."))
    own = RoleAssignment.objects.as_of(valid_from).filter(account_id=giver_id, role=role, unit=unit)
    if not own.filter(Q(valid_to=None) | Q(valid_to__gte=valid_to)).exists():
        raise CannotDelegate(_("Bạn không giữ vai trò này tại đơn vị trong suốt thời gian uỷ quyền."))


@transaction.atomic
def revoke_delegation(actor: guard.Actor, *, delegation_id: int, reason: str = "") -> Delegation:
    """Takes a delegation back at once: its giver, or whoever manages roles at the unit."""
    delegation = (
        Delegation.objects.select_for_update(of=("self",)).select_related("unit", "receiver").get(pk=delegation_id)
    )
    if delegation.giver_id != actor.account_id:
        guard.require(actor, permissions.MANAGE_ROLES, unit=delegation.unit)
    if delegation.revoked_at is not None:
        raise AlreadyEnded(_("Uỷ quyền này đã được thu hồi."))
    delegation.revoked_at = timezone.now()
    delegation.save(update_fields=["revoked_at"])
    audit.record(
        actor,
        "access.delegation.revoked",
        delegation.receiver,
        unit_id=delegation.unit_id,
        role=delegation.role,
        reason=reason,
    )
    today = timezone.localdate()
    bus.publish(events.DELEGATION_REVOKED, subject=delegation.receiver, unit=delegation.unit, occurred_on=today)
    return delegation
