"""What the formats read from: records found, one record, rows of shapes. The portal's tables stand behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from tinhso.systems.opendata.rules.record import Box, Catalogue, DatasetRecord


@dataclass(frozen=True)
class Asked:
    """What a reader wants of the catalogue: words, a box, days of change, one identifier among many."""

    words: str = ""
    box: Box | None = None
    since: date | None = None
    until: date | None = None
    names: tuple[str, ...] = ()
    offset: int = 0
    limit: int = 10


class Source(Protocol):
    """The published datasets, and nothing that is not published."""

    def catalogue(self) -> Catalogue: ...

    def find(self, asked: Asked) -> tuple[int, list[DatasetRecord]]: ...

    def one(self, name: str) -> DatasetRecord | None: ...

    def with_geometry(self) -> list[DatasetRecord]: ...

    def rows(self, record: DatasetRecord) -> Iterable[Mapping[str, Any]]: ...


@dataclass(frozen=True)
class InMemory:
    """A source of a few records at hand: previews and tests."""

    whole: Catalogue
    read: Callable[[DatasetRecord], Iterable[Mapping[str, Any]]] = field(default=lambda record: ())

    def catalogue(self) -> Catalogue:
        return self.whole

    def find(self, asked: Asked) -> tuple[int, list[DatasetRecord]]:
        kept = [record for record in self.whole.datasets if matches(record, asked)]
        return len(kept), kept[asked.offset : asked.offset + asked.limit]

    def one(self, name: str) -> DatasetRecord | None:
        return next((record for record in self.whole.datasets if record.name == name), None)

    def with_geometry(self) -> list[DatasetRecord]:
        return [record for record in self.whole.datasets if record.has_shapes]

    def rows(self, record: DatasetRecord) -> Iterable[Mapping[str, Any]]:
        return self.read(record)


def matches(record: DatasetRecord, asked: Asked) -> bool:
    """Whether one record is among what was asked for; a record without a box is nowhere."""
    text = f"{record.title} {record.notes} {record.title_en} {' '.join(record.tags)}".lower()
    changed = record.modified_at.date()
    return (
        all(word in text for word in asked.words.lower().split())
        and (not asked.names or record.name in asked.names)
        and (asked.box is None or (record.box is not None and record.box.meets(asked.box)))
        and (asked.since is None or changed >= asked.since)
        and (asked.until is None or changed <= asked.until)
    )
