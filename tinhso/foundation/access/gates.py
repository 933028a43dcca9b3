"""Who may enter a page. Every view carries exactly one gate; a test walks all routes and refuses one without."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.registry import PERMISSIONS

View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """Anyone may enter; the view itself decides what they see."""
    view.gate = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Anyone with an account; the view shows only what is theirs."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not actor_of(request).is_signed_in:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    guarded.gate = "signed_in"  # type: ignore[attr-defined]
    return guarded


def permitted(code: str) -> Callable[[View], View]:
    """Only actors who hold `code` somewhere; the act checks the unit again."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor: guard.Actor = actor_of(request)
            if guard.allowed(actor, code):
                return view(request, *args, **kwargs)
            if not actor.is_signed_in:
                return to_sign_in(request)
            raise PermissionDenied(
                _("Bạn không có quyền: %(sentence)s.") % {"sentence": str(PERMISSIONS[code].sentence)}
            )

        guarded.gate = code  # type: ignore[attr-defined]
        return guarded

    return wrap


def machine(view: View) -> View:
    """A machine endpoint that authenticates by itself (token, signature) and answers problem details."""
    view.gate = "machine"  # type: ignore[attr-defined]
    return view


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back to where the person was going."""
    response = HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
    # The session's middleware keeps what was being sent, so that a session ended mid-form loses nothing.
    response.needs_sign_in = True  # type: ignore[attr-defined]
    return response
