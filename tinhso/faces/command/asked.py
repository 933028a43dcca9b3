"""What the address asks for: as of which day, on whose tree, over which months; and how far the reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators.permissions import VIEW
from tinhso.engines.indicators.rules import Period
from tinhso.engines.indicators.selectors import Window
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.asked import day_of

# The tree: every fact with the unit of its own month, or old units restated onto the tree of today or of a day.
AS_WAS, AS_NOW, AS_AT = "khi-ay", "nay", "ngay-khac"
# Months: from January of the year up to the day's month, or that month alone.
YEAR, MONTH = "nam", "thang"
EARLIEST = date(2021, 1, 1)


@dataclass(frozen=True)
class Asked:
    """The state of a page, all of it in its address, so that a link shows a colleague the same."""

    actor: Actor
    reach: Reach
    root: Unit
    day: date
    today: date
    tree: str = AS_WAS
    span: str = YEAR
    # With AS_AT: on the tree of this day.
    tree_day: date | None = None
    # What was known at the end of this day; None: what is known now.
    known_on: date | None = None
    # A sentence when part of the address could not be read.
    complaint: str = ""

    @property
    def last(self) -> Period:
        return Period.of(self.day)

    @property
    def window(self) -> Window:
        """The months and the tree, within the reader's reach."""
        first = self.last if self.span == MONTH else Period(self.day.year, 1)
        return Window(first, self.last, self.reach, self.restated_on, self.known_at)

    @property
    def series(self) -> Window:
        """The thirteen months up to the day's: a year ago beside now."""
        return Window(self.last.plus(-12), self.last, self.reach, self.restated_on, self.known_at)

    @property
    def restated_on(self) -> date | None:
        """The day whose tree carries the figures; None: each with the unit of its own month."""
        return {AS_NOW: self.today, AS_AT: self.tree_day}.get(self.tree)

    @property
    def known_at(self) -> datetime | None:
        """The end of the day whose knowledge is asked for."""
        if self.known_on is None:
            return None
        return datetime.combine(self.known_on + timedelta(days=1), time.min, timezone.get_default_timezone())

    @property
    def is_live(self) -> bool:
        """Only today's figures, as known now, move."""
        return self.day == self.today and self.known_on is None

    @property
    def query(self) -> str:
        """The address's own part, "" when everything is as usual."""
        parts = {
            "ngay": self.day.isoformat() if self.day != self.today else "",
            "cay": self.tree if self.tree != AS_WAS else "",
            "cay_ngay": self.tree_day.isoformat() if self.tree == AS_AT and self.tree_day else "",
            "biet": self.known_on.isoformat() if self.known_on else "",
            "ky": self.span if self.span != YEAR else "",
        }
        kept = {name: value for name, value in parts.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    @property
    def months_in_words(self) -> str:
        if self.span == MONTH:
            return _("tháng %(month)s/%(year)s") % {"month": f"{self.last.month:02d}", "year": self.day.year}
        return _("từ tháng 01 đến tháng %(month)s/%(year)s") % {
            "month": f"{self.last.month:02d}",
            "year": self.day.year,
        }


def asked(request: HttpRequest) -> Asked:
    """Reads the address; what cannot be read falls back to today, as it was, and says so."""
    actor: Actor = actor_of(request)
    reach = access.reach(actor, VIEW)
    today = timezone.localdate()
    day, complaint = _day(request.GET.get("ngay", ""), today)
    tree, tree_day, fault = _tree(request.GET, today)
    known_on, unknown = _known(request.GET.get("biet", ""), today)
    return Asked(
        actor=actor,
        reach=reach,
        root=root_of(reach, day),
        day=day,
        today=today,
        tree=tree,
        tree_day=tree_day,
        known_on=known_on,
        span=MONTH if request.GET.get("ky") == MONTH else YEAR,
        complaint=" ".join(part for part in (complaint, fault, unknown) if part),
    )


def _tree(given: QueryDict, today: date) -> tuple[str, date | None, str]:
    """The tree asked for; the third choice needs a day that had units."""
    tree = given.get("cay", "")
    if tree == AS_NOW:
        return AS_NOW, None, ""
    if tree != AS_AT:
        return AS_WAS, None, ""
    day = day_of(given.get("cay_ngay", ""))
    if day is None or not EARLIEST <= day <= today:
        return AS_WAS, None, _("Hãy chọn ngày của cây đơn vị, từ năm 2021 đến hôm nay; đang xếp theo đơn vị khi ấy.")
    return AS_AT, day, ""


def _known(text: str, today: date) -> tuple[date | None, str]:
    if not text:
        return None, ""
    day = day_of(text)
    if day is None or not EARLIEST <= day <= today:
        return None, _("Không đọc được ngày “đã biết đến”; đang theo số biết hôm nay.")
    return (None if day == today else day), ""


def _day(text: str, today: date) -> tuple[date, str]:
    if not text:
        return today, ""
    day = day_of(text)
    if day is None:
        return today, _("Không đọc được ngày trong địa chỉ; trang đang cho xem đến hôm nay.")
    if day > today:
        return today, _("Ngày chưa đến; trang đang cho xem đến hôm nay.")
    if day < EARLIEST:
        return EARLIEST, _("Nghị quyết bắt đầu năm 2021; trang đang cho xem từ đầu năm ấy.")
    return day, ""


def root_of(reach: Reach, day: date) -> Unit:
    """The uppermost unit that the reader sees: the province, or the reader's own unit."""
    found = Unit.objects.filter(reach.where())
    root = min(found.filter(path__in=reach.paths) | found.filter(pk__in=reach.units), key=_height, default=None)
    if root is None:
        raise Http404
    return root


def _height(unit: Unit) -> tuple[int, int]:
    return len(unit.ancestor_ids), unit.pk


def unit_within(asked_for: Asked, unit_id: int) -> Unit:
    """A unit in the reader's reach; 404 for every other, so that ids tell nothing."""
    unit = Unit.objects.filter(pk=unit_id).filter(asked_for.reach.where()).select_related("area").first()
    if unit is None:
        raise Http404
    return unit


def narrowed(asked_for: Asked, unit: Unit) -> Reach:
    """The reach of one unit's page: the unit and, for readers who see below, what is under it."""
    if any(unit.path.startswith(path) for path in asked_for.reach.paths):
        return Reach(paths=(unit.path,))
    return Reach(units=(unit.pk,))
