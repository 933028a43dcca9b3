"""Reads of the log: the history of one record, a search, and the export. Who may read is asked by the caller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import orjson
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from tinhso.foundation.audit import chain
from tinhso.foundation.audit.log import fields_of
from tinhso.foundation.audit.models import AuditRow, AuditSeal
from tinhso.foundation.text.rules import normalise


@dataclass(frozen=True)
class Filter:
    """What is asked of the log. Empty fields ask nothing; `until` is included."""

    actor: str = ""
    act: str = ""
    object_type: str = ""
    object_id: str = ""
    since: date | None = None
    until: date | None = None


def history(subject: models.Model) -> QuerySet[AuditRow]:
    """Everything done to one record, newest first."""
    return AuditRow.objects.filter(object_type=subject._meta.label_lower, object_id=str(subject.pk)).order_by("-id")


def search(
    asked: Filter, *, within: QuerySet[AuditRow] | None = None, before: int | None = None, limit: int = 50
) -> list[AuditRow]:
    """One page of the log, newest first; `before` is the last id of the page above (keyset paging)."""
    rows = _rows(within).filter(_matching(asked)).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows[:limit])


def _rows(within: QuerySet[AuditRow] | None) -> QuerySet[AuditRow]:
    return AuditRow.objects.all() if within is None else within


def _matching(asked: Filter) -> Q:
    wanted = Q()
    actor = normalise(asked.actor)
    if actor:
        wanted &= Q(actor_id=int(actor)) if actor.isdecimal() and len(actor) < 16 else Q(actor_label__icontains=actor)
    for field in ("act", "object_type", "object_id"):
        value = normalise(getattr(asked, field))
        if value:
            # An act may be asked by its beginning: "orgs." finds all acts of the units.
            wanted &= Q(act__startswith=value) if field == "act" else Q(**{field: value})
    if asked.since:
        wanted &= Q(at__gte=_midnight(asked.since))
    if asked.until:
        wanted &= Q(at__lt=_midnight(asked.until) + timedelta(days=1))
    return wanted


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def neighbours(row: AuditRow) -> tuple[AuditSeal | None, AuditSeal | None, AuditSeal | None]:
    """The seals before, of and after a row in its chain."""
    seal = AuditSeal.objects.filter(row_id=row.pk).first()
    if seal is None:
        return None, None, None
    places = {seal.sequence - 1, seal.sequence + 1}
    beside = {s.sequence: s for s in AuditSeal.objects.filter(stream=seal.stream, sequence__in=places)}
    return beside.get(seal.sequence - 1), seal, beside.get(seal.sequence + 1)


def is_sound(row: AuditRow, seal: AuditSeal | None) -> bool:
    """True when the row and its seal agree by themselves (the whole chain is verify's to judge)."""
    content = chain.content_digest(fields_of(row))
    if seal is None or content != bytes(row.content_hash):
        return False
    expected = chain.seal_digest(bytes(seal.previous_hash), seal.stream, seal.sequence, content)
    return expected == bytes(seal.row_hash)


def known_acts() -> list[str]:
    """The act codes that occur."""
    return _distinct("act")


def known_types() -> list[str]:
    """The kinds of records that occur."""
    return _distinct("object_type")


def _distinct(column: str) -> list[str]:
    """Values of an indexed column, found by steps along the index rather than by reading every row."""
    found: list[str] = []
    while True:
        later = AuditRow.objects.filter(**{f"{column}__gt": found[-1]}) if found else AuditRow.objects.all()
        value = later.order_by(column).values_list(column, flat=True).first()
        if value is None:
            return found
        found.append(value)


def export_lines(asked: Filter | None = None, *, within: QuerySet[AuditRow] | None = None) -> Iterator[bytes]:
    """The rows with their seals as JSON lines, oldest first: enough to check the chains without this program."""
    rows = _rows(within).filter(_matching(asked or Filter())).order_by("id").select_related("seal")
    for row in rows.iterator(chunk_size=2_000):
        yield orjson.dumps(_as_data(row)) + b"\n"


def _as_data(row: AuditRow) -> dict[str, object]:
    seal = getattr(row, "seal", None)
    return {
        "id": row.pk,
        "at": row.at.astimezone(timezone.get_default_timezone()).isoformat(timespec="microseconds"),
        "act": row.act,
        "actor_id": row.actor_id,
        "actor_label": row.actor_label,
        "on_behalf_of_id": row.on_behalf_of_id,
        "object_type": row.object_type,
        "object_id": row.object_id,
        "unit_id": row.unit_id,
        "is_simulated": row.is_simulated,
        "details": row.details,
        "content_hash": bytes(row.content_hash).hex(),
        "stream": seal.stream if seal else None,
        "sequence": seal.sequence if seal else None,
        "previous_hash": bytes(seal.previous_hash).hex() if seal else None,
        "row_hash": bytes(seal.row_hash).hex() if seal else None,
    }
