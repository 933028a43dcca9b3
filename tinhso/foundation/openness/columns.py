"""Columns of open tables as plain values, and how often a table is published."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, as a table schema calls it. GEOMETRY is GeoJSON in WGS 84, longitude first."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    YEAR = "year"
    GEOMETRY = "geometry"


class Cycle(StrEnum):
    """How often a dataset is published anew."""

    CONTINUAL = "continual"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    IRREGULAR = "irregular"
    NEVER = "never"


@dataclass(frozen=True)
class Column:
    """One column of the dictionary. `name` is the machine's, titles are people's."""

    name: str
    kind: Kind = Kind.STRING
    title: str = ""
    title_en: str = ""
    description: str = ""
    is_required: bool = False
    is_unique: bool = False
    unit: str = ""
    choices: tuple[str, ...] = ()
