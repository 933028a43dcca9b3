"""Every route × every member of the cast: the gate's answer, no page without a gate, no traceback for anybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.gates import READERS, at_the_gate_alone, fault, lets_in
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.registry import PERMISSIONS
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Route, routes
from tinhso.foundation.testing.sessions import another_window, settled, sign_in
from tinhso.foundation.text.problems import MEDIA_TYPE

pytestmark = pytest.mark.long

# A gate asks for a permission somewhere: whoever holds the same role elsewhere gets the same answer (objects of other
# units: test_other_units_objects).
MEMBERS = ("stranger", *(name for name in Cast.NAMES if not name.endswith("_elsewhere") and name != "other_citizen"))
# So many members to whom a gate opens go through it: behind it stands the same code for all of them.
LET_IN = 2
# So many refusals of a member go through the whole site, middlewares and all; of the others the gate alone is asked.
WHOLE = 12
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
    sooner = [cast.actor(name) for name in MEMBERS[: MEMBERS.index(member)]]
    if member != "stranger":
        settled(sign_in(client, getattr(cast, member)))
    actor = cast.actor(member)
    wrong, refused = [], 0
    for route in routes():
        if route.gate is None or _is_walked_elsewhere(route, member, actor, method):
            continue
        if lets_in(route.gate, actor) and sum(lets_in(route.gate, one) for one in sooner) >= LET_IN:
            continue
        if lets_in(route.gate, actor) or refused < WHOLE:
            answer = _once(client, method, route)
        else:
            answer = at_the_gate_alone(route, method, actor)
        refused += not lets_in(route.gate, actor)
        said = fault(route.gate, answer, actor)
        if said:
            wrong.append(f"{method.upper()} {route.path()} ({route.gate}): {answer.status_code} {said}")
    assert not wrong, "\n".join(wrong)


def _is_walked_elsewhere(route: Route, member: str, actor: access.Actor, method: str) -> bool:
    """Pages that open are read by test_hostile_input; programs' addresses do not look at the session."""
    if route.gate == "machine":
        return member not in ("stranger", "citizen")
    return method == "get" and member in READERS and not route.converters and lets_in(route.gate, actor)


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
