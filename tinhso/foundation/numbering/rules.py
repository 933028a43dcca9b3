"""How numbers are written: the dossier code and the number of a result. Pure functions."""

from __future__ import annotations

import re
from datetime import date

# Organisation part by Decision 20/2020/QĐ-TTg art. 4: groups of digits and capitals, 35 characters at most.
ORGANISATION = re.compile(r"^[A-Z]\d{2}(\.[A-Z0-9]+)*$")
DOSSIER_CODE = re.compile(
    r"^(?P<organisation>(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.[A-Z0-9]+)*)-(?P<day>\d{6})-(?P<number>\d{4,})$"
)


def dossier_code(organisation: str, day: date, number: int) -> str:
    """H27.14-260310-0007: organisation, reception day, the day's sequence (Circular 01/2018 art. 19)."""
    return f"{organisation}-{day:%y%m%d}-{number:04d}"


def result_number(number: int, symbol: str) -> str:
    """15/GKS; under ten with a leading zero, as offices write it (Decree 30/2020, Annex I)."""
    return f"{number:02d}/{symbol}"
