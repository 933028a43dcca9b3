"""The registry as the data plane holds it in memory: plain values, read once, replaced whole at every change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a service's contract."""

    method: str
    path: str
    fields: tuple[str, ...] = ()
    answer: Mapping[str, Any] | None = None
    action: str = ""
    name: str = ""
    # SOAP: the element of the body that means this operation, {namespace}name.
    element: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A published service, its operations compiled to patterns."""

    id: int
    identifier: str
    subsystem: str
    kind: str
    base_url: str
    operations: tuple[tuple[re.Pattern[str], Operation], ...]
    objective_ms: int = 1000
    timeout_ms: int = 10_000
    cache_seconds: int = 0
    demands_purpose: bool = False
    demands_dossier: bool = False
    checks_answers: bool = True
    title: str = ""
    valid_to: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()
    # A peer: how each attempt proves us, and the SHA-256 of the only certificate it may show.
    sign: Callable[[], str] | None = None
    fingerprint: bytes = b""

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation for a method and a normal path; literal segments win over parameters."""
        asked = "GET" if method == "HEAD" else method
        plain = unquote(path) if "%" in path else path
        for pattern, operation in self.operations:
            if operation.method == asked and pattern.fullmatch(plain):
                return operation
        return None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What one client may do with one service."""

    id: int
    client: str
    service: str
    operations: frozenset[str]
    fields: tuple[str, ...]
    term_from: date
    term_to: date | None = None
    rate_per_minute: int = 60
    demands_purpose: bool = False
    demands_dossier: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """The public half of a key; for a token its raw Ed25519 key, for TLS its certificate."""

    thumbprint: str
    subsystem: str
    kind: str
    public_pem: str
    valid_from: datetime
    valid_to: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """Another exchange: where its plane listens, the key of its receipts and its word, the certificate it shows."""

    id: int
    instance: str
    url: str
    thumbprint: str
    public_pem: str
    fingerprint: bytes = b""
    timeout_ms: int = 30_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a decision needs."""

    instance: str = ""
    subsystems: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    agreements: Mapping[tuple[str, str], Agreement] = field(default_factory=dict)
    keys: Mapping[str, Key] = field(default_factory=dict)
    contracts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    peers: Mapping[str, Peer] = field(default_factory=dict)
    read_at: float = 0.0

    def peer_with(self, thumbprint: str) -> Peer | None:
        """The peer whose key this is; there are few of them."""
        return next((one for one in self.peers.values() if one.thumbprint == thumbprint), None)


PARAMETER = re.compile(r"\{[^/{}]+\}")


def compiled(template: str) -> re.Pattern[str]:
    """`/persons/{id}` as a pattern; a parameter never spans a slash."""
    found, at = "", 0
    for part in PARAMETER.finditer(template):
        found += re.escape(template[at : part.start()]) + "[^/]+"
        at = part.end()
    return re.compile(found + re.escape(template[at:]))


def operations(rows: list[dict[str, Any]]) -> tuple[tuple[re.Pattern[str], Operation], ...]:
    """The compiled contract as the plane matches it: fewest parameters first.

    Operations that share a method and a path (SOAP: and the body's element) cannot be told apart by a call, so none of
    them can be granted: they are left out, and what calls them is refused.
    """
    made = [
        Operation(
            method=row["method"].upper(),
            path=row["path"],
            fields=tuple(row.get("fields") or ()),
            answer=row.get("answer"),
            action=row.get("action", ""),
            name=row.get("name") or f"{row['method'].upper()} {row['path']}",
            element=row.get("element", ""),
        )
        for row in rows
    ]
    times = Counter((one.method, one.path, one.element) for one in made)
    told_apart = [one for one in made if times[one.method, one.path, one.element] == 1]
    told_apart.sort(key=lambda one: (one.path.count("{"), one.path))
    return tuple((compiled(one.path), one) for one in told_apart)
