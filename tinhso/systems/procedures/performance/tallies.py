"""The head's statistics: each cell is a condition on dossiers, so a figure and the list behind it are the same rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDay
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.access import guard as access
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures.models import Channel, Dossier, ProcedureVersion, Supplement
from tinhso.systems.procedures.performance.permissions import VIEW
from tinhso.systems.procedures.performance.rules.spans import Span

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CARRIED, RECEIVED, ONLINE, DESK, POST = "ton-truoc", "tiep-nhan", "truc-tuyen", "truc-tiep", "buu-chinh"
FINISHED, EARLY, ON_TIME, LATE = "da-xong", "som-han", "dung-han", "tre-han"
RUNNING, WITHIN, OVERDUE, PAUSED = "dang-lam", "trong-han", "qua-han", "tam-dung"

CELLS: dict[str, _StrPromise] = {
    CARRIED: gettext_lazy("Kỳ trước chuyển sang"),
    RECEIVED: gettext_lazy("Tiếp nhận trong kỳ"),
    ONLINE: gettext_lazy("Tiếp nhận trực tuyến"),
    DESK: gettext_lazy("Tiếp nhận trực tiếp"),
    POST: gettext_lazy("Tiếp nhận qua bưu chính"),
    FINISHED: gettext_lazy("Đã giải quyết"),
    EARLY: gettext_lazy("Trước hạn"),
    ON_TIME: gettext_lazy("Đúng hạn"),
    LATE: gettext_lazy("Quá hạn, đã xong"),
    RUNNING: gettext_lazy("Đang giải quyết"),
    WITHIN: gettext_lazy("Đang làm, trong hạn"),
    OVERDUE: gettext_lazy("Đang làm, quá hạn"),
    PAUSED: gettext_lazy("Tạm dừng, chờ bổ sung"),
}
BY_PROCEDURE, BY_OFFICER, BY_CHANNEL, BY_UNIT = "thu-tuc", "can-bo", "kenh", "don-vi"
GROUPS: dict[str, _StrPromise] = {
    BY_PROCEDURE: gettext_lazy("Theo thủ tục"),
    BY_UNIT: gettext_lazy("Theo đơn vị"),
    BY_OFFICER: gettext_lazy("Theo công chức"),
    BY_CHANNEL: gettext_lazy("Theo cách nộp"),
}
_GROUP_PATH = {
    BY_PROCEDURE: "version__code",
    BY_OFFICER: "officer_id",
    BY_CHANNEL: "channel",
    BY_UNIT: "received_unit_id",
}


@dataclass(frozen=True)
class Asked:
    """Which dossiers, over which period, seen at which moment."""

    span: Span
    now: datetime
    unit: Unit | None = None
    procedure: str = ""
    channel: str = ""
    officer: int | None = None

    @property
    def begin(self) -> datetime:
        return at_midnight(self.span.first_day)

    @property
    def end(self) -> datetime:
        return at_midnight(self.span.end)

    @property
    def moment(self) -> datetime:
        """Running dossiers are looked at when the period ends, or now while it runs."""
        return min(self.now, self.end)


def at_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def conditions(asked: Asked) -> dict[str, Q]:
    """Each cell as a condition. Carried + received = finished + running, and each whole is the sum of its parts."""
    begin, end, moment = asked.begin, asked.end, asked.moment
    received = Q(received_at__gte=begin, received_at__lt=end)
    finished = Q(finished_at__gte=begin, finished_at__lt=end)
    running = Q(finished_at=None) | Q(finished_at__gte=end)
    # Only the few dossiers that were ever asked for more are looked up.
    waiting = Q(supplements__gt=0) & Q(
        Exists(
            Supplement.objects.filter(dossier=OuterRef("pk"), asked_at__lt=moment).filter(
                Q(answered_at=None) | Q(answered_at__gte=moment)
            )
        )
    )
    day_before = Q(finished_at__lt=TruncDay("due_at"))
    in_time = Q(finished_at__lte=F("due_at"))
    return {
        CARRIED: Q(received_at__lt=begin),
        RECEIVED: received,
        ONLINE: received & Q(channel=Channel.ONLINE),
        DESK: received & Q(channel=Channel.DESK),
        POST: received & Q(channel=Channel.POST),
        FINISHED: finished,
        EARLY: finished & day_before,
        ON_TIME: finished & in_time & ~day_before,
        LATE: finished & ~in_time,
        RUNNING: running,
        WITHIN: running & ~waiting & Q(due_at__gte=moment),
        OVERDUE: running & ~waiting & Q(due_at__lt=moment),
        PAUSED: running & waiting,
    }


def dossiers(actor: access.Actor, asked: Asked) -> QuerySet[Dossier]:
    """Every accepted dossier in hand at some time of the period, within the reader's rights."""
    mine = Unit.objects.filter(access.scope(actor, VIEW, "")).values("pk")
    found = in_hand(asked).filter(received_unit__in=mine)
    if asked.procedure:
        found = found.filter(version__code=asked.procedure)
    if asked.channel:
        found = found.filter(channel=asked.channel)
    if asked.officer is not None:
        found = with_officer(found).filter(officer_id=asked.officer)
    return found


