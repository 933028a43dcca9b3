"""The registry as nginx holds it: what it may let through by itself. A pure function of the snapshot.

Whatever is left out here is not refused: nginx hands it to the embedded plane behind it. So when in doubt, leave out.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit

import orjson

from tinhso.engines.exchange.rules import fields
from tinhso.engines.exchange.rules.decisions import STALE_SECONDS, VIETNAM
from tinhso.engines.exchange.rules.policy import Agreement, Operation, Service, Snapshot

OURS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
PARAMETER = re.compile(r"\{[^/{}]+\}")
# Words of a schema that plane.js judges as every validator does, and those that judge nothing.
BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
JUDGED = frozenset({"type", "enum", "items", "required", "properties", "additionalProperties", *BOUNDS})
SAID = frozenset(
    {"title", "description", "format", "example", "examples", "default", "deprecated", "readOnly", "writeOnly"}
    | {"$comment", "xml", "externalDocs", "components"}
)
MOST_NODES = 2000
# nginx counts in thousandths of a call a second: slower rates would be rounded by more than a part in sixteen.
RATES = range(1, 600_000_001)

Find = Callable[[str, int], tuple[str, ...]]


@dataclass(frozen=True)
class Upstream:
    """A provider as nginx calls it: its addresses, whether by TLS, the name that its certificate must bear."""

    name: str
    addresses: tuple[str, ...]
    is_tls: bool
    host: str


@dataclass(frozen=True)
class Policy:
    """What the configuration is made of. `version` is the hash of it all."""

    version: str
    rows: Mapping[str, Any]
    upstreams: tuple[Upstream, ...]
    timeouts: tuple[int, ...]
    rates: tuple[int, ...]


def policy(snapshot: Snapshot, find: Find, *, trusts_tls: bool = True) -> Policy:
    """`find` gives the addresses of a host and port, none when it has none now."""
    services: dict[str, Any] = {}
    upstreams: dict[str, Upstream] = {}
    for service in snapshot.services.values():
        upstream = _upstream(service, find, trusts_tls=trusts_tls) if _is_ours(service) else None
        rows = _operations(service) if upstream else []
        if upstream and any(row["ours"] for row in rows):
            upstreams[upstream.name] = upstream
            services[service.identifier] = _service(service, upstream, rows)
    agreements = {
        f"{client} {name}": _agreement(one)
        for (client, name), one in snapshot.agreements.items()
        if name in services and client in snapshot.subsystems and one.rate_per_minute in RATES
    }
    rows_of_all = {
        "clients": {name: 1 for name in snapshot.subsystems if name.partition("/")[0] not in snapshot.peers},
        "services": {name: one for name, one in services.items() if _subsystem(name) in snapshot.subsystems},
        "agreements": agreements,
        "keys": {
            key.thumbprint: {
                "holder": key.subsystem,
                "from": key.valid_from.timestamp(),
                "until": key.valid_to.timestamp(),
                "revoked": key.revoked_at.timestamp() if key.revoked_at else 0,
            }
            for key in snapshot.keys.values()
            if key.kind == "mtls"
        },
        "stale": STALE_SECONDS,
    }
    timeouts = tuple(sorted({one["timeout"] for one in services.values()}))
    rates = tuple(sorted({one["rate"] for one in agreements.values()}))
    hosts = tuple(upstreams[name] for name in sorted(upstreams))
    text = orjson.dumps([rows_of_all, [vars(one) for one in hosts]], option=orjson.OPT_SORT_KEYS)
    return Policy(hashlib.sha256(text).hexdigest()[:20], rows_of_all, hosts, timeouts, rates)


def _subsystem(identifier: str) -> str:
    return "/".join(identifier.split("/")[:4])


def _is_ours(service: Service) -> bool:
    """SOAP, kept answers and connectors of this installation are the embedded plane's work."""
    return service.kind == "rest" and not service.cache_seconds and not service.headers and service.sign is None


def _upstream(service: Service, find: Find, *, trusts_tls: bool) -> Upstream | None:
    parts = urlsplit(service.base_url)
    is_tls, host = parts.scheme == "https", parts.hostname or ""
    if parts.scheme not in ("http", "https") or (is_tls and not trusts_tls):
        return None
    # These become words of a configuration file: nothing but what an address is made of.
    if not re.fullmatch(r"[A-Za-z0-9._:-]+", host) or not re.fullmatch(r"[!-~]*", parts.path):
        return None
    if re.search(r"[\"'$;{}\\#?]", parts.path) or parts.query or parts.fragment or parts.username:
        return None
    port = parts.port or (443 if is_tls else 80)
    addresses = find(host, port)
    name = f"tinhso_s{service.id}"
    return Upstream(name, addresses, is_tls, host) if addresses else None


