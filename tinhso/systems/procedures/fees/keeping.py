"""Acts on the fee table outside any draft: a new rule or exemption from a day on, an end. Rows are never removed."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.systems.procedures.fees.errors import EndsBeforeItBegins, NoSource, Overlaps
from tinhso.systems.procedures.fees.models import Certainty, Exemption, FeeRule
from tinhso.systems.procedures.fees.permissions import MANAGE

# Two rows alike in these never share a day (the database's own constraints).
ALIKE: dict[type, tuple[str, ...]] = {
    FeeRule: ("province", "procedure_code", "case", "channel", "name"),
    Exemption: ("province", "procedure_code", "fee_name", "group"),
}
Row = TypeVar("Row", FeeRule, Exemption)


@transaction.atomic
def set_rule(
    *, actor: Actor, procedure_code: str, valid_from: date, source: str, valid_to: date | None = None, **facts: Any
) -> FeeRule:
    """A fee of a procedure from `valid_from` on, by the document `source`. Overlaps names the rule in the way."""
    row = FeeRule(procedure_code=procedure_code, valid_from=valid_from, valid_to=valid_to, source=source, **facts)
    return _begin(actor, row, "procedures.fee.rule_set")


@transaction.atomic
def set_exemption(
    *, actor: Actor, procedure_code: str, valid_from: date, source: str, valid_to: date | None = None, **facts: Any
) -> Exemption:
    """Who pays less or nothing from `valid_from` on, with its basis. Overlaps names the exemption in the way."""
    row = Exemption(procedure_code=procedure_code, valid_from=valid_from, valid_to=valid_to, source=source, **facts)
    return _begin(actor, row, "procedures.fee.exemption_set")


def _begin(actor: Actor, row: Row, act: str) -> Row:
    access.require(actor, MANAGE)
    if not row.source.strip():
        raise NoSource
    if row.valid_to is not None and row.valid_to <= row.valid_from:
        raise EndsBeforeItBegins
    in_the_way = alike_in(row)
    if in_the_way is not None:
        raise Overlaps(str(in_the_way.name), in_the_way.valid_from, in_the_way.valid_to)
    row.certainty = Certainty.SURE
    try:
        # Another officer may write the same in this moment: the database lets one in.
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        other = alike_in(row)
        if other is None:
            raise
        raise Overlaps(str(other.name), other.valid_from, other.valid_to) from None
    audit.record(actor, act, row, code=row.procedure_code, name=str(row.name), valid_from=row.valid_from)
    return row


def alike_in(row: Row) -> Row | None:
    """A row alike that holds on one of the days of `row`; one that ended as it began holds on none."""
    kind = type(row)
    found = kind._default_manager.filter(**{name: getattr(row, name) for name in ALIKE[kind]})
    found = found.filter(Q(valid_to=None) | Q(valid_to__gt=row.valid_from)).exclude(valid_to=F("valid_from"))
    if row.valid_to is not None:
        found = found.filter(valid_from__lt=row.valid_to)
    return found.order_by("valid_from").first()


@transaction.atomic
def end_rule(*, actor: Actor, rule_id: int, on: date, document: str) -> FeeRule:
    """The fee holds no more from `on`; what was decided by it stays. The row stays on record with its document."""
    return _end(actor, FeeRule.objects.select_for_update().get(pk=rule_id), on, document, "procedures.fee.rule_ended")


@transaction.atomic
def end_exemption(*, actor: Actor, exemption_id: int, on: date, document: str) -> Exemption:
    """The exemption holds no more from `on`."""
    row = Exemption.objects.select_for_update().get(pk=exemption_id)
    return _end(actor, row, on, document, "procedures.fee.exemption_ended")


def _end(actor: Actor, row: Row, on: date, document: str, act: str) -> Row:
    access.require(actor, MANAGE)
    if not document.strip():
        raise NoSource
    if on < row.valid_from or (row.valid_to is not None and row.valid_to <= on):
        raise EndsBeforeItBegins
    before, row.valid_to = row.valid_to, on
    row.save(update_fields=["valid_to"])
    audit.record(
        actor, act, row, code=row.procedure_code, name=str(row.name), valid_to=on, before=before, document=document
    )
    return row
