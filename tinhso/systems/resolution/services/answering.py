"""Who answers for a target; the word of a head on a miss."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators.models import Target
from tinhso.engines.indicators.rules import Period, State
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.resolution import events, permissions, selectors
from tinhso.systems.resolution.errors import AlreadyHeaded, NotAnswering, NothingMissed, WrongEntry
from tinhso.systems.resolution.models import Explanation, TargetHead
from tinhso.systems.resolution.services.common import Upload, day_within, keep, words_of

# What there is to explain: a figure behind its path, or none where one is due.
MISSED = frozenset({State.BEHIND, State.FAR_BEHIND, State.NO_DATA, State.NO_SOURCE})


@transaction.atomic
def name_head(
    *,
    actor: Actor,
    target_code: str,
    unit: Unit,
    position: str,
    scope: Unit,
    document: str,
    valid_from: date | None = None,
) -> TargetHead:
    """Names the position that answers for a target over an area. One at a time for each area."""
    access.require(actor, permissions.MANAGE, unit=unit)
    access.require(actor, permissions.MANAGE, unit=scope)
    # The target's row is the lock: two heads named at once become one and a refusal.
    target = Target.objects.select_for_update().get(code=target_code)
    day = day_within(valid_from or timezone.localdate(), _("ngày giao"))
    if not unit.is_valid_on(day):
        raise WrongEntry(_("%(unit)s không tồn tại vào ngày giao.") % {"unit": unit})
    if target.heads.filter(scope=scope, valid_to=None).exists():
        raise AlreadyHeaded(_("Chỉ tiêu này đã có người chịu trách nhiệm; hãy kết thúc việc giao cũ trước."))
    head = TargetHead.objects.create(
        target=target,
        unit=unit,
        position=words_of(position, _("chức vụ"), 120),
        scope=scope,
        valid_from=day,
        document=words_of(document, _("văn bản giao"), 200),
        is_simulated=actor.is_simulated,
    )
    audit.record(actor, "resolution.head.named", target, unit_id=unit.pk, position=head.position, scope=scope.pk)
    bus.publish(events.HEAD_NAMED, subject=target, unit=unit, occurred_on=day)
    return head


@transaction.atomic
def end_head(*, actor: Actor, head_id: int, on: date | None = None) -> TargetHead:
    """Ends an assignment; what was explained under it stays."""
    head = TargetHead.objects.select_for_update().select_related("target", "unit").get(pk=head_id)
    access.require(actor, permissions.MANAGE, unit=head.unit)
    day = on or timezone.localdate()
    if head.valid_to is not None:
        raise WrongEntry(_("Việc giao này đã kết thúc."))
    if day < head.valid_from:
        raise WrongEntry(_("Ngày kết thúc đứng trước ngày giao."))
    head.valid_to = day
    head.save(update_fields=["valid_to"])
    audit.record(actor, "resolution.head.ended", head.target, unit_id=head.unit_id, on=day.isoformat())
    bus.publish(events.HEAD_NAMED, subject=head.target, unit=head.unit, occurred_on=day)
    return head


@transaction.atomic
def explain(
    *,
    actor: Actor,
    head_id: int,
    causes: str,
    remedy: str,
    period: Period | None = None,
    reason: str = "",
    evidence: Sequence[Upload] = (),
) -> Explanation:
    """The head's word on a miss of a month. Written again, it is a new version and says why it was changed.

    The figure and its state are kept beside the words as they were known at this moment.
    """
    # The head's row is the lock: two versions written at once become 1 and 2.
    head = TargetHead.objects.select_for_update(of=("self",)).select_related("target", "unit", "scope").get(pk=head_id)
    access.require(actor, permissions.EXPLAIN, unit=head.unit)
    today = timezone.localdate()
    month = period or Period.of(today)
    if month.first_day > today:
        raise WrongEntry(_("Chưa thể giải trình cho một tháng chưa tới."))
    if head.valid_from > month.last_day or (head.valid_to and head.valid_to <= month.first_day):
        raise NotAnswering(_("Đơn vị không chịu trách nhiệm chỉ tiêu này trong tháng ấy."))
    standing = selectors.standing_of_head(head, min(month.last_day, today))
    before = head.explanations.filter(period_on=month.first_day).order_by("-version").first()
    if before is None and standing.state not in MISSED:
        raise NothingMissed(_("Chỉ tiêu không chậm trong tháng này, không có gì phải giải trình."))
    value = standing.figure.value if standing.figure else None
    made = Explanation.objects.create(
        head=head,
        period_on=month.first_day,
        version=before.version + 1 if before else 1,
        causes=words_of(causes, _("nguyên nhân")),
        remedy=words_of(remedy, _("cách khắc phục")),
        reason=words_of(reason, _("lý do sửa giải trình"), 300) if before else "",
        value=None if value is None else round(Decimal(value.numerator) / Decimal(value.denominator), 6),
        state=str(standing.state),
        written_at=timezone.now(),
        written_by_id=actor.account_id,
        is_simulated=actor.is_simulated,
    )
    keep(actor, evidence, explanation=made)
    audit.record(
        actor, "resolution.miss.explained", head.target, unit_id=head.unit_id, period=str(month), version=made.version,
        on_behalf_of_id=access.behalf_of(actor, permissions.EXPLAIN, head.unit),
    )  # fmt: skip
    bus.publish(events.MISS_EXPLAINED, subject=made, unit=head.unit, occurred_on=today)
    return made
