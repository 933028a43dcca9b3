"""The registry as plain SQL: read whole at the start and whenever PostgreSQL says that it changed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tinhso.engines.exchange.rules.policy import Agreement, Key, Peer, Service, Snapshot, operations

logger = logging.getLogger(__name__)

Resolve = Callable[[str], tuple[str, dict[str, str]]]

LIVING = "m.removed_at IS NULL AND s.removed_at IS NULL"
NAME = "m.instance || '/' || m.member_class || '/' || m.code || '/' || s.code"
SUBSYSTEMS = f"""SELECT {NAME} AS identifier, s.name, m.name AS member_name
    FROM exchange_subsystem s JOIN exchange_member m ON m.id = s.member_id WHERE {LIVING}"""  # noqa: S608 - constants
SERVICES = f"""SELECT v.*, {NAME} AS subsystem, c.format, c.text AS contract FROM exchange_service v
    JOIN exchange_subsystem s ON s.id = v.subsystem_id JOIN exchange_member m ON m.id = s.member_id
    LEFT JOIN LATERAL (SELECT format, text FROM exchange_contract WHERE service_id = v.id
        ORDER BY number DESC LIMIT 1) c ON true
    WHERE {LIVING} AND v.valid_from <= now() AND (v.valid_to IS NULL OR v.valid_to > now())"""  # noqa: S608
AGREEMENTS = f"""SELECT a.*, {NAME} AS client FROM exchange_agreement a
    JOIN exchange_subsystem s ON s.id = a.client_id JOIN exchange_member m ON m.id = s.member_id
    WHERE {LIVING} AND a.state = 'granted'"""  # noqa: S608
KEYS = f"""SELECT k.*, {NAME} AS subsystem FROM exchange_key k
    JOIN exchange_subsystem s ON s.id = k.subsystem_id JOIN exchange_member m ON m.id = s.member_id
    WHERE {LIVING} AND k.valid_to > now() - interval '30 days'"""  # noqa: S608
PEERS = "SELECT * FROM exchange_peer WHERE removed_at IS NULL"
# Should a word be lost, nothing old is believed for longer than this.
AGAIN_SECONDS = 30.0


async def read(connection: psycopg.AsyncConnection[Any], instance: str, resolve: Resolve) -> Snapshot:
    """One consistent picture of the registry."""
    async with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

        async def rows(sql: str) -> list[dict[str, Any]]:
            await cursor.execute(sql.encode())
            return await cursor.fetchall()

        found = [await rows(sql) for sql in (SUBSYSTEMS, SERVICES, AGREEMENTS, KEYS, PEERS)]
    return snapshot(instance, *found, resolve=resolve)


def snapshot(
    instance: str,
    subsystems: list[dict[str, Any]],
    services: list[dict[str, Any]],
    agreements: list[dict[str, Any]],
    keys: list[dict[str, Any]],
    peers: list[dict[str, Any]] | None = None,
    *,
    resolve: Resolve,
) -> Snapshot:
    made = [_service(row, resolve) for row in services]
    names = {service.id: service.identifier for service in made}
    return Snapshot(
        instance=instance,
        subsystems={row["identifier"]: row["name"] for row in subsystems},
        services={service.identifier: service for service in made},
        agreements={
            (row["client"], names[row["service_id"]]): _agreement(row, names[row["service_id"]])
            for row in agreements
            if row["service_id"] in names
        },
        keys={
            row["thumbprint"]: Key(
                row["thumbprint"],
                row["subsystem"],
                row["kind"],
                row["public_pem"],
                row["valid_from"],
                row["valid_to"],
                row["revoked_at"],
            )
            for row in keys
        },
        contracts={
            names[row["id"]]: (row["format"], row["contract"]) for row in services if row.get("contract") is not None
        },
        peers={row["instance"]: _peer(row) for row in peers or ()},
        read_at=time.monotonic(),
    )


def _peer(row: dict[str, Any]) -> Peer:
    return Peer(
        row["id"],
        row["instance"],
        row["url"].rstrip("/"),
        row["thumbprint"],
        row["public_pem"],
        bytes.fromhex(row["certificate_sha256"]),
    )


def _service(row: dict[str, Any], resolve: Resolve) -> Service:
    identifier = f"{row['subsystem']}/{row['code']}" + (f"/{row['version']}" if row["version"] else "")
    base, headers = resolve(row["base_url"])
    return Service(
        id=row["id"],
        identifier=identifier,
        subsystem=row["subsystem"],
        kind=row["kind"],
        base_url=base.rstrip("/"),
        operations=operations(row["operations"]),
        objective_ms=row["response_objective_ms"],
        timeout_ms=row["timeout_ms"],
        cache_seconds=row["cache_seconds"],
        demands_purpose=row["demands_purpose"],
        demands_dossier=row["demands_dossier"],
        checks_answers=row["checks_answers"],
        title=row["title"],
        valid_to=row["valid_to"],
        headers=tuple(headers.items()),
    )


def _agreement(row: dict[str, Any], service: str) -> Agreement:
    return Agreement(
        id=row["id"],
        client=row["client"],
        service=service,
        operations=frozenset(row["granted_operations"]),
        fields=tuple(row["granted_fields"]),
        term_from=row["term_from"],
        term_to=row["term_to"],
        rate_per_minute=row["rate_per_minute"],
        demands_purpose=row["demands_purpose"],
        demands_dossier=row["demands_dossier"],
    )


async def follow(url: str, instance: str, resolve: Resolve, tell: Callable[[Snapshot], None]) -> None:
    """Tells every new picture, for as long as the plane lives; a lost database is waited for, not died of."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=5) as connection:
                await connection.execute("LISTEN tinhso_exchange")
                while True:
                    tell(await read(connection, instance, resolve))
                    async for _ in connection.notifies(timeout=AGAIN_SECONDS, stop_after=1):
                        pass
        except (psycopg.Error, OSError) as error:
            logger.warning("registry unreachable: %s", error)
        with contextlib.suppress(TimeoutError):
            await asyncio.sleep(1.0)
