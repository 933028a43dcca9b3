"""What every view here asks of a request."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest
from django.utils import timezone

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.text.asked import day_of
from tinhso.systems.procedures.proactive import selectors
from tinhso.systems.procedures.proactive.models import Reminder


def own(request: HttpRequest, pk: int) -> Reminder:
    """The reminder when it is the actor's; anyone else's is not there."""
    found = selectors.own(actor_of(request)).select_related("draft__version__form", "unit").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def period(request: HttpRequest) -> tuple[date, date]:
    """The dates asked for; this year so far when they make no sense."""
    today = timezone.localdate()
    first, last = (_day(request.GET.get(name, "")) for name in ("tu", "den"))
    first, last = first or date(today.year, 1, 1), last or today
    return (first, last) if first <= last else (date(today.year, 1, 1), today)


def _day(text: str) -> date | None:
    day = day_of(text)
    return day if day and 2000 <= day.year <= 2100 else None
