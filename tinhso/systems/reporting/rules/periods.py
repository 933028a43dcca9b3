"""Periods of reports and their cut-off (Decree 09/2019/NĐ-CP art. 12): pure, exact, no clock.

A report of a month is not always made of that month's days: administrative reports close on the 14th, statistical ones
on the last day. The label ("2026-11") and the span of days are therefore two things.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind


class CutOff(StrEnum):
    """Which days make up a period."""

    # The day after the 14th … the 14th (Decree 09/2019/NĐ-CP art. 12).
    ADMINISTRATIVE = "administrative"
    # The calendar's own days: statistical reports.
    CALENDAR = "calendar"
    # The closing day that the regime names.
    OWN = "own"


ADMINISTRATIVE_CLOSE = 14
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """The days that a report counts, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Rule:
    """A cut-off rule. For OWN: `close_day` is the closing weekday of a week (1 Monday … 7 Sunday), or the closing day
    of a month (1–31; a shorter month closes on its last day), in the period's last month or the one after it."""

    cut_off: CutOff
    close_day: int = 0
    is_next_month: bool = False

    def __post_init__(self) -> None:
        if self.cut_off is CutOff.OWN and not 1 <= self.close_day <= 31:
            raise ValueError("an own cut-off names its closing day")


def span_of(period: AnyPeriod, rule: Rule) -> Span:
    """From the day after the period before closed to the day this one closes: no day is left out or counted twice."""
    return Span(_close(period.plus(-1), rule) + ONE_DAY, _close(period, rule))


def _close(period: AnyPeriod, rule: Rule) -> date:
    if rule.cut_off is CutOff.CALENDAR or period.kind is PeriodKind.DAY:
        return period.last_day
    if period.kind is PeriodKind.WEEK:
        # Decree 09/2019 sets no cut-off for weeks; an administrative week is the calendar's own.
        weekday = min(rule.close_day, 7) if rule.cut_off is CutOff.OWN else 7
        return period.first_day + timedelta(days=weekday - 1)
    last = period.last_day
    if rule.cut_off is CutOff.ADMINISTRATIVE:
        return last.replace(day=ADMINISTRATIVE_CLOSE)
    if rule.is_next_month:
        last = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return last.replace(day=min(rule.close_day, monthrange(last.year, last.month)[1]))


def period_closing_on_or_after(day: date, frequency: PeriodKind, rule: Rule) -> AnyPeriod:
    """The period whose span holds `day`: 20 November lies in the administrative month of December."""
    period = AnyPeriod.of(frequency, day)
    while _close(period, rule) < day:
        period = period.plus(1)
    while _close(period.plus(-1), rule) >= day:
        period = period.plus(-1)
    return period
