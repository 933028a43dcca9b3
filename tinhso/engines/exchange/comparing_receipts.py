"""Receipts of both sides of calls between two exchanges, laid side by side by the hash that stands in both."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.engines.exchange.errors import WrongInput
from tinhso.engines.exchange.models import Message, Peer
from tinhso.engines.exchange.rules.receipts import SIGNATURE
from tinhso.engines.exchange.signing_key import public_key

MOST = 50_000
LARGEST = 64 * 1024 * 1024


class Verdict(StrEnum):
    """What two receipts of one call say together."""

    SAME = "same"
    DIFFERENT = "different"
    OURS_ONLY = "ours_only"
    THEIRS_ONLY = "theirs_only"


@dataclass(frozen=True)
class Side:
    """What one receipt says of a call between exchanges."""

    passed: str
    id: str
    peer_request: str
    at: datetime
    client: str
    service: str
    status: int
    error: str
    answer: str


@dataclass(frozen=True)
class Pair:
    verdict: Verdict
    ours: Side | None
    theirs: Side | None


def messages(peer: Peer, since: datetime, until: datetime) -> Iterator[Message]:
    """Our evidence of calls to and from a peer, oldest first."""
    mark = f"{peer.instance}/"
    rows = Message.objects.filter(at__gte=since, at__lt=until)
    rows = rows.filter(Q(client_identifier__startswith=mark) | Q(service_identifier__startswith=mark))
    return rows.order_by("at", "pk")[:MOST].iterator(chunk_size=1000)


def exported(peer: Peer, since: datetime, until: datetime) -> Iterator[bytes]:
    """Those receipts for the other side: one a line, base64 of signature and JSON as they stand in the segments."""
    for row in messages(peer, since, until):
        yield base64.b64encode(bytes(row.receipt)) + b"\n"


def side(payload: bytes) -> Side | None:
    """A receipt read; None when it is not of a call between exchanges."""
    said: dict[str, Any] = json.loads(payload[SIGNATURE:])
    if "peer" not in said:
        return None
    return Side(
        said["peer"]["passed"], said["id"], said["peer"]["request"], datetime.fromisoformat(said["at"]),
        said["client"], said["service"], said["status"], said["error"], said["answer"]["body"],
    )  # fmt: skip


def theirs(peer: Peer, data: bytes) -> list[Side]:
    """The peer's receipts out of its file. One whose signature fails stops all: then the file is no evidence."""
    if len(data) > LARGEST:
        raise WrongInput(_("Tệp biên nhận quá lớn (tối đa 64 MiB)."))
    key, found = public_key(peer.public_pem), []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            payload = base64.b64decode(line.strip(), validate=True)
            key.verify(payload[:SIGNATURE], payload[SIGNATURE:])
            read = side(payload)
        except (InvalidSignature, ValueError, KeyError, TypeError) as wrong:
            sentence = _("Dòng %(number)s không phải biên nhận do nền tảng bạn ký.") % {"number": number}
            raise WrongInput(sentence) from wrong
        if read is not None:
            found.append(read)
    return found


def compared(peer: Peer, data: bytes, since: datetime, until: datetime) -> list[Pair]:
    """Every call that either side has a receipt of in the time; those that agree last."""
    ours = [one for row in messages(peer, since, until) if (one := side(bytes(row.receipt)))]
    there = [one for one in theirs(peer, data) if since <= one.at < until]
    left: dict[str, list[Side]] = {}
    for one in there:
        left.setdefault(one.passed, []).append(one)
    pairs = []
    for one in ours:
        same = left.get(one.passed) or []
        # A call tried twice has two receipts over there: its own number of the call tells them apart.
        other = next((two for two in same if one.id == two.peer_request or two.id == one.peer_request), None)
        other = other or (same[0] if same else None)
        if other is not None:
            same.remove(other)
        pairs.append(Pair(verdict(one, other), one, other))
    pairs += [Pair(Verdict.THEIRS_ONLY, None, one) for rows in left.values() for one in rows]
    order = [Verdict.DIFFERENT, Verdict.OURS_ONLY, Verdict.THEIRS_ONLY, Verdict.SAME]
    return sorted(pairs, key=lambda pair: order.index(pair.verdict))


def verdict(one: Side, other: Side | None) -> Verdict:
    if other is None:
        return Verdict.OURS_ONLY
    same = (one.status, one.answer, one.client) == (other.status, other.answer, other.client)
    return Verdict.SAME if same else Verdict.DIFFERENT
