"""Going away: one page lends every role of an officer to a colleague for some days, and takes them back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import services as roles
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.errors import CannotDelegate
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import Delegation, RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.rules import sort_key
from tinhso.systems.procedures import permissions


@permitted(permissions.VIEW)
def leave(request: HttpRequest) -> HttpResponse:
    """What is lent and to whom; on POST lends all of it at once, or takes one back."""
    actor = actor_of(request)
    error = ""
    if request.method == "POST":
        try:
            return _do(request, actor)
        except Refused as refusal:
            error = refusal.sentence
    today = timezone.localdate()
    rows = Delegation.objects.filter(valid_to__gt=today, revoked_at=None).select_related("giver", "receiver", "unit")
    context = {
        "given": _named(rows.filter(giver_id=actor.account_id)),
        "received": _named(rows.filter(receiver_id=actor.account_id)),
        "colleagues": [(one.pk, one.full_name) for one in colleagues(actor)],
        "error": error,
        "typed": request.POST,
    }
    return render(request, "desk/leave.html", context, status=409 if error else 200)


def _named(rows: Any) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "role": ROLES[row.role].name if row.role in ROLES else row.role,
            "last": row.valid_to - timedelta(days=1),
        }
        for row in rows.order_by("valid_from", "id")
    ]


def colleagues(actor: Actor) -> list[Account]:
    """Officers with a role today where the actor works, or just above or below it; in Vietnamese order."""
    today = timezone.localdate()
    own = [grant.unit_id for grant in actor.grants if grant.giver_id is None]
    areas = Unit.objects.filter(pk__in=own, area__isnull=False).values("area_id")
    near = Unit.objects.filter(Q(area_id__in=areas) | Q(pk__in=own))
    here = RoleAssignment.objects.as_of(today).filter(unit__in=near)
    found = Account.objects.filter(pk__in=here.values("account_id"), is_active=True).exclude(pk=actor.account_id or 0)
    return sorted(found, key=lambda one: sort_key(one.full_name))


def _do(request: HttpRequest, actor: Actor) -> HttpResponse:
    typed = request.POST
    ending = typed.get("thu_hoi", "")
    if ending.isdecimal() and len(ending) < 19:
        known = Delegation.objects.filter(pk=int(ending), giver_id=actor.account_id).first()
        if known is None:
            raise CannotDelegate(_("Không có uỷ quyền này."))
        roles.revoke_delegation(actor, delegation_id=known.pk, reason=_("đi làm lại"))
        messages.success(request, _("Đã thu hồi uỷ quyền."))
        return redirect("desk:leave")
    receiver = next((one for one in colleagues(actor) if str(one.pk) == typed.get("nguoi", "")), None)
    if receiver is None:
        raise CannotDelegate(_("Hãy chọn người làm thay trong danh sách."))
    roles.delegate_all(
        actor,
        receiver=receiver,
        valid_from=_day(typed, "tu"),
        valid_to=_day(typed, "den") + timedelta(days=1),
        document=typed.get("van_ban", "")[:200],
    )
    messages.success(request, _("Đã uỷ quyền. Trong những ngày này việc của bạn hiện ở bàn làm việc của người nhận."))
    return redirect("desk:leave")


def _day(typed: Any, name: str) -> date:
    try:
        return date(*(int(typed.get(f"{name}_{part}", "")) for part in ("year", "month", "day")))
    except (ValueError, OverflowError):
        raise CannotDelegate(_("Hãy ghi đủ ngày bắt đầu và ngày kết thúc.")) from None
