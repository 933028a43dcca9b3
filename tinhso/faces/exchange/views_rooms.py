"""Rooms of events for people: who publishes and hears what, what is owed, and what may be done about it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.engines.exchange import hearings, permissions, selectors, services
from tinhso.engines.exchange.errors import WrongInput
from tinhso.engines.exchange.guarding import allowed_at, require_at
from tinhso.engines.exchange.models import Room, Subscription, Subsystem
from tinhso.faces.exchange.acting import crumbs, doors, form_page, numbered, once
from tinhso.faces.exchange.forms import PassForm, ReasonForm, ReplayForm, RoomForm
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted


@permitted(permissions.VIEW)
def rooms(request: HttpRequest) -> HttpResponse:
    """The rooms, the reader's own hearing with its health, and the form that opens a room."""
    actor = actor_of(request)
    may_open = access.allowed(actor, permissions.REGISTER)
    free = selectors.subsystems(actor, permissions.REGISTER).filter(removed_at=None, room=None)
    form = RoomForm(request.POST if request.method == "POST" and may_open else None, systems=free)

    def act() -> HttpResponse:
        given = form.cleaned_data
        made = services.open_room(actor=actor, subsystem=given["system"], title=given["title"])
        messages.success(request, _("Đã mở phòng tin. Hệ thống lập loại tin của phòng bằng khoá của mình."))
        return redirect("exchanging:room", made.pk)

    own = list(hearings.own_hearings(actor)[:100])
    return form_page(
        request,
        "exchanging/rooms.html",
        form,
        act,
        rows=list(hearings.rooms()[:200]),
        own=_with_standing(own),
        doors=doors("rooms"),
        may_open=may_open and free.exists(),
    )


@require_safe
@permitted(permissions.VIEW)
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """One room: its kinds of events, passes, who hears with what health, the last events."""
    return render(request, "exchanging/room.html", _of_room(request, _found(pk)) | {"form": PassForm()})


