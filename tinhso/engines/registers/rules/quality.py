"""A whole row judged: each value, then what holds between values. Every fault is named by its field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tinhso.engines.registers.rules import values
from tinhso.engines.registers.rules.schema import Rule, RuleKind, Shape


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a row: the field, a stable code, and the rule's own sentence when its author wrote one."""

    field: str
    code: str
    shown: str = ""
    sentence: str = ""


def judge(shape: Shape, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """The row's values as they are kept (without empty ones), and everything wrong with it."""
    kept: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in shape.fields:
        raw = given.get(field.name)
        try:
            value = values.read(field, raw)
        except values.BadValue as bad:
            faults.append(Fault(field.name, str(bad.wrong), str(raw or "")[:80]))
            continue
        if value is not None:
            kept[field.name] = value
    if not faults and shape.rules:
        faults += _between(shape, kept)
    return kept, faults


def _between(shape: Shape, kept: Mapping[str, Any]) -> Iterator[Fault]:
    for rule in shape.rules:
        if not _holds(rule, kept):
            yield Fault(rule.field, str(rule.kind), str(kept.get(rule.field, ""))[:80], rule.sentence)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _holds(rule: Rule, kept: Mapping[str, Any]) -> bool:
    value = kept.get(rule.field)
    match rule.kind:
        case RuleKind.REQUIRED_IF:
            return value is not None or str(kept.get(rule.other, "")) != rule.value
        case RuleKind.UNIQUE:
            return True  # asked of the whole register, where the other records are
        case _ if value is None:
            return True
        case RuleKind.PATTERN:
            return _compiled(rule.value).fullmatch(str(value)[:500]) is not None
        case RuleKind.NOT_BEFORE:
            other = kept.get(rule.other)
            return other is None or str(value) >= str(other)
        case RuleKind.RANGE:
            return _within(value, rule.least, rule.most)


def _within(value: Any, least: str, most: str) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (not least or value >= float(least)) and (not most or value <= float(most))
    return (not least or str(value) >= least) and (not most or str(value) <= most)
