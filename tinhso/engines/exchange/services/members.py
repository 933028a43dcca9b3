"""Members and subsystems: who comes onto the exchange and who leaves it. Leaving holds at once."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.exchange import events, permissions
from tinhso.engines.exchange.errors import Clash, NotInForce, WrongInput
from tinhso.engines.exchange.guarding import require_at
from tinhso.engines.exchange.models import Member, Subsystem
from tinhso.engines.exchange.models.members import CODE
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise, normalise_lines


def checked_code(code: str, most: int = 64) -> str:
    """One part of an identifier; refused when it would need encoding in a path."""
    code = code.strip()
    if len(code) > most or not re.match(CODE, code):
        raise WrongInput(
            _("Mã “%(code)s” không dùng được: chỉ gồm chữ không dấu, số, “-”, “_” và dấu chấm ở giữa.")
            % {"code": code[:most]}
        )
    return code


def reasoned(reason: str) -> str:
    """A written reason, as removal and refusal demand (Decree 194/2025: a refusal is written)."""
    reason = fitting(normalise_lines(reason), 2000)
    if len(reason) < 5:
        raise WrongInput(_("Hãy ghi rõ lý do."))
    return reason


def person(actor: access.Actor) -> dict[str, Any]:
    return {"is_simulated": actor.is_simulated}


@transaction.atomic
def admit_member(
    *,
    actor: access.Actor,
    code: str,
    name: str,
    member_class: str = "GOV",
    unit: Unit | None = None,
    instance: str = "",
) -> Member:
    """Kết nạp thành viên: an agency of ours (`unit`), or one outside; `instance` another when reached by a peer."""
    require_at(actor, permissions.ADMIT, unit=unit)
    instance = checked_code(instance or settings.EXCHANGE_INSTANCE, 32)
    code, member_class = checked_code(code), checked_code(member_class, 16)
    if not normalise(name):
        raise WrongInput(_("Hãy ghi tên thành viên."))
    member, is_new = Member.objects.get_or_create(
        instance=instance,
        member_class=member_class,
        code=code,
        defaults={"name": fitting(normalise(name), 200), "unit": unit, **person(actor)},
    )
    if not is_new:
        raise Clash(_("Đã có thành viên %(code)s.") % {"code": member.identifier})
    _tell(actor, "exchange.member.admitted", events.MEMBER_ADMITTED, member, unit, code=member.identifier)
    return member


@transaction.atomic
def remove_member(*, actor: access.Actor, member: Member, reason: str) -> None:
    """Đưa thành viên ra: none of its systems calls or answers from this moment."""
    require_at(actor, permissions.ADMIT, unit=member.unit)
    changes = {"removed_at": timezone.now(), "removed_reason": reasoned(reason)}
    if not Member.objects.living().filter(pk=member.pk).update(**changes):
        raise NotInForce(_("Thành viên này đã rời nền tảng."))
    _tell(actor, "exchange.member.removed", events.MEMBER_REMOVED, member, member.unit, reason=reason[:300])


@transaction.atomic
def register_subsystem(*, actor: access.Actor, member: Member, code: str, name: str, contact: str = "") -> Subsystem:
    """Đăng ký hệ thống của đơn vị: from now on it may publish services and ask for those of others."""
    require_at(actor, permissions.REGISTER, unit=member.unit)
    member = Member.objects.select_for_update().get(pk=member.pk)
    if member.removed_at:
        raise NotInForce(_("Thành viên này đã rời nền tảng."))
    code = checked_code(code)
    if not normalise(name):
        raise WrongInput(_("Hãy ghi tên hệ thống."))
    if Subsystem.objects.filter(member=member, code=code).exists():
        raise Clash(_("Đơn vị đã có hệ thống mang mã %(code)s.") % {"code": code})
    subsystem = Subsystem.objects.create(
        member=member,
        code=code,
        name=fitting(normalise(name), 200),
        contact=fitting(normalise(contact), 200),
        registered_by_id=actor.account_id,
        **person(actor),
    )
    _tell(
        actor,
        "exchange.subsystem.registered",
        events.SUBSYSTEM_REGISTERED,
        subsystem,
        member.unit,
        code=subsystem.identifier,
    )
    return subsystem


@transaction.atomic
def remove_subsystem(*, actor: access.Actor, subsystem: Subsystem, reason: str) -> None:
    """Gỡ hệ thống: its calls are refused and its services answer no more, at once."""
    require_at(actor, permissions.REGISTER, unit=subsystem.member.unit)
    changes = {"removed_at": timezone.now(), "removed_reason": reasoned(reason)}
    if not Subsystem.objects.filter(pk=subsystem.pk, removed_at=None).update(**changes):
        raise NotInForce(_("Hệ thống này đã được gỡ."))
    _tell(
        actor,
        "exchange.subsystem.removed",
        events.SUBSYSTEM_REMOVED,
        subsystem,
        subsystem.member.unit,
        reason=reason[:300],
    )


def _tell(actor: access.Actor, act: str, event: str, subject: Any, unit: Unit | None, **details: Any) -> None:
    """The audit row and the event of an act."""
    audit.record(actor, act, subject, unit_id=unit.pk if unit else None, **details)
    bus.publish(event, subject=subject, unit=unit, occurred_on=timezone.localdate())


tell = _tell
