"""Building a regime without a developer: a draft that may be changed, a published version that never is."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.reporting import checking, errors, events, permissions
from tinhso.systems.reporting.models import FormVersion, Regime, VersionState

CHANGEABLE = (
    "legal_basis", "frequency", "cut_off", "close_day", "is_next_month", "due_days", "reporter_kinds", "reporter_ids",
    "signing", "needs_province", "remind_days", "escalate_days", "content", "valid_from",
)  # fmt: skip
# With the period behind it, it is the code of a published report (40 letters).
LONGEST_CODE = 28
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@transaction.atomic
def create_regime(
    *, actor: Actor, code: str, name: str, owner: Unit, source: str = "", goes_national: bool = False
) -> FormVersion:
    """Lập chế độ báo cáo. Its code stands for good; returns the draft of its first version."""
    access.require(actor, permissions.MANAGE, unit=owner)
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        raise errors.BadVersion([_("Mã chế độ chỉ gồm chữ thường không dấu, số và gạch nối.")])
    if not name.strip():
        raise errors.BadVersion([_("Chưa ghi tên chế độ báo cáo.")])
    if Regime.objects.filter(code=code).exists():
        raise errors.BadVersion([_("Mã “%(code)s” đã dùng cho chế độ khác.") % {"code": code}])
    regime = Regime.objects.create(
        code=code,
        name=name,
        owner=owner,
        source=source,
        goes_national=goes_national,
        is_simulated=actor.is_simulated,
    )
    audit.record(actor, "reporting.regime.created", regime, unit_id=owner.pk, code=code)
    return _draft(actor, regime, None)


@transaction.atomic
def begin_version(*, actor: Actor, regime: Regime) -> FormVersion:
    """The next version, begun as a copy of the newest published one; the open draft when there is one."""
    access.require(actor, permissions.MANAGE, unit=regime.owner)
    regime = Regime.objects.select_for_update(of=("self",)).select_related("owner").get(pk=regime.pk)
    if regime.ended_on is not None:
        raise errors.BadVersion([_("Chế độ này đã thôi áp dụng, không soạn phiên bản mới.")])
    known = regime.versions.filter(state=VersionState.DRAFT).first()
    if known is not None:
        return known
    return _draft(actor, regime, regime.versions.filter(state=VersionState.PUBLISHED).order_by("-number").first())


def _draft(actor: Actor, regime: Regime, base: FormVersion | None) -> FormVersion:
    last = regime.versions.order_by("-number").first()
    version = FormVersion(
        regime=regime, number=last.number + 1 if last else 1, based_on=base, is_simulated=actor.is_simulated
    )
    if base is not None:
        for field in CHANGEABLE:
            setattr(version, field, getattr(base, field))
        version.valid_from = None
    else:
        version.remind_days = [3, 1]
        version.content = {"sections": [], "checks": []}
    version.save()
    audit.record(actor, "reporting.version.begun", version, unit_id=regime.owner_id, number=version.number)
    return version


@transaction.atomic
def change_version(*, actor: Actor, version_id: int, seen: int | None = None, **changes: Any) -> FormVersion:
    """Changes a draft. Raises BadVersion for a published one, ChangedMeanwhile when another page was faster."""
    version = _locked(version_id)
    access.require(actor, permissions.MANAGE, unit=version.regime.owner)
    if seen is not None and seen != version.lock_version:
        raise errors.ChangedMeanwhile
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise RuntimeError(f"not changeable: {sorted(unknown)}")
    for field, value in changes.items():
        setattr(version, field, value)
    version.lock_version += 1
    version.save()
    audit.record(actor, "reporting.version.changed", version, unit_id=version.regime.owner_id, fields=sorted(changes))
    return version


def _locked(version_id: int) -> FormVersion:
    rows = FormVersion.objects.select_for_update(of=("self",)).select_related("regime__owner")
    version = rows.get(pk=version_id)
    if not version.is_draft:
        raise errors.BadVersion([_("Phiên bản đã ban hành hoặc đã bỏ thì không sửa được. Hãy soạn phiên bản mới.")])
    return version


@transaction.atomic
def publish_version(*, actor: Actor, version_id: int, valid_from: date | None = None) -> FormVersion:
    """Ban hành. From now on it never changes; raises BadVersion with every fault."""
    version = _locked(version_id)
    access.require(actor, permissions.MANAGE, unit=version.regime.owner)
    if valid_from is not None:
        version.valid_from = valid_from
    found = checking.faults(version)
    if found:
        raise errors.BadVersion(found)
    version.state, version.published_at = VersionState.PUBLISHED, timezone.now()
    version.published_by_id = actor.account_id
    version.lock_version += 1
    version.save()
    audit.record(
        actor,
        "reporting.version.published",
        version,
        unit_id=version.regime.owner_id,
        number=version.number,
        valid_from=version.valid_from,
    )
    bus.publish(
        events.FORM_PUBLISHED,
        subject=version,
        unit=version.regime.owner,
        occurred_on=timezone.localdate(),
    )
    return version


@transaction.atomic
def drop_version(*, actor: Actor, version_id: int) -> FormVersion:
    """Gives a draft up; it stays readable."""
    version = _locked(version_id)
    access.require(actor, permissions.MANAGE, unit=version.regime.owner)
    version.state = VersionState.DROPPED
    version.save(update_fields=["state"])
    audit.record(actor, "reporting.version.dropped", version, unit_id=version.regime.owner_id, number=version.number)
    return version
