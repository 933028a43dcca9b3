"""The analysts' table: indicators × units × periods, laid out as asked; all of it in the address, within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.engines.indicators import formulas, registry, selectors
from tinhso.engines.indicators.matrix import Matrix
from tinhso.engines.indicators.models import IndicatorDefinition, MeasureDefinition
from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.engines.indicators.permissions import VIEW
from tinhso.faces.command.asked import root_of
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.orgs.models import Unit, UnitKind

MOST_CODES, MOST_PERIODS, MOST_CELLS = 12, 60, 20_000
# What may be asked of: the reader's whole, its communes, its departments.
WHOLE, COMMUNES, DEPARTMENTS = "chung", "xa", "so"
LEVELS: dict[str, Any] = {
    WHOLE: (gettext_lazy("toàn bộ phạm vi của tôi"), ()),
    COMMUNES: (gettext_lazy("từng UBND cấp xã"), (UnitKind.COMMUNE_COMMITTEE,)),
    DEPARTMENTS: (gettext_lazy("từng sở, ngành"), (UnitKind.DEPARTMENT,)),
}
KINDS: dict[str, Any] = {
    "thang": (PeriodKind.MONTH, gettext_lazy("tháng")),
    "quy": (PeriodKind.QUARTER, gettext_lazy("quý")),
    "nua-nam": (PeriodKind.HALF, gettext_lazy("nửa năm")),
    "nam": (PeriodKind.YEAR, gettext_lazy("năm")),
}
BY_PERIOD, BY_UNIT, BY_CODE = "ky", "dv", "cs"
COLUMNS: dict[str, Any] = {
    BY_PERIOD: gettext_lazy("kỳ thành cột"),
    BY_UNIT: gettext_lazy("đơn vị thành cột"),
    BY_CODE: gettext_lazy("chỉ tiêu thành cột"),
}
EARLIEST = date(2021, 1, 1)


@dataclass(frozen=True)
class Choice:
    """An indicator or a measure that may be asked for."""

    code: str
    name: str
    unit: str
    is_indicator: bool
    # How often its figures come: asked for shorter periods than that, it has none.
    frequency: PeriodKind = PeriodKind.MONTH


def choices() -> dict[str, Choice]:
    """Everything that has figures, indicators first, by name. Two questions."""
    today = timezone.localdate()
    measures = list(MeasureDefinition.objects.select_related("unit_of_measure").order_by("name"))
    often = {row.code: PeriodKind(row.frequency) for row in measures}
    rows = IndicatorDefinition.objects.as_of(today).select_related("unit_of_measure")
    found = [Choice(row.code, str(row.name), _sign(row), True, _slowest(row, often)) for row in rows]
    known = {one.code for one in found}
    found += [
        Choice(one.code, str(one.name), "%" if one.denominator else "", True)
        for one in registry.INDICATORS.values()
        if one.code not in known
    ]
    parts = [Choice(row.code, str(row.name), _sign(row), False, often[row.code]) for row in measures]
    ordered = [*sorted(found, key=lambda one: one.name), *(one for one in parts if one.code not in known)]
    return {one.code: one for one in ordered}


def _slowest(row: IndicatorDefinition, often: dict[str, PeriodKind]) -> PeriodKind:
    """How often a formula has a figure: as often as the rarest of its measures."""
    kinds = [often.get(code, PeriodKind.MONTH) for code in formulas.parse(row.formula).codes]
    return max(kinds, key=list(PeriodKind).index, default=PeriodKind.MONTH)


def _sign(row: Any) -> str:
    return "%" if row.unit_of_measure.dimension == "percent" else ""


def dimensions() -> dict[str, str]:
    """Every way to split that some measure declares: code and name."""
    return {one.code: str(one.name) for measure in registry.MEASURES.values() for one in measure.dimensions}


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what could not be read is said and left out."""

    reach: Reach
    root: Unit
    codes: tuple[Choice, ...]
    level: str
    kind: str
    first: AnyPeriod
    last: AnyPeriod
    columns: str
    # Code of a dimension that splits each cell, "" for none.
    split: str = ""
    complaints: tuple[str, ...] = ()

    @property
    def periods(self) -> list[AnyPeriod]:
        found: list[AnyPeriod] = []
        period = self.first
        while period.first_day <= self.last.first_day and len(found) <= MOST_PERIODS:
            found.append(period)
            period = period.plus(1)
        return found

    @cached_property
    def units(self) -> list[Unit]:
        """In Vietnamese order; those that lived on some day of what is asked."""
        kinds = LEVELS[self.level][1]
        if not kinds:
            return [self.root]
        living = Q(valid_to=None) | Q(valid_to__gt=self.first.first_day)
        found = Unit.objects.filter(self.reach.where(), living, kind__in=kinds, valid_from__lte=self.last.last_day)
        return list(found.order_by("sort_key", "pk")[:MOST_CELLS])

    @property
    def query(self) -> str:
        pairs = [("cs", one.code) for one in self.codes]
        pairs += [("cap", self.level), ("kieu", self.kind), ("tu", str(self.first.first_month))]
        pairs += [("den", str(self.last.last_month)), ("cot", self.columns)]
        pairs += [("chieu", self.split)] if self.split else []
        return urlencode(pairs)


