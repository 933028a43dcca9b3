"""Every route × every member of the cast: the gate's answer, no page without a gate, no traceback for anybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.registry import PERMISSIONS
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Route, routes
from tinhso.foundation.testing.sessions import another_window, settled, sign_in
from tinhso.foundation.text.problems import MEDIA_TYPE

pytestmark = pytest.mark.long

SIGN_IN = "/tai-khoan/dang-nhap/"
# A gate asks for a permission somewhere: whoever holds the same role elsewhere gets the same answer (objects of other
# units: test_other_units_objects).
MEMBERS = ("stranger", *(name for name in Cast.NAMES if not name.endswith("_elsewhere") and name != "other_citizen"))
# Views of others that cannot carry our gate, each with why it is safe. Everything else needs one.
WITHOUT_GATE: dict[str, str] = {}


def test_no_route_is_without_a_gate() -> None:
    bare = [route.pattern for route in routes() if route.gate is None and route.name not in WITHOUT_GATE]
    assert not bare, f"these pages let anybody in without saying so: {bare}"


def test_every_gate_names_a_declared_permission() -> None:
    known = {"public", "signed_in", "machine", *PERMISSIONS}
    assert {route.gate for route in routes() if route.gate} <= known


def test_there_are_routes_to_walk() -> None:
    gates = {route.gate for route in routes()}
    assert {"public", "signed_in"} <= gates and len(gates) > 3


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_gate_answers_for(member: str, method: str, cast: Cast) -> None:
    client = Client(raise_request_exception=False)
    if member != "stranger":
        settled(sign_in(client, getattr(cast, member)))
    wrong = []
    for route in routes():
        if route.gate is None:
            continue
        answer = _once(client, method, route)
        fault = _fault(route, answer, cast.actor(member))
        if fault:
            wrong.append(f"{method.upper()} {route.path()} ({route.gate}): {answer.status_code} {fault}")
    assert not wrong, "\n".join(wrong)


def _once(signed: Client, method: str, route: Route) -> HttpResponse:
    """One request in a transaction that is taken back, with the same cookies each time."""
    # Somebody known asks for problem details: a refusal is then not drawn as a page, thousands of times.
    client = another_window(signed, accept=MEDIA_TYPE) if signed.cookies else another_window(signed)
    with transaction.atomic():
        answer: Any = getattr(client, method)(route.path())
        if getattr(answer, "streaming", False):
            # Read to its end: closing it early would close the test's own connection with it.
            for _ in answer.streaming_content:
                pass
        transaction.set_rollback(True)
    return answer


def _fault(route: Route, answer: HttpResponse, actor: access.Actor) -> str:
    """What is wrong with the answer, or ""."""
    status = answer.status_code
    # 501 is how SDMX says "not in this subset" (its clients read it so); 503 is a partner that is away.
    if status >= 500 and status != 503 and not (status == 501 and route.gate == "machine"):
        return "breaks"
    if route.gate in ("public", "machine"):
        return ""
    if status == 405:
        return ""
    to_sign_in = status == 302 and answer.headers.get("Location", "").startswith(SIGN_IN)
    may = actor.is_signed_in if route.gate == "signed_in" else access.allowed(actor, str(route.gate))
    if not actor.is_signed_in and not may:
        return "" if to_sign_in else "should lead to signing in"
    if not may:
        return "" if status == 403 else "should be refused"
    return "should not be asked to sign in" if to_sign_in else ""
