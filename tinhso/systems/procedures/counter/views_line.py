"""The officers' line: whose turn, the buttons of the counter, the set-up, who is expected today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.rules import normalise
from tinhso.systems.procedures.counter import permissions, selectors, services
from tinhso.systems.procedures.counter.models import Counter, DeskSetup, ServiceGroup, Ticket
from tinhso.systems.procedures.counter.rules import AppointmentState, TicketState
from tinhso.systems.procedures.counter.words import APPOINTMENT_STATES, TICKET_STATES

AT_COUNTER = "counter_of_officer"


def desk_of(request: HttpRequest) -> Unit:
    """The desk where this officer works; 404 for an officer of none."""
    desk = selectors.desk_of(actor_of(request))
    if desk is None:
        raise Http404
    return desk


@permitted(permissions.CALL)
def line(request: HttpRequest) -> HttpResponse:
    """Choose the counter once; then one button calls the next."""
    return _page(request, desk_of(request))


def _page(request: HttpRequest, desk: Unit, *, error: str = "") -> HttpResponse:
    counters = list(selectors.counters_of(desk))
    asked = request.GET.get("quay", "")
    if asked.isascii() and asked.isdigit() and any(str(one.number) == asked for one in counters):
        request.session[AT_COUNTER] = next(one.pk for one in counters if str(one.number) == asked)
    here = next((one for one in counters if one.pk == request.session.get(AT_COUNTER)), None)
    tickets = list(selectors.line_of(desk))
    context = {
        "desk": desk,
        "counters": counters,
        "here": here,
        "current": next(
            (t for t in tickets if here and t.counter_id == here.pk and t.state == TicketState.CALLED), None
        ),
        "everybody": sum(t.state == TicketState.WAITING for t in tickets),
        "waiting": [t for t in tickets if t.state == TicketState.WAITING and _serves(here, t)],
        "aside": [t for t in tickets if t.state == TicketState.SKIPPED],
        "elsewhere": [t for t in tickets if t.state == TicketState.WAITING and not _serves(here, t)],
        "groups": list(ServiceGroup.objects.in_use().filter(desk=desk)),
        "state_names": TICKET_STATES,
        "screen": reverse("counter:screen", args=[desk.pk]),
        "error": error,
    }
    return render(request, "counter/line.html", context, status=409 if error else 200)


def _serves(here: Counter | None, ticket: Ticket) -> bool:
    return here is None or ticket.group_id in {group.pk for group in here.groups.all()}


@permitted(permissions.CALL)
def call(request: HttpRequest, counter: int) -> HttpResponse:
    """The next person to this counter."""
    found = _counter(request, counter)
    if request.method != "POST":
        return redirect("counter:line")
    request.session[AT_COUNTER] = found.pk
    try:
        ticket = services.call_next(actor=actor_of(request), counter=found)
    except access.Denied:
        raise
    except Refused as refusal:
        messages.info(request, refusal.sentence)
    else:
        messages.success(request, _("Đang gọi số %(label)s.") % {"label": ticket.label})
    return redirect("counter:line")


def _counter(request: HttpRequest, pk: int) -> Counter:
    return get_object_or_404(Counter, access.scope(actor_of(request), permissions.CALL, "desk"), pk=pk, ended_at=None)


@permitted(permissions.CALL)
def act(request: HttpRequest, ticket: int, act: str) -> HttpResponse:
    """One button on one ticket."""
    scope = access.scope(actor_of(request), permissions.CALL, "desk")
    found = get_object_or_404(Ticket.objects.filter(scope).select_related("desk", "series"), pk=ticket)
    press = ACTS.get(act)
    if press is None:
        raise Http404
    if request.method != "POST":
        return redirect("counter:line")
    try:
        press(request, found)
    except access.Denied:
        raise
    except Refused as refusal:
        return _page(request, found.desk, error=refusal.sentence)
    return redirect("counter:line")


def _again(request: HttpRequest, ticket: Ticket) -> None:
    here = request.session.get(AT_COUNTER)
    counter = Counter.objects.filter(pk=here or 0, desk_id=ticket.desk_id, ended_at=None).first() or ticket.counter
    if counter is None:
        raise Http404
    services.call_again(actor=actor_of(request), ticket=ticket, counter=counter)


def _transfer(request: HttpRequest, ticket: Ticket) -> None:
    group = get_object_or_404(ServiceGroup, desk_id=ticket.desk_id, letter=request.POST.get("nhom", ""), ended_at=None)
    services.transfer_ticket(actor=actor_of(request), ticket=ticket, group=group)


ACTS: dict[str, Callable[[HttpRequest, Ticket], Any]] = {
    "goi-lai": _again,
    "de-sang-ben": lambda request, ticket: services.skip_ticket(actor=actor_of(request), ticket=ticket),
    "chuyen": _transfer,
    "xong": lambda request, ticket: services.end_ticket(actor=actor_of(request), ticket=ticket),
    "vang-mat": lambda request, ticket: services.end_ticket(actor=actor_of(request), ticket=ticket, came=False),
}


@permitted(permissions.ARRANGE)
def arrange(request: HttpRequest) -> HttpResponse:
    """Groups, counters, the kiosk's address."""
    desk, actor = desk_of(request), actor_of(request)
    error = ""
    if request.method == "POST":
        try:
            _arrange(request, actor, desk)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
        if not error:
            return redirect("counter:arrange")
    setup = DeskSetup.objects.filter(desk=desk).first() or services.set_up_desk(actor=actor, desk=desk)
    context = {
        "desk": desk,
        "setup": setup,
        "kiosk": settings.PUBLIC_URL + reverse("counter:kiosk", args=[setup.kiosk_key]),
        "screen": settings.PUBLIC_URL + reverse("counter:screen", args=[desk.pk]),
        "groups": list(ServiceGroup.objects.in_use().filter(desk=desk)),
        "counters": list(selectors.counters_of(desk)),
        "error": error,
    }
    return render(request, "counter/arrange.html", context, status=422 if error else 200)


