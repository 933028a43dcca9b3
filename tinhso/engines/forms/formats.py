"""The formats our forms may ask for. static/forms/formats.js gives the same answers in the browser."""

from __future__ import annotations

import re
from datetime import date

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*\Z")


def is_day(text: str) -> bool:
    """2026-11-23, a day that exists. Not the other spellings that ISO 8601 allows."""
    found = _DAY.match(text)
    if not found:
        return False
    try:
        date(*map(int, found.groups()))
    except ValueError:
        return False
    return True


def is_email(text: str) -> bool:
    """name@host.vn: letters of the ASCII table only, no quotes, no addresses in brackets."""
    if len(text) > 254 or not _EMAIL.match(text):
        return False
    name, _at, host = text.rpartition("@")
    return len(name) <= 64 and all(len(label) <= 63 for label in host.split("."))


FORMATS = {"date": is_day, "email": is_email}
