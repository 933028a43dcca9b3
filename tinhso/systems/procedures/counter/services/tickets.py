"""The line: taking a number, calling the next, calling again, putting aside, sending to another group, ending."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.numbering.rules import day_period
from tinhso.foundation.numbering.services import next_number
from tinhso.systems.procedures.counter import events, permissions
from tinhso.systems.procedures.counter.errors import (
    CallOnceMore,
    NobodyWaits,
    NoTickets,
    TicketMoved,
    WrongCounter,
)
from tinhso.systems.procedures.counter.models import Appointment, Counter, DeskSetup, Priority, ServiceGroup, Ticket
from tinhso.systems.procedures.counter.rules import CALLS_BEFORE_GONE, TicketState, Waiting, goes_first, next_ticket


@transaction.atomic
def take_ticket(
    *,
    actor: Actor,
    group: ServiceGroup,
    priority: str = Priority.NONE,
    appointment: Appointment | None = None,
    at: datetime | None = None,
) -> Ticket:
    """The next number of the group today. Taken in this transaction: no gap, no number twice."""
    access.require(actor, permissions.TAKE)
    at = at or timezone.now()
    desk = group.desk
    setup = DeskSetup.objects.filter(desk=desk).first()
    if group.ended_at is not None or (setup is not None and not setup.gives_tickets):
        raise NoTickets
    day = timezone.localdate(at)
    number = next_number(kind=f"ticket:{group.pk}", unit_id=desk.pk, period=day_period(at))
    ticket = Ticket.objects.create(
        desk=desk,
        day=day,
        series=group,
        group=group,
        number=number,
        priority=Priority(priority),
        appointment=appointment,
        taken_at=at,
        is_simulated=actor.is_simulated,
    )
    audit.record(actor, "counter.ticket.taken", ticket, unit_id=desk.pk, label=ticket.label, priority=ticket.priority)
    bus.publish(events.TICKET_TAKEN, subject=ticket, unit=desk, occurred_on=day)
    return ticket


@transaction.atomic
def call_next(*, actor: Actor, counter: Counter, at: datetime | None = None) -> Ticket:
    """Ends what the counter is at and calls whose turn it is among the counter's groups; NobodyWaits when none."""
    at = at or timezone.now()
    counter = _counter(actor, counter.pk)
    for current in Ticket.objects.select_for_update().filter(counter=counter, state=TicketState.CALLED):
        _end(actor, current, TicketState.DONE, at)
    rows = list(
        Ticket.objects.filter(
            desk_id=counter.desk_id,
            day=timezone.localdate(at),
            state=TicketState.WAITING,
            group__in=counter.groups.all(),
        ).select_related("appointment")
    )
    run = _run(counter, at)
    line = [_waiting(row) for row in rows]
    while (chosen := next_ticket(line, now=at, run=run)) is not None:
        # Taken only when no other counter calls the same person at this moment: then the next in turn.
        free = Ticket.objects.select_for_update(of=("self",), skip_locked=True).select_related("series", "desk")
        row = free.filter(pk=chosen.pk, state=TicketState.WAITING).first()
        if row is not None:
            return _call(actor, row, counter, at)
        line.remove(chosen)
    raise NobodyWaits


def _waiting(row: Ticket) -> Waiting:
    return Waiting(
        row.pk,
        row.taken_at,
        row.priority != Priority.NONE,
        row.appointment.starts_at if row.appointment else None,
    )


def _run(counter: Counter, at: datetime) -> int:
    """How many of those who go first this desk called last, before an ordinary one."""
    last = (
        Ticket.objects.filter(desk_id=counter.desk_id, day=timezone.localdate(at), called_at__isnull=False)
        .select_related("appointment")
        .order_by("-called_at")[:4]
    )
    run = 0
    for row in last:
        if not goes_first(_waiting(row), at):
            break
        run += 1
    return run


