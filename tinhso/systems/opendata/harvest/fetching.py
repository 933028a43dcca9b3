"""Reading one document of another portal: the house's one guard, with what a harvest allows and how it says no."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.outside import addresses, asking, errors
from tinhso.systems.opendata.harvest.errors import NotAllowed, Unreadable
from tinhso.systems.opendata.harvest.rules import BOUNDS

MOST_REDIRECTS = 5
AGENT = "TinhSo-harvester/1.0"


@dataclass(frozen=True)
class Fetched:
    status: int
    body: bytes
    media_type: str
    etag: str
    url: str


def fetch(
    url: str,
    *,
    accept: str = "*/*",
    etag: str = "",
    most: int = BOUNDS.answer_bytes,
    seconds: float = asking.SECONDS,
) -> Fetched:
    """The answer, whole. NotAllowed before anything is sent; Unreadable for whatever goes wrong on the way."""
    headers = {"Accept": accept, "User-Agent": AGENT} | ({"If-None-Match": etag} if etag else {})
    # Only the open Internet; a simulator on loopback is named in HARVEST_MAY_REACH.
    gate = addresses.Gate(named=settings.HARVEST_MAY_REACH)
    limits = asking.Limits(most=most, seconds=seconds, redirects=MOST_REDIRECTS)
    try:
        answer = asking.ask(url, gate=gate, headers=headers, limits=limits)
    except errors.NotAllowed as refusal:
        raise NotAllowed(refusal.sentence) from refusal
    except errors.Unreachable as trouble:
        raise Unreadable(_("Không đọc được nguồn: %(why)s.") % {"why": trouble.why}) from trouble
    if answer.status not in (200, 304):
        raise Unreadable(_("Nguồn trả lời mã %(status)s.") % {"status": answer.status})
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Fetched(answer.status, answer.body, media_type, answer.headers.get("ETag", "")[:200], answer.url)


def checked(url: str) -> SplitResult:
    """The parts of a source's address that may be asked at all."""
    try:
        return addresses.checked(url)
    except errors.NotAllowed as refusal:
        raise NotAllowed(refusal.sentence) from refusal
