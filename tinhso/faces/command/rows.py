"""Rows of the command centre's tables, ready to draw and to download."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tinhso.engines.indicators import catalogue, counting, selectors, services, words
from tinhso.engines.indicators.models import Target
from tinhso.engines.indicators.registry import Indicator
from tinhso.engines.indicators.rules import Period, State, months
from tinhso.engines.indicators.selectors import Amount, Figure, Standing
from tinhso.faces.command.asked import AS_NOW, Asked
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.places.drawing import sheet_on
from tinhso.foundation.ui import charts, maps
from tinhso.systems.resolution.selectors import who_answers


@dataclass(frozen=True)
class FigureRow:
    """One unit or one month: parts, value, state, and the way to what stands behind."""

    key: str
    label: str
    href: str
    numerator: str
    denominator: str
    value: str
    percent: float | None
    state: State
    counted_at: datetime | None
    places: int = 0
    is_estimated: bool = False
    # Told by hand or from a file, in part or whole.
    is_told: bool = False
    bar: SafeString | str = ""

    @property
    def drawn(self) -> str:
        return words.drawn_state(self.state)

    @property
    def state_word(self) -> str:
        return words.state_word(self.state)


def _part(amount: Amount | None) -> str:
    return words.count_words(amount.value) if amount else ""


def figure_row(key: str, label: str, href: str, figure: Figure | None, target: Target, asked: Asked) -> FigureRow:
    """A figure against its target, as a row; nothing reported stays empty."""
    standing = selectors.standing_of(target, figure, asked.day)
    return FigureRow(
        key=key,
        label=label,
        href=href,
        numerator=_part(figure.numerator if figure else None),
        denominator=_part(figure.denominator if figure else None),
        value=words.figure_words(figure, target),
        percent=float(figure.value) if figure and figure.value is not None else None,
        state=standing.state,
        counted_at=figure.counted_at if figure else None,
        places=words.places_of(figure.value, target) if figure and figure.value is not None else 0,
        is_estimated=bool(figure and figure.is_estimated),
        is_told=bool(figure and figure.is_told),
    )


def with_bars(rows: list[FigureRow], target: Target) -> list[FigureRow]:
    """The rows with bars on one scale, so that the table is its own chart."""
    goal = float(target.value) if target.value is not None else None
    known = [row.percent for row in rows if row.percent is not None]
    top = 100.0 if target.unit_of_measure == "%" else charts.nice_top(max([*known, goal or 0.0], default=1.0))
    drawn = [charts.bar(row.percent, top, target=goal, is_marked=row.state is State.FAR_BEHIND) for row in rows]
    return [replace(row, bar=bar) for row, bar in zip(rows, drawn, strict=True)]


def unit_rows(indicator: Indicator, target: Target, asked: Asked) -> list[FigureRow]:
    """Every unit that reported or should have, in Vietnamese order; who did not report says so."""
    figures = selectors.figures_by_unit(indicator, asked.window)
    expected = services.expected_units(
        catalogue.measure(indicator.numerator), Period.of(asked.today if asked.tree == AS_NOW else asked.day)
    )
    ids = {unit.pk for unit in expected if asked.reach.covers(unit.pk, unit.path)} | set(figures)
    units = Unit.objects.filter(pk__in=ids).order_by("sort_key", "pk")
    made = [
        figure_row(
            str(unit.pk),
            str(unit.name),
            reverse("command:unit", args=[target.code, unit.pk]) + asked.query,
            figures.get(unit.pk),
            target,
            asked,
        )
        for unit in units
    ]
    return with_bars(made, target)


def month_rows(
    indicator: Indicator, target: Target, asked: Asked, unit: Unit, window: selectors.Window
) -> list[FigureRow]:
    """Month by month, newest first; a month never counted stays empty."""
    figures = selectors.figures_by_month(indicator, window, unit)
    made = [
        figure_row(
            str(period),
            f"{period.month:02d}/{period.year}",
            reverse("command:records", args=[target.code, unit.pk, str(period)]) + asked.query,
            figures.get(period),
            target,
            asked,
        )
        for period in reversed(months(window.first, window.last))
    ]
    return with_bars(made, target)


def trends(indicators: dict[str, Indicator], window: selectors.Window, unit: Unit) -> dict[str, list[float | None]]:
    """Month by month for several indicators at once, oldest first; a month never counted is None. One read."""
    figures = selectors.series({one.code: one for one in indicators.values()}.values(), window, unit)
    asked = months(window.first, window.last)
    return {key: [_number(figures[one.code].get(period)) for period in asked] for key, one in indicators.items()}


def _number(figure: Figure | None) -> float | None:
    return float(figure.value) if figure and figure.value is not None else None


@dataclass(frozen=True)
class MonthChart:
    """The same months, oldest first, for the line; with as many decimals as its most delicate figure needs."""

    points: list[charts.Point]
    places: int


def month_chart(rows: Iterable[FigureRow]) -> MonthChart:
    """The months as a line."""
    shown = list(rows)[::-1]
    return MonthChart(
        [charts.Point(row.label, row.percent, row.href) for row in shown],
        max((row.places for row in shown), default=0),
    )


def unit_map(listed: list[FigureRow], asked: Asked) -> dict[str, Any]:
    """The same rows on the map of the communes: each committee's figure on its area, each cell a way further."""
    if not listed:
        return {}
    areas = dict(Unit.objects.filter(pk__in=[int(row.key) for row in listed]).values_list("pk", "area_id"))
    day = asked.restated_on or asked.day
    sheet = sheet_on(day)
    cells = [
        maps.Cell(
            areas.get(int(row.key)) or int(row.key), row.label, row.value, str(row.state), row.state_word, row.href
        )
        for row in listed
    ]
    seen = [cell for cell in cells if cell.unit_id in sheet.outlines]
    # One unit alone is no map.
    if len(seen) < 2:
        return {}
    return {"sheet": sheet, "cells": seen, "shapes": f"{reverse('command:shapes')}?ngay={day}"}


