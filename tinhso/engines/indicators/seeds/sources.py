"""A told source for every target that no system counts: in the Resolution's own words."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tinhso.engines.indicators import checking
from tinhso.engines.indicators.models import IndicatorDefinition, MeasureDefinition, Target, UnitOfMeasure

MEASURES_FILE = Path(__file__).parent / "told_measures.csv"
SOURCES_FILE = Path(__file__).parent / "target_sources.csv"
SEPARATOR = "|"


def load_sources() -> int:
    """Makes what is not there yet; never overwrites what administrators have put in order. Returns how many."""
    return _load_measures() + _load_indicators()


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _load_measures() -> int:
    known = set(MeasureDefinition.objects.values_list("code", flat=True))
    missing = [row for row in _rows(MEASURES_FILE) if row["code"] not in known]
    if not missing:
        return 0
    units = {unit.code: unit for unit in UnitOfMeasure.objects.all()}
    # Wholes first, so that their parts can name them.
    MeasureDefinition.objects.bulk_create(
        MeasureDefinition(**_measure(row, units)) for row in missing if not row["part_of"]
    )
    wholes = dict(MeasureDefinition.objects.values_list("code", "pk"))
    MeasureDefinition.objects.bulk_create(
        MeasureDefinition(**_measure(row, units), part_of_id=wholes[row["part_of"]])
        for row in missing
        if row["part_of"]
    )
    return len(missing)


def _measure(row: dict[str, str], units: dict[str, UnitOfMeasure]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("code", "name", "sentence", "kind", "over_units", "frequency", "basis")},
        "unit_of_measure": units[row["unit_of_measure"]],
        "over_time": "sum" if row["kind"] == "flow" else "last",
        "unit_kinds": row["unit_kinds"].split(SEPARATOR),
        "unit_codes": row["unit_codes"].split(SEPARATOR) if row["unit_codes"] else [],
        "valid_to": row["valid_to"] or None,
    }


def _load_indicators() -> int:
    known = set(IndicatorDefinition.objects.values_list("code", flat=True))
    missing = [row for row in _rows(SOURCES_FILE) if row["code"] not in known]
    if not missing:
        return 0
    units = {unit.code: unit for unit in UnitOfMeasure.objects.all()}
    targets = {target.code: target for target in Target.objects.all()}
    made = []
    for row in missing:
        target = targets.get(row["target"])
        if target is None:
            continue
        unit = units[row["unit_of_measure"]]
        made.append(
            IndicatorDefinition(
                code=row["code"],
                name=target.name,
                note=target.note,
                formula=row["formula"],
                unit_of_measure=unit,
                targets=[target.code],
            )
        )
    codes = checking.codes_and_units()
    for one in made:
        checking.check(one.code, one.formula, one.unit_of_measure, codes)
    IndicatorDefinition.objects.bulk_create(made)
    return len(made)