def in_hand(asked: Asked) -> QuerySet[Dossier]:
    """Received before the period's end and not ended before its beginning, at the unit asked for."""
    found = Dossier.objects.filter(received_at__lt=asked.end).filter(
        Q(finished_at=None) | Q(finished_at__gte=asked.begin)
    )
    return of_unit(found, asked.unit)


def of_unit(found: QuerySet[Dossier], unit: Unit | None) -> QuerySet[Dossier]:
    """Decided by the unit or below it; settled by it when it is an office, received by it when it is a desk."""
    if unit is None or unit.kind == UnitKind.PROVINCE:
        return found
    if unit.kind == UnitKind.OFFICE:
        return found.filter(office=unit)
    if unit.kind == UnitKind.SERVICE_CENTRE:
        return found.filter(desk=unit)
    return found.filter(received_unit__in=Unit.objects.under(unit).values("pk"))


def with_officer(found: QuerySet[Dossier]) -> QuerySet[Any]:
    """Adds who settles it: who drafted the result, else who holds it now."""
    return found.annotate(officer_id=Coalesce("result__drafted_by_id", "case__holder_id"))


@dataclass
class Line:
    """One row of the table: a group and its cells."""

    key: str
    label: str
    cells: dict[str, int] = field(default_factory=dict)

    @property
    def on_time_share(self) -> float | None:
        """Percent of what was finished that was early or on time; None when nothing was finished."""
        done = self.cells[FINISHED]
        return 100 * (self.cells[EARLY] + self.cells[ON_TIME]) / done if done else None


def table(actor: access.Actor, asked: Asked, group: str = BY_PROCEDURE) -> tuple[list[Line], Line]:
    """The rows of the table and its total: one query, and one for the names."""
    found = dossiers(actor, asked)
    if group == BY_OFFICER:
        found = with_officer(found)
    path = _GROUP_PATH[group]
    counted = found.order_by().values(path).annotate(**_counts(asked))
    rows = [Line(_key(row[path]), "", _cells(row)) for row in counted]
    names = _names(group, [row.key for row in rows])
    for row in rows:
        row.label = names.get(row.key, row.key) or _("Chưa giao ai")
    total = Line("", _("Tổng cộng"), {cell: sum(row.cells[cell] for row in rows) for cell in CELLS})
    return sorted(rows, key=lambda row: (-row.cells[RECEIVED] - row.cells[CARRIED], row.label)), total


# The rest follows from these (conditions): a million rows are asked fewer questions.
COUNTED = (CARRIED, ONLINE, DESK, POST, FINISHED, EARLY, LATE, OVERDUE, PAUSED)


def _counts(asked: Asked) -> dict[str, Count]:
    wanted = conditions(asked)
    return {cell.replace("-", "_"): Count("pk", filter=wanted[cell]) for cell in COUNTED}


def _cells(row: dict[str, Any]) -> dict[str, int]:
    found = {cell: int(row[cell.replace("-", "_")]) for cell in COUNTED}
    found[RECEIVED] = found[ONLINE] + found[DESK] + found[POST]
    found[ON_TIME] = found[FINISHED] - found[EARLY] - found[LATE]
    found[RUNNING] = found[CARRIED] + found[RECEIVED] - found[FINISHED]
    found[WITHIN] = found[RUNNING] - found[OVERDUE] - found[PAUSED]
    return {cell: found[cell] for cell in CELLS}


def _key(value: object) -> str:
    return "" if value is None else str(value)


def _names(group: str, keys: list[str]) -> dict[str, str]:
    if group == BY_CHANNEL:
        return {channel.value: str(channel.label).capitalize() for channel in Channel}
    if group == BY_PROCEDURE:
        named = ProcedureVersion.objects.filter(code__in=keys).order_by("version").values_list("code", "plain_name")
        return dict(named)
    numbers = [int(key) for key in keys if key]
    if group == BY_UNIT:
        return {str(pk): name for pk, name in Unit.objects.filter(pk__in=numbers).values_list("pk", "name")}
    return {str(pk): name for pk, name in Account.objects.filter(pk__in=numbers).values_list("pk", "full_name")}


def behind(actor: access.Actor, asked: Asked, cell: str) -> QuerySet[Dossier]:
    """The dossiers behind one cell: running ones by what is due first, the others newest first."""
    order = ("due_at", "pk") if cell in (RUNNING, WITHIN, OVERDUE, PAUSED) else ("-received_at", "-pk")
    return dossiers(actor, asked).filter(conditions(asked)[cell]).order_by(*order)
