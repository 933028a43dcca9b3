"""Alarms before a clock ends and when it has ended: to those who may act on it, once per occasion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.notices.models import Channel, Notice
from tinhso.foundation.notices.services import notify
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.privacy import permissions, selectors
from tinhso.foundation.privacy.models import Assessment, BreachNotice, DataRequest
from tinhso.foundation.ui.formats import full_datetime

# How long before each clock ends somebody is told.
REQUEST_AHEAD = timedelta(days=2)
ACKNOWLEDGE_AHEAD = timedelta(hours=24)
BREACH_AHEAD = timedelta(hours=12)
ASSESSMENT_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Clock:
    """One clock that is about to end, or has."""

    what: str
    due_at: datetime
    unit: Unit
    right: str
    link: str
    key: str


@transaction.atomic
def raise_alarms(*, at: datetime | None = None) -> int:
    """Tells of every clock near its end or past it; the same occasion is told once. Returns how many notices."""
    now, actor = at or timezone.now(), Actor.system(_("Bảo vệ dữ liệu cá nhân"))
    ours = Notice.objects.filter(text__in=["privacy.overdue", "privacy.alarm"])
    before = ours.count()
    for one in clocks(now):
        text = "privacy.overdue" if one.due_at < now else "privacy.alarm"
        for account in selectors.holders_of(one.right, one.unit):
            notify(
                actor,
                account=account,
                text=text,
                values={"what": one.what, "due": full_datetime(one.due_at)},
                link=one.link,
                key=f"{text}:{one.key}"[:120],
                channels=(Channel.WEB, Channel.EMAIL),
            )
    return ours.count() - before


def clocks(now: datetime) -> Iterator[Clock]:
    """Every clock of the house that ends soon or has ended, of what is still open."""
    yield from _requests(now)
    yield from _notices(now)
    yield from _assessments(now)


def _requests(now: datetime) -> Iterator[Clock]:
    waiting = DataRequest.objects.open().select_related("unit")
    for one in waiting.filter(acknowledged_at=None, acknowledge_due_at__lte=now + ACKNOWLEDGE_AHEAD):
        what = _("phản hồi yêu cầu %(code)s") % {"code": one.code}
        yield _clock(one, what, one.acknowledge_due_at, "ack")
    for one in waiting.filter(act_due_at__lte=now + REQUEST_AHEAD):
        what = _("thực hiện yêu cầu %(code)s") % {"code": one.code}
        yield _clock(one, what, one.act_due_at, f"act:{one.extended_days}:{bool(one.third_party)}")


def _clock(one: DataRequest, what: str, due_at: datetime, key: str) -> Clock:
    link = f"/quan-tri/du-lieu-ca-nhan/yeu-cau/{one.pk}/"
    return Clock(what, due_at, one.unit, permissions.HANDLE, link, f"request:{one.pk}:{key}")


def _notices(now: datetime) -> Iterator[Clock]:
    owed = BreachNotice.objects.filter(sent_at=None, breach__closed_at=None, due_at__lte=now + BREACH_AHEAD)
    for one in owed.select_related("breach__unit"):
        what = _("%(kind)s, vụ %(code)s") % {"kind": one.get_kind_display(), "code": one.breach.code}
        link = f"/quan-tri/du-lieu-ca-nhan/vi-pham/{one.breach_id}/"
        yield Clock(what, one.due_at, one.breach.unit, permissions.BREACHES, link, f"breach:{one.pk}:{one.due_at:%d%H}")


def _assessments(now: datetime) -> Iterator[Clock]:
    for one in Assessment.objects.filter(exempt_basis="", ended_on=None).select_related("unit"):
        due = one.review_due_on or one.due_on
        ends = timezone.make_aware(datetime.combine(due, datetime.max.time().replace(microsecond=0)))
        if ends <= now + ASSESSMENT_AHEAD:
            what = _("hồ sơ đánh giá tác động “%(title)s”") % {"title": one.title}
            link = f"/quan-tri/du-lieu-ca-nhan/danh-gia/{one.pk}/"
            yield Clock(what, ends, one.unit, permissions.REGISTER, link, f"assessment:{one.pk}:{due}")
