"""What the tidy interface gives: schemas apart from models."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema


class Part(Schema):
    """A measure's contribution to a figure."""

    code: str
    name: str


class Sources(Schema):
    """Of the units that should stand behind a figure: counted live, told by hand, from files, missing."""

    live: int
    manual: int
    imported: int
    missing: int


class TargetRow(Schema):
    """One row of the Resolution with its figure and where it stands."""

    code: str
    group: str
    name: str
    level: str
    operator: str
    value: float | None
    unit_of_measure: str
    year: int
    kind: str
    responsible: str
    state: str
    figure: float | None
    expected: float | None
    indicator: str | None
    parts: list[Part]
    counted_at: datetime | None
    is_estimated: bool
    sources: Sources | None


class Targets(Schema):
    """All rows, in the Resolution's order."""

    unit: str
    on: date
    items: list[TargetRow]


class MeasureRow(Schema):
    """A measure: what may be counted or told."""

    uid: str
    code: str
    name: str
    sentence: str
    kind: str
    source: str
    frequency: str
    unit_of_measure: str
    over_units: str
    over_time: str


class Measures(Schema):
    """A page of measures; `after` of the next page, or null."""

    items: list[MeasureRow]
    next: str | None


class IndicatorRow(Schema):
    """An indicator: a formula over measures."""

    uid: str
    code: str
    name: str
    note: str
    formula: str
    parts: list[str]
    unit_of_measure: str
    targets: list[str]
    source: str


class Indicators(Schema):
    """A page of indicators; `after` of the next page, or null."""

    items: list[IndicatorRow]
    next: str | None


class UnitRow(Schema):
    """A unit with the days of its life; `valid_to` is the first day after it."""

    uid: str
    code: str
    name: str
    kind: str
    level: int
    parent: str | None
    valid_from: date
    valid_to: date | None
    is_within_reach: bool


class Units(Schema):
    """A page of units; `after` of the next page, or null."""

    items: list[UnitRow]
    next: str | None


class Point(Schema):
    """One period of a series; null where nothing was reported, which is not zero."""

    period: str
    value: float | None


class Series(Schema):
    """An indicator or a measure at one unit with everything below it."""

    code: str
    unit: str
    unit_of_measure: str
    points: list[Point]


class MatrixCell(Schema):
    """One figure; cells never reported are left out."""

    code: str
    unit: str
    period: str
    value: float


class Matrix(Schema):
    """Figures of several codes, units and periods."""

    cells: list[MatrixCell]


class RecordRow(Schema):
    """One record behind a figure, as the reader may see it."""

    code: str
    title: str
    person: str
    on: date | None
    state: str
    is_simulated: bool


class Records(Schema):
    """A page of the records that the reader may open; `after` of the next page, or null."""

    measure: str
    unit: str
    month: str
    # How many are counted, and how many of them the reader may open.
    counted: int
    items: list[RecordRow]
    next: int | None


class Problem(Schema):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