def _service(service: Service, upstream: Upstream, rows: list[dict[str, Any]]) -> dict[str, Any]:
    parts = urlsplit(service.base_url)
    path = "" if parts.path == "/" else parts.path
    return {
        "id": service.id,
        "until": service.valid_to.timestamp() if service.valid_to else 0,
        "purpose": service.demands_purpose,
        "dossier": service.demands_dossier,
        "timeout": service.timeout_ms,
        "base": f"{parts.scheme}://{upstream.name}{path}",
        "once": f"{parts.scheme}://{upstream.name}_once{path}",
        "name": upstream.host,
        "host": parts.netloc,
        "operations": rows,
    }


def _operations(service: Service) -> list[dict[str, Any]]:
    """In the order in which they match; none when a path cannot be told by whole segments."""
    rows = []
    for _, operation in service.operations:
        segments = [None if PARAMETER.fullmatch(part) else part for part in operation.path[1:].split("/")]
        if any(part is not None and set(part) & set("{}%") for part in segments):
            return []
        rows.append(
            {"method": operation.method, "path": segments, "name": operation.name, **_answers(service, operation)}
        )
    return rows


def _answers(service: Service, operation: Operation) -> dict[str, Any]:
    """Operations whose answers are read whole are nginx's; files of any length stream through the plane behind."""
    checks = service.checks_answers and operation.answer is not None
    ours = operation.method in OURS and (bool(operation.fields) or checks)
    answer = simple(operation.answer) if checks and operation.answer is not None else None
    return {
        "ours": ours,
        "filters": bool(operation.fields),
        "easy": not checks or answer is not None,
        "answer": answer,
    }


def _agreement(one: Agreement) -> dict[str, Any]:
    return {
        "id": one.id,
        "operations": dict.fromkeys(sorted(one.operations), 1),
        "fields": fields.tree(one.fields),
        "from": _midnight(one.term_from),
        "until": _midnight(one.term_to) if one.term_to else 0,
        "rate": one.rate_per_minute,
        "purpose": one.demands_purpose,
        "dossier": one.demands_dossier,
    }


def _midnight(day: date) -> float:
    """The instant at which a day of the province begins."""
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC).timestamp()


def simple(schema: Mapping[str, Any]) -> Any:
    """The schema in the few words that plane.js knows, references written out; None when it needs more."""
    try:
        return _simple(schema, schema, 0, iter(range(MOST_NODES)))
    except (StopIteration, LookupError, TypeError, ValueError):
        return None


def _simple(node: Any, root: Mapping[str, Any], depth: int, budget: Iterator[int]) -> Any:
    next(budget)
    if node is True or depth > 30:
        return node if node is True else _cannot()
    if not isinstance(node, Mapping):
        return _cannot()
    said = {word: value for word, value in node.items() if word not in SAID and not word.startswith("x-")}
    if set(said) == {"$ref"}:
        return _simple(_referred(said["$ref"], root), root, depth + 1, budget)
    if set(said) == {"allOf"} and len(said["allOf"]) == 1:
        return _simple(said["allOf"][0], root, depth + 1, budget)
    if set(said) - JUDGED:
        return _cannot()
    made = dict(said)
    if "properties" in said:
        made["properties"] = {name: _simple(one, root, depth + 1, budget) for name, one in said["properties"].items()}
    if "items" in said:
        made["items"] = _simple(said["items"], root, depth + 1, budget)
    if made.get("additionalProperties") is True:
        del made["additionalProperties"]
    return made if _is_plain(made) else _cannot()


def _is_plain(made: Mapping[str, Any]) -> bool:
    bounds = [made[word] for word in BOUNDS if word in made]
    return (
        isinstance(made.get("additionalProperties", False), bool)
        and all(isinstance(value, str | bool) or value is None for value in made.get("enum", ()))
        and all(not isinstance(bound, bool) and math.isfinite(bound) for bound in bounds)
    )


def _referred(pointer: str, root: Mapping[str, Any]) -> Any:
    if not pointer.startswith("#/") or "~" in pointer or "%" in pointer:
        return _cannot()
    found: Any = root
    for part in pointer[2:].split("/"):
        found = found[part]
    return found


def _cannot() -> Any:
    raise ValueError("more than plane.js judges")
