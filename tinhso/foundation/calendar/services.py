"""Acts on the calendar, and the calendar of a unit."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.calendar import events, permissions, rules
from tinhso.foundation.calendar.errors import WrongOfficeHours, WrongOverride
from tinhso.foundation.calendar.models import CalendarVersion, DayOverride, OfficeHours
from tinhso.foundation.calendar.selectors import calendar_for
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.rules import normalise

__all__ = ["calendar_for", "set_day_override", "set_office_hours", "withdraw_override"]

Spans = Sequence[tuple[str, str] | list[str]]
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


@transaction.atomic
def set_office_hours(
    actor: access.Actor,
    *,
    unit: Unit,
    week: Sequence[Spans],
    valid_from: date,
    document: str,
    is_sample: bool = False,
) -> OfficeHours:
    """Đặt giờ làm việc. The week (Monday first) holds from `valid_from` until the next one that is set.

    Hours that began on the same day are replaced and stay on record. Raises WrongOfficeHours, Denied.
    """
    access.require(actor, permissions.MANAGE, unit=unit)
    clean = _clean_week(week)
    _in_range(valid_from, WrongOfficeHours)
    if not normalise(document) and not is_sample:
        raise WrongOfficeHours(_("Hãy ghi số, ngày của văn bản quy định giờ làm việc."))
    # Two administrators at once would each end the other's period; the unit's row is the queue.
    Unit.objects.select_for_update().get(pk=unit.pk)
    until = _make_room(unit, valid_from)
    hours = OfficeHours.objects.create(
        unit=unit, valid_from=valid_from, valid_to=until, week=clean, document=document, is_sample=is_sample
    )
    announce_change()
    audit.record(
        actor, "calendar.hours.set", hours, unit_id=unit.pk, week=clean, valid_from=valid_from, document=document
    )
    bus.publish(events.HOURS_SET, subject=hours, unit=unit, occurred_on=valid_from)
    return hours


def _make_room(unit: Unit, valid_from: date) -> date | None:
    """Ends or withdraws what the new hours replace; returns where the next period begins."""
    standing = OfficeHours.objects.standing().filter(unit=unit)
    standing.filter(valid_from=valid_from).update(withdrawn_at=timezone.now())
    following = standing.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    for before in standing.filter(valid_from__lt=valid_from):
        if before.holds_on(valid_from):
            before.valid_to = valid_from
            before.save(update_fields=["valid_to"])
    return following.valid_from if following else None


def _clean_week(week: Sequence[Spans]) -> list[list[list[str]]]:
    clean = [_clean_day(day) for day in week]
    if len(clean) != 7:
        raise WrongOfficeHours(_("Giờ làm việc phải ghi đủ bảy ngày trong tuần."))
    if not any(clean[:5]):
        raise WrongOfficeHours(_("Từ thứ Hai đến thứ Sáu phải có ít nhất một ngày làm việc."))
    return clean


def _clean_day(day: Spans) -> list[list[str]]:
    try:
        spans = [(normalise(start), normalise(end)) for start, end in day]
        rules.sessions(*spans)
    except (rules.WrongHours, ValueError, TypeError, AttributeError):
        raise WrongOfficeHours(
            _("Giờ làm việc phải ghi dạng 07:30 đến 11:30, buổi sau bắt đầu khi buổi trước đã kết thúc.")
        ) from None
    return [[start, end] for start, end in spans]


def _in_range(day: date, refusal: type[WrongOfficeHours] | type[WrongOverride]) -> None:
    if not EARLIEST <= day < LATEST:
        raise refusal(_("Ngày phải nằm trong khoảng từ năm 2000 đến năm 2099."))


@transaction.atomic
def set_day_override(
    actor: access.Actor, *, unit: Unit, day: date, kind: str, reason: str, document: str, sessions: Spans = ()
) -> DayOverride:
    """Đặt ngày nghỉ hoặc ngày làm việc khác quy định, for the unit and all below it.

    An override that stands for the same unit and day is replaced and stays on record. Raises WrongOverride, Denied.
    """
    access.require(actor, permissions.MANAGE, unit=unit)
    if kind not in DayOverride.Kind.values:
        raise WrongOverride(_("Hãy chọn ngày nghỉ hoặc ngày làm việc."))
    if not normalise(reason) or not normalise(document):
        raise WrongOverride(_("Hãy ghi lý do và số, ngày của văn bản."))
    _in_range(day, WrongOverride)
    if kind == DayOverride.Kind.OFF and sessions:
        raise WrongOverride(_("Ngày nghỉ không có giờ làm việc."))
    clean = _clean_day(sessions)
    Unit.objects.select_for_update().get(pk=unit.pk)  # two at once: the second replaces the first
    DayOverride.objects.standing().filter(unit=unit, day=day).update(
        withdrawn_at=timezone.now(), withdrawal=_("thay bằng quyết định mới")
    )
    override = DayOverride.objects.create(
        unit=unit, day=day, kind=kind, sessions=clean, reason=reason, document=document
    )
    announce_change()
    audit.record(
        actor, "calendar.override.set", override, unit_id=unit.pk, day=day, kind=kind, reason=reason, document=document
    )
    bus.publish(events.OVERRIDE_SET, subject=override, unit=unit, occurred_on=day)
    return override


@transaction.atomic
def withdraw_override(actor: access.Actor, *, override_id: int, reason: str) -> DayOverride:
    """Bãi bỏ một ngày khác quy định. The row stays, with the reason. Raises WrongOverride, Denied."""
    override = DayOverride.objects.select_for_update(of=("self",)).select_related("unit").get(pk=override_id)
    access.require(actor, permissions.MANAGE, unit=override.unit)
    if not normalise(reason):
        raise WrongOverride(_("Hãy ghi lý do hoặc văn bản bãi bỏ."))
    if override.withdrawn_at is not None:
        raise WrongOverride(_("Ngày này đã được bãi bỏ trước đó."))
    override.withdrawn_at = timezone.now()
    override.withdrawal = reason
    override.save(update_fields=["withdrawn_at", "withdrawal"])
    announce_change()
    audit.record(
        actor, "calendar.override.withdrawn", override, unit_id=override.unit_id, day=override.day, reason=reason
    )
    bus.publish(events.OVERRIDE_WITHDRAWN, subject=override, unit=override.unit, occurred_on=override.day)
    return override


def announce_change() -> None:
    """Tells every process that the calendars it holds are stale."""
    CalendarVersion.objects.update_or_create(pk=1, defaults={"token": uuid.uuid4()})
