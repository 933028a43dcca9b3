"""Writing the audit log. Use as `audit.record(actor, "orgs.unit.dissolved", unit, reason=…)` inside the act."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from django.db import models
from django.utils import timezone

from tinhso.foundation.audit import chain
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.database import kept

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Never written, whatever an act passes by mistake.
_SECRET_WORDS = ("password", "passphrase", "secret", "token", "pin_code", "otp", "private_key")
_MASK = "•••"
_LARGEST = 2**53


class Acting(Protocol):
    """What the log needs to know of an actor."""

    @property
    def account_id(self) -> int | None: ...

    @property
    def label(self) -> str: ...

    @property
    def is_simulated(self) -> bool: ...


def record(
    actor: Acting,
    act: str,
    subject: models.Model,
    *,
    unit_id: int | None = None,
    on_behalf_of_id: int | None = None,
    **details: Any,
) -> AuditRow:
    """Writes one row for `act` on `subject`. Call inside the act: the row lives and dies with its transaction.

    Any place in the act is safe: the row is chained by the database at the commit, when no other lock is awaited.
    """
    row = AuditRow(
        at=timezone.now(),
        act=act,
        actor_id=actor.account_id,
        actor_label=_text(actor.label)[:200],
        on_behalf_of_id=on_behalf_of_id,
        object_type=subject._meta.label_lower,
        object_id=str(subject.pk),
        unit_id=unit_id,
        is_simulated=actor.is_simulated,
        details=clean(details),
    )
    row.content_hash = chain.content_digest(fields_of(row))
    return kept.insert(row)


def fields_of(row: AuditRow) -> list[Any]:
    """What is hashed of a row, in the order of chain.canonical."""
    return [
        (row.at - _EPOCH) // _MICROSECOND,
        row.act,
        row.actor_id,
        row.actor_label,
        row.on_behalf_of_id,
        row.object_type,
        row.object_id,
        row.unit_id,
        row.is_simulated,
        row.details,
    ]


def clean(value: Any, key: str = "") -> Any:
    """`value` as JSON that reads back from the database exactly as written; secrets masked by their key."""
    if any(word in key.lower() for word in _SECRET_WORDS):
        return _MASK
    if isinstance(value, dict):
        return {_text(str(name)): clean(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(inner) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(value)
    return _text(str(value))


def _number(value: int | float) -> int | float | str:
    """Numbers whose notation could change on the way through the database are kept as text."""
    if isinstance(value, int):
        return int(value) if abs(value) <= _LARGEST else str(value)
    plain = math.isfinite(value) and "e" not in repr(value)
    return float(value) + 0.0 if plain else repr(value)


def _text(value: str) -> str:
    """Without null bytes and lone surrogates, which the database cannot keep."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode()
