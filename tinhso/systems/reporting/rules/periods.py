"""Periods of reports and their cut-off (Decree 09/2019/NĐ-CP art. 12): pure, exact, no clock.

A report of a month is not always made of that month's days: administrative reports close on the 14th, statistical ones
on the last day. The label ("2026-11") and the span of days are therefore two things.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Frequency(StrEnum):
    """How often a report is made."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class CutOff(StrEnum):
    """Which days make up a period."""

    # The day after the 14th … the 14th (Decree 09/2019/NĐ-CP art. 12).
    ADMINISTRATIVE = "administrative"
    # The calendar's own days: statistical reports.
    CALENDAR = "calendar"
    # The closing day that the regime names.
    OWN = "own"


MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.HALF: 6, Frequency.YEAR: 12}
ADMINISTRATIVE_CLOSE = 14
ONE_DAY = timedelta(days=1)


class WrongPeriod(ValueError):
    """The words name no period of that frequency."""


@dataclass(frozen=True, order=True)
class ReportPeriod:
    """A period by its frequency and the first day of its calendar span: 2026-11-22, 2026W47, 2026-11, 2026Q4…"""

    first_day: date
    frequency: Frequency

    @classmethod
    def of(cls, day: date, frequency: Frequency | str) -> ReportPeriod:
        """The period of that frequency whose calendar span holds `day`."""
        frequency = Frequency(frequency)
        if frequency is Frequency.DAY:
            return cls(day, frequency)
        if frequency is Frequency.WEEK:
            return cls(day - timedelta(days=day.weekday()), frequency)
        size = MONTHS[frequency]
        return cls(date(day.year, (day.month - 1) // size * size + 1, 1), frequency)

    @classmethod
    def parse(cls, text: str) -> ReportPeriod:
        """Reads exactly what `str` writes; WrongPeriod for anything else."""
        for frequency in Frequency:
            try:
                found = _READERS[frequency](text)
            except ValueError:
                continue
            if str(found) == text:
                return found
        raise WrongPeriod(text)

    def __str__(self) -> str:
        day = self.first_day
        match self.frequency:
            case Frequency.DAY:
                return day.isoformat()
            case Frequency.WEEK:
                year, week, _weekday = day.isocalendar()
                return f"{year:04d}W{week:02d}"
            case Frequency.MONTH:
                return f"{day.year:04d}-{day.month:02d}"
            case Frequency.QUARTER:
                return f"{day.year:04d}Q{(day.month + 2) // 3}"
            case Frequency.HALF:
                return f"{day.year:04d}H{1 if day.month == 1 else 2}"
        return f"{day.year:04d}"

    @property
    def last_day(self) -> date:
        """The last day of the calendar span."""
        return self.next().first_day - ONE_DAY

    def next(self) -> ReportPeriod:
        return self.plus(1)

    def previous(self) -> ReportPeriod:
        return self.plus(-1)

    def plus(self, steps: int) -> ReportPeriod:
        """The period so many later (earlier when negative)."""
        if self.frequency is Frequency.DAY:
            return ReportPeriod(self.first_day + timedelta(days=steps), self.frequency)
        if self.frequency is Frequency.WEEK:
            return ReportPeriod(self.first_day + timedelta(weeks=steps), self.frequency)
        year, month = divmod(self.first_day.year * 12 + self.first_day.month - 1 + steps * MONTHS[self.frequency], 12)
        return ReportPeriod(date(year, month + 1, 1), self.frequency)


def _month_of(text: str, mark: str, size: int, frequency: Frequency) -> ReportPeriod:
    year, found, number = text.partition(mark)
    if not found:
        raise ValueError(text)
    return ReportPeriod(date(int(year), (int(number) - 1) * size + 1, 1), frequency)


_READERS = {
    Frequency.DAY: lambda text: ReportPeriod(date.fromisoformat(text), Frequency.DAY),
    Frequency.WEEK: lambda text: ReportPeriod(
        date.fromisocalendar(int(text[:4]), int(text.partition("W")[2]), 1), Frequency.WEEK
    ),
    Frequency.MONTH: lambda text: _month_of(text, "-", 1, Frequency.MONTH),
    Frequency.QUARTER: lambda text: _month_of(text, "Q", 3, Frequency.QUARTER),
    Frequency.HALF: lambda text: _month_of(text, "H", 6, Frequency.HALF),
    Frequency.YEAR: lambda text: ReportPeriod(date(int(text), 1, 1), Frequency.YEAR),
}


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


def span_of(period: ReportPeriod, rule: Rule) -> Span:
    """From the day after the period before closed to the day this one closes: no day is left out or counted twice."""
    return Span(_close(period.previous(), rule) + ONE_DAY, _close(period, rule))


def _close(period: ReportPeriod, rule: Rule) -> date:
    if rule.cut_off is CutOff.CALENDAR or period.frequency is Frequency.DAY:
        return period.last_day
    if period.frequency is Frequency.WEEK:
        # Decree 09/2019 sets no cut-off for weeks; an administrative week is the calendar's own.
        weekday = min(rule.close_day, 7) if rule.cut_off is CutOff.OWN else 7
        return period.first_day + timedelta(days=weekday - 1)
    last = period.last_day
    if rule.cut_off is CutOff.ADMINISTRATIVE:
        return last.replace(day=ADMINISTRATIVE_CLOSE)
    if rule.is_next_month:
        last = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return last.replace(day=min(rule.close_day, monthrange(last.year, last.month)[1]))


def period_closing_on_or_after(day: date, frequency: Frequency, rule: Rule) -> ReportPeriod:
    """The period whose span holds `day`: 20 November lies in the administrative month of December."""
    period = ReportPeriod.of(day, frequency)
    while _close(period, rule) < day:
        period = period.next()
    while _close(period.previous(), rule) >= day:
        period = period.previous()
    return period
