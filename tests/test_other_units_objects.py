"""Every sample object on its route, opened by everybody: whoever is not concerned is turned away."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.gates import SIGN_IN, lets_in
from tests.site import Site
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample, routes
from tinhso.foundation.testing.sessions import another_window, settled, sign_in
from tinhso.foundation.text.problems import MEDIA_TYPE

pytestmark = pytest.mark.long

# Routes whose argument names no unit's object, each with why.
NO_UNITS_OBJECT = {
    "portal:start": "a published procedure is everybody's",
    "command:target": "a target belongs to no unit; its figures are the reader's own (faces/command test_pages)",
    "performance:component": "a component belongs to no unit; its figures are the reader's own (test_index)",
    "performance:component_records": "the same: only dossiers of the reader's own units (test_index)",
    "declared:records": "a procedure belongs to no unit; the forms are the reader's own (test_by_concept)",
    "people:resume": "a kept form opens only in its own browser (test_kept_posts)",
    "mfa_remove_webauthn": "the library looks only among one's own keys (test_second_factor)",
    "mfa_edit_webauthn": "the library looks only among one's own keys (test_second_factor)",
}


def test_every_route_with_an_object_has_a_sample(site: Site) -> None:
    shown = {sample.route for sample in site.samples}
    missing = [
        route.name
        for route in routes()
        if route.converters
        and route.gate not in ("public", "machine", None)
        and route.name not in shown
        and route.name not in NO_UNITS_OBJECT
    ]
    assert not missing, f"no sample object (tests/objects.py of the app) for {', '.join(missing)}"


def test_whoever_is_not_concerned_is_turned_away(site: Site) -> None:
    wrong: list[str] = []
    windows = Windows()
    gates = {route.name: route.gate for route in routes()}
    for sample in site.samples:
        for name, account in _outsiders(site.cast, sample):
            if not lets_in(gates[sample.route], windows.actor(account)):
                continue  # turned away already at the gate, whatever the object: test_every_route
            for method in ("get", "post"):
                status, location = _open(sample, method, windows.of(account))
                turned_away = status in (403, 404, 405) or (account is None and location.startswith(SIGN_IN))
                if not turned_away:
                    wrong.append(f"{method.upper()} {sample.route} {sample.kwargs} as {name}: {status} {location}")
    assert not wrong, "\n".join(wrong)


def test_whoever_is_concerned_gets_in(site: Site) -> None:
    """Or the sample proves nothing: an object that nobody can open turns everybody away."""
    wrong: list[str] = []
    windows = Windows()
    for sample in site.samples:
        assert sample.insiders, f"{sample.route}: a sample needs an insider"
        # The first and the last of them: who stands nearest, and who stands farthest.
        for name in dict.fromkeys((sample.insiders[0], sample.insiders[-1])):
            answers = []
            for method in ("get", "post"):
                answers.append(_open(sample, method, windows.of(getattr(site.cast, name)))[0])
                if answers[-1] not in (403, 404, 405) and answers[-1] < 500:
                    break
            else:
                wrong.append(f"{sample.route} {sample.kwargs} as {name}: {answers}")
    assert not wrong, "\n".join(wrong)


def test_there_are_samples(site: Site) -> None:
    assert len(site.samples) > 5


def _outsiders(cast: Cast, sample: Sample) -> list[tuple[str, Account | None]]:
    members = [(name, getattr(cast, name)) for name in Cast.NAMES if name not in sample.insiders]
    return [("stranger", None), *members, *((account.username, account) for account in sample.outsiders)]


class Windows:
    """Everybody signed in once, with a fresh proof; each request then has a window of its own."""

    def __init__(self) -> None:
        self.signed: dict[int | None, Client] = {None: Client()}
        self.actors: dict[int | None, Actor] = {None: Actor.anonymous()}

    def of(self, account: Account | None) -> Client:
        key = account.pk if account else None
        if account is not None and key not in self.signed:
            self.signed[key] = settled(sign_in(Client(), account, stepped_up=True))
        # Somebody known asks for problem details: a refusal is then not drawn as a page, thousands of times.
        return another_window(self.signed[key], **({"accept": MEDIA_TYPE} if account else {}))

    def actor(self, account: Account | None) -> Actor:
        key = account.pk if account else None
        if account is not None and key not in self.actors:
            self.actors[key] = Actor.of(account, stepped_up=True)
        return self.actors[key]


def _open(sample: Sample, method: str, client: Client) -> tuple[int, str]:
    with transaction.atomic():
        send: Any = getattr(client, method)
        answer = send(reverse(sample.route, kwargs=sample.kwargs), sample.data if method == "post" else None)
        transaction.set_rollback(True)
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.parametrize("route", sorted(NO_UNITS_OBJECT))
def test_exceptions_still_exist(route: str) -> None:
    assert route in {one.name for one in routes()}
