"""How numbers are written: the dossier code and the number of a result. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# Longest identifier that Decision 20/2020 art. 4 allows.
LONGEST_ORGANISATION = 35
# Number and symbol of a document: 15/GCN-UBND, 07/QĐ-UBND; capitals, Đ and digits, joined by hyphens.
RESULT_NUMBER = re.compile(r"^(?P<number>\d{2,})/(?P<symbol>[A-ZĐ0-9]+(?:-[A-ZĐ0-9]+)*)$")
# Organisation part by Decision 20/2020/QĐ-TTg art. 4: groups of digits and capitals, 35 characters at most.
ORGANISATION = re.compile(r"^[A-Z]\d{2}(\.[A-Z0-9]+)*$")
DOSSIER_CODE = re.compile(
    r"^(?P<organisation>(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.[A-Z0-9]+)*)-(?P<day>\d{6})-(?P<number>\d{4,})$"
)


def dossier_code(organisation: str, day: date, number: int) -> str:
    """A01.14-260310-0007: organisation, reception day, the day's sequence (Circular 01/2018 art. 19)."""
    return f"{organisation}-{day:%y%m%d}-{number:04d}"


def result_number(number: int, symbol: str) -> str:
    """15/GKS; under ten with a leading zero, as offices write it (Decree 30/2020, Annex I)."""
    return f"{number:02d}/{symbol}"


@dataclass(frozen=True)
class DossierCode:
    """A dossier code taken apart."""

    organisation: str
    day: date
    number: int


def parse_dossier_code(code: str) -> DossierCode | None:
    """The parts of a dossier code, or None when it is none: wrong form, no such day, an organisation too long."""
    match = DOSSIER_CODE.fullmatch(code)
    if match is None or not code.isascii() or len(match["organisation"]) > LONGEST_ORGANISATION:
        return None
    try:
        day = datetime.strptime(match["day"], "%y%m%d").date()  # noqa: DTZ007 (a day, no moment)
    except ValueError:
        return None
    return DossierCode(match["organisation"], day, int(match["number"]))


def day_period(at: datetime) -> str:
    """The period of a series that begins anew each day, by the clock of Vietnam: 260310."""
    return f"{at.astimezone(VIETNAM):%y%m%d}"


def year_period(at: datetime) -> str:
    """The period of a series that begins anew each year, by the clock of Vietnam: 2026."""
    return f"{at.astimezone(VIETNAM):%Y}"
