"""Calls between two exchanges: which peer, by whose word, and the hash by which both sides' receipts meet."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import date
from typing import Any

from tinhso.engines.exchange.rules.addresses import Call
from tinhso.engines.exchange.rules.errors import unproved
from tinhso.engines.exchange.rules.policy import Agreement, Operation, Peer, Service, Snapshot
from tinhso.engines.exchange.rules.tokens import Token

LIFE = 60
_FIRST = date(2000, 1, 1)


def target(call: Call) -> str:
    """The normal path, as it goes to the peer and as the peer reads it again."""
    return f"/r1/{'/'.join(call.parts)}{'' if call.rest == '/' else call.rest}{call.query}"


def line(method: str, call: Call, client: str, message_id: str) -> str:
    """What both exchanges know of a call alike: nothing of the one hop, nothing that only one side writes."""
    return f"{method} {target(call)}\n{client}\n{message_id}\n"


def passed(said: str, body: bytes) -> str:
    """The hash that stands in the receipts of both sides (SHA-512 over the line and the body's SHA-512)."""
    return hashlib.sha512(said.encode("utf-8", "replace") + body).hexdigest()


def named_by_client(snapshot: Snapshot, client: str) -> Peer | None:
    """The peer that a client comes through; None for clients of our own instance."""
    return snapshot.peers.get(client.partition("/")[0])


def spoken_for(peer: Peer, token: Token) -> str:
    """The client that a peer vouches for: one of its own instance and no other's."""
    if not token.subject.startswith(f"{peer.instance}/"):
        raise unproved("NotYourKey", "Nền tảng bạn chỉ nói thay hệ thống của chính mình.")
    return token.subject


def claims(instance: str, thumbprint: str, peer: Peer, client: str, now: int, jti: str) -> bytes:
    """The signed part of our word for one call of one client."""
    head = {"alg": "EdDSA", "typ": "JWT", "kid": thumbprint}
    body = {"iss": instance, "aud": peer.instance, "sub": client, "iat": now, "exp": now + LIFE, "jti": jti}
    return b".".join(part(json.dumps(one).encode()) for one in (head, body))


def part(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def service_of(peer: Peer, call: Call, sign: Any) -> Service:
    """The peer as the plane calls it; what it offers, to whom and which fields is decided over there."""
    return Service(
        id=-peer.id,
        identifier=call.service,
        subsystem=call.subsystem,
        kind="rest",
        base_url=peer.url,
        operations=(),
        timeout_ms=peer.timeout_ms,
        checks_answers=False,
        sign=sign,
        fingerprint=peer.fingerprint,
    )


def agreement_of(client: str, call: Call) -> Agreement:
    return Agreement(0, client, call.service, frozenset(), (), term_from=_FIRST)


def operation_of(method: str) -> Operation:
    """Only the method: without the peer's contract a path could hold somebody's number."""
    return Operation(method=method, path="", name=method)
