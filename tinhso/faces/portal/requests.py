"""What every portal view asks of a request."""

from __future__ import annotations

from django.http import HttpRequest

from tinhso.foundation.access.guard import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking (set by the access middleware)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def caller_of(request: HttpRequest) -> str:
    """The address a request comes from, for rate limits; behind a proxy the proxy puts it into REMOTE_ADDR."""
    return str(request.META.get("REMOTE_ADDR", ""))
