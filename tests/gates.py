"""What a gate's answer should be, for the tests that walk every page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from tinhso.foundation.access import guard as access
from tinhso.foundation.testing.objects import Route

SIGN_IN = "/tai-khoan/dang-nhap/"
# Whoever sees a page through every one of its forms (test_hostile_input); the walk of the gates need not open it again.
READERS = ("stranger", "citizen", "desk_officer", "resolving_officer", "leader", "administrator", "auditor")
# A page that asks for no permission is the same code for every officer: it is read as who has least and who has most.
READERS_OF_OPEN_PAGES = {
    "public": ("stranger", "citizen", "administrator"),
    "signed_in": ("citizen", "desk_officer", "administrator"),
}


def reads(member: str, gate: str | None) -> bool:
    """Whether the walk of forms opens the pages behind this gate as that member (who may still be refused there)."""
    return member in READERS_OF_OPEN_PAGES.get(str(gate), READERS)


def lets_in(gate: str | None, actor: access.Actor) -> bool:
    """Whether a gate opens to this actor."""
    if gate in ("public", "machine", None):
        return True
    return actor.is_signed_in if gate == "signed_in" else access.allowed(actor, str(gate))


def gate_at(path: str) -> str | None:
    """The gate of the page at an address."""
    gate = getattr(resolve(path).func, "gate", None)
    return str(gate) if gate is not None else None


def fault(gate: str | None, answer: HttpResponse, actor: access.Actor) -> str:
    """What is wrong with the answer of a page behind `gate`, or ""."""
    status = answer.status_code
    # 501 is how SDMX says "not in this subset" (its clients read it so); 503 is a partner that is away.
    if status >= 500 and status != 503 and not (status == 501 and gate == "machine"):
        return "breaks"
    if gate in ("public", "machine") or status == 405:
        return ""
    to_sign_in = status == 302 and answer.headers.get("Location", "").startswith(SIGN_IN)
    may = lets_in(gate, actor)
    if not actor.is_signed_in and not may:
        return "" if to_sign_in else "should lead to signing in"
    if not may:
        return "" if status == 403 else "should be refused"
    return "should not be asked to sign in" if to_sign_in else ""


def at_the_gate_alone(route: Route, method: str, actor: access.Actor) -> Any:
    """The view's own answer to somebody, without the middlewares around it; its refusal as they would tell it."""
    request = RequestFactory().generic(method.upper(), route.path())
    request.actor = actor  # type: ignore[attr-defined]
    found = resolve(request.path_info)
    try:
        return found.func(request, *found.args, **found.kwargs)
    except (PermissionDenied, access.Denied):
        return HttpResponse(status=403)
