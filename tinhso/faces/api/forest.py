"""All units that ever were, held in memory: their places in the tree, their levels and their UIDs.

A province has some two thousand units, and machines ask for thousands of values at once: the tree is read once and
read again only when a row of it changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection

from tinhso.faces.api.uids import uid_of
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.orgs.models import Unit


@dataclass(frozen=True)
class Node:
    """One unit in the tree."""

    pk: int
    uid: str
    code: str
    valid_from: date
    valid_to: date | None
    kind: str
    name: str
    short_name: str
    sort_key: str
    path: str
    parent_id: int | None
    area_id: int | None
    ids: tuple[int, ...] = field(repr=False)

    @property
    def level(self) -> int:
        return len(self.ids)

    @property
    def sdmx_id(self) -> str:
        """Code and first day: codes come back for other units, this never does. SDMX allows no dot in it."""
        return f"{self.code.replace('.', '-')}@{self.valid_from:%Y%m%d}"

    @property
    def closed_on(self) -> date | None:
        """The last day in being."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None

    def lives_between(self, first: date, last: date) -> bool:
        """In being on some day from `first` to `last`, both included."""
        return self.valid_from <= last and (self.valid_to is None or self.valid_to > first)


class Forest:
    """The units by id and UID, and who is below whom."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = sorted(nodes, key=lambda node: (node.level, node.sort_key, node.pk))
        self.by_id = {node.pk: node for node in self.nodes}
        self.by_uid = {node.uid: node for node in self.nodes}
        self.by_sdmx_id = {node.sdmx_id: node for node in self.nodes}
        self.by_code: dict[str, list[Node]] = {}
        self.children: dict[int | None, list[Node]] = {}
        self.below: dict[int, list[Node]] = {node.pk: [] for node in self.nodes}
        for node in self.nodes:
            self.by_code.setdefault(node.code, []).append(node)
            self.children.setdefault(node.parent_id, []).append(node)
            for pk in node.ids:
                if pk in self.below:
                    self.below[pk].append(node)

    def ancestors(self, node: Node) -> list[Node]:
        """From the root down to the unit above."""
        return [self.by_id[pk] for pk in node.ids[:-1] if pk in self.by_id]

    def uid_path(self, node: Node) -> str:
        return "".join(f"/{self.by_id[pk].uid}" for pk in node.ids if pk in self.by_id)

    def within(self, reach: Reach) -> frozenset[int]:
        """Ids of every unit in the reach."""
        return frozenset(node.pk for node in self.nodes if reach.covers(node.pk, node.path))

    def roots(self, reach: Reach) -> list[Node]:
        """The uppermost units of the reach."""
        seen = self.within(reach)
        return [node for node in self.nodes if node.pk in seen and not seen.intersection(node.ids[:-1])]

    def at_level(self, level: int) -> Iterator[Node]:
        return (node for node in self.nodes if node.level == level)

    @property
    def depth(self) -> int:
        return max((node.level for node in self.nodes), default=0)


_KEPT: dict[str, Forest] = {}


def forest() -> Forest:
    """The tree as it stands. One small query tells whether any row changed since it was last read."""
    mark = _mark()
    found = _KEPT.get(mark)
    if found is None:
        found = Forest(_nodes())
        _KEPT.clear()
        _KEPT[mark] = found
    return found


def _mark() -> str:
    # xmin is the transaction that last wrote the row: it differs after any change, by whatever program.
    with connection.cursor() as cursor:
        cursor.execute("SELECT md5(string_agg(id::text || ':' || xmin::text, ',' ORDER BY id)) FROM orgs_unit")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _nodes() -> Iterator[Node]:
    columns = ("pk", "code", "valid_from", "valid_to", "kind", "name", "short_name", "sort_key", "path")
    for row in Unit.objects.order_by().values(*columns, "parent_id", "area_id"):
        ids = tuple(int(part) for part in row["path"].split(".") if part)
        yield Node(uid=uid_of("unit", row["code"], row["valid_from"].isoformat()), ids=ids, **row)
