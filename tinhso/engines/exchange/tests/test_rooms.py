"""Events through GovStack's paths: proved callers, guaranteed delivery, replay, dead letters, signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from tinhso.engines.exchange import sending, services, trying
from tinhso.engines.exchange.models import Delivery, Publication, Room, Subsystem
from tinhso.engines.exchange.services import rooms
from tinhso.engines.exchange.testing import ONE, OPENAPI, World
from tinhso.foundation.access import guard as access

SCHEMA = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}}
Ask = Callable[..., Any]


class Speaker:
    """A subsystem with its key, speaking GovStack's paths."""

    def __init__(self, actor: access.Actor, system: Subsystem) -> None:
        self.system = system
        self.issued = services.issue_token_key(actor=actor, subsystem=system, name="máy chủ")
        self.client = Client()

    def token(self) -> str:
        return trying.token(self.issued.private_pem, self.issued.key.thumbprint, self.system.identifier)

    def ask(self, method: str, room: Subsystem, rest: str, body: Any = None, **headers: str) -> Any:
        known = {"X-GovStack-Client": self.system.identifier, "Authorization": f"Bearer {self.token()}"}
        return self.client.generic(
            method,
            f"/govstack/r1/{room.identifier}/{rest}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=known | {name.replace("_", "-"): value for name, value in headers.items()},
        )


@pytest.fixture
def owner(world: World) -> Speaker:
    room = services_room(world)
    speaker = Speaker(world.owners, world.source)
    rooms.make_event_type(caller=world.source, room=room, code="born", schema=SCHEMA)
    return speaker


def services_room(world: World) -> Room:
    return rooms.open_room(actor=world.owners, subsystem=world.source, title="Tin hộ kinh doanh")


@pytest.fixture
def hearer(world: World, owner: Speaker) -> Speaker:
    rooms.give_pass(
        actor=world.owners, room=Room.objects.get(), subsystem=world.client, reason="cùng làm", may_subscribe=True
    )
    return Speaker(world.askers, world.client)


def test_event_types_are_the_rooms_own(world: World, owner: Speaker, hearer: Speaker) -> None:
    assert owner.ask("GET", world.source, "api/v1/eventType").json() == ["born"]
    made = owner.ask("POST", world.source, "api/v1/eventType", {"eventType": "moved", "schema": SCHEMA})
    assert made.status_code == 200
    again = owner.ask("POST", world.source, "api/v1/eventType", {"eventType": "moved", "schema": SCHEMA})
    assert again.status_code == 409
    assert owner.ask("GET", world.source, "api/v1/eventType/moved").json()["schema"] == SCHEMA
    assert hearer.ask("POST", world.source, "api/v1/eventType", {"eventType": "x", "schema": {}}).status_code == 403
    assert owner.ask("DELETE", world.source, "api/v1/eventType/moved").status_code == 204
    assert owner.ask("GET", world.source, "api/v1/eventType/moved").status_code == 404


HOSTILE = (
    {},
    {"eventType": "../x", "schema": {}},
    {"eventType": "x", "schema": {"$ref": "http://127.0.0.1:9/x"}},
    {"eventType": "x", "schema": {"type": 7}},
    {"eventType": "x", "schema": "y"},
    {"eventType": "a\u0000b", "schema": {}},
)


@pytest.mark.parametrize("body", HOSTILE, ids=str)
def test_hostile_event_types_are_refused(world: World, owner: Speaker, body: Any) -> None:
    assert owner.ask("POST", world.source, "api/v1/eventType", body).status_code == 400


