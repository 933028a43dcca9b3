"""The shelf of connectors. One is a contract and a function that answers; the core never learns what is behind it."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SCHEME = "connector:"
# The mark by which the data plane of this installation shows itself to its connectors.
MARK = "X-Tinhso-Plane"
# Which agreement lets a call through: told to our own connectors alone.
AGREEMENT = "X-Tinhso-Agreement"


@dataclass(frozen=True)
class Asked:
    """One call as it reaches a connector: the operation of its contract, values of the path, query, who calls."""

    operation: str
    values: dict[str, str]
    query: dict[str, str]
    body: Any = None
    client: str = ""
    purpose: str = ""
    dossier: str = ""
    # What the agreement lets the caller see, as the contract names it; None when the caller's agreement is not known.
    fields: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Answered:
    """What goes back: a status and a JSON body."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True)
class Connector:
    """A plug-in. `contract` is its OpenAPI document; `serve` answers; `is_ready` says whether it is configured."""

    name: str
    title: _StrPromise | str
    member: tuple[str, str, str]  # class, code, name
    subsystem: str
    contract: Callable[[], dict[str, Any]]
    serve: Callable[[Asked], Answered]
    is_ready: Callable[[], bool] = field(default=lambda: True)
    # Only this unit's systems may publish it; None: only the member named above.
    owner_id: int | None = None
    # Each call is told to somebody, so an answer may not be remembered and given again.
    is_told: bool = False


Find = Callable[[str], Connector | None]

CONNECTORS: dict[str, Connector] = {}
# Connectors that come and go with what people define: "register." and how to find the one behind it.
FAMILIES: dict[str, Find] = {}
OFFERS: list[Callable[[int], list[tuple[str, str]]]] = []


def register_connector(connector: Connector) -> None:
    """Puts a connector on the shelf; two of one name are a programming error."""
    if connector.name in CONNECTORS:
        raise RuntimeError(f"connector {connector.name} is registered twice")
    CONNECTORS[connector.name] = connector


def register_family(prefix: str, find: Find, offers: Callable[[int], list[tuple[str, str]]]) -> None:
    """Puts a whole family on the shelf; `offers` says which of it a unit may publish: (name, title)."""
    if prefix in FAMILIES:
        raise RuntimeError(f"connectors {prefix} are registered twice")
    FAMILIES[prefix] = find
    OFFERS.append(offers)


def connector(name: str) -> Connector | None:
    """The connector of this name, or None."""
    if name in CONNECTORS:
        return CONNECTORS[name]
    prefix, dot, rest = name.partition(".")
    find = FAMILIES.get(prefix + dot)
    return find(rest) if find and rest else None


def offered(unit_id: int | None, member: tuple[str, str]) -> list[tuple[str, str]]:
    """What a member may publish without writing a contract: (name, title)."""
    fixed = [(one.name, str(one.title)) for one in CONNECTORS.values() if one.member[:2] == member]
    return fixed + [pair for offers in OFFERS for pair in (offers(unit_id) if unit_id else [])]


def resolve(base_url: str) -> tuple[str, dict[str, str]]:
    """Where the data plane finds a service, and the headers it adds: ("http://…", {}).

    "connector:population" is served by this installation's own web process, which takes calls from its plane alone.
    """
    if not base_url.startswith(SCHEME):
        return base_url, {}
    name = base_url.removeprefix(SCHEME)
    return f"{settings.EXCHANGE_CONNECTORS_URL}/lien-thong/ket-noi/{name}", {MARK: plane_mark(name)}


def plane_mark(name: str) -> str:
    return salted_hmac("tinhso.exchange.connectors", name, algorithm="sha256").hexdigest()


def is_plane(name: str, mark: str) -> bool:
    """Whether a call really comes from our data plane."""
    return hmac.compare_digest(plane_mark(name).encode(), mark.encode("utf-8", "replace"))


def match(contract: dict[str, Any], method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """The operation that a path means ("GET /persons/{number}") and the values in it."""
    for template, item in contract["paths"].items():
        if method.lower() not in item:
            continue
        pattern = "".join(
            f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{\w+\})", template)
        )
        found = re.fullmatch(pattern, path)
        if found:
            return f"{method.upper()} {template}", found.groupdict()
    return None
