"""Who works on a step: assigned, taken, given on, given back, handed over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.engines.workflow import permissions
from tinhso.engines.workflow.errors import (
    AlreadyMoved,
    NotAllowedNow,
    NotAtThisUnit,
    NoteNeeded,
)
from tinhso.engines.workflow.models import Case, CaseState, Token
from tinhso.engines.workflow.services.standing import (
    Kind,
    Standing,
    in_place,
    lock_standing,
    must_be,
    write,
)
from tinhso.foundation.access import guard as access

if TYPE_CHECKING:
    from tinhso.foundation.orgs.models import Unit
    from tinhso.foundation.people.models import Account


@transaction.atomic
def assign(
    *,
    actor: access.Actor,
    case_id: int,
    account: Account,
    note: str = "",
    at: datetime | None = None,
    version: int | None = None,
    token_id: int | None = None,
    authorised: bool = False,
    known: Iterable[Unit] = (),
) -> Case:
    """Names who does the step (taking it oneself is assigning it to oneself).

    The one named must hold the step's permission; who names, that or the sharing out of the unit's work, unless
    `authorised`: the caller has required a right of its own. `known`: units the caller has read in this act.
    """
    case, standing = lock_standing(case_id, token_id, version, known)
    if not authorised:
        _require_sharing(actor, standing)
    must_be(case, CaseState.RUNNING, CaseState.WAITING, CaseState.PAUSED)
    _must_be_able(account, standing)
    # Taking what a colleague holds needs the page that shows it, or a reason (then it is a reassignment).
    unaware = version is None and not note.strip() and not authorised
    if unaware and account.pk == actor.account_id and standing.holder_id not in (None, account.pk):
        raise AlreadyMoved(
            _("%(name)s đã nhận việc này. Hãy tải lại trang để xem ai đang giữ.") % {"name": standing.holder}
        )
    standing.holder = account
    write(actor, case, standing, in_place(standing, at), kind=Kind.ASSIGN, note=note)
    return case


@transaction.atomic
def take(
    *,
    actor: access.Actor,
    case_id: int,
    token_id: int | None = None,
    at: datetime | None = None,
) -> Case:
    """The actor takes the step on; AlreadyMoved when a colleague holds it."""
    from tinhso.foundation.people.models import Account

    if actor.account_id is None:
        raise access.Denied(_("Việc này cần người đăng nhập thực hiện."))
    account = Account.objects.get(pk=actor.account_id)
    return assign(actor=actor, case_id=case_id, account=account, token_id=token_id, at=at)


@transaction.atomic
def reassign(
    *,
    actor: access.Actor,
    case_id: int,
    account: Account,
    note: str,
    token_id: int | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Case:
    """Gives a step that someone holds to another, with the reason (transferred, on leave, overloaded)."""
    if not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do giao lại việc này."))
    return assign(actor=actor, case_id=case_id, account=account, note=note, token_id=token_id, version=version, at=at)


@transaction.atomic
def release(
    *,
    actor: access.Actor,
    case_id: int,
    note: str = "",
    token_id: int | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Case:
    """Leaves a step back to the unit. One's own needs no reason; another's does."""
    case, standing = lock_standing(case_id, token_id, version)
    _require_sharing(actor, standing)
    must_be(case, CaseState.RUNNING, CaseState.WAITING, CaseState.PAUSED)
    if standing.holder_id is None:
        raise NotAllowedNow(_("Việc này chưa có ai nhận."))
    if standing.holder_id != actor.account_id and not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do lấy lại việc của người khác."))
    standing.holder = None
    write(actor, case, standing, in_place(standing, at), kind=Kind.RELEASE, note=note)
    return case


@transaction.atomic
def hand_over_work(
    *, actor: access.Actor, giver: Account, receiver: Account, unit: Unit, note: str, at: datetime | None = None
) -> int:
    """Gives all open work of one officer at a unit to another (leave, transfer), step by step in the log.

    What the receiver may not do goes back to the unit. Answers how many steps changed hands.
    """
    access.require(actor, permissions.DISTRIBUTE, unit=unit)
    if not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do chuyển việc."))
    held = Case.objects.open().filter(holder=giver, holder_unit=unit).order_by("pk").values_list("pk", flat=True)
    branches = Token.objects.open().filter(holder=giver, holder_unit=unit).order_by("case_id", "pk")
    wanted = sorted([*((pk, 0) for pk in held), *branches.values_list("case_id", "pk")])
    moved = 0
    for case_id, token_id in wanted:
        case, standing = lock_standing(case_id, token_id or None, None)
        if standing.holder_id == giver.pk and case.state != CaseState.ENDED:
            _hand_over(actor, case, standing, receiver, note, at)
            moved += 1
    return moved


def _hand_over(
    actor: access.Actor, case: Case, standing: Standing, receiver: Account, note: str, at: datetime | None
) -> None:
    may = access.allowed(access.Actor.of(receiver), standing.step_permission, standing.holder_unit)
    standing.holder = receiver if may else None
    write(actor, case, standing, in_place(standing, at), kind=Kind.ASSIGN if may else Kind.RELEASE, note=note)


def _require_sharing(actor: access.Actor, standing: Standing) -> None:
    if not access.allowed(actor, permissions.DISTRIBUTE, standing.holder_unit):
        access.require(actor, standing.step_permission, unit=standing.holder_unit)


def _must_be_able(account: Account, standing: Standing) -> None:
    if not access.allowed(access.Actor.of(account), standing.step_permission, standing.holder_unit):
        raise NotAtThisUnit(
            _("%(name)s không làm được bước này ở %(unit)s. Hãy chọn người khác.")
            % {"name": account, "unit": standing.holder_unit}
        )
