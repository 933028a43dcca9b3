"""Appointments: book, move, cancel, come, and the reminder the day before."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.notices.services import notify
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.asked import fitting
from tinhso.systems.procedures.counter import events, permissions
from tinhso.systems.procedures.counter.errors import AppointmentOver, NoSuchSlot, SlotTaken, TooManyAppointments
from tinhso.systems.procedures.counter.models import Appointment, Priority, ServiceGroup, Ticket
from tinhso.systems.procedures.counter.rules import AppointmentState
from tinhso.systems.procedures.counter.selectors import is_a_slot
from tinhso.systems.procedures.counter.services.tickets import take_ticket
from tinhso.systems.procedures.services.acts import account_id_of

# One person holds no more than this many hours at once, so that nobody empties a desk's week.
MOST_AT_ONCE = 3
# Letters and digits that are not mistaken for one another when read aloud.
_CODE_LETTERS = "ABCDEFGHKLMNPQRSTUVXY3456789"


@transaction.atomic
def book_appointment(
    *, actor: Actor, group: ServiceGroup, starts_at: datetime, note: str = "", at: datetime | None = None
) -> Appointment:
    """Keeps an hour for the actor. Holidays and closed hours have no slots; a full one is refused (SlotTaken)."""
    access.require(actor, permissions.BOOK)
    at = at or timezone.now()
    # The account's row makes one person's bookings take turns; the group's row those of one line.
    account = Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account_id_of(actor))
    held = Appointment.objects.filter(account=account, state=AppointmentState.BOOKED, starts_at__gt=at)
    if held.count() >= MOST_AT_ONCE or held.filter(starts_at=starts_at).exists():
        raise TooManyAppointments
    return _book(actor, account, group.pk, starts_at, note, at)


def _book(
    actor: Actor,
    account: Account,
    group_id: int,
    starts_at: datetime,
    note: str,
    at: datetime,
    old: Appointment | None = None,
) -> Appointment:
    group = ServiceGroup.objects.select_for_update(of=("self",), no_key=True).select_related("desk").get(pk=group_id)
    if not is_a_slot(group, starts_at, now=at):
        raise NoSuchSlot
    taken = set(
        Appointment.objects.filter(
            group=group, starts_at=starts_at, state__in=[AppointmentState.BOOKED, AppointmentState.CAME]
        ).values_list("place", flat=True)
    )
    place = next((number for number in range(1, group.slot_capacity + 1) if number not in taken), None)
    if place is None:
        raise SlotTaken
    try:
        with transaction.atomic():
            made = Appointment.objects.create(
                code="".join(secrets.choice(_CODE_LETTERS) for _ in range(6)),
                group=group,
                account=account,
                starts_at=starts_at,
                minutes=group.slot_minutes,
                place=place,
                note=fitting(note, 300),
                booked_at=at,
                moved_from=old,
                is_simulated=actor.is_simulated,
            )
    except IntegrityError:
        raise SlotTaken from None
    audit.record(
        actor,
        "counter.appointment.booked",
        made,
        unit_id=group.desk_id,
        starts_at=starts_at.isoformat(),
        code=made.code,
    )
    bus.publish(events.APPOINTMENT_BOOKED, subject=made, unit=group.desk, occurred_on=timezone.localdate(starts_at))
    notify(
        actor,
        account=account,
        text="counter.booked",
        values=_values(made),
        link="/dat-lich/cua-toi/",
        key=f"counter.booked:{made.pk}",
    )
    return made


def _values(one: Appointment) -> dict[str, str]:
    return {
        "code": one.code,
        "desk": one.group.desk.name,
        "when": f"{timezone.localtime(one.starts_at):%H:%M, %d/%m/%Y}",
    }


def _own(actor: Actor, pk: int, at: datetime) -> Appointment:
    """The actor's own appointment, locked, still ahead."""
    found = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("group__desk", "account")
        .get(pk=pk, account_id=account_id_of(actor))
    )
    if found.state != AppointmentState.BOOKED or found.starts_at <= at:
        raise AppointmentOver
    return found


