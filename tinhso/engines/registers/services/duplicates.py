"""Probable duplicates: found by likeness, decided by a person. One that is the same goes on in the other."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.registers import events, permissions
from tinhso.engines.registers.errors import WrongRequest
from tinhso.engines.registers.models import DuplicatePair, Record, Register
from tinhso.engines.registers.models.records import Change
from tinhso.engines.registers.rules import likeness
from tinhso.engines.registers.services import history, writing
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise

# So many pairs are kept for people to look at; the surest first.
MOST_PAIRS = 5_000


@transaction.atomic
def find_duplicates(*, actor: access.Actor, register: Register) -> int:
    """Tìm bản ghi nghi trùng. Pairs already decided are not shown again. Returns how many are new."""
    register = history.locked(actor, register.pk, permissions.CHANGE)
    shape = history.definition_on(register).shape
    records = Record.objects.current().filter(register=register).values_list("pk", "data")
    found = likeness.pairs(shape, records.iterator(chunk_size=5000))
    known = set(DuplicatePair.objects.filter(register=register).values_list("first_id", "second_id"))
    now = timezone.now()
    fresh = [
        DuplicatePair(
            register=register, first_id=one.first, second_id=one.second, score=one.score, by=dict(one.by), found_at=now
        )
        for one in found
        if (one.first, one.second) not in known
    ][:MOST_PAIRS]
    DuplicatePair.objects.bulk_create(fresh, batch_size=1000)
    audit.record(
        actor,
        "registers.duplicates.found",
        register,
        unit_id=register.owner_id,
        register=register.code,
        pairs=len(fresh),
    )
    bus.publish(
        events.DUPLICATES_FOUND,
        subject=register,
        unit=register.owner,
        occurred_on=timezone.localdate(now),
        register=register.pk,
    )
    return len(fresh)


@transaction.atomic
def decide_duplicate(
    *, actor: access.Actor, pair_id: int, same: bool, keep: str = "first", note: str = ""
) -> DuplicatePair:
    """Kết luận một cặp: different stays so; the same joins the record not kept to the one that is (`keep`)."""
    register_id = DuplicatePair.objects.values_list("register_id", flat=True).get(pk=pair_id)
    register = history.locked(actor, register_id, permissions.APPROVE)
    pair = DuplicatePair.objects.select_for_update(of=("self",)).select_related("first", "second").get(pk=pair_id)
    if pair.state != DuplicatePair.State.WAITING:
        raise WrongRequest(_("Cặp này đã được kết luận."))
    if same:
        kept, gone = (pair.second, pair.first) if keep == "second" else (pair.first, pair.second)
        _join(actor, register, kept, gone, note)
    pair.state = DuplicatePair.State.SAME if same else DuplicatePair.State.DIFFERENT
    pair.decided_at, pair.decided_by_label, pair.note = timezone.now(), actor.label[:200], fitting(normalise(note), 300)
    pair.save()
    audit.record(
        actor,
        "registers.duplicate.decided",
        pair,
        unit_id=register.owner_id,
        register=register.code,
        state=str(pair.state),
        note=note,
    )
    return pair


def _join(actor: access.Actor, register: Register, kept: Record, gone: Record, note: str) -> None:
    if kept.joined_to_id or gone.joined_to_id or kept.closed_on or gone.closed_on:
        raise WrongRequest(_("Một trong hai bản ghi không còn dùng. Hãy tìm lại các cặp nghi trùng."))
    definition, today = history.definition_on(register), timezone.localdate()
    gone.joined_to, gone.closed_on, gone.number = kept, today, gone.number + 1
    gone.save(update_fields=["joined_to", "closed_on", "number"])
    reason = normalise(_("Là một với %(key)s. %(note)s") % {"key": kept.key, "note": note})[:300]
    entry = history.Entry(gone.pk, gone.number, gone.key, gone.data, Change.JOINED, today, {}, reason)
    writing.note(actor, definition, gone, entry)
