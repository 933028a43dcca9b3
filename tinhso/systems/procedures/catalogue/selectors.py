"""Reads of the list for screens: one light row per procedure, kept in memory while the list stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from tinhso.systems.procedures.catalogue import everyday, rules
from tinhso.systems.procedures.catalogue.models import CatalogueEntry, LocalService
from tinhso.systems.procedures.models import ProcedureVersion, ServiceKind


@dataclass(frozen=True)
class Line:
    """A procedure in a list: what a line shows and what filters ask. `is_served`: settled on this system."""

    code: str
    title: str
    name: str
    field_group: str
    field_name: str
    level: str
    body: str
    online_level: str
    life_event: str
    term_value: int | None
    term_unit: str
    is_vertical: bool
    is_served: bool
    may_file_here: bool
    in_doubt: bool
    tier: int
    sort_key: str


_LOCK = Lock()
_KEPT: dict[str, Any] = {"stamp": "", "lines": ()}

_STAMP = """
SELECT concat_ws('-', (SELECT concat_ws('.', max(id), count(*)) FROM procedures_catalogue_catalogueentry
                        WHERE valid_to IS NULL),
                      (SELECT concat_ws('.', max(id), count(*)) FROM procedures_procedureversion
                        WHERE valid_to IS NULL OR valid_to > %s))
"""


def stamp(day: date | None = None) -> str:
    """What the list's pages depend on, in one cheap query: it changes with every version, and with the day."""
    today = day or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, [today])
        row = cursor.fetchone()
    return f"{today:%y%m%d}-{row[0] if row else ''}"


def lines() -> Sequence[Line]:
    """Every procedure in force, served here or not, in Vietnamese order."""
    now = f"{connection.settings_dict['NAME']}:{stamp()}"
    with _LOCK:
        if _KEPT["stamp"] != now:
            _KEPT["lines"] = tuple(_lines(timezone.localdate()))
            _KEPT["stamp"] = now
        found: Sequence[Line] = _KEPT["lines"]
    return found


def _lines(day: date) -> list[Line]:
    served = {version.code: version for version in ProcedureVersion.objects.as_of(day).defer("papers", "bring")}
    columns = (
        "code", "plain_name", "name", "field_group", "field_name", "level", "body", "online_level", "life_event",
        "term_value", "term_unit", "is_vertical", "doubts", "tier", "sort_key",
    )  # fmt: skip
    made = [_line(row, served.get(row["code"])) for row in CatalogueEntry.objects.as_of(day).values(*columns)]
    listed = {line.code for line in made}
    made += [_own_line(version) for code, version in served.items() if code not in listed]
    return sorted(made, key=lambda line: (line.sort_key, line.code))


def _line(row: Mapping[str, Any], version: ProcedureVersion | None) -> Line:
    line = Line(
        code=row["code"],
        title=row["plain_name"] or everyday.short(row["name"]),
        name=row["name"],
        field_group=row["field_group"],
        field_name=row["field_name"],
        level=row["level"],
        body=row["body"],
        online_level=row["online_level"],
        life_event=row["life_event"],
        term_value=row["term_value"],
        term_unit=row["term_unit"],
        is_vertical=row["is_vertical"],
        is_served=version is not None and not row["is_vertical"],
        may_file_here=version is not None and not row["is_vertical"] and takes_online(version),
        in_doubt=bool(row["doubts"]),
        tier=row["tier"],
        sort_key=row["sort_key"],
    )
    if version is None or row["is_vertical"]:
        return line
    return replace(line, title=str(version.plain_name), sort_key=version.sort_key, term_value=version.term_value,
                   term_unit=version.term_unit)  # fmt: skip


def _own_line(version: ProcedureVersion) -> Line:
    """A procedure of the province's own, not in the national list."""
    return Line(
        code=version.code,
        title=str(version.plain_name),
        name=str(version.name),
        field_group=str(version.field_name),
        field_name=str(version.field_name),
        level="commune",
        body="",
        online_level=version.service_kind,
        life_event=str(version.life_event),
        term_value=version.term_value,
        term_unit=version.term_unit,
        is_vertical=False,
        is_served=True,
        may_file_here=takes_online(version),
        in_doubt=False,
        tier=1,
        sort_key=version.sort_key,
    )


def takes_online(version: ProcedureVersion) -> bool:
    """It can be filled in and filed on these pages."""
    return version.form_id is not None and "online" in version.channels and not version.is_elsewhere


