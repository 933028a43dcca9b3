"""Setting up a desk: its kiosk, groups and counters."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.procedures.counter import permissions
from tinhso.systems.procedures.counter.errors import WrongCounter
from tinhso.systems.procedures.counter.models import Counter, DeskSetup, ServiceGroup


@transaction.atomic
def set_up_desk(*, actor: Actor, desk: Unit, gives_tickets: bool = True, new_key: bool = False) -> DeskSetup:
    """Opens or closes the giving of tickets; `new_key` makes the kiosk's old address worthless."""
    access.require(actor, permissions.ARRANGE, unit=desk)
    setup, _made = DeskSetup.objects.select_for_update().get_or_create(desk=desk)
    setup.gives_tickets = gives_tickets
    if new_key:
        setup.kiosk_key = uuid.uuid4()
    setup.save()
    audit.record(actor, "counter.desk.set_up", desk, unit_id=desk.pk, gives_tickets=gives_tickets, new_key=new_key)
    return setup


@transaction.atomic
def arrange_group(
    *,
    actor: Actor,
    desk: Unit,
    letter: str,
    name: str,
    slot_minutes: int = 20,
    slot_capacity: int = 1,
    book_days: int = 14,
    is_ended: bool = False,
) -> ServiceGroup:
    """Makes or changes the group of a letter. An ended group keeps its tickets; its letter may be used again."""
    access.require(actor, permissions.ARRANGE, unit=desk)
    Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=desk.pk)  # two at once make one group
    group = ServiceGroup.objects.in_use().filter(desk=desk, letter=letter).first()
    group = group or ServiceGroup(desk=desk, letter=letter)
    group.name, group.slot_minutes, group.slot_capacity = name, slot_minutes, slot_capacity
    group.book_days = book_days
    group.ended_at = timezone.now() if is_ended else None
    group.save()
    audit.record(
        actor,
        "counter.group.arranged",
        group,
        unit_id=desk.pk,
        letter=letter,
        name=name,
        minutes=slot_minutes,
        capacity=slot_capacity,
        is_ended=is_ended,
    )
    return group


@transaction.atomic
def arrange_counter(
    *, actor: Actor, desk: Unit, number: int, groups: Sequence[ServiceGroup], is_ended: bool = False
) -> Counter:
    """Makes or changes a counter and the groups it serves."""
    access.require(actor, permissions.ARRANGE, unit=desk)
    if any(group.desk_id != desk.pk for group in groups):
        raise WrongCounter
    Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=desk.pk)
    counter = Counter.objects.filter(desk=desk, number=number, ended_at=None).first() or Counter(
        desk=desk, number=number
    )
    counter.ended_at = timezone.now() if is_ended else None
    counter.save()
    counter.groups.set(groups)
    audit.record(
        actor,
        "counter.counter.arranged",
        counter,
        unit_id=desk.pk,
        number=number,
        groups=[group.letter for group in groups],
        is_ended=is_ended,
    )
    return counter
