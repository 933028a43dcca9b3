"""What a request asks for, read once: the actor, the duty it may see, the cells it sends."""

from __future__ import annotations

from django.http import Http404, HttpRequest, QueryDict

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.text.asked import whole_number
from tinhso.systems.reporting.models import Duty, Submission
from tinhso.systems.reporting.selectors import AROUND, newest_of
from tinhso.systems.reporting.services.filling import Given

LARGEST = 2**31 - 1
MOST_DIGITS = 9


def duty_or_404(request: HttpRequest, pk: int) -> Duty:
    found = Duty.objects.all().visible_to(actor_of(request)).select_related(*AROUND).filter(pk=min(pk, LARGEST))
    duty = found.first()
    if duty is None:
        raise Http404
    return duty


def submission_or_404(request: HttpRequest, pk: int) -> Submission:
    submission = newest_of(duty_or_404(request, pk))
    if submission is None:
        raise Http404
    return submission


def number(text: str | None, otherwise: int = 0) -> int:
    """A small whole number from a form; `otherwise` for anything else."""
    read = whole_number(text, MOST_DIGITS)
    return otherwise if read is None else read


def seen(request: HttpRequest) -> int | None:
    """The version that the page showed; None when it was not sent."""
    return number(request.POST.get("seen"), -1) if "seen" in request.POST else None


def given(posted: QueryDict) -> dict[str, Given]:
    """c.<cell> with its v.<cell>: what was typed and which version stood there."""
    return {
        name[2:]: Given(str(posted[name]), number(posted.get(f"v.{name[2:]}")))
        for name in posted
        if name.startswith("c.")
    }


def explanations(posted: QueryDict) -> dict[str, str]:
    """g.<check>: what the unit says to a warning."""
    return {name[2:]: str(posted[name]) for name in posted if name.startswith("g.")}
