"""Appointments on the portal, by links and one press: works with scripts off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import public, signed_in, to_sign_in
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.rules import fold, normalise
from tinhso.systems.procedures.counter import selectors, services
from tinhso.systems.procedures.counter.models import Appointment, ServiceGroup
from tinhso.systems.procedures.counter.rules import AppointmentState
from tinhso.systems.procedures.counter.words import APPOINTMENT_STATES

MOST_DESKS = 80


@public
def book(request: HttpRequest) -> HttpResponse:
    """Desk, then group, then day, then hour: each a link. Only keeping the hour asks to be signed in."""
    if request.method == "POST":
        return _keep(request)
    return _choose(request)


def _group(request: HttpRequest, given: Any) -> ServiceGroup | None:
    asked = given.get("nhom", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 12):
        return None
    return get_object_or_404(selectors.bookable_groups(), pk=int(asked))


def _choose(request: HttpRequest, *, error: str = "", moving: Appointment | None = None) -> HttpResponse:
    given: Any = request.GET if request.method == "GET" else request.POST
    now = timezone.now()
    group = moving.group if moving else _group(request, given)
    day = day_of(given.get("ngay", "")) or (day_of(given.get("gio", "")[:10]) if error else None)
    query = normalise(given.get("tim", ""))[:60]
    context: dict[str, Any] = {"group": group, "day": day, "error": error, "query": query, "moving": moving}
    if group is None:
        wanted = fold(query)
        desks: dict[int, dict[str, Any]] = {}
        for one in selectors.bookable_groups().order_by("desk__sort_key", "letter"):
            if wanted in fold(one.desk.name):
                desks.setdefault(one.desk_id, {"desk": one.desk, "groups": []})["groups"].append(one)
        context["desks"] = list(desks.values())[:MOST_DESKS]
    else:
        context["days"] = selectors.bookable_days(group, now=now)
        day = day or next(iter(context["days"]), None)
        context["day"] = day
        context["slots"] = selectors.free_slots(group, day, now=now) if day else []
    return render(request, "counter/book.html", context, status=409 if error else 200)


def _starts_at(text: str) -> datetime:
    try:
        at = parse_datetime(text[:40])
    except ValueError:
        at = None
    if at is None or timezone.is_naive(at) or not 2000 < at.year < 2100:
        raise Http404
    return at


def _keep(request: HttpRequest) -> HttpResponse:
    if not actor_of(request).is_signed_in:
        return to_sign_in(request)
    group = _group(request, request.POST)
    if group is None:
        raise Http404
    try:
        made = services.book_appointment(
            actor=actor_of(request),
            group=group,
            starts_at=_starts_at(request.POST.get("gio", "")),
            note=normalise(request.POST.get("viec", "")),
        )
    except Refused as refusal:
        return _choose(request, error=refusal.sentence)
    messages.success(request, _("Đã đặt lịch hẹn, mã %(code)s.") % {"code": made.code})
    return redirect("counter:my_appointments")


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """One's appointments: those ahead may be moved or cancelled."""
    now = timezone.now()
    rows = [
        {
            "one": one,
            "state": APPOINTMENT_STATES[AppointmentState(one.state)],
            "is_ahead": one.state == AppointmentState.BOOKED and one.starts_at > now,
        }
        for one in selectors.my_appointments(actor_of(request))[:50]
    ]
    return render(request, "counter/my_appointments.html", {"rows": rows})


def _own(request: HttpRequest, pk: int) -> Appointment:
    return get_object_or_404(selectors.my_appointments(actor_of(request)), pk=pk)


@signed_in
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives the hour back."""
    found = _own(request, pk)
    if request.method == "POST":
        try:
            services.cancel_appointment(actor=actor_of(request), appointment_id=found.pk)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("Đã huỷ lịch hẹn %(code)s.") % {"code": found.code})
    return redirect("counter:my_appointments")


@signed_in
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another hour in the same line."""
    found = _own(request, pk)
    if request.method != "POST":
        return _choose(request, moving=found)
    try:
        made = services.move_appointment(
            actor=actor_of(request), appointment_id=found.pk, starts_at=_starts_at(request.POST.get("gio", ""))
        )
    except Refused as refusal:
        return _choose(request, error=refusal.sentence, moving=found)
    messages.success(request, _("Đã đổi lịch hẹn, mã mới %(code)s.") % {"code": made.code})
    return redirect("counter:my_appointments")