def asked(request: HttpRequest, known: dict[str, Choice]) -> Asked:
    """Reads the address; every part that cannot be read falls back and says so."""
    actor: access.Actor = actor_of(request)
    reach, today = access.reach(actor, VIEW), timezone.localdate()
    given, said = request.GET, []
    wanted = list(dict.fromkeys(given.getlist("cs")))
    codes = [known[code] for code in wanted if code in known]
    if len(codes) < len(wanted):
        said.append(_("Có mã chỉ tiêu không tồn tại; đã bỏ qua."))
    if len(codes) > MOST_CODES:
        said.append(_("Chỉ lấy %(most)d chỉ tiêu đầu.") % {"most": MOST_CODES})
    kind = given.get("kieu", "thang")
    kind = kind if kind in KINDS else "thang"
    last = _month(given.get("den", ""), today, said)
    first = _month(given.get("tu", ""), None, said)
    length = KINDS[kind][0]
    end = AnyPeriod.of(length, min(last or today, today))
    begin = AnyPeriod.of(length, first) if first else end.plus(-11 if kind == "thang" else -3)
    if begin.first_day > end.first_day:
        begin = end
        said.append(_("Kỳ đầu ở sau kỳ cuối; chỉ xem kỳ cuối."))
    if len(_between(begin, end)) > MOST_PERIODS:
        begin = end.plus(1 - MOST_PERIODS)
        said.append(_("Chỉ xem được %(most)d kỳ một lần; đã lấy các kỳ cuối.") % {"most": MOST_PERIODS})
    level, columns = given.get("cap", WHOLE), given.get("cot", BY_PERIOD)
    split = given.get("chieu", "")
    if split and split not in dimensions():
        split = ""
        said.append(_("Không có cách chia ấy; đã bỏ qua."))
    return Asked(
        reach=reach,
        root=root_of(reach, today),
        codes=tuple(codes[:MOST_CODES]),
        level=level if level in LEVELS else WHOLE,
        kind=kind,
        first=begin,
        last=end,
        columns=columns if columns in COLUMNS else BY_PERIOD,
        split=split,
        complaints=tuple(dict.fromkeys(said)),
    )


def _between(first: AnyPeriod, last: AnyPeriod) -> list[AnyPeriod]:
    found = [first]
    while found[-1].first_day < last.first_day and len(found) <= MOST_PERIODS:
        found.append(found[-1].plus(1))
    return found


def _month(text: str, missing: date | None, said: list[str]) -> date | None:
    if not text:
        return missing
    try:
        day = AnyPeriod.parse(text).first_day
    except ValueError:
        said.append(_("Không đọc được kỳ trong địa chỉ."))
        return missing
    return max(day, EARLIEST)


@dataclass
class Row:
    """One row: its heads, its values in the order of the columns; None is nothing reported."""

    heads: list[str]
    values: list[float | None]
    units: list[str] = field(default_factory=list)


@dataclass
class Table:
    """The answer laid out, and the same long and narrow for machines."""

    asked: Asked
    heads: list[str]
    columns: list[str]
    rows: list[Row]
    missing: int = 0

    @property
    def cells(self) -> int:
        return len(self.rows) * len(self.columns)

    @property
    def holds_any(self) -> bool:
        """Whether there is a figure to draw at all."""
        return self.missing < self.cells


