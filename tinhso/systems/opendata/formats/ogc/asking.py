"""What a request to the OGC interfaces asks, read strictly: a wrong value is told, never guessed at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tinhso.systems.opendata.rules.record import Box

DEFAULT_LIMIT, MOST = 10, 1000
FARTHEST = 10_000_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Wrong(Exception):
    """A parameter that cannot be read; the sentence says which and why."""


@dataclass(frozen=True)
class Page:
    limit: int
    offset: int


def page(query: Mapping[str, str]) -> Page:
    """A limit above the greatest is lowered to it, as the standard asks; zero or below is wrong."""
    limit = _whole(query.get("limit", str(DEFAULT_LIMIT)), "limit")
    if limit < 1:
        raise Wrong("limit: phải từ 1 trở lên.")
    offset = _whole(query.get("offset", query.get("startindex", "0")), "offset")
    if offset > FARTHEST:
        raise Wrong("offset: quá xa.")
    return Page(min(limit, MOST), offset)


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Wrong(f"{name}: phải là số nguyên không âm.")
    return int(text)


def box(query: Mapping[str, str]) -> Box | None:
    """bbox of four numbers, or six (heights are passed over)."""
    if "bbox" not in query:
        return None
    try:
        given = [float(part) for part in query["bbox"].split(",")]
    except ValueError:
        raise Wrong("bbox: phải gồm bốn số tây,nam,đông,bắc.") from None
    if len(given) == 6:
        given = [*given[:2], *given[3:5]]
    if len(given) != 4 or not all(-360 <= value <= 360 for value in given):
        raise Wrong("bbox: phải gồm bốn số tây,nam,đông,bắc.")
    west, south, east, north = given
    if west > east or south > north:
        raise Wrong("bbox: tây phải nhỏ hơn đông và nam nhỏ hơn bắc.")
    return Box(west, south, east, north)


def interval(query: Mapping[str, str]) -> tuple[date | None, date | None]:
    """`datetime`: an instant, or a/b where either may be open (".." or nothing)."""
    text = query.get("datetime", "")
    if not text:
        return None, None
    begin, slash, end = text.partition("/")
    first = _day(begin)
    last = _day(end) if slash else first
    if first and last and first > last:
        raise Wrong("datetime: ngày đầu sau ngày cuối.")
    return first, last


def _day(text: str) -> date | None:
    if text in ("", ".."):
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        return datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+")).date()
    except ValueError:
        raise Wrong("datetime: phải là ngày RFC 3339 hoặc khoảng a/b.") from None
