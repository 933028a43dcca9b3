"""Who calls: the certificate of the connection, or a signed token, whose identifier only one connection may use."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tinhso.engines.exchange.plane.shared import Seen
from tinhso.engines.exchange.rules import decisions, peers, tokens
from tinhso.engines.exchange.rules.errors import unproved
from tinhso.engines.exchange.rules.policy import Peer, Snapshot


class Proved(NamedTuple):
    """What a connection proved last, under which picture of the registry, and until when it can be believed."""

    text: str
    snapshot: Snapshot
    holder: str
    until: float


class Proofs:
    """Checks keys against the snapshot on every call: a removal holds for open connections too."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.public_keys: dict[str, Ed25519PublicKey] = {}

    def holder(self, snapshot: Snapshot, connection: Any, authorization: str | None) -> str:
        """The subsystem that this call proves to come from. What this connection proved a moment ago, by the same token
        and under the same picture of the registry, is not looked at again until the token or its key could end."""
        known = getattr(connection, "proved", None)
        if known and known.text == authorization and known.snapshot is snapshot and time.time() < known.until:
            return str(known.holder)
        return self._proved(snapshot, connection, authorization)

    def _proved(self, snapshot: Snapshot, connection: Any, authorization: str | None) -> str:
        now = datetime.now(UTC)
        if authorization is not None and authorization[:7].lower() == "bearer ":
            return self._by_token(snapshot, connection, authorization, now)
        thumbprint = thumbprint_of(connection)
        if not thumbprint:
            raise unproved("NoKey", "Lần gọi không mang chứng thư TLS của bên gọi cũng không mang thẻ ký.")
        return decisions.key_holder(snapshot.keys.get(thumbprint), "mtls", now)

    def _by_token(self, snapshot: Snapshot, connection: Any, authorization: str, now: datetime) -> str:
        text = authorization[7:].strip()
        known: dict[str, tokens.Token] | None = getattr(connection, "proved_tokens", None)
        token = known.get(text) if known else None
        parsed = token or tokens.parse(text)
        if parsed.kid not in snapshot.keys and (peer := snapshot.peer_with(parsed.kid)):
            return self._by_peer(peer, snapshot, parsed, now)
        holder = decisions.key_holder(snapshot.keys.get(parsed.kid), "token", now)
        tokens.check_claims(parsed, holder=holder, audience=snapshot.instance, now=now.timestamp())
        if token is None:
            self._signature(parsed, snapshot.keys[parsed.kid].public_pem)
            self._first_time(parsed)
            connection.proved_tokens = {text: parsed}
        key = snapshot.keys[parsed.kid]
        ends = [
            key.valid_to.timestamp(),
            float(parsed.expires),
            *([key.revoked_at.timestamp()] if key.revoked_at else []),
        ]
        connection.proved = Proved(authorization, snapshot, holder, min(ends))
        return holder

    def _by_peer(self, peer: Peer, snapshot: Snapshot, token: tokens.Token, now: datetime) -> str:
        """The client that another exchange speaks for; each of its words is for one call."""
        tokens.check_claims(token, holder=peer.instance, audience=snapshot.instance, now=now.timestamp())
        self._signature(token, peer.public_pem)
        self._first_time(token)
        return peers.spoken_for(peer, token)

    def _first_time(self, token: tokens.Token) -> None:
        if not self.seen.first_time(f"{token.kid}:{token.jti}", token.expires + 1.0, time.time()):
            raise unproved("TokenReplayed", "Thẻ đã được dùng.")

    def _signature(self, token: tokens.Token, pem: str) -> None:
        key = self.public_keys.get(pem)
        if key is None:
            loaded = load_pem_public_key(pem.encode())
            if not isinstance(loaded, Ed25519PublicKey):
                raise unproved("UnknownKey", "Khoá đã đăng ký không phải khoá Ed25519.")
            key = self.public_keys[pem] = loaded
        try:
            key.verify(token.signature, token.signed)
        except InvalidSignature:
            raise unproved("InvalidToken", "Chữ ký của thẻ không đúng.") from None


def thumbprint_of(connection: Any) -> str:
    """SHA-256 of the client's certificate, read once a connection; "" without one."""
    found: str | None = getattr(connection, "thumbprint", None)
    if found is None:
        tls = connection.transport.get_extra_info("ssl_object") if connection.transport else None
        der = tls.getpeercert(True) if tls is not None else None
        found = connection.thumbprint = hashlib.sha256(der).hexdigest() if der else ""
    return found
