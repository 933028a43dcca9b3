"""The fee table of one procedure as its author writes it: read as rows, put in force from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tinhso.systems.procedures.fees.models import Certainty, Exemption, FeeRule
from tinhso.systems.procedures.fees.selectors import exemptions_of, province_code, rules_of

RULE = (
    "name",
    "kind",
    "case",
    "channel",
    "amount",
    "per",
    "quantity_field",
    "tiers",
    "cap",
    "due_before",
    "legal_basis",
)
RELIEF = ("group", "name", "fee_name", "percent", "condition", "proof", "legal_basis")
Row = Mapping[str, Any]


def rows_of(code: str, day: date) -> dict[str, list[dict[str, Any]]]:
    """The fees and exemptions in force on `day` as plain values without dates; empty values are left out."""
    return {
        "fees": [_values(one, RULE) for one in rules_of(code, day)],
        "exemptions": [_values(one, RELIEF) for one in exemptions_of(code, day)],
    }


def put_in_force(*, code: str, day: date, fees: Iterable[Row], exemptions: Iterable[Row], source: str) -> None:
    """Rows in force that are not wanted any more end on `day`; wanted ones that are not in force begin.

    Rows that stay the same go on untouched, with their own source. Part of the act that publishes the version.
    """
    _renew(FeeRule, RULE, code, day, list(fees), source)
    _renew(Exemption, RELIEF, code, day, list(exemptions), source)


def _values(one: FeeRule | Exemption, names: tuple[str, ...]) -> dict[str, Any]:
    held = {name: getattr(one, name) for name in names}
    return {name: value for name, value in held.items() if value not in (None, "", [], {})}


def _renew(
    kind: type[FeeRule] | type[Exemption],
    names: tuple[str, ...],
    code: str,
    day: date,
    wanted: list[Row],
    source: str,
) -> None:
    in_force = rules_of(code, day) if kind is FeeRule else exemptions_of(code, day)
    for one in in_force.select_for_update():
        held = _values(one, names)
        if held in wanted:
            wanted.remove(held)
        else:
            # One that would begin on this very day never holds: it ends as it begins, and stays on record.
            one.valid_to = max(day, one.valid_from)
            one.save(update_fields=["valid_to"])
    for row in wanted:
        known = {name: value for name, value in row.items() if name in names}
        kind.objects.create(
            province=province_code(),
            procedure_code=code,
            valid_from=day,
            source=source,
            certainty=Certainty.SURE,
            **known,
        )