@transaction.atomic
def cancel_appointment(*, actor: Actor, appointment_id: int, at: datetime | None = None) -> Appointment:
    """Gives the hour back; somebody else may take it."""
    access.require(actor, permissions.BOOK)
    at = at or timezone.now()
    found = _own(actor, appointment_id, at)
    _cancel(actor, found, at)
    return found


def _cancel(actor: Actor, found: Appointment, at: datetime) -> None:
    found.state, found.ended_at = AppointmentState.CANCELLED, at
    found.save(update_fields=["state", "ended_at"])
    audit.record(actor, "counter.appointment.cancelled", found, unit_id=found.group.desk_id, code=found.code)
    bus.publish(
        events.APPOINTMENT_CANCELLED,
        subject=found,
        unit=found.group.desk,
        occurred_on=timezone.localdate(found.starts_at),
    )


@transaction.atomic
def move_appointment(
    *, actor: Actor, appointment_id: int, starts_at: datetime, at: datetime | None = None
) -> Appointment:
    """Another hour in the same line: the old one is given back only when the new one is held."""
    access.require(actor, permissions.BOOK)
    at = at or timezone.now()
    account = Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account_id_of(actor))
    found = _own(actor, appointment_id, at)
    if found.starts_at == starts_at:
        return found
    if Appointment.objects.filter(account=account, state=AppointmentState.BOOKED, starts_at=starts_at).exists():
        raise TooManyAppointments
    made = _book(actor, account, found.group_id, starts_at, found.note, at, old=found)
    _cancel(actor, found, at)
    return made


@transaction.atomic
def arrive(
    *, actor: Actor, code: str, desk_id: int, priority: str = Priority.NONE, at: datetime | None = None
) -> Ticket:
    """The person is here: the appointment's code gives a ticket that goes at its hour. A second time the same one."""
    access.require(actor, permissions.TAKE)
    at = at or timezone.now()
    found = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("group__desk")
        .filter(code=code.strip().upper(), group__desk_id=desk_id)
        .first()
    )
    if found is None or timezone.localdate(found.starts_at) != timezone.localdate(at):
        raise AppointmentOver
    known = Ticket.objects.filter(appointment=found).select_related("series").first()
    if known is not None:
        return known
    if found.state != AppointmentState.BOOKED:
        raise AppointmentOver
    found.state, found.ended_at = AppointmentState.CAME, at
    found.save(update_fields=["state", "ended_at"])
    return take_ticket(actor=actor, group=found.group, priority=priority, appointment=found, at=at)


@transaction.atomic
def mark_missed(*, actor: Actor, at: datetime | None = None) -> int:
    """Booked hours of past days that nobody came for. For the nightly job."""
    access.require(actor, permissions.ARRANGE)
    at = at or timezone.now()
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return Appointment.objects.filter(state=AppointmentState.BOOKED, starts_at__lt=midnight).update(
        state=AppointmentState.MISSED, ended_at=at
    )


@transaction.atomic
def remind_tomorrow(*, actor: Actor, at: datetime | None = None) -> int:
    """Tells everybody who has an hour on the next calendar day, once. For the hourly job."""
    access.require(actor, permissions.ARRANGE)
    today = timezone.localtime(at or timezone.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    due = Appointment.objects.filter(
        state=AppointmentState.BOOKED,
        starts_at__gte=today + timedelta(days=1),
        starts_at__lt=today + timedelta(days=2),
    ).select_related("group__desk", "account__person")
    told = 0
    for one in due:
        told += bool(
            notify(
                actor,
                account=one.account,
                text="counter.reminder",
                values=_values(one),
                link="/dat-lich/cua-toi/",
                key=f"counter.reminder:{one.pk}",
            )
        )
    return told
