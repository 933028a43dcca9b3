"""What a client of the former contract would miss under the new one."""

from __future__ import annotations

from typing import Any

Rows = list[dict[str, Any]]


def breaks(old: Rows, new: Rows) -> list[dict[str, str]]:
    """Operations and fields that are gone, and parameters that are newly demanded: {"kind", "operation", "what"}."""
    now = {row["name"]: row for row in new}
    found: list[dict[str, str]] = []
    for row in old:
        name = row["name"]
        if name not in now or _is_another(row, now[name]):
            found.append({"kind": "operation", "operation": name, "what": ""})
            continue
        gone = [one for one in row["fields"] if one not in set(now[name]["fields"])]
        found += [{"kind": "field", "operation": name, "what": one} for one in gone]
        found += [{"kind": "demand", "operation": name, "what": one} for one in _demanded(row, now[name])]
    return found


def _demanded(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    before = {one["name"] for one in old["takes"] if one.get("required")}
    return [one["name"] for one in new["takes"] if one.get("required") and one["name"] not in before]


def _is_another(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """A SOAP operation that is called by another element or action than before: old calls find nothing there."""
    before, after = ((row.get("element", ""), row.get("action", "")) for row in (old, new))
    return bool(before[0]) and before != after
