"""Puts `request.actor` on every request."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from tinhso.foundation.access.guard import Actor


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind a request; its grants are read once, when first asked."""
    account: Any = request.user
    if not account.is_authenticated:
        return Actor.anonymous()
    return Actor.of(account, stepped_up=bool(getattr(request, "stepped_up", False)))


class ActorMiddleware:
    """Sets request.actor lazily, so pages that need no rights read none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)
