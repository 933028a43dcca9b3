"""What a dossier's page shows of the work between offices."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from tinhso.engines.workflow import selectors as engine
from tinhso.engines.workflow.models import Opinion
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.processes import selectors
from tinhso.systems.procedures.reading import has
from tinhso.systems.procedures.rules import may_follow

register = template.Library()


@register.inclusion_tag("processes/dossier_panel.html", takes_context=True)
def opinions_panel(context: dict[str, Any], dossier: Dossier) -> dict[str, Any]:
    """Parallel steps and opinions of a dossier, short, with the way to their page."""
    case = dossier.case
    if case is None:
        return {"dossier": dossier}
    now, actor = timezone.now(), context["request"].actor
    return {
        "dossier": dossier,
        "branches": [place for place in engine.places_of(case) if place.token_id],
        "opinions": [{"opinion": opinion, "late": opinion.is_late_at(now)} for opinion in engine.opinions_of(case)]
        if has(dossier, Opinion)
        else [],
        "asks": selectors.may_ask(actor, case) and may_follow("ask_opinion", dossier.state),
    }


@register.simple_tag
def process_drawing(dossier: Dossier) -> SafeString:
    """The dossier's process as a picture, with where it stands."""
    return selectors.picture(dossier)
