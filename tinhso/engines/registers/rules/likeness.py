"""How alike two records are: Vietnamese names, dates, addresses. Marks help but do not decide; a number decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any

from tinhso.engines.registers.rules.schema import FieldType, Shape
from tinhso.foundation.text.rules import fold

# From this on a pair is shown to a person, who decides.
PROBABLE = 80
# More of one bucket than this are no pairs but a common name: bounded, and said by the caller.
MOST_IN_BUCKET = 60
_WORDS = re.compile(r"[0-9a-z]+")
_SHORT = {
    "tp": "thanh pho",
    "tx": "thi xa",
    "tt": "thi tran",
    "p": "phuong",
    "x": "xa",
    "h": "huyen",
    "tdp": "to dan pho",
    "kp": "khu pho",
    "cty": "cong ty",
    "tnhh": "trach nhiem huu han",
    "cp": "co phan",
    "htx": "hop tac xa",
    "mtv": "mot thanh vien",
    "ng": "nguyen",
}
_PLACE_WORDS = frozenset(
    ("thanh", "pho", "thi", "xa", "tran", "phuong", "huyen", "tinh", "thon", "xom", "to", "dan", "khu", "so", "duong")
)
WEIGHTS = {
    FieldType.NAME: 45,
    FieldType.DATE: 25,
    FieldType.ADDRESS: 20,
    FieldType.PHONE: 20,
    FieldType.EMAIL: 20,
    FieldType.PERSONAL_NUMBER: 40,
    FieldType.TAX_CODE: 40,
    FieldType.TEXT: 8,
    FieldType.CHOICE: 5,
}


@dataclass(frozen=True)
class Pair:
    """Two records that may be one, 0 to 100, and by what."""

    first: int
    second: int
    score: int
    by: tuple[tuple[str, int], ...]


def words(text: str) -> list[str]:
    """Folded words, abbreviations of offices written out: "TP. An Bình" → thanh pho an binh."""
    found: list[str] = []
    for word in _WORDS.findall(fold(text)):
        found += _SHORT.get(word, word).split()
    return found


def name_likeness(one: str, other: str) -> float:
    """1 for the same name; little for another given name: Nguyễn Thị Hoa and Nguyễn Thị Hoà differ by a mark only."""
    if one == other:
        return 1.0
    first, second = words(one), words(other)
    if not first or not second:
        return 0.0
    if first == second:
        return 0.93
    if sorted(first) == sorted(second):
        return 0.85
    given = SequenceMatcher(None, first[-1], second[-1]).ratio()
    whole = SequenceMatcher(None, " ".join(first), " ".join(second)).ratio()
    return 0.45 * given + 0.55 * whole if given >= 0.6 else 0.4 * whole


def date_likeness(one: str, other: str) -> float:
    """1 for the same day; day and month swapped, one digit off or only the year known: probable; else 0."""
    if one == other:
        return 1.0
    first, second = one[:10].split("-"), other[:10].split("-")
    if len(first) != 3 or len(second) != 3:
        return 0.0
    if first[0] == second[0] and first[1:] == second[:0:-1]:
        return 0.85
    if first[0] == second[0] and "01-01" in (one[5:10], other[5:10]):
        return 0.6
    return 0.7 if sum(a != b for a, b in zip(one, other, strict=False)) == 1 else 0.0


def address_likeness(one: str, other: str) -> float:
    """Words in common, words of place kinds counted little."""
    first, second = set(words(one)), set(words(other))
    if not first or not second:
        return 0.0
    weigh = {word: 0.3 if word in _PLACE_WORDS else 1.0 for word in first | second}
    return sum(weigh[word] for word in first & second) / sum(weigh.values())


def _likeness(kind: FieldType, one: Any, other: Any) -> float:
    if kind is FieldType.NAME:
        return name_likeness(str(one), str(other))
    if kind is FieldType.DATE:
        return date_likeness(str(one), str(other))
    if kind is FieldType.ADDRESS:
        return address_likeness(str(one), str(other))
    if kind is FieldType.TEXT:
        return name_likeness(str(one), str(other))
    return 1.0 if one == other else 0.0


def score(shape: Shape, one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[int, tuple[tuple[str, int], ...]]:
    """0 to 100 over the fields that both have, the register's key apart (two keys always differ)."""
    total = reached = 0.0
    by: list[tuple[str, int]] = []
    for field in shape.fields:
        weight = WEIGHTS.get(field.type, 0)
        # The title of a record is what people call it: weighed as a name.
        weight = 45 if field.name == shape.title and field.type is FieldType.TEXT else weight
        if not weight or field.name in shape.keys or field.name not in one or field.name not in other:
            continue
        alike = _likeness(field.type, one[field.name], other[field.name])
        total, reached = total + weight, reached + weight * alike
        by.append((field.name, round(alike * 100)))
    # A name alone is no proof: one field in common is at most a hint.
    if total < 50:
        return 0, ()
    return round(100 * reached / total), tuple(by)


def buckets(shape: Shape, values: Mapping[str, Any]) -> Iterator[str]:
    """Where a record is looked for: the same day, phone or number; the same words of the name or of the address."""
    for field in shape.fields:
        value = values.get(field.name)
        if value in (None, "") or field.name in shape.keys:
            continue
        if field.type in (FieldType.PHONE, FieldType.EMAIL, FieldType.PERSONAL_NUMBER, FieldType.TAX_CODE):
            yield f"{field.name}={value}"
        elif field.type is FieldType.NAME or field.name == shape.title:
            said = words(str(value))
            yield f"{field.name}~{' '.join(sorted(said))}"
            if field.type is FieldType.NAME and said:
                yield from (f"{said[-1]}@{day}" for day in _days(shape, values))
        elif field.type is FieldType.DATE and str(value)[5:] != "01-01":
            yield f"{field.name}={value}"


def _days(shape: Shape, values: Mapping[str, Any]) -> Iterator[str]:
    for field in shape.fields:
        if field.type is FieldType.DATE and field.name in values:
            yield str(values[field.name])[:4]


def pairs(shape: Shape, records: Iterable[tuple[int, Mapping[str, Any]]], *, least: int = PROBABLE) -> list[Pair]:
    """Probable duplicates, surest first. Only records that share a bucket are compared."""
    known = dict(records)
    shelves: dict[str, list[int]] = {}
    for pk, values in known.items():
        for bucket in set(buckets(shape, values)):
            shelves.setdefault(bucket, []).append(pk)
    seen: set[tuple[int, int]] = set()
    found: list[Pair] = []
    for shelf in shelves.values():
        if not 1 < len(shelf) <= MOST_IN_BUCKET:
            continue
        for first, second in combinations(sorted(shelf), 2):
            if (first, second) in seen:
                continue
            seen.add((first, second))
            reached, by = score(shape, known[first], known[second])
            if reached >= least:
                found.append(Pair(first, second, reached, by))
    return sorted(found, key=lambda pair: (-pair.score, pair.first, pair.second))
