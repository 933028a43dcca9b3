"""A form as data: sections of rows × columns, each cell typed, live, computed, of words, or crossed out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cached_property
from typing import Any

from tinhso.systems.reporting.rules.numbers import Shape

KEY = re.compile(r"[a-z][a-z0-9_]{0,29}")
MOST_CELLS = 20_000


class CellKind(StrEnum):
    """Who fills a cell."""

    TYPED = "typed"
    TEXT = "text"
    LIVE = "live"
    COMPUTED = "computed"
    NONE = "none"


@dataclass(frozen=True)
class Column:
    key: str
    title: str


@dataclass(frozen=True)
class Row:
    key: str
    title: str
    number: str = ""
    unit: str = ""
    is_heading: bool = False


@dataclass(frozen=True)
class CellSpec:
    """One cell: its kind, what it takes, where a live one is counted and where an approved one goes."""

    code: str
    kind: CellKind = CellKind.TYPED
    shape: Shape = field(default_factory=Shape)
    is_required: bool = True
    # LIVE: the declared measure that is counted. TYPED: the measure that approved values are entered under ("" none).
    measure: str = ""
    formula: str = ""

    @property
    def is_filled_by_hand(self) -> bool:
        return self.kind in (CellKind.TYPED, CellKind.TEXT)

    @property
    def is_number(self) -> bool:
        return self.kind in (CellKind.TYPED, CellKind.LIVE, CellKind.COMPUTED)


@dataclass(frozen=True)
class CheckSpec:
    """A check and the sentence that is said when it fails. A warning asks for an explanation, an error stops."""

    key: str
    must: str
    sentence: str
    is_warning: bool = False


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    specs: Mapping[str, CellSpec] = field(default_factory=dict)

    def cells_of(self, row: Row) -> list[CellSpec]:
        """The row's cells, column by column."""
        return [self.cell(row, column) for column in self.columns]

    def cell(self, row: Row, column: Column) -> CellSpec:
        code = f"{row.key}.{column.key}"
        if row.is_heading:
            return CellSpec(code, CellKind.NONE)
        return self.specs.get(code) or CellSpec(code)


@dataclass(frozen=True)
class Form:
    """A whole form, read from its JSON."""

    sections: tuple[Section, ...]
    checks: tuple[CheckSpec, ...] = ()

    @cached_property
    def cells(self) -> dict[str, CellSpec]:
        """Every cell by its code, in reading order."""
        return {spec.code: spec for section in self.sections for row in section.rows for spec in section.cells_of(row)}

    @cached_property
    def by_hand(self) -> dict[str, CellSpec]:
        return {code: spec for code, spec in self.cells.items() if spec.is_filled_by_hand}

    def of_kind(self, kind: CellKind) -> dict[str, CellSpec]:
        return {code: spec for code, spec in self.cells.items() if spec.kind is kind}

    def places(self) -> Iterator[tuple[Section, Row, Column, CellSpec]]:
        for section in self.sections:
            for row in section.rows:
                for column in section.columns:
                    yield section, row, column, section.cell(row, column)

    @cached_property
    def names(self) -> dict[str, str]:
        """A cell as a person finds it: its row, then its column."""
        return {
            spec.code: f"{row.number} {row.title}".strip() + (f" – {column.title}" if len(section.columns) > 1 else "")
            for section, row, column, spec in self.places()
        }


def read(content: Mapping[str, Any]) -> Form:
    """The form that the JSON describes; what is missing takes its usual value."""
    return Form(
        tuple(_section(one) for one in content.get("sections", [])),
        tuple(
            CheckSpec(one["key"], one.get("must", ""), one.get("sentence", ""), bool(one.get("is_warning")))
            for one in content.get("checks", [])
        ),
    )


def _section(one: Mapping[str, Any]) -> Section:
    return Section(
        key=one["key"],
        title=one.get("title", ""),
        note=one.get("note", ""),
        columns=tuple(Column(column["key"], column.get("title", "")) for column in one.get("columns", [])),
        rows=tuple(
            Row(row["key"], row.get("title", ""), row.get("number", ""), row.get("unit", ""), bool(row.get("heading")))
            for row in one.get("rows", [])
        ),
        specs={code: spec_of(code, cell) for code, cell in one.get("cells", {}).items()},
    )


def spec_of(code: str, cell: Mapping[str, Any]) -> CellSpec:
    return CellSpec(
        code=code,
        kind=CellKind(cell.get("kind", "typed")),
        shape=Shape(
            decimals=int(cell.get("decimals", 0)),
            least=_bound(cell.get("least", "0")),
            most=_bound(cell.get("most")),
        ),
        is_required=bool(cell.get("required", True)),
        measure=cell.get("measure", ""),
        formula=cell.get("formula", ""),
    )


def _bound(text: Any) -> Decimal | None:
    try:
        return Decimal(str(text)) if text not in (None, "") else None
    except InvalidOperation:
        return None
