"""What everybody may see of how dossiers are settled: units and procedures, no person, no small cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.db.models import Count, F, Q
from django.utils import timezone

from tinhso.foundation.openness.rules.small_cells import hidden, may_show_share
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.performance.rules.spans import Span
from tinhso.systems.procedures.performance.tallies import at_midnight

KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Row:
    """One line of the public table. None: kept back because it is small."""

    key: str
    label: str
    received: int | None
    finished: int | None
    share: float | None

    @property
    def is_whole(self) -> bool:
        return self.received is not None and self.finished is not None


# Who decides dossiers: committees, departments, and a department's own bodies (the land registration office).
DECIDING = Q(kind__in=[UnitKind.COMMUNE_COMMITTEE, UnitKind.DEPARTMENT, UnitKind.PROVINCIAL_COMMITTEE]) | Q(
    kind=UnitKind.OTHER, parent__kind=UnitKind.DEPARTMENT
)


@dataclass(frozen=True)
class Published:
    """The table of one unit, or of all units, up to the last whole month of the year."""

    rows: list[Row]
    total: Row
    upto: date


def upto(span: Span, today: date) -> date:
    """The first day no longer counted: months still running are not published, so no single day can be read off."""
    return min(span.end, today.replace(day=1))


def by_unit(span: Span, today: date | None = None) -> Published:
    """Every deciding unit, with its name as it is today."""
    end = upto(span, today or timezone.localdate())
    names = dict(Unit.objects.filter(DECIDING).order_by("sort_key").values_list("pk", "name"))
    return _table("received_unit_id", span, end, names, {})


def by_procedure(unit: Unit, span: Span, today: date | None = None) -> Published:
    """The procedures that one unit settles."""
    end = upto(span, today or timezone.localdate())
    names = dict(ProcedureVersion.objects.order_by("sort_key", "version").values_list("code", "plain_name"))
    return _table("version__code", span, end, names, {"received_unit_id": unit.pk})


def _table(path: str, span: Span, end: date, names: dict[int, str] | dict[str, str], only: dict[str, int]) -> Published:
    counted = {row[0]: row[1:] for row in _held(path, span.first_day, end, only)}
    received = {key: row[0] for key, row in counted.items()}
    finished = {key: row[1] for key, row in counted.items()}
    gone = (hidden(received), hidden(finished))
    rows = [
        _row(str(key), str(name), counted[key], is_kept_back=(key in gone[0], key in gone[1]))
        for key, name in names.items()
        if key in counted
    ]
    whole = [sum(row[place] for row in counted.values()) for place in range(3)]
    total = _row("", "", (whole[0], whole[1], whole[2]), is_kept_back=(0 < whole[0] < 5, 0 < whole[1] < 5))
    return Published(rows, total, end)


def _held(path: str, first: date, end: date, only: dict[str, int]) -> list[tuple[int | str, int, int, int]]:
    """The counts of whole months, which hardly ever change: worked out once an hour."""
    key = f"performance.published:{path}:{first}:{end}:{only.get('received_unit_id', '')}"
    found = cache.get(key)
    if found is None:
        found = _counts(path, at_midnight(first), at_midnight(end), only)
        cache.set(key, found, KEPT_SECONDS)
    return list(found)


def _counts(path: str, begin: datetime, end: datetime, only: dict[str, int]) -> list[tuple[int | str, int, int, int]]:
    received = Q(received_at__gte=begin, received_at__lt=end)
    finished = Q(finished_at__gte=begin, finished_at__lt=end)
    found = Dossier.objects.filter(received_at__lt=end, **only).filter(received | finished).order_by()
    counted = found.values_list(path).annotate(
        received=Count("pk", filter=received),
        finished=Count("pk", filter=finished),
        in_time=Count("pk", filter=finished & Q(finished_at__lte=F("due_at"))),
    )
    return list(counted)


def _row(key: str, label: str, counted: tuple[int, int, int], *, is_kept_back: tuple[bool, bool]) -> Row:
    received, finished, in_time = counted
    shows = not is_kept_back[1] and may_show_share(in_time, finished)
    return Row(
        key,
        label,
        None if is_kept_back[0] else received,
        None if is_kept_back[1] else finished,
        100 * in_time / finished if shows and finished else None,
    )
