"""Reads of the desk: its line now, the calling screen, free hours, the papers of a dossier, what is to be scanned."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.text.rules import fold
from tinhso.systems.procedures import selectors as core
from tinhso.systems.procedures.counter.models import Appointment, Counter, ReceivedPaper, Scan, ServiceGroup, Ticket
from tinhso.systems.procedures.counter.rules import AppointmentState, TicketState, slots
from tinhso.systems.procedures.models import Dossier, ProcedureVersion

# How long a called number stays big on the screen, and how many are shown.
SHOWN_CALLS = 6
HITS = 8


def desk_of(actor: Actor) -> Unit | None:
    """The service centre where the actor works at the desk."""
    held = [grant.unit_id for grant in actor.grants if grant.role == "desk_officer"]
    return Unit.objects.filter(pk__in=held, kind=UnitKind.SERVICE_CENTRE).select_related("area").first()


def line_of(desk: Unit, day: date | None = None) -> QuerySet[Ticket]:
    """Today's tickets of a desk that are not over, in the order taken."""
    return (
        Ticket.objects.filter(
            desk=desk,
            day=day or timezone.localdate(),
            state__in=[TicketState.WAITING, TicketState.CALLED, TicketState.SKIPPED],
        )
        .select_related("series", "group", "counter", "appointment")
        .order_by("taken_at", "pk")
    )


def waiting_by_group(desk: Unit, day: date | None = None) -> dict[int, int]:
    """How many wait in each group, in one query."""
    rows = Ticket.objects.filter(desk=desk, day=day or timezone.localdate(), state=TicketState.WAITING)
    return dict(rows.values_list("group").annotate(count=Count("pk")))


def calls(desk: Unit, day: date | None = None) -> list[dict[str, Any]]:
    """What the calling screen shows: the newest calls first. Numbers only, nothing of the person."""
    rows = (
        Ticket.objects.filter(desk=desk, day=day or timezone.localdate(), state=TicketState.CALLED)
        .order_by("-called_at")
        .values("series__letter", "number", "counter__number", "called_at", "calls")[:SHOWN_CALLS]
    )
    return [
        {
            "label": f"{row['series__letter']}{row['number']:03d}",
            "counter": row["counter__number"],
            "at": row["called_at"],
            "calls": row["calls"],
        }
        for row in rows
    ]


def counters_of(desk: Unit) -> QuerySet[Counter]:
    return Counter.objects.filter(desk=desk, ended_at=None).prefetch_related("groups").order_by("number")


def ahead_of(ticket: Ticket) -> int:
    """How many in the same group took their number earlier and still wait."""
    return Ticket.objects.filter(
        desk_id=ticket.desk_id,
        day=ticket.day,
        group_id=ticket.group_id,
        state=TicketState.WAITING,
        taken_at__lt=ticket.taken_at,
    ).count()


# Appointments


def is_a_slot(group: ServiceGroup, starts_at: datetime, *, now: datetime) -> bool:
    """`starts_at` is one of the group's slots: a working day, within the hours, ahead, not too far ahead."""
    if group.ended_at is not None or group.slot_capacity < 1 or starts_at <= now:
        return False
    local = timezone.localtime(starts_at)
    return local.date() <= last_day(group, now) and local in _slots(group, local.date())


def last_day(group: ServiceGroup, now: datetime) -> date:
    return timezone.localdate(now) + timedelta(days=group.book_days)


def _slots(group: ServiceGroup, day: date) -> list[datetime]:
    sessions = calendar_for(group.desk).sessions_on(day)
    noon = timezone.make_aware(datetime.combine(day, datetime.min.time()).replace(hour=12))
    return slots(sessions, group.slot_minutes, day=day, opens=timezone.localtime(noon))


def free_slots(group: ServiceGroup, day: date, *, now: datetime) -> list[dict[str, Any]]:
    """The day's slots with how many places are left; empty on a day off or outside what may be booked."""
    if not timezone.localdate(now) <= day <= last_day(group, now):
        return []
    taken = dict(
        Appointment.objects.filter(
            group=group,
            starts_at__date=day,
            state__in=[AppointmentState.BOOKED, AppointmentState.CAME],
        )
        .values_list("starts_at")
        .annotate(count=Count("pk"))
    )
    return [{"at": at, "left": max(group.slot_capacity - taken.get(at, 0), 0)} for at in _slots(group, day) if at > now]


def bookable_days(group: ServiceGroup, *, now: datetime) -> list[date]:
    """The working days that may be chosen."""
    calendar, today = calendar_for(group.desk), timezone.localdate(now)
    days = [today + timedelta(days=ahead) for ahead in range(group.book_days + 1)]
    return [day for day in days if calendar.is_working(day)]


def bookable_groups() -> QuerySet[ServiceGroup]:
    return ServiceGroup.objects.in_use().filter(slot_capacity__gt=0).select_related("desk__area")


def my_appointments(actor: Actor) -> QuerySet[Appointment]:
    found = Appointment.objects.filter(account_id=actor.account_id or 0)
    return found.select_related("group__desk").order_by("-starts_at")


def appointments_of(desk: Unit, day: date) -> QuerySet[Appointment]:
    """Who is expected at a desk on a day."""
    return (
        Appointment.objects.filter(group__desk=desk, starts_at__date=day)
        .exclude(state=AppointmentState.CANCELLED)
        .select_related("group", "account", "ticket")
        .order_by("starts_at", "place")
    )


# Receiving


def find_procedures(typed: str) -> list[ProcedureVersion]:
    """Procedures in force whose code or name holds every word typed, without marks; short names first."""
    words = fold(typed).split()
    if not words:
        return []
    wanted = Q()
    for word in words[:8]:
        wanted &= Q(folded__contains=word)
    text = Concat("code", Value(" "), "plain_name", Value(" "), "name", output_field=TextField())
    folded = Func(text, function="tinhso_fold", output_field=TextField())
    found = core.catalogue().annotate(folded=folded).filter(wanted)
    return sorted(
        list[ProcedureVersion](found[:200]), key=lambda one: (not one.code.startswith(typed), len(one.plain_name))
    )[:HITS]


def received_lines(dossier: Dossier) -> list[dict[str, object]]:
    """The lines of form 01 for a dossier taken in at the desk."""
    return [
        {"name": paper.label, "kind": str(paper.get_kind_display()), "quantity": paper.quantity}
        for paper in ReceivedPaper.objects.filter(dossier=dossier).order_by("position")
    ]


def scans_of(dossier: Dossier) -> QuerySet[Scan]:
    """The scans of a dossier, with their papers and fields."""
    return (
        Scan.objects.filter(paper__dossier=dossier)
        .select_related("paper", "original", "searchable", "confirmed_by")
        .prefetch_related("fields")
        .order_by("paper__position", "pk")
    )
