"""Who is asking: the one place that reads what the middleware put on a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    # Applications ask who is asking while they are still being loaded: models are not there yet.
    from tinhso.foundation.access.guard import Actor


def actor_of(request: HttpRequest) -> Actor:
    """The acting side of a request; its rights are read when they are first asked for."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
