"""Editing a form as data: sections, rows, columns, cells, checks. Keys are given once and never change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from tinhso.systems.reporting.errors import BadVersion

Content = dict[str, Any]
MOST_NEW = 200


def _fresh(prefix: str, taken: Iterable[str]) -> str:
    """The next free key: r1, r2… A removed row's key may come back only after all others."""
    numbers = [int(key[len(prefix) :]) for key in taken if key.startswith(prefix) and key[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1}"


def section_of(content: Content, key: str) -> dict[str, Any]:
    """The section of that key; a refusal when it is gone."""
    found = next((one for one in content.get("sections", []) if one["key"] == key), None)
    if found is None:
        raise BadVersion([_("Phần này không còn trong biểu mẫu. Hãy mở lại trang.")])
    return found  # type: ignore[no-any-return]


def add_section(content: Content, title: str) -> tuple[Content, str]:
    """A new section with one column."""
    if not title.strip():
        raise BadVersion([_("Chưa ghi tên phần.")])
    new = deepcopy(content)
    key = _fresh("phan_", (one["key"] for one in new.setdefault("sections", [])))
    new["sections"].append(
        {
            "key": key,
            "title": title.strip(),
            "columns": [{"key": "c1", "title": _("Số liệu")}],
            "rows": [],
            "cells": {},
        }
    )
    return new, key


def remove_section(content: Content, key: str) -> Content:
    new = deepcopy(content)
    section_of(new, key)
    new["sections"] = [one for one in new["sections"] if one["key"] != key]
    return new


def change_section(
    content: Content,
    key: str,
    *,
    title: str,
    note: str,
    rows: Iterable[Mapping[str, Any]],
    columns: Iterable[Mapping[str, Any]],
) -> Content:
    """Rows and columns as posted, in their order: known keys keep theirs, new ones get one, empty ones go."""
    new = deepcopy(content)
    section = section_of(new, key)
    section["title"], section["note"] = title.strip(), note.strip()
    taken = {row["key"] for one in new["sections"] for row in one["rows"]}
    kept = []
    for row in rows:
        if not str(row.get("title", "")).strip():
            continue
        row_key = row.get("key") or _fresh("r", taken)
        taken.add(row_key)
        kept.append(
            {
                "key": row_key,
                "number": str(row.get("number", "")).strip()[:12],
                "title": str(row["title"]).strip()[:400],
                "unit": str(row.get("unit", "")).strip()[:40],
                "heading": bool(row.get("heading")),
            }
        )
    section["rows"] = kept
    in_use = {column["key"] for column in section["columns"]}
    section["columns"] = []
    for column in columns:
        if str(column.get("title", "")).strip():
            column_key = column.get("key") or _fresh("c", in_use)
            in_use.add(column_key)
            section["columns"].append({"key": column_key, "title": str(column["title"]).strip()[:120]})
    codes = {f"{row['key']}.{column['key']}" for row in kept for column in section["columns"]}
    section["cells"] = {code: cell for code, cell in section.get("cells", {}).items() if code in codes}
    return new


def change_cell(content: Content, code: str, cell: Mapping[str, Any]) -> Content:
    """One cell's kind and bounds."""
    new = deepcopy(content)
    row_key, _dot, column_key = code.partition(".")
    for section in new.get("sections", []):
        has_row = any(row["key"] == row_key for row in section["rows"])
        if has_row and any(column["key"] == column_key for column in section["columns"]):
            section.setdefault("cells", {})[code] = dict(cell)
            return new
    raise BadVersion([_("Ô này không còn trong biểu mẫu. Hãy mở lại trang.")])


def change_check(content: Content, key: str, check: Mapping[str, Any] | None) -> Content:
    """Adds a check (key ""), changes the one of that key, or removes it (None)."""
    new = deepcopy(content)
    checks = new.setdefault("checks", [])
    if key and not any(one["key"] == key for one in checks):
        raise BadVersion([_("Quy tắc này không còn trong biểu mẫu. Hãy mở lại trang.")])
    if check is None:
        new["checks"] = [one for one in checks if one["key"] != key]
    elif key:
        new["checks"] = [{**check, "key": key} if one["key"] == key else one for one in checks]
    else:
        checks.append({**check, "key": _fresh("k", (one["key"] for one in checks))})
    return new
