"""Who is asking: the one place that reads what the middleware put on a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

if TYPE_CHECKING:
    # Applications ask who is asking while they are still being loaded: models are not there yet.
    from tinhso.foundation.access.guard import Actor


def actor_of(request: HttpRequest) -> Actor:
    """The acting side of a request; its rights are read when they are first asked for."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if type(actor) is SimpleLazyObject:
        # A page asks hundreds of times; after the first, without the way through the lazy object.
        actor.kind  # noqa: B018 - reads it
        actor = request.actor = actor._wrapped  # type: ignore[attr-defined]
    found: Actor = actor
    return found
