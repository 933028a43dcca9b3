"""What stands beside a dossier, drawn into the pages of the portal and the desk by one tag each."""

from __future__ import annotations

from typing import Any

from django import template

from tinhso.foundation.access import guard as access
from tinhso.systems.procedures.afterwards import permissions, selectors
from tinhso.systems.procedures.afterwards.models import ActingDraft
from tinhso.systems.procedures.afterwards.services.rating import RATEABLE, pass_of
from tinhso.systems.procedures.afterwards.words import NOW
from tinhso.systems.procedures.models import Dossier, Draft
from tinhso.systems.procedures.rules import State

register = template.Library()


@register.inclusion_tag("afterwards/parts/citizen_panel.html", takes_context=True)
def citizen_beside(context: dict[str, Any], dossier: Dossier) -> dict[str, Any]:
    """Where it stands in words, who holds it, messages, delivery, co-applicants, rating."""
    may_rate = dossier.state in RATEABLE
    return {
        "dossier": dossier,
        "now": NOW[State(dossier.state)],
        "may_rate": may_rate,
        "rating_pass": pass_of(dossier.pk) if may_rate else "",
        "csrf_token": context.get("csrf_token"),
        "is_leading": context.get("is_leading", True),
        **selectors.beside(dossier),
    }


@register.inclusion_tag("afterwards/parts/desk_panel.html", takes_context=True)
def desk_beside(context: dict[str, Any], dossier: Dossier) -> dict[str, Any]:
    """Messages, for whom it was filed, co-applicants, the way chosen for the result, papers to scan."""
    actor = context["request"].actor
    return {
        "dossier": dossier,
        "may_answer": access.allowed(actor, permissions.ANSWER),
        "may_confirm": access.allowed(actor, permissions.CONFIRM, dossier.desk),
        "csrf_token": context.get("csrf_token"),
        **selectors.beside(dossier),
    }


@register.inclusion_tag("afterwards/parts/draft_panel.html", takes_context=True)
def draft_beside(context: dict[str, Any], draft: Draft, names: Any = ()) -> dict[str, Any]:
    """For whom the draft is, and the papers one already has for the questions of this page."""
    request = context["request"]
    return {
        "draft": draft,
        "acting": ActingDraft.objects.filter(draft=draft).select_related("power").first(),
        "may_act": bool(selectors.usable_powers(request.actor, draft.version.code)),
        "offers": selectors.offers(request.actor, draft, list(names)),
        "path": request.path,
        "csrf_token": context.get("csrf_token"),
    }
