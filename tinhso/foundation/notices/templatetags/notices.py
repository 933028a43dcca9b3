"""`{% load notices %}{% notice_bell %}`: the bell of the signed-in reader, nothing for a stranger."""

from __future__ import annotations

from typing import Any

from django import template
from django.db import DatabaseError

from tinhso.foundation.notices import selectors

register = template.Library()


@register.inclusion_tag("notices/bell.html", takes_context=True)
def notice_bell(context: dict[str, Any]) -> dict[str, Any]:
    request = context.get("request")
    actor = getattr(request, "actor", None)
    if actor is None or not actor.is_signed_in:
        return {"is_shown": False}
    try:
        return {"is_shown": True, "count": selectors.unread_count(actor)}
    except DatabaseError:
        # The page that tells of a broken database has this header too.
        return {"is_shown": False}
