"""Every measure and indicator by code: those that systems declare, and those defined as data and told by people.

A declared one always takes precedence, so a system that starts to count a target replaces its told source by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache, partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators import formulas, permissions, registry
from tinhso.engines.indicators.formulas import Formula
from tinhso.engines.indicators.models import Entry, IndicatorDefinition, MeasureDefinition
from tinhso.engines.indicators.registry import Indicator, Kind, Measure, Recipe, RecordLine
from tinhso.foundation.access import guard as access
from tinhso.foundation.text.errors import Refused

read = lru_cache(maxsize=4096)(formulas.parse)
# A chain of indicators naming one another longer than this is refused when it is defined.
LONGEST_CHAIN = 12


class UnknownMeasure(Refused):
    """No measure or indicator bears the code."""

    code = "unknown_measure"


def measures(codes: Iterable[str]) -> dict[str, Measure]:
    """The measures of the codes; at most one query. Codes nobody knows are left out."""
    wanted = set(codes)
    found = {code: registry.MEASURES[code] for code in wanted if code in registry.MEASURES}
    missing = wanted.difference(found)
    if missing:
        rows = MeasureDefinition.objects.told().filter(code__in=missing).select_related("unit_of_measure")
        found.update({row.code: told(row) for row in rows})
    return found


def measure(code: str) -> Measure:
    """One measure; UnknownMeasure for a code nobody declared or defined."""
    found = measures([code])
    if code not in found:
        raise unknown(code)
    return found[code]


def unknown(code: str) -> UnknownMeasure:
    return UnknownMeasure(_("Không có số liệu hay chỉ số nào mang mã “%(code)s”.") % {"code": code[:80]})


def told(row: MeasureDefinition) -> Measure:
    """A measure that people or files tell: its records are the entries that stand."""
    kind = Kind(row.kind)
    return Measure(
        code=row.code,
        name=row.name,
        sentence=row.sentence,
        kind=kind,
        unit_path="unit",
        records=partial(_entries, row.code) if kind is Kind.FLOW else partial(_entries_on, row.code),
        date_path="ends_on",
        sum_field="value",
        unit_kinds=tuple(row.unit_kinds),
        simulated_field="is_simulated",
        visible_to=_visible_to,
        describe=_describe,
        unit_of_measure=row.unit_of_measure.code,
        over_units=row.over_units,
        over_time=row.over_time,
        frequency=row.frequency,
        source_kind=row.source_kind,
        unit_codes=tuple(row.unit_codes),
    )


def _entries(code: str) -> QuerySet[Entry]:
    return Entry.objects.standing().filter(measure__code=code).select_related("recorded_by")


def _entries_on(code: str, *, day: date) -> QuerySet[Entry]:
    return _entries(code).filter(ends_on__gte=day.replace(day=1), ends_on__lte=day)


def _visible_to(actor: access.Actor, entries: QuerySet[Any]) -> QuerySet[Any]:
    return entries.filter(access.scope(actor, permissions.VIEW, "unit"))


def _describe(entry: Entry) -> RecordLine:
    return RecordLine(
        code=str(entry.period),
        title=str(entry.source),
        person=str(entry.recorded_by or _("Hệ thống")),
        on=timezone.localdate(entry.recorded_at),
        state=str(entry.get_source_kind_display()),
        is_simulated=entry.is_simulated,
    )


def answers(day: date | None = None) -> dict[str, Indicator]:
    """For each target code, the indicator that answers it: a system's own first, else the told one. Few queries."""
    found = {target: item for item in registry.INDICATORS.values() for target in item.targets}
    rows = _in_force(day).exclude(targets=[]).order_by("code", "-valid_from")
    told_rows = [row for row in rows if set(row.targets).difference(found)]
    made = _made(told_rows, day)
    for row in told_rows:
        for target in row.targets:
            found.setdefault(target, made[row.code])
    return found


def indicator_for(target_code: str, day: date | None = None) -> Indicator | None:
    """The indicator that answers one target; None when nobody feeds it."""
    declared = registry.indicator_for(target_code)
    if declared:
        return declared
    row = _in_force(day).filter(targets__contains=[target_code]).order_by("-valid_from", "code").first()
    return _made([row], day)[row.code] if row else None


def indicators(codes: Iterable[str], day: date | None = None) -> dict[str, Indicator]:
    """The indicators of the codes, in the version in force on `day` (the newest when none is said)."""
    wanted = set(codes)
    found = {code: registry.INDICATORS[code] for code in wanted if code in registry.INDICATORS}
    rows = _in_force(day).filter(code__in=wanted.difference(found)) if wanted.difference(found) else []
    return found | _made(list(rows), day)


def as_indicator(measure: Measure) -> Indicator:
    """A measure standing by itself."""
    return Indicator(measure.code, measure.name, measure.code, None, unit_of_measure=measure.unit_of_measure)


def _in_force(day: date | None) -> QuerySet[IndicatorDefinition]:
    known = IndicatorDefinition.objects.exclude(code__in=list(registry.INDICATORS))
    found = known.as_of(day) if day else known.newest()
    return IndicatorDefinition.objects.filter(pk__in=found.values("pk")).select_related("unit_of_measure")


def _made(rows: list[IndicatorDefinition], day: date | None) -> dict[str, Indicator]:
    book = {row.code: row for row in rows}
    unread = {code for row in rows for code in read(row.formula).codes}
    # Indicators may name indicators: read level by level, one query each, until only measures are left.
    for _level in range(LONGEST_CHAIN):
        unread = {code for code in unread if code not in book and code not in registry.MEASURES}
        more = list(_in_force(day).filter(code__in=unread)) if unread else []
        if not more:
            break
        book |= {row.code: row for row in more}
        unread = {code for row in more for code in read(row.formula).codes}
    known = {code: read(row.formula) for code, row in book.items()}
    known |= {code: read(formula_of(item)) for code, item in registry.INDICATORS.items()}
    return {row.code: _indicator(row, known) for row in rows}


def formula_of(indicator: Indicator) -> str:
    """A declared indicator as a formula."""
    if indicator.denominator is None:
        return f"{{{indicator.numerator}}}"
    return f"100*{{{indicator.numerator}}}/{{{indicator.denominator}}}"


def _indicator(row: IndicatorDefinition, known: dict[str, Formula]) -> Indicator:
    formula = known[row.code]
    common = {
        "code": row.code,
        "name": row.name,
        "targets": tuple(row.targets),
        "note": row.note,
        "unit_of_measure": row.unit_of_measure.code,
    }
    named = [code for code in formula.codes if code in known]
    if not named and formula.alone:
        return Indicator(numerator=formula.alone, denominator=None, **common)
    if not named and formula.ratio:
        return Indicator(numerator=formula.ratio[0], denominator=formula.ratio[1], **common)
    steps = in_order(row.code, known)
    codes = tuple(dict.fromkeys(code for _c, step in steps for code in step.codes if code not in known))
    recipe = Recipe(tuple(steps), codes)
    return Indicator(numerator=codes[0] if codes else "", denominator=None, recipe=recipe, **common)


def in_order(code: str, known: dict[str, Formula]) -> list[tuple[str, Formula]]:
    """The formulas needed for `code`, each after those it names; Circle when there is no such order."""
    order = formulas.in_order([code], {name: formula.codes for name, formula in known.items()}, LONGEST_CHAIN)
    return [(name, known[name]) for name in order]
