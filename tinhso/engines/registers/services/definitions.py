"""Defining a register without code: its name and owner, then what it holds, version by version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from tinhso.engines.registers import events, permissions, words
from tinhso.engines.registers.errors import WrongDefinition
from tinhso.engines.registers.models import Record, Register, RegisterDefinition
from tinhso.engines.registers.rules import schema
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import fold, normalise

# Told in the act's own transaction when a register with something in force may fill in forms: fn(actor, register).
LET_FILL: list[Callable[[access.Actor, Register], None]] = []


@transaction.atomic
def define_register(
    *,
    actor: access.Actor,
    code: str,
    name: str,
    owner: Unit,
    content: dict[str, Any],
    purpose: str = "",
    legal_basis: str = "",
    update_cycle: str = "",
    fills_forms: bool = False,
    is_catalogued: bool = True,
) -> Register:
    """Lập cơ sở dữ liệu, with the draft of its first definition. Raises WrongDefinition."""
    access.require(actor, permissions.DEFINE, unit=owner)
    code = slugify(fold(code or name))[:60]
    if not code or not normalise(name):
        raise WrongDefinition(_("Hãy ghi tên và mã của cơ sở dữ liệu."))
    if Register.objects.filter(code=code).exists():
        raise WrongDefinition(_("Mã “%(code)s” đã có cơ sở dữ liệu khác dùng.") % {"code": code})
    _refuse_wrong(content)
    register = Register.objects.create(
        code=code,
        name=fitting(name, 200),
        owner=owner,
        purpose=fitting(purpose, 500),
        legal_basis=fitting(legal_basis, 300),
        update_cycle=fitting(update_cycle, 100),
        fills_forms=fills_forms,
        is_catalogued=is_catalogued,
        is_simulated=actor.is_simulated,
    )
    RegisterDefinition.objects.create(register=register, version=1, content=content, author_label=actor.label[:200])
    audit.record(actor, "registers.register.defined", register, unit_id=owner.pk, code=code)
    bus.publish(events.DEFINED, subject=register, unit=owner, occurred_on=timezone.localdate(), register=register.pk)
    return register


@transaction.atomic
def draft_definition(
    *,
    actor: access.Actor,
    register: Register,
    content: dict[str, Any],
    change_roles: list[str] | None = None,
    note: str = "",
) -> RegisterDefinition:
    """Soạn phiên bản kế tiếp: one draft at a time, rewritten until it is published."""
    register = Register.objects.select_for_update().select_related("owner").get(pk=register.pk)
    access.require(actor, permissions.DEFINE, unit=register.owner)
    _refuse_wrong(content)
    unknown = [role for role in change_roles or [] if role not in ROLES]
    if unknown:
        raise WrongDefinition(_("Không có vai trò “%(role)s”.") % {"role": unknown[0]})
    draft = register.definitions.filter(published_at=None).first()
    if draft is None:
        latest = register.definitions.order_by("-version").first()
        draft = RegisterDefinition(register=register, version=latest.version + 1 if latest else 1)
    draft.content, draft.change_roles = content, change_roles or []
    draft.note, draft.author_label = fitting(note, 300), actor.label[:200]
    draft.save()
    audit.record(
        actor, "registers.definition.drafted", register, unit_id=register.owner_id, version=draft.version, note=note
    )
    return draft


@transaction.atomic
def publish_definition(
    *, actor: access.Actor, register: Register, valid_from: date | None = None
) -> RegisterDefinition:
    """Ban hành bản soạn: in force from its day, never changed after. The version before ends that day.

    The keys stay what they are once there are records: other keys are another register.
    """
    register = Register.objects.select_for_update().select_related("owner").get(pk=register.pk)
    access.require(actor, permissions.DEFINE, unit=register.owner)
    draft = register.definitions.filter(published_at=None).first()
    if draft is None:
        raise WrongDefinition(_("Không có bản soạn nào để ban hành."))
    _refuse_wrong(draft.content)
    today = timezone.localdate()
    start = valid_from or today
    before = register.definitions.filter(published_at__isnull=False).order_by("-version").first()
    if before is not None:
        _follow(register, before, draft, start, today)
    draft.valid_from, draft.published_at = start, timezone.now()
    draft.save(update_fields=["valid_from", "published_at"])
    audit.record(
        actor, "registers.definition.published", register, unit_id=register.owner_id, version=draft.version, on=start
    )
    bus.publish(events.DEFINED, subject=register, unit=register.owner, occurred_on=today, register=register.pk)
    if register.fills_forms:
        _tell_filling(actor, register)
    return draft


@transaction.atomic
def let_fill_forms(*, actor: access.Actor, register: Register, yes: bool) -> Register:
    """Cho hoặc thôi cho cơ sở dữ liệu điền sẵn tờ khai (Nghị định 224/2026/NĐ-CP, Điều 15). Twice changes nothing.

    Letting it is no look at anybody: each person is still asked for their own agreement. Raises WrongDefinition for
    a register with nothing in force, or none of whose fields is a fact of the shared vocabulary.
    """
    register = Register.objects.select_for_update(of=("self",)).select_related("owner").get(pk=register.pk)
    access.require(actor, permissions.DEFINE, unit=register.owner)
    if register.fills_forms == yes:
        return register
    in_force = register.definitions.as_of(timezone.localdate()).first()
    if yes and (in_force is None or not any(one.concept for one in in_force.shape.fields)):
        raise WrongDefinition(_("Hãy ban hành cấu trúc có ít nhất một trường gắn khái niệm dùng chung trước."))
    register.fills_forms = yes
    register.save(update_fields=["fills_forms"])
    audit.record(actor, "registers.register.fills_forms", register, unit_id=register.owner_id, yes=yes)
    bus.publish(
        events.DEFINED,
        subject=register,
        unit=register.owner,
        occurred_on=timezone.localdate(),
        register=register.pk,
    )
    if yes:
        _tell_filling(actor, register)
    return register


def _tell_filling(actor: access.Actor, register: Register) -> None:
    for told in LET_FILL:
        told(actor, register)


@transaction.atomic
def end_register(*, actor: access.Actor, register: Register, reason: str) -> Register:
    """Thôi dùng cơ sở dữ liệu từ hôm nay: no definition is in force any more, its records and history stay.

    A second call changes nothing. A new definition published later brings it back.
    """
    register = Register.objects.select_for_update().select_related("owner").get(pk=register.pk)
    access.require(actor, permissions.DEFINE, unit=register.owner)
    today = timezone.localdate()
    in_force = register.definitions.filter(published_at__isnull=False).filter(Q(valid_to=None) | Q(valid_to__gt=today))
    ended = in_force.update(valid_to=Greatest(F("valid_from"), today))
    if ended or register.is_catalogued:
        register.is_catalogued = False
        register.save(update_fields=["is_catalogued"])
        audit.record(
            actor, "registers.register.ended", register, unit_id=register.owner_id, reason=fitting(reason, 300)
        )
        bus.publish(events.DEFINED, subject=register, unit=register.owner, occurred_on=today, register=register.pk)
    return register


def _follow(
    register: Register, before: RegisterDefinition, draft: RegisterDefinition, start: date, today: date
) -> None:
    if before.valid_from is not None and start <= before.valid_from:
        raise WrongDefinition(_("Ngày có hiệu lực phải sau ngày của phiên bản trước."))
    if start < today:
        raise WrongDefinition(_("Ngày có hiệu lực đã qua. Hãy chọn từ hôm nay."))
    if tuple(draft.content["keys"]) != before.shape.keys and Record.objects.filter(register=register).exists():
        raise WrongDefinition(_("Đã có bản ghi nên không đổi được khóa. Hãy lập cơ sở dữ liệu mới."))
    before.valid_to = start
    before.save(update_fields=["valid_to"])


def _refuse_wrong(content: dict[str, Any]) -> None:
    found = schema.troubles(content)
    if found:
        parts = words.of_troubles(found)
        raise WrongDefinition(" ".join(parts[:5]), parts)
