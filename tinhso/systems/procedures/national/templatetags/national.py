"""When the national portal was told of a dossier, drawn into its page by one tag."""

from __future__ import annotations

from typing import Any

from django import template

from tinhso.foundation.access import guard as access
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.national import hearing, permissions, selectors
from tinhso.systems.procedures.national.words import status_name

register = template.Library()


@register.inclusion_tag("national/parts/line.html", takes_context=True)
def national_line(context: dict[str, Any], dossier: Dossier) -> dict[str, Any]:
    """One line: told when and of which state, what waits, what failed."""
    told = selectors.told(dossier)
    return {
        **told,
        "dossier": dossier,
        "status_name": status_name(told["status"]),
        "is_on": hearing.is_told(dossier),
        "may_look": access.allowed(context["request"].actor, permissions.VIEW, dossier.unit),
    }
