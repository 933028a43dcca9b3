"""One published dataset as plain values: what every format (DCAT-AP, Croissant, CSVW, OGC…) is written from.

`selectors.record(dataset)` makes it from the tables; a test makes it by hand. Addresses are not part of it: a format
joins names to the portal's own address, so the same record reads right under any host.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tinhso.foundation.openness.columns import Column, Cycle, Kind

__all__ = [
    "Agent",
    "Box",
    "Catalogue",
    "Column",
    "Cycle",
    "DatasetRecord",
    "Kind",
    "Licence",
    "Origin",
    "ResourceRecord",
]


@dataclass(frozen=True)
class Agent:
    """Who publishes: a unit of the province. `code` is its code in the tree of units."""

    name: str
    code: str = ""
    name_en: str = ""
    homepage: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Licence:
    """Under which terms: a code, a title people read and, where one exists, the address of its text."""

    code: str
    title: str
    url: str = ""


@dataclass(frozen=True)
class Box:
    """A rectangle in WGS 84 degrees; west may not exceed east (no dataset here crosses the date line)."""

    west: float
    south: float
    east: float
    north: float

    def meets(self, other: Box) -> bool:
        return not (
            self.east < other.west or other.east < self.west or self.north < other.south or other.north < self.south
        )


@dataclass(frozen=True)
class ResourceRecord:
    """One file of a dataset. `key` is its stable identifier, `path` its address below the portal's root."""

    key: str
    title: str
    format: str  # "CSV", "XLSX", "JSON", "PARQUET", "GEOJSON"…
    media_type: str
    path: str
    description: str = ""
    title_en: str = ""
    size: int | None = None
    sha256: str = ""
    rows: int | None = None
    encoding: str = "utf-8"
    created_at: datetime | None = None
    modified_at: datetime | None = None
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where a harvested record came from: the source's title and address, and the identifier it bears there."""

    source: str
    url: str
    identifier: str
    harvested_at: datetime | None = None


@dataclass(frozen=True)
class DatasetRecord:
    """One dataset. `name` is its slug and never changes; `version` is the published version's label."""

    name: str
    title: str
    notes: str
    publisher: Agent
    licence: Licence
    issued_at: datetime
    modified_at: datetime
    title_en: str = ""
    notes_en: str = ""
    version: str = "1"
    version_notes: str = ""
    cycle: Cycle = Cycle.IRREGULAR
    themes: tuple[str, ...] = ()  # codes of the EU data-theme list: GOVE, ECON, HEAL…
    tags: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    contact: Agent | None = None
    spatial_title: str = ""
    box: Box | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    languages: tuple[str, ...] = ("vi",)
    quality: int | None = None  # 0..100
    legal_basis: str = ""
    is_simulated: bool = False
    origin: Origin | None = None
    resources: tuple[ResourceRecord, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The dictionary: of the first file that has one."""
        return next((resource.columns for resource in self.resources if resource.columns), ())

    @property
    def has_shapes(self) -> bool:
        """Whether its rows stand on a map: some have a place, in a column of shapes or in latitude and longitude."""
        if self.box is None:
            return False
        return self.geometry is not None or {"latitude", "longitude"} <= {column.name for column in self.columns}

    @property
    def geometry(self) -> Column | None:
        """The column of shapes, when the dataset has one."""
        return next((column for column in self.columns if column.kind is Kind.GEOMETRY), None)


@dataclass(frozen=True)
class Catalogue:
    """The whole portal: what a catalogue record says of itself."""

    title: str
    description: str
    publisher: Agent
    title_en: str = ""
    licence: Licence | None = None
    datasets: tuple[DatasetRecord, ...] = ()
