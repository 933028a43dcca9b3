"""What a request may have wrong, as the standard numbers it (SDMX web services guidelines, error codes)."""

from __future__ import annotations

NO_RESULTS, UNAUTHORISED, TOO_LARGE, SYNTAX, SEMANTIC = 100, 110, 130, 140, 150
INTERNAL, NOT_IMPLEMENTED, FORBIDDEN, NOT_ACCEPTABLE = 500, 501, 1003, 1006
STATUS = {
    NO_RESULTS: 404,
    UNAUTHORISED: 401,
    TOO_LARGE: 413,
    SYNTAX: 400,
    SEMANTIC: 400,
    INTERNAL: 500,
    NOT_IMPLEMENTED: 501,
    FORBIDDEN: 403,
    NOT_ACCEPTABLE: 406,
}


class Fault(Exception):
    """One thing wrong: its number and what it is about."""

    def __init__(self, number: int, about: str = "") -> None:
        super().__init__(number, about)
        self.number = number
        self.about = about[:200]