@require_POST
@permitted(permissions.DECIDE)
def give_pass(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives a system its rights in the room, or takes them."""
    row, form = _found(pk), PassForm(request.POST)

    def act() -> HttpResponse:
        given = form.cleaned_data | {"subsystem": _named(form.cleaned_data["system"])}
        given.pop("system")
        services.give_pass(actor=actor_of(request), room=row, **given)
        messages.success(request, _("Đã ghi quyền trong phòng tin; có hiệu lực ngay."))
        return redirect("exchanging:room", row.pk)

    return form_page(request, "exchanging/room.html", form, act, **_of_room(request, row))


@require_safe
@permitted(permissions.VIEW)
def hearing(request: HttpRequest, pk: int) -> HttpResponse:
    """One subscription: how it stands, what did not arrive and why."""
    row = _own(request, pk)
    return render(request, "exchanging/hearing.html", _of_hearing(request, row) | {"form": ReplayForm()})


@require_POST
@permitted(permissions.REGISTER)
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Events owed again to the reader's own system."""
    row, form = _own(request, pk), ReplayForm(request.POST)

    def act() -> HttpResponse:
        done = services.replay_for(actor=actor_of(request), subscription=row, **form.cleaned_data)
        said = _("Sẽ giao lại %(count)s tin.") % {"count": done.count}
        if done.more:
            said += " " + _("Còn tin phát sau đó chưa giao lại; hãy giao lại tiếp từ lúc muộn hơn.")
        messages.success(request, said)
        return redirect("exchanging:hearing", row.pk)

    return form_page(request, "exchanging/hearing.html", form, act, **_of_hearing(request, row))


@never_cache
@permitted(permissions.ISSUE_KEYS)
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret for the signature of deliveries, shown this once."""
    row, form = _own(request, pk), ReasonForm(request.POST if request.method == "POST" else None)
    # Asked before the form is filled in, so that nothing typed is lost to the fresh proof.
    require_at(actor_of(request), permissions.ISSUE_KEYS, unit=row.subscriber.member.unit)
    way = crumbs(
        (_("Phòng tin"), reverse("exchanging:rooms")),
        (str(row.event_type), reverse("exchanging:hearing", args=[row.pk])),
        (_("Đổi khoá ký"), ""),
    )

    def act() -> HttpResponse:
        given = form.cleaned_data
        secret = services.rotate_secret(actor=actor_of(request), subscription=row, reason=given["reason"])
        row.refresh_from_db()
        return render(request, "exchanging/secret.html", {"row": row, "secret": secret, "crumbs": way})

    return form_page(
        request,
        "exchanging/form.html",
        form,
        act,
        title=_("Đổi khoá ký"),
        lead=_("Khoá mới hiện một lần. Trong 24 giờ mỗi tin mang chữ ký của cả hai khoá để hệ thống nhận kịp đổi."),
        button=_("Đổi khoá"),
        crumbs=way,
    )


@require_POST
@permitted(permissions.REGISTER)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The reader's own system hears no more."""
    row = _own(request, pk)
    return once(
        request,
        lambda: services.end_hearing(actor=actor_of(request), subscription=row, reason=request.POST.get("reason", "")),
        _("Hệ thống đã thôi nghe loại tin này."),
        "exchanging:hearing",
        row.pk,
    )


def _found(pk: int) -> Room:
    return get_object_or_404(hearings.rooms(), pk=numbered(pk))


def _own(request: HttpRequest, pk: int) -> Subscription:
    return get_object_or_404(hearings.own_hearings(actor_of(request)), pk=numbered(pk))


def _named(identifier: str) -> Subsystem:
    """The system that somebody named by its whole identifier."""
    code = identifier.strip().rpartition("/")[2]
    for one in Subsystem.objects.filter(code=code, removed_at=None).select_related("member"):
        if one.identifier == identifier.strip():
            return one
    raise WrongInput(_("Không có hệ thống nào mang định danh này. Hãy chép nguyên từ trang của hệ thống."))


def _with_standing(rows: list[Subscription]) -> list[tuple[Subscription, hearings.Standing]]:
    standing = hearings.standing_of(rows)
    return [(one, standing[one.pk]) for one in rows]


def _drawn(schema: Any) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2)


def _of_room(request: HttpRequest, row: Room) -> dict[str, Any]:
    actor = actor_of(request)
    owns = hearings.owns(actor, row)
    events = hearings.recent(row, actor)
    return {
        "row": row,
        "kinds": [(one, _drawn(one.schema)) for one in row.event_types.order_by("code")],
        "passes": list(row.passes.filter(ended_at=None).select_related("subsystem__member")) if owns else None,
        "hearings": _with_standing(list(hearings.hearings_in(row, actor)[:200])),
        "events": None if events is None else list(events),
        "owns": owns,
        "may_decide": allowed_at(actor, permissions.DECIDE, row.subsystem.member.unit),
        "crumbs": crumbs((_("Phòng tin"), reverse("exchanging:rooms")), (row.title, "")),
    }


def _of_hearing(request: HttpRequest, row: Subscription) -> dict[str, Any]:
    actor, unit = actor_of(request), row.subscriber.member.unit
    is_living = Subscription.objects.living().filter(pk=row.pk).exists()
    may_register = allowed_at(actor, permissions.REGISTER, unit)
    may_issue = allowed_at(actor, permissions.ISSUE_KEYS, unit)
    return {
        "row": row,
        "room": row.event_type.room,
        "standing": hearings.standing_of([row])[row.pk],
        "troubles": list(hearings.troubles(row)),
        "is_living": is_living,
        "may_replay": is_living and may_register,
        "may_rotate": is_living and may_issue and row.way == row.Way.PUSH,
        "may_end": row.cancelled_at is None and may_register,
        "crumbs": crumbs((_("Phòng tin"), reverse("exchanging:rooms")), (str(row.event_type), "")),
    }