def fed_words(share: selectors.SourcesShare) -> list[dict[str, Any]]:
    """How many targets are counted live, told by hand, read from files, missing, ended; only those that are."""
    parts = (
        ("live", _("số sống"), share.live),
        ("manual", _("số nhập tay"), share.manual),
        ("imported", _("số từ tệp"), share.imported),
        ("missing", _("chưa có số"), share.missing),
        ("ended", _("cấp đã kết thúc"), share.ended),
    )
    whole = share.total or 1
    return [
        {"code": code, "word": word, "count": count, "percent": round(100 * count / whole)}
        for code, word, count in parts
        if count
    ]


def fed_bar(parts: list[dict[str, Any]]) -> SafeString:
    """The same as one bar: decoration beside the words."""
    whole, left, drawn = sum(part["count"] for part in parts) or 1, 0.0, []
    for part in parts:
        width = round(100 * part["count"] / whole, 2)
        drawn.append((part["code"], round(left, 2), max(width - 0.4, 0.2)))
        left += width
    pieces = format_html_join("", '<rect class="fed-{}" x="{}" width="{}" height="4"/>', drawn)
    return format_html(
        '<svg class="fed-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">{}</svg>', pieces
    )


# The ways a table of units may be ordered: by name, the lowest first, the highest first.
BY_NAME, LOWEST, HIGHEST = "ten", "thap", "cao"


def in_order(rows: list[FigureRow], order: str) -> list[FigureRow]:
    """The rows by value, those without a figure last; by name they already are."""
    if order not in (LOWEST, HIGHEST):
        return rows
    known = sorted((row for row in rows if row.percent is not None), key=lambda row: row.percent or 0.0)
    return [*(known if order == LOWEST else known[::-1]), *(row for row in rows if row.percent is None)]