@transaction.atomic
def call_again(*, actor: Actor, ticket: Ticket, counter: Counter, at: datetime | None = None) -> Ticket:
    """Calls the counter's own ticket once more, or one that was put aside earlier today."""
    at = at or timezone.now()
    counter = _counter(actor, counter.pk)
    row = _ticket(actor, ticket.pk, TicketState.CALLED, TicketState.SKIPPED)
    if row.desk_id != counter.desk_id or (row.state == TicketState.CALLED and row.counter_id != counter.pk):
        raise WrongCounter
    for current in (
        Ticket.objects.select_for_update().filter(counter=counter, state=TicketState.CALLED).exclude(pk=row.pk)
    ):
        _end(actor, current, TicketState.DONE, at)
    return _call(actor, row, counter, at)


def _call(actor: Actor, row: Ticket, counter: Counter, at: datetime) -> Ticket:
    row.state, row.counter, row.called_at = TicketState.CALLED, counter, at
    row.officer_id, row.calls = actor.account_id, row.calls + 1
    row.save(update_fields=["state", "counter", "called_at", "officer", "calls"])
    audit.record(
        actor,
        "counter.ticket.called",
        row,
        unit_id=row.desk_id,
        label=row.label,
        counter=counter.number,
        calls=row.calls,
    )
    bus.publish(events.TICKET_CALLED, subject=row, unit=row.desk, occurred_on=row.day)
    return row


@transaction.atomic
def skip_ticket(*, actor: Actor, ticket: Ticket, at: datetime | None = None) -> Ticket:
    """Puts the called ticket aside: the person is not here now and may be called again today."""
    row = _ticket(actor, ticket.pk, TicketState.CALLED)
    row.state = TicketState.SKIPPED
    row.save(update_fields=["state"])
    audit.record(actor, "counter.ticket.skipped", row, unit_id=row.desk_id, label=row.label)
    return row


@transaction.atomic
def transfer_ticket(*, actor: Actor, ticket: Ticket, group: ServiceGroup, at: datetime | None = None) -> Ticket:
    """Sends the person on to another group of the same desk. The number and the place by arrival stay theirs."""
    row = _ticket(actor, ticket.pk, TicketState.CALLED, TicketState.WAITING, TicketState.SKIPPED)
    if group.desk_id != row.desk_id or group.ended_at is not None:
        raise WrongCounter
    row.group, row.state, row.counter, row.calls = group, TicketState.WAITING, None, 0
    row.save(update_fields=["group", "state", "counter", "calls"])
    audit.record(actor, "counter.ticket.transferred", row, unit_id=row.desk_id, label=row.label, group=group.letter)
    return row


@transaction.atomic
def end_ticket(*, actor: Actor, ticket: Ticket, came: bool = True, at: datetime | None = None) -> Ticket:
    """Served, or not there after being called twice (vắng mặt)."""
    row = _ticket(actor, ticket.pk, TicketState.CALLED, *(() if came else (TicketState.SKIPPED,)))
    if not came and row.calls < CALLS_BEFORE_GONE:
        raise CallOnceMore(row.label)
    _end(actor, row, TicketState.DONE if came else TicketState.NO_SHOW, at or timezone.now())
    return row


def _end(actor: Actor, row: Ticket, state: TicketState, at: datetime) -> None:
    row.state, row.ended_at = state, at
    row.save(update_fields=["state", "ended_at"])
    audit.record(actor, "counter.ticket.ended", row, unit_id=row.desk_id, label=row.label, state=str(state))
    bus.publish(events.TICKET_ENDED, subject=row, unit=row.desk, occurred_on=row.day)


def _counter(actor: Actor, pk: int) -> Counter:
    """The counter, locked: one press at a time at each."""
    counter = Counter.objects.select_for_update(of=("self",)).select_related("desk").get(pk=pk, ended_at=None)
    access.require(actor, permissions.CALL, unit=counter.desk)
    return counter


def _ticket(actor: Actor, pk: int, *states: TicketState) -> Ticket:
    row = Ticket.objects.select_for_update(of=("self",)).select_related("desk", "series").get(pk=pk)
    access.require(actor, permissions.CALL, unit=row.desk)
    if row.state not in states:
        raise TicketMoved(row.label)
    return row
