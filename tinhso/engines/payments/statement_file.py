"""A bank statement as CSV or JSON, read strictly. Pure: bytes in, lines and faults out; faults name their row."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

LONGEST_FILE = 5 * 1024 * 1024
MOST_LINES = 100_000
LARGEST = 10**15
COLUMNS = ("reference", "at", "amount", "description", "counterparty")
# Statements without a zone speak Vietnam's time.
VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True)
class Line:
    """One movement: credits positive, debits negative."""

    reference: str
    at: datetime
    amount: int
    description: str
    counterparty: str


@dataclass(frozen=True)
class Read:
    """What was read, whose account the file says it is, and (row number, what is wrong) for each bad row."""

    lines: list[Line]
    faults: list[tuple[int, str]]
    bin: str = ""
    number: str = ""


def read(content: bytes) -> Read:
    """Row 0 stands for the file as a whole."""
    if len(content) > LONGEST_FILE:
        return Read([], [(0, "too-long")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Read([], [(0, "not-utf8")])
    if text.lstrip()[:1] in ("{", "["):
        return _json(text)
    return _csv(text)


def _json(text: str) -> Read:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return Read([], [(0, "not-json")])
    if not isinstance(told, dict) or not isinstance(told.get("lines"), list):
        return Read([], [(0, "no-lines")])
    given = told.get("account")
    account: dict[str, Any] = given if isinstance(given, dict) else {}
    rows = [row if isinstance(row, dict) else {} for row in told["lines"]]
    return _lines(rows, str(account.get("bin", "")), str(account.get("number", "")))


def _csv(text: str) -> Read:
    try:
        reader = csv.DictReader(io.StringIO(text), strict=True)
        if not {"reference", "at", "amount"} <= set(reader.fieldnames or ()):
            return Read([], [(0, "no-columns")])
        rows: list[dict[str, Any]] = list(reader)
    except csv.Error:
        return Read([], [(0, "not-csv")])
    return _lines(rows)


def _lines(rows: list[dict[str, Any]], bank: str = "", number: str = "") -> Read:
    if len(rows) > MOST_LINES:
        return Read([], [(0, "too-many")])
    lines: list[Line] = []
    faults: list[tuple[int, str]] = []
    seen: set[str] = set()
    for row_number, row in enumerate(rows, start=1):
        line = _line(row)
        if isinstance(line, str):
            faults.append((row_number, line))
        elif line.reference in seen:
            faults.append((row_number, "twice"))
        else:
            seen.add(line.reference)
            lines.append(line)
    return Read(lines, faults, bank, number)


def _line(row: dict[str, Any]) -> Line | str:
    reference = row.get("reference")
    if not isinstance(reference, str) or not 0 < len(reference.strip()) <= 64:
        return "reference"
    amount = row.get("amount")
    if isinstance(amount, str):
        digits = amount.strip().removeprefix("+")
        bare = digits.removeprefix("-")
        amount = int(digits) if bare.isascii() and bare.isdigit() and len(bare) < 17 else None
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < abs(amount) < LARGEST:
        return "amount"
    at = _moment(row.get("at"))
    if at is None:
        return "at"
    return Line(reference.strip(), at, amount, _text(row, "description", 500), _text(row, "counterparty", 200))


def _moment(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None
    if at is None or not 2000 <= at.year < 3000:
        return None
    return at if at.tzinfo else at.replace(tzinfo=VIETNAM)


def _text(row: dict[str, Any], name: str, longest: int) -> str:
    value = row.get(name)
    text = value if isinstance(value, str) else ""
    return (
        "".join(letter if ord(letter) >= 32 else " " for letter in text).encode("utf-8", "replace").decode()[:longest]
    )
