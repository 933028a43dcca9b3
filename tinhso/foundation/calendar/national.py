"""The country's public holidays and swapped Saturdays, from the `holidays` package (pinned in the lock).

The package computes the lunar calendar at UTC+7 as Vietnam does. 24 November is left out: the package counts it from
2026, the Labour Code (art. 112, text of July 2026) does not; it enters as a dated override with its document.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays
from django.utils.translation import get_language

NOT_IN_THE_LABOUR_CODE = {(11, 24)}


@cache
def _book(language: str) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", language="vi" if language.startswith("vi") else "en_US")


class PublicHolidays:
    """`day in PublicHolidays()`: is the day a public holiday (compensation and swapped days included)?"""

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date) or (day.month, day.day) in NOT_IN_THE_LABOUR_CODE:
            return False
        return day in _book("vi")


class SwappedDays:
    """`day in SwappedDays()`: is the Saturday worked in exchange for a weekday off?"""

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        _of_year = day in _book("vi")  # lays out the year, and with it the swaps it knows
        return day in _book("vi").weekend_workdays


def name_of(day: date) -> str:
    """The holiday's name in the reader's language, empty for an ordinary day."""
    return str(_book(get_language() or "vi").get(day, "")) if day in PublicHolidays() else ""