class _Wrong(Refused):
    pass


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most):
        raise _Wrong(_("Hãy nhập số từ %(least)d đến %(most)d.") % {"least": least, "most": most})
    return int(text)


def _arrange(request: HttpRequest, actor: Actor, desk: Unit) -> None:
    typed, what = request.POST, request.POST.get("viec", "")
    if what == "nhom":
        letter = typed.get("chu", "").strip().upper()
        if not (letter.isascii() and letter.isalpha() and len(letter) <= 2 and normalise(typed.get("ten", ""))):
            raise _Wrong(_("Nhóm cần một chữ cái A đến Z và tên gọi."))
        services.arrange_group(
            actor=actor,
            desk=desk,
            letter=letter,
            name=normalise(typed.get("ten", ""))[:120],
            slot_minutes=_number(typed.get("phut", "20"), 5, 240),
            slot_capacity=_number(typed.get("suc_chua", "1"), 0, 50),
            is_ended=typed.get("thoi_dung") == "1",
        )
    elif what == "quay":
        groups = list(ServiceGroup.objects.in_use().filter(desk=desk, letter__in=typed.getlist("nhom")))
        services.arrange_counter(
            actor=actor,
            desk=desk,
            number=_number(typed.get("so", ""), 1, 999),
            groups=groups,
            is_ended=typed.get("thoi_dung") == "1",
        )
    elif what in ("mo", "dong", "doi-khoa"):
        services.set_up_desk(actor=actor, desk=desk, gives_tickets=what != "dong", new_key=what == "doi-khoa")


@permitted(permissions.CALL)
def expected(request: HttpRequest) -> HttpResponse:
    """Appointments of a day at this desk."""
    desk = desk_of(request)
    day = day_of(request.GET.get("ngay")) or timezone.localdate()
    rows = [
        {"one": one, "state": APPOINTMENT_STATES[AppointmentState(one.state)]}
        for one in selectors.appointments_of(desk, day)
    ]
    return render(request, "counter/expected.html", {"desk": desk, "day": day, "rows": rows})