@dataclass(frozen=True)
class TargetRow:
    """One target of the Resolution on the list."""

    standing: Standing
    href: str
    goal: str
    value: str
    percent: float | None
    parts: str
    is_simulated: bool
    # On what the figure stands, in words; a small line of the last thirteen months; who answers for it.
    stands_on: str = ""
    is_told: bool = False
    spark: SafeString | str = ""
    head: str = ""
    head_href: str = ""

    @property
    def target(self) -> Target:
        return self.standing.target

    @property
    def state(self) -> State:
        return self.standing.state

    @property
    def drawn(self) -> str:
        return words.drawn_state(self.state)

    @property
    def state_word(self) -> str:
        return words.state_word(self.state)

    @property
    def path(self) -> str:
        """What the interim path asks by this day, when it is not the target itself."""
        expected, goal = self.standing.expected, self.target.value
        if expected is None or goal is None or expected == goal:
            return ""
        return words.value_words(expected, True)

    @property
    def counted_at(self) -> datetime | None:
        return self.standing.figure.counted_at if self.standing.figure else None


@dataclass
class Group:
    """Targets of one part of the Resolution."""

    code: str
    name: str
    rows: list[TargetRow] = field(default_factory=list)


def target_row(standing: Standing, asked: Asked, is_simulated: bool | None = None) -> TargetRow:
    """A standing ready to draw; whether demo records stand behind it is looked up unless said."""
    figure, target, indicator = standing.figure, standing.target, standing.indicator
    if is_simulated is None:
        is_simulated = bool(indicator and figure and figure.is_reported and simulated(indicator, asked))
    value = figure.value if figure else None
    parts = ""
    if figure and figure.numerator and figure.denominator:
        parts = _("%(numerator)s trên %(denominator)s") % {
            "numerator": _part(figure.numerator),
            "denominator": _part(figure.denominator),
        }
    return TargetRow(
        standing=standing,
        href=reverse("command:target", args=[target.code]) + asked.query,
        goal=words.target_words(target),
        value=words.figure_words(figure, target),
        percent=float(value) if value is not None else None,
        parts=parts,
        is_simulated=is_simulated,
        stands_on=words.shares_words(figure.shares) if figure and figure.shares and value is not None else "",
        is_told=bool(figure and figure.is_told),
    )


def target_rows(standings: list[Standing], asked: Asked) -> list[TargetRow]:
    """All standings ready to draw, with their trend and who answers. A bounded number of questions."""
    shown = {one.target.code: one.indicator for one in standings if one.indicator and _is_reported(one)}
    indicators = {code: one for code, one in shown.items() if one}
    demo = simulated_targets(indicators, asked)
    lines = trends(indicators, asked.series, asked.root) if indicators else {}
    heads = who_answers(asked.day, asked.root)
    made = []
    for one in standings:
        code, head = one.target.code, heads.get(one.target.code)
        row = target_row(one, asked, code in demo)
        made.append(
            replace(
                row,
                spark=charts.spark(lines[code]) if code in lines else "",
                head=f"{head.position}, {head.unit.short_name}" if head else "",
                head_href=reverse("resolution:head", args=[head.pk]) if head else "",
            )
        )
    return made


def _is_reported(standing: Standing) -> bool:
    return standing.figure is not None and standing.figure.value is not None


def simulated_targets(indicators: dict[str, Indicator], asked: Asked) -> set[str]:
    """Codes of the targets behind whose figures demo records stand. At most two questions."""
    base = {code: one.denominator or one.numerator for code, one in indicators.items()}
    known = catalogue.measures(base.values())
    found = counting.simulated_among(known.values(), asked.window.first, asked.window.last)
    return {code for code, measure in base.items() if measure in found}


def simulated(indicator: Indicator, asked: Asked) -> bool:
    """Whether demo records stand behind the indicator in the asked months."""
    measure = catalogue.measure(indicator.denominator or indicator.numerator)
    return counting.holds_simulated(measure, asked.window.first, asked.window.last)


def grouped(rows: Iterable[TargetRow]) -> list[Group]:
    """The rows by part of the Resolution, in its order."""
    found: dict[str, Group] = {}
    for row in rows:
        code = row.target.group
        found.setdefault(code, Group(code, words.group_name(code))).rows.append(row)
    return list(found.values())


def tally(rows: Iterable[TargetRow]) -> list[dict[str, Any]]:
    """How many targets stand in each state, in the order of the states."""
    counts = dict.fromkeys(State, 0)
    for row in rows:
        counts[row.state] += 1
    return [
        {"state": str(state), "drawn": words.drawn_state(state), "word": words.state_word(state), "count": count}
        for state, count in counts.items()
        if count
    ]
