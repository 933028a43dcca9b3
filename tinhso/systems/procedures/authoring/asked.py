"""What every page of a proposal shares: finding it, saving a part, the frame around it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.text.asked import whole_number
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.authoring import services
from tinhso.systems.procedures.authoring.models import Proposal
from tinhso.systems.procedures.authoring.words import SECTIONS


def found(proposal_id: int) -> Proposal:
    """The proposal with the version it was begun from."""
    rows = Proposal.objects.select_related("based_on__form", "based_on__process", "published", "created_by")
    return get_object_or_404(rows, pk=proposal_id)


def seen(request: HttpRequest) -> int | None:
    """The lock_version of the page that was edited on."""
    given = request.POST.get("seen", "")
    return whole_number(given, 9)


def save(request: HttpRequest, proposal: Proposal, changes: dict[str, Any], **more: Any) -> bool:
    """Calls the act once; what it refuses is said on the page and nothing is written."""
    try:
        services.edit(actor=actor_of(request), proposal_id=proposal.pk, changes=changes, seen=seen(request), **more)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return False
    messages.success(request, _("Đã lưu."))
    return True


def draw(request: HttpRequest, template: str, proposal: Proposal, section: str, **more: Any) -> HttpResponse:
    """A page of the proposal inside the frame that all of them share."""
    crumbs = [
        (_("Soạn thủ tục"), reverse("authoring:home")),
        (proposal.title, reverse("authoring:proposal", args=[proposal.pk]) if section else ""),
    ]
    if section:
        crumbs.append((str(SECTIONS[section]), ""))
    context = {
        "proposal": proposal,
        "section": section,
        "section_name": SECTIONS.get(section, ""),
        "sections": [(code, name, reverse(f"authoring:{code}", args=[proposal.pk])) for code, name in SECTIONS.items()],
        "crumbs": crumbs,
        **more,
    }
    return render(request, f"authoring/{template}.html", context)


def back(proposal: Proposal, name: str, *args: Any) -> HttpResponse:
    """To a page of the proposal after a save."""
    return redirect(f"authoring:{name}", proposal.pk, *args)
