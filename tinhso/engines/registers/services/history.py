"""Writing history: rows in order, their hashes, the head. One writer at a time holds the register's row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from tinhso.engines.registers import permissions
from tinhso.engines.registers.errors import NotInForce
from tinhso.engines.registers.models import RecordVersion, Register, RegisterDefinition, RegisterHead
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.audit import merkle
from tinhso.foundation.database import kept


@dataclass
class Entry:
    """One row of history to be written."""

    record_id: int
    number: int
    key: str
    data: dict[str, Any]
    change: str
    valid_from: date
    provenance: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    document: str = ""
    run_id: int | None = None


def hashed(row: RecordVersion | Entry, *, sequence: int, version: int, at: datetime, by: int | None) -> dict[str, Any]:
    """What is hashed of a row: everything that says what stood, since when, by whom, why."""
    return {
        "n": sequence,
        "record": row.record_id,
        "number": row.number,
        "definition": version,
        "key": row.key,
        "data": row.data,
        "provenance": row.provenance,
        "change": str(row.change),
        "valid_from": row.valid_from.isoformat(),
        "at": timezone.localtime(at).isoformat(),
        "by": by,
        "reason": row.reason,
        "document": row.document,
    }


def locked(actor: access.Actor, register_id: int, code: str) -> Register:
    """The register held for writing, once the actor may: the permission at its owner."""
    register = Register.objects.select_for_update(of=("self",)).select_related("owner").get(pk=register_id)
    access.require(actor, code, unit=register.owner)
    return register


def _in_force(register: Any, since: Any, until: Any) -> QuerySet[RegisterDefinition]:
    dated = "valid_from <= %s AND (valid_to IS NULL OR valid_to > %s) AND published_at IS NOT NULL"
    found = RegisterDefinition.objects.order_by("-version")
    return found.extra(where=["register_id = %s", dated], params=[register, since, until])  # noqa: S610 - our own words


_IN_FORCE = kept.Question(_in_force)


def found_in_force(register: Register, day: date) -> RegisterDefinition | None:
    """The published definition in force on a day; None when there is none."""
    return next(iter(_IN_FORCE.ask(register.pk, day, day)), None)


def definition_on(register: Register, day: date | None = None) -> RegisterDefinition:
    """The definition in force. Raises NotInForce."""
    found = found_in_force(register, day or timezone.localdate())
    if found is None:
        raise NotInForce(_("Cơ sở dữ liệu này chưa có cấu trúc đang áp dụng. Hãy ban hành cấu trúc trước."))
    found.register = register
    return found


def require_changer(actor: access.Actor, definition: RegisterDefinition) -> None:
    """Who may change: the permission, and one of the roles that the definition names, when it names some."""
    access.require(actor, permissions.CHANGE, unit=definition.register.owner)
    wanted = set(definition.change_roles)
    if not wanted or actor.kind == "system":
        return
    owner = definition.register.owner
    for grant in actor.grants:
        below = ROLES[grant.role].reaches_below if grant.role in ROLES else False
        if grant.role in wanted and (grant.unit_id == owner.pk or (below and owner.path.startswith(grant.unit_path))):
            return
    names = ", ".join(str(ROLES[role].name) for role in sorted(wanted) if role in ROLES)
    raise access.Denied(_("Chỉ vai trò được ghi trong cấu trúc mới sửa được: %(names)s.") % {"names": names})


def append(
    register: Register,
    definition: RegisterDefinition,
    entries: Iterable[Entry],
    *,
    actor: access.Actor,
    at: datetime,
) -> int:
    """Writes entries to the history and moves the register's head. The caller holds the register's row."""
    frontier = [bytes(one) for one in register.frontier]
    state = _State(register.size, frontier, bytes(register.chain))
    rows = _rows(state, register, definition, entries, actor, at)
    _copy(rows)
    register.size, register.frontier, register.chain = state.size, state.frontier, state.chain
    register.save(update_fields=["size", "frontier", "chain"])
    if state.written:
        root = merkle.root_of_frontier(state.frontier)
        RegisterHead.objects.create(register=register, size=state.size, root=root, chain=state.chain, at=at)
    return state.written


@dataclass
class _State:
    size: int
    frontier: list[bytes]
    chain: bytes
    written: int = 0


COLUMNS = (
    "register_id",
    "record_id",
    "sequence",
    "number",
    "definition_version",
    "key",
    "data",
    "provenance",
    "change",
    "valid_from",
    "at",
    "account_id",
    "account_label",
    "reason",
    "document",
    "run_id",
    "leaf",
    "chain",
)


def _rows(
    state: _State,
    register: Register,
    definition: RegisterDefinition,
    entries: Iterable[Entry],
    actor: access.Actor,
    at: datetime,
) -> Iterator[tuple[Any, ...]]:
    for entry in entries:
        version, by = definition.version, actor.account_id
        leaf = merkle.leaf_of(hashed(entry, sequence=state.size, version=version, at=at, by=by))
        sequence = state.size
        state.size = merkle.append(state.frontier, state.size, leaf)
        state.chain = merkle.chain(state.chain, leaf)
        state.written += 1
        yield (
            register.pk,
            entry.record_id,
            sequence,
            entry.number,
            version,
            entry.key,
            Jsonb(entry.data),
            Jsonb(entry.provenance),
            str(entry.change),
            entry.valid_from,
            at,
            by,
            actor.label[:200],
            entry.reason,
            entry.document,
            entry.run_id,
            leaf,
            state.chain,
        )


def _copy(rows: Iterable[tuple[Any, ...]]) -> None:
    copy_rows(RecordVersion._meta.db_table, COLUMNS, rows)


def copy_rows(table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Many rows in one stream of the database's own."""
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