def test_an_event_is_pulled_until_it_is_confirmed(world: World, owner: Speaker, hearer: Speaker) -> None:
    subscribed = hearer.ask("POST", world.source, "api/v1/subs/born", {"delivery": "PULL"})
    assert subscribed.status_code == 200 and "secret" not in subscribed.json()
    assert hearer.ask("POST", world.source, "api/v1/subs/born", {"delivery": "PULL"}).status_code == 409
    assert hearer.ask("GET", world.source, "pull/v1/born").status_code == 404
    told = [
        owner.ask("POST", world.source, "pub/v1/born", {"eventType": "born", "event": {"code": str(n)}}).json()["id"]
        for n in range(2)
    ]
    first = hearer.ask("GET", world.source, "pull/v1/born").json()
    assert first["id"] == told[0] and first["event"] == {"code": "0"}
    assert hearer.ask("GET", world.source, "pull/v1/born").json()["id"] == told[0]
    assert hearer.ask("DELETE", world.source, f"pull/v1/born/{told[0]}").status_code == 204
    assert hearer.ask("DELETE", world.source, f"pull/v1/born/{told[0]}").status_code == 404
    assert hearer.ask("GET", world.source, "pull/v1/born").json()["id"] == told[1]
    stands = owner.ask("GET", world.source, f"pub/v1/born/{told[0]}").json()
    assert stands["deliveries"] == {"delivered": 1}
    assert hearer.ask("GET", world.source, f"pub/v1/born/{told[0]}").status_code == 404
    assert owner.ask("DELETE", world.source, f"pub/v1/born/{told[1]}").status_code == 204
    assert hearer.ask("GET", world.source, "pull/v1/born").status_code == 404


def test_what_was_published_is_replayed_to_who_came_later(world: World, owner: Speaker, hearer: Speaker) -> None:
    owner.ask("POST", world.source, "pub/v1/born", {"event": {"code": "1"}})
    hearer.ask("POST", world.source, "api/v1/subs/born", {"delivery": "PULL"})
    assert hearer.ask("GET", world.source, "pull/v1/born").status_code == 404
    since = (timezone.now() - timedelta(hours=1)).isoformat()
    assert hearer.ask("POST", world.source, "api/v1/subs/born/replay", {"since": since}).json() == {"replayed": 1}
    assert hearer.ask("GET", world.source, "pull/v1/born").json()["event"] == {"code": "1"}
    assert hearer.ask("POST", world.source, "api/v1/subs/born/replay", {"since": "hôm qua"}).status_code == 400


def test_events_out_of_shape_or_without_a_pass_are_not_taken(world: World, owner: Speaker, hearer: Speaker) -> None:
    for body in ({"event": {"code": 7}}, {"event": {}}, {}, {"eventType": "other", "event": {"code": "1"}}):
        assert owner.ask("POST", world.source, "pub/v1/born", body).status_code == 400
    large = {"event": {"code": "x" * 300_000}}
    assert owner.ask("POST", world.source, "pub/v1/born", large).status_code == 400
    assert hearer.ask("POST", world.source, "pub/v1/born", {"event": {"code": "1"}}).status_code == 403
    assert owner.ask("POST", world.source, "pub/v1/nothing", {"event": {"code": "1"}}).status_code == 404
    assert not Publication.objects.exists()


def test_a_pass_taken_away_ends_the_hearing_at_once(world: World, owner: Speaker, hearer: Speaker) -> None:
    hearer.ask("POST", world.source, "api/v1/subs/born", {"delivery": "PULL"})
    owner.ask("POST", world.source, "pub/v1/born", {"event": {"code": "1"}})
    rooms.give_pass(actor=world.owners, room=Room.objects.get(), subsystem=world.client, reason="thôi dùng")
    assert hearer.ask("GET", world.source, "pull/v1/born").status_code == 404
    assert Delivery.objects.get().state == "stopped"
    assert hearer.ask("POST", world.source, "api/v1/subs/born", {"delivery": "PULL"}).status_code == 403


def test_who_does_not_prove_itself_stays_outside(world: World, owner: Speaker, hearer: Speaker) -> None:
    token = hearer.token()
    rest = "api/v1/subs"
    assert hearer.ask("GET", world.source, rest, Authorization=f"Bearer {token}").status_code == 200
    replayed = hearer.ask("GET", world.source, rest, Authorization=f"Bearer {token}")
    head, claims, mark = hearer.token().split(".")
    forged = f"{head}.{claims}.{mark[:-6]}AAAAAA"
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=") + f".{claims}."
    others = owner.token()
    answers = [
        hearer.ask("GET", world.source, rest, Authorization=f"Bearer {bad}")
        for bad in (forged, none, others, "", "a.b.c", "đ", "x" * 9000)
    ]
    posing = hearer.ask("GET", world.source, rest, X_GovStack_Client=world.source.identifier)
    assert {one.status_code for one in (*answers, replayed, posing)} == {401}
    services.revoke_key(actor=world.askers, key=hearer.issued.key, reason="lộ khoá")
    assert hearer.ask("GET", world.source, rest).status_code == 401