@dataclass(frozen=True)
class Wanted:
    """What a reader filters by; empty means all."""

    life_event: str = ""
    group: str = ""
    field: str = ""
    level: str = ""
    online: str = ""
    body: str = ""
    here: bool = False

    def holds(self, line: Line) -> bool:
        return (
            (not self.life_event or line.life_event == self.life_event)
            and (not self.group or line.field_group == self.group)
            and (not self.field or line.field_name == self.field)
            and (not self.level or line.level in (self.level, "both"))
            and (not self.online or line.online_level == self.online)
            and (not self.body or self.body in bodies(line.body))
            and (not self.here or line.may_file_here)
        )


def bodies(text: str) -> list[str]:
    """The bodies that a row names, between semicolons."""
    return [part.strip() for part in text.split(";") if part.strip()]


def chosen(wanted: Wanted, among: Iterable[str] | None = None) -> list[Line]:
    """The lines that a filter leaves; `among` keeps only these codes, in that order (what a search found)."""
    if among is None:
        return [line for line in lines() if wanted.holds(line)]
    by_code = {line.code: line for line in lines()}
    return [by_code[code] for code in among if code in by_code and wanted.holds(by_code[code])]


def choices(wanted: Wanted, found: Collection[Line]) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers, with how many lines it would leave among those found."""
    made: dict[str, list[tuple[str, str]]] = {}
    for name in ("life_event", "field_group", "field_name"):
        made[name] = _counted(Counter(getattr(line, name) for line in found))
    made["body"] = _counted(Counter(body for line in found for body in bodies(line.body)), at_least=3)
    order = {event: place for place, event in enumerate(everyday.life_events())}
    made["life_event"].sort(key=lambda pair: order.get(pair[0], 99))
    return made


def _counted(counts: Counter[str], at_least: int = 1) -> list[tuple[str, str]]:
    return [
        (value, f"{value} ({count})")
        for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        if value and count >= at_least
    ]


def entry(code: str, day: date | None = None) -> CatalogueEntry:
    """The version of `code` in force, with its cases; CatalogueEntry.DoesNotExist otherwise."""
    return CatalogueEntry.objects.as_of(day or timezone.localdate()).prefetch_related("cases").get(code=code)


def versions(code: str) -> list[CatalogueEntry]:
    """Every version of a code, newest first."""
    return list(CatalogueEntry.objects.filter(code=code).order_by("-number"))


def history(code: str) -> list[dict[str, Any]]:
    """Every version with what it changed: [{"entry", "changes"}], newest first."""
    found = versions(code)
    made = []
    for newer, older in zip_longest(found, found[1:]):
        changes = rules.compare(older.facts(), newer.facts()) if older else []
        made.append({"entry": newer, "changes": changes, "is_first": older is None})
    return made


def worklist(part: str = "", *, tier: int | None = None) -> QuerySet[CatalogueEntry]:
    """Versions in force with something to check, the common ones first."""
    found = CatalogueEntry.objects.newest().in_doubt()
    if part:
        found = found.filter(doubts__contains=[part])
    if tier:
        found = found.filter(tier=tier)
    return found.order_by("tier", "sort_key", "code")


def doubts_counted() -> dict[str, int]:
    """How many versions in force wait for each part, in one query."""
    wanted = {part: Count("pk", filter=Q(doubts__contains=[part])) for part in rules.PARTS}
    return dict(CatalogueEntry.objects.newest().aggregate(every=Count("pk", filter=~Q(doubts=[])), **wanted))


def without_reason() -> QuerySet[CatalogueEntry]:
    """Services that are not full-process and do not say why (Decree 224/2026 art. 14)."""
    return (
        CatalogueEntry.objects.newest()
        .exclude(online_level=ServiceKind.FULL)
        .filter(Q(partial_reason="") | Q(partial_basis=""))
        .order_by("tier", "sort_key", "code")
    )


def drifted() -> QuerySet[LocalService]:
    """Procedures served here whose national facts have a newer version than the one they were published against."""
    newest = CatalogueEntry.objects.newest().values("pk")
    return LocalService.objects.exclude(entry__in=newest).select_related("version", "entry").order_by("version__code")


def is_vertical(code: str, day: date | None = None) -> bool:
    """A ministry's own system settles it: nothing may be filed here."""
    return CatalogueEntry.objects.as_of(day or timezone.localdate()).filter(code=code, is_vertical=True).exists()