def too_short(state: Asked) -> str:
    """A sentence when figures come more rarely than the periods asked for; empty otherwise."""
    order = list(PeriodKind)
    rarer = [one for one in state.codes if order.index(one.frequency) > order.index(state.first.kind)]
    if not rarer:
        return ""
    names = {kind: str(words) for kind, words in KINDS.values()}
    listed = "; ".join(f"{one.name} ({names.get(one.frequency, '')})" for one in rarer)
    return _("Có số liệu theo kỳ dài hơn, hãy chọn lại kỳ: %(names)s.") % {"names": listed}


def too_many(state: Asked) -> str:
    """A sentence when more is asked than a table can hold; empty when it fits."""
    cells = len(state.codes) * len(state.units) * len(state.periods)
    if cells <= MOST_CELLS:
        return ""
    return _("Câu hỏi này có %(cells)d ô, nhiều hơn %(most)d. Hãy bớt chỉ tiêu, đơn vị hoặc kỳ.") % {
        "cells": cells,
        "most": MOST_CELLS,
    }


def read(state: Asked) -> Matrix:
    """The figures asked for, within the reader's reach."""
    return selectors.matrix([one.code for one in state.codes], state.units, state.periods, reach=state.reach)


def table(state: Asked, found: Matrix) -> Table:
    """The figures in rows and columns as asked."""
    made = Table(state, _heads(state), _columns(state), [])
    for heads, keys in _lines(state):
        values = [_value(found, *key) for key in keys]
        made.rows.append(Row(heads, values, [key[0].unit for key in keys]))
        made.missing += sum(value is None for value in values)
    return made


Key = tuple[Choice, Unit, AnyPeriod]


def _value(found: Matrix, choice: Choice, unit: Unit, period: AnyPeriod) -> float | None:
    value = found.value(choice.code, unit, period)
    return None if value is None else float(value)


def _heads(state: Asked) -> list[str]:
    names = {BY_CODE: _("Chỉ tiêu"), BY_UNIT: _("Đơn vị"), BY_PERIOD: _("Kỳ")}
    return [name for code, name in names.items() if code != state.columns]


def _columns(state: Asked) -> list[str]:
    if state.columns == BY_PERIOD:
        return [period_words(period) for period in state.periods]
    if state.columns == BY_UNIT:
        return [str(unit.short_name) for unit in state.units]
    return [one.name for one in state.codes]


def _lines(state: Asked) -> Iterator[tuple[list[str], list[Key]]]:
    codes, units, periods = state.codes, state.units, state.periods
    if state.columns == BY_PERIOD:
        for one in codes:
            for unit in units:
                yield [one.name, str(unit.name)], [(one, unit, period) for period in periods]
    elif state.columns == BY_UNIT:
        for one in codes:
            for period in periods:
                yield [one.name, period_words(period)], [(one, unit, period) for unit in units]
    else:
        for unit in units:
            for period in periods:
                yield [str(unit.name), period_words(period)], [(one, unit, period) for one in codes]


def long_rows(state: Asked, found: Matrix) -> Iterator[tuple[str, str, str, str, str, str, float | None]]:
    """One row per cell: indicator code and name, unit code and name, period, unit of measure, value."""
    for one in state.codes:
        for unit in state.units:
            for period in state.periods:
                value = _value(found, one, unit, period)
                yield one.code, one.name, unit.code, str(unit.name), str(period), one.unit, value


LONG_HEAD = ("indicator", "indicator_name", "unit", "unit_name", "period", "unit_of_measure", "value")


def period_words(period: AnyPeriod) -> str:
    """11/2026, quý 4/2026, nửa cuối 2026, 2026."""
    year, month = period.first_day.year, period.first_day.month
    match period.kind:
        case PeriodKind.QUARTER:
            return _("quý %(n)d/%(year)d") % {"n": (month + 2) // 3, "year": year}
        case PeriodKind.HALF:
            return (_("nửa đầu %(year)d") if month == 1 else _("nửa cuối %(year)d")) % {"year": year}
        case PeriodKind.YEAR:
            return str(year)
    return f"{month:02d}/{year}"