class Post(BaseHTTPRequestHandler):
    """A subscriber that keeps what it got and answers as it is told."""

    got: list[tuple[dict[str, str], bytes]]
    answer = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got.append(({name.title(): value for name, value in self.headers.items()}, body))
        self.send_response(type(self).answer)
        if type(self).answer == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *given: Any) -> None: ...


@pytest.fixture
def subscriber() -> Iterator[str]:
    Post.got, Post.answer = [], 200
    server = HTTPServer(("127.0.0.1", 0), Post)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with override_settings(DEMO=True):
        yield f"http://127.0.0.1:{server.server_address[1]}/hook"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_pushed_event_is_signed_and_delivered_once(
    world: World, owner: Speaker, hearer: Speaker, subscriber: str
) -> None:
    made = hearer.ask("POST", world.source, "api/v1/subs/born", {"delivery": "PUSH", "url": subscriber}).json()
    assert "secret" not in hearer.ask("GET", world.source, "api/v1/subs/born").json()
    owner.ask("POST", world.source, "pub/v1/born", {"event": {"code": "1"}})
    assert (sending.send_round(), sending.send_round()) == (1, 0)
    ((headers, body),) = Post.got
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    known = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    mark = base64.b64encode(hmac.new(key, known, hashlib.sha256).digest()).decode()
    assert headers["Webhook-Signature"] == f"v1,{mark}"
    event = json.loads(body)
    assert (event["specversion"], event["type"], event["data"]) == ("1.0", "born", {"code": "1"})
    assert event["source"] == f"urn:x-road:{world.source.identifier}" and event["id"] == headers["Webhook-Id"]


@pytest.mark.parametrize("answer", [500, 302])
def test_what_cannot_be_delivered_is_set_aside_and_replayed(
    world: World, owner: Speaker, hearer: Speaker, subscriber: str, answer: int
) -> None:
    hearer.ask("POST", world.source, "api/v1/subs/born", {"delivery": "PUSH", "url": subscriber})
    owner.ask("POST", world.source, "pub/v1/born", {"event": {"code": "1"}})
    Post.answer = answer
    for _attempt in range(sending.MOST_ATTEMPTS):
        assert sending.send_round() == 1
        Delivery.objects.update(next_attempt_at=timezone.now())
    dead = Delivery.objects.get()
    assert dead.state == "dead" and str(answer) in dead.error and len(Post.got) == sending.MOST_ATTEMPTS
    Post.answer = 200
    since = (timezone.now() - timedelta(hours=1)).isoformat()
    hearer.ask("POST", world.source, "api/v1/subs/born/replay", {"since": since, "onlyDead": True})
    assert sending.send_round() == 1
    dead.refresh_from_db()
    assert dead.state == "delivered"


def test_in_order_means_that_a_later_event_waits(
    world: World, owner: Speaker, hearer: Speaker, subscriber: str
) -> None:
    wish = {"delivery": "PUSH", "url": subscriber, "options": {"FIFO": True, "TTL": 60}}
    hearer.ask("POST", world.source, "api/v1/subs/born", wish)
    for number in range(2):
        owner.ask("POST", world.source, "pub/v1/born", {"event": {"code": str(number)}})
    Post.answer = 503
    assert sending.send_round() == 1
    Post.answer = 200
    assert sending.send_round() == 0
    Delivery.objects.update(next_attempt_at=timezone.now())
    assert (sending.send_round(), sending.send_round()) == (1, 1)
    assert [json.loads(body)["data"]["code"] for _headers, body in Post.got] == ["0", "0", "1"]
    owner.ask("POST", world.source, "pub/v1/born", {"event": {"code": "2"}})
    Delivery.objects.waiting().update(expires_at=timezone.now())
    assert sending.send_round() == 0 and Delivery.objects.filter(state="expired").count() == 1


