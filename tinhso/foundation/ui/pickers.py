"""What the unit picker and the period picker show: every choice is an address, so a view can be sent to a colleague."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.http import HttpRequest

from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.rules import fold


def with_query(request: HttpRequest, **changes: str | None) -> str:
    """The present address with some of its query changed; None takes a part away."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    text = query.urlencode()
    return f"{request.path}?{text}" if text else request.path


@dataclass
class Node:
    """A unit in the picker, with those below it."""

    pk: int
    label: str
    kind: str
    url: str
    is_current: bool = False
    is_open: bool = False
    children: list[Node] = field(default_factory=list)


def unit_tree(
    request: HttpRequest, *, day: date, query: str = "", kinds: tuple[str, ...] = (), name: str = "don_vi"
) -> list[Node]:
    """Units in being on `day` as a tree (one query); with a query only those that match and what is above them."""
    rows = Unit.objects.as_of(day)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    current = request.GET.get(name, "")
    nodes: dict[int, Node] = {}
    parents: dict[int, int | None] = {}
    wanted = fold(query)
    kept: set[int] = set()
    for pk, label, kind, parent, path in rows.values_list("pk", "short_name", "kind", "parent_id", "path"):
        nodes[pk] = Node(pk, label, kind, with_query(request, **{name: str(pk)}), str(pk) == current)
        parents[pk] = parent
        if (wanted and wanted in fold(label)) or (not wanted and str(pk) == current):
            kept.update(int(part) for part in path.split(".") if part)
    roots: list[Node] = []
    for pk, node in nodes.items():
        if wanted and pk not in kept:
            continue
        node.is_open = pk in kept
        above = nodes.get(parents[pk] or 0)
        (above.children if above else roots).append(node)
    return roots


@dataclass(frozen=True)
class Period:
    """A month in the picker, "2026-11", with its neighbours as addresses."""

    value: str
    label: str
    previous_url: str
    next_url: str


def month(request: HttpRequest, value: str, *, last: date, name: str = "ky") -> Period:
    """The chosen month; no next beyond the month of `last`. A wrong value means the last month."""
    year, number = _parse(value) or (last.year, last.month)
    before = (year - 1, 12) if number == 1 else (year, number - 1)
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    has_next = after <= (last.year, last.month)
    return Period(
        f"{year}-{number:02d}",
        f"{number:02d}/{year}",
        with_query(request, **{name: f"{before[0]}-{before[1]:02d}"}),
        with_query(request, **{name: f"{after[0]}-{after[1]:02d}"}) if has_next else "",
    )


def _parse(value: str) -> tuple[int, int] | None:
    year, _sep, number = value.partition("-")
    if (
        len(value) == 7
        and value.isascii()
        and year.isdigit()
        and number.isdigit()
        and 1 <= int(number) <= 12
        and int(year) >= 1900
    ):
        return int(year), int(number)
    return None
