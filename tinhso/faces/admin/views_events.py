"""Events that the worker set aside: what happened, why it failed, try again or close."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation.access import gates
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.events import set_aside
from tinhso.foundation.events.dispatch import waiting
from tinhso.foundation.oversight import selectors, services
from tinhso.foundation.oversight.errors import ReasonMissing
from tinhso.foundation.oversight.permissions import EVENTS_MANAGE

MOST = 200


@require_safe
@gates.permitted(EVENTS_MANAGE)
def events_list(request: HttpRequest) -> HttpResponse:
    """Events set aside, newest first, and how many wait for the worker."""
    mine = selectors.visible_events(actor_of(request)).values("pk")
    events = list(set_aside.waiting().filter(pk__in=mine)[:MOST])
    return render(request, "admin_face/events_list.html", {"events": events, "waiting": waiting()})


@require_safe
@gates.permitted(EVENTS_MANAGE)
def event_page(request: HttpRequest, event_id: int) -> HttpResponse:
    """One event with its error."""
    return _page(request, event_id)


@require_POST
@gates.permitted(EVENTS_MANAGE)
def event_retry(request: HttpRequest, event_id: int) -> HttpResponse:
    """Gives one event back to the worker."""
    services.retry_set_aside(actor_of(request), event_id=_id(event_id))
    messages.success(request, _("Đã trả sự kiện về hàng đợi. Hệ thống sẽ xử lý lại ngay."))
    return HttpResponseRedirect(reverse("admin:events"))


@require_POST
@gates.permitted(EVENTS_MANAGE)
def events_retry_all(request: HttpRequest) -> HttpResponse:
    """Gives all of them back, after a fault is mended."""
    count = services.retry_all_set_aside(actor_of(request))
    sentence = ngettext("Đã trả %(count)s sự kiện về hàng đợi.", "Đã trả %(count)s sự kiện về hàng đợi.", count)
    messages.success(request, sentence % {"count": count})
    return HttpResponseRedirect(reverse("admin:events"))


@require_POST
@gates.permitted(EVENTS_MANAGE)
def event_close(request: HttpRequest, event_id: int) -> HttpResponse:
    """Closes one event without handling, with a reason."""
    reason = request.POST.get("ly-do", "")
    try:
        services.close_set_aside(actor_of(request), event_id=_id(event_id), reason=reason)
    except ReasonMissing as refusal:
        return _page(request, event_id, error=refusal.sentence, status=422)
    messages.success(request, _("Đã đóng sự kiện mà không xử lý. Lý do được ghi vào nhật ký."))
    return HttpResponseRedirect(reverse("admin:events"))


def _page(request: HttpRequest, event_id: int, *, error: str = "", status: int = 200) -> HttpResponse:
    event = get_object_or_404(selectors.visible_events(actor_of(request)), pk=_id(event_id))
    open_now = event.handled_at is None and event.set_aside_at is not None
    context = {"event": event, "is_open": open_now, "error": error}
    return render(request, "admin_face/event.html", context, status=status)


def _id(value: int) -> int:
    if value > 2**63 - 1:
        raise Http404
    return value