@override_settings(DEMO=False)
@pytest.mark.parametrize("url", ["", "http://127.0.0.1/x", "http://169.254.169.254/", "file:///x", "connector:land"])
def test_events_are_not_pushed_into_our_own_house(world: World, owner: Speaker, hearer: Speaker, url: str) -> None:
    assert hearer.ask("POST", world.source, "api/v1/subs/born", {"delivery": "PUSH", "url": url}).status_code == 400


def test_people_open_rooms_only_of_their_own_systems(world: World) -> None:
    with pytest.raises(access.Denied):
        rooms.open_room(actor=world.askers, subsystem=world.source, title="x")
    room = services_room(world)
    with pytest.raises(access.Denied):
        rooms.give_pass(actor=world.askers, room=room, subsystem=world.client, reason="cùng làm", may_publish=True)


def test_metaservices_show_the_registry_as_it_is(world: World, client: Client) -> None:
    base = f"/govstack/{world.source.identifier}"
    assert world.client.code in client.get("/govstack/listClients").content.decode()
    assert client.get("/govstack/listClients?instanceId=elsewhere").json() == {"member": []}
    (one,) = client.get(f"{base}/listMethods").json()["member"]
    assert {"method": "GET", "path": "/households/{code}"} in one["endpointList"]["member"]
    assert client.get(f"{base}/getOpenAPI?serviceCode=households").json() == OPENAPI
    for wrong in ("", "?serviceCode=_invalid", "?serviceCode=", "?serviceCode=nothing"):
        assert client.get(f"{base}/getOpenAPI{wrong}").status_code == 400
    world.granted()
    speaker = Speaker(world.askers, world.client)
    assert client.get(f"{base}/allowedMethods").json() == {"member": []}
    (mine,) = speaker.ask("GET", world.source, "allowedMethods").json()["member"]
    assert [f"{row['method']} {row['path']}" for row in mine["endpointList"]["member"]] == [ONE]
    services.end_service(actor=world.owners, service=world.service, reason="chuyển sang dịch vụ mới")
    assert client.get(f"{base}/listMethods").json() == {"member": []}


# Providers and wrong names that GovStack's own cases use.
PROVIDERS = (
    ("identifier", "identifier", "alp4aNum3r1c", "alp4aNum3r1c"),
    ("a11a11a11a", "asd2211a", "12as12", "m3mb3rc0d3"),
    ("a552example", "zzz321a", "m3mb3rc0d3", "aa15"),
    ("valid1dentifi3r", "rand0mid3nt", "str1ng", "azxcv55"),
)
NOBODY = (
    ("1nval1d", "identifier", "alp4aNum3r1c", "alp4aNum3r1c"),
    ("identifier", "1nval1d", "alp4aNum3r1c", "alp4aNum3r1c"),
    ("identifier", "identifier", "_invalid", "alp4aNum3r1c"),
    ("identifier", "identifier", "str1ng", "_invalid"),
    ("1nval1d", "1nval1d", "_invalid", "_invalid"),
)


def test_govstacks_own_cases_meet_real_services(world: World, client: Client) -> None:
    chief = world.cast.actor("administrator")
    for instance, kind, code, application in PROVIDERS:
        member = services.admit_member(actor=chief, code=code, name=code, member_class=kind, instance=instance)
        system = services.register_subsystem(actor=chief, member=member, code=application, name=application)
        services.publish_service(
            actor=chief,
            subsystem=system,
            code="alp4aNum3r1c",
            title="x",
            base_url="https://x.example.vn",
            contract=OPENAPI,
        )
        base = f"/govstack/{instance}/{kind}/{code}/{application}"
        headers = {"Information-Mediator-Client": "eGovStack/GOV/90000009/digitalregistries"}
        told = client.get(f"{base}/getOpenAPI?serviceCode=alp4aNum3r1c", headers=headers)
        assert told.status_code == 200 and isinstance(told.json(), str)
        for rest in ("listMethods?serviceId=serviceId1", "allowedMethods"):
            answer = client.get(f"{base}/{rest}", headers=headers)
            assert answer.status_code == 200 and list(answer.json()) == ["member"]
            assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    for names in NOBODY:
        path = f"/govstack/{'/'.join(names)}/getOpenAPI?serviceCode=alp4aNum3r1c"
        assert client.get(path).status_code == 400
