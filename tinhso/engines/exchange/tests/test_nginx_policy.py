"""What nginx may let through by itself: never what rules/ would refuse. Both are asked about the same calls."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tinhso.engines.exchange.nginx import rendering
from tinhso.engines.exchange.nginx.policy import policy, simple
from tinhso.engines.exchange.nginx.running import Publisher, addresses_of
from tinhso.engines.exchange.nginx.spool import FULL_BYTES, NEEDED, Signer
from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.rules import addresses, decisions
from tinhso.engines.exchange.rules.errors import Refusal
from tinhso.engines.exchange.rules.policy import Snapshot, operations
from tinhso.engines.exchange.tests.nginx_world import NginxWorld, missing, nginx_world
from tinhso.engines.exchange.tests.plane_world import CLIENT, OTHER, PROVIDER, SERVICE, Holder, snapshot


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NginxWorld]:
    with nginx_world(tmp_path_factory.mktemp("plane")) as made:
        yield made


SEGMENTS = [
    "persons", "7", "files", "a", "slow", "persons;x", "%70ersons", "..", ".", "", "%2e", "a%2fb", "7.", "é", "v1",
    "x y",
]  # fmt: skip
NAMES = [*[SERVICE] * 6, f"{PROVIDER}/ends", f"{PROVIDER}/persons2", f"{PROVIDER}/versioned", "TS/GOV/09/x/y"]
WAYS = ("persons/7", "persons/8", "persons/constructor", "persons/__proto__", "persons/a.b", "files/x", "")
HEADERS: list[dict[str, str]] = [
    {}, {"X-Tinhso-Purpose": "x%C3%A1c minh"}, {"X-Tinhso-Purpose": "%20"}, {"X-Tinhso-Purpose": "%zz"},
    {"X-Road-Issue": "H40.1"}, {"X-Tinhso-Dossier": "  "}, {"X-Tinhso-Dossier": "%C3%28"},
    {"Connection": "x-road-issue"},
]  # fmt: skip


Call = tuple[str, str, str, dict[str, str]]


def _calls(number: random.Random, many: int) -> list[Call]:
    def drawn() -> Call:
        rest = [number.choice(SEGMENTS) for _ in range(number.randint(0, 3))]
        path = "/".join([f"/r1/{number.choice(NAMES)}", *rest])
        path += number.choice(["", "", "?a=1", "?a=%zz", "?%20", "/", "?a#b"])
        method = number.choice(["GET", "GET", "POST", "DELETE", "PUT"])
        return method, path, number.choice([CLIENT, CLIENT, OTHER]), number.choice(HEADERS)

    told = [
        (method, f"/r1/{name}/{way}".rstrip("/"), CLIENT, headers)
        for name in (SERVICE, f"{PROVIDER}/versioned/v1")
        for way in WAYS
        for method in ("GET", "POST", "PUT")
        for headers in ({}, HEADERS[4])
    ]
    return [*(drawn() for _ in range(many)), *told]


def _harder(base: Snapshot) -> Snapshot:
    """Terms that ended, demands, versions, an operation whose path could be two."""
    key, now = (CLIENT, SERVICE), datetime.now(UTC)
    rows: list[dict[str, Any]] = [
        {"method": "GET", "path": "/persons/7", "fields": ["id"]},
        {"method": "GET", "path": "/persons/{id}", "fields": ["id"]},
        {"method": "POST", "path": "/files/{name}", "fields": ["id"]}, {"method": "PUT", "path": "/", "fields": ["id"]},
    ]  # fmt: skip
    service = replace(base.services[SERVICE], operations=operations(rows))
    granted = frozenset({"GET /persons/{id}", "POST /files/{name}", "PUT /"})
    agreement = replace(base.agreements[key], operations=granted, rate_per_minute=6_000_000)
    ended, asking, versioned = (f"{PROVIDER}/{name}" for name in ("ends", "persons2", "versioned/v1"))
    services = {
        SERVICE: service,
        ended: replace(service, id=2, identifier=ended, valid_to=now - timedelta(seconds=1)),
        asking: replace(service, id=3, identifier=asking, demands_purpose=True),
        versioned: replace(service, id=4, identifier=versioned),
    }
    today = now.astimezone(decisions.VIETNAM).date()
    agreements = {
        key: replace(agreement, demands_dossier=True),
        (CLIENT, ended): replace(agreement, id=2, service=ended),
        (CLIENT, asking): replace(agreement, id=3, service=asking, term_to=today),
        (CLIENT, versioned): replace(agreement, id=4, service=versioned),
        (OTHER, versioned): replace(agreement, id=5, service=versioned, client=OTHER, term_from=date(2999, 1, 1)),
    }
    return replace(base, services=services, agreements=agreements)


def test_nginx_lets_through_nothing_that_the_rules_refuse(w: NginxWorld) -> None:
    """Whoever nginx serves by itself is found in its spool; each must be granted by rules/, by the same agreement."""
    policy_ = _harder(w.base)
    w.learn(policy_)
    w.provider.person = {"id": "7"}
    own = 0
    for method, path, client, headers in _calls(random.Random(7), 120):
        holder = w.client if client == CLIENT else w.other
        said = {"X-Road-Client": client, "X-Road-Id": f"c{time.monotonic_ns()}"} | headers
        try:
            written = path.replace("é", "%C3%A9").replace("x y", "x%20y")
            status = w.call(written, method, said, token=holder.token())[0]
        except ValueError:
            continue
        passed = [one for one in _spooled(w) if one["message_id"] == said["X-Road-Id"]]
        assert len(passed) <= 1
        for receipt in passed:
            own += 1
            call = addresses.read(path)
            granted = decisions.decide(policy_, client, call, method, headers, datetime.now(UTC))
            assert (receipt["agreement"], receipt["operation"]) == (granted.agreement.id, granted.operation.name)
            assert (receipt["purpose"], receipt["dossier"]) == (granted.purpose, granted.dossier)
            assert status == 200 and "connection" not in {name.lower() for name in headers}
        try:
            decisions.decide(policy_, client, addresses.read(path), method, headers, datetime.now(UTC))
        except Refusal as refusal:
            assert status == refusal.status, (method, path, headers)
    assert own >= 18  # six ways of one agreement, twelve of the other


def _spooled(w: NginxWorld) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in w.publisher.place.spool.glob("*.open")
        for line in path.read_bytes().split(b"\n")
        if line
    ]


@pytest.mark.parametrize(
    ("person", "same"),
    [
        ('{"id": "7", "name": "a", "constructor": 1, "__proto__": {"x": 1}}', True),
        ('{"id": "7", "name": 12345678901234567}', True),
        ('{"id": "7", "name": 1e5, "address": [{"commune": 1.50, "street": 2}, 3, null]}', True),
        ('{"id": "7", "name": "\\ud83d\\ude00", "name": "b"}', True),
        ('{"id": "7", "name": "\\ud83d"}', False),
        ('{"id": "7", "name": 1e999}', False),
        ('{"id": "7"} x', False), ('{"id": 7}', False), ("[]", False), ("NaN", False), ("", False), ("\xff", False),
    ],
)  # fmt: skip
def test_answers_are_cut_and_judged_as_the_embedded_plane_does(w: NginxWorld, person: str, same: bool) -> None:
    w.learn()
    w.provider.person = person.encode("latin-1" if person == "\xff" else "utf-8")
    by_nginx = w.call(f"/r1/{SERVICE}/persons/7")
    by_plane = w.call(f"/r1/{SERVICE}/%70ersons/7")  # a path in another form is the embedded plane's
    assert by_nginx[0] == by_plane[0] == (200 if same else 502)
    if same:
        assert json.loads(by_nginx[2]) == json.loads(by_plane[2])
    else:
        assert json.loads(by_nginx[2])["type"] == json.loads(by_plane[2])["type"]


def test_receipts_of_both_ways_have_the_same_parts_and_say_the_same_of_the_same_call(w: NginxWorld) -> None:
    w.learn()
    w.provider.person = {"id": "7"}
    found = []
    for path in ("persons/7", "%70ersons/7"):
        _, headers, _ = w.call(
            f"/r1/{SERVICE}/{path}", headers={"X-Road-Id": "một".encode().hex(), "X-Road-Issue": "H40.1"}
        )
        found.append(next(one for one in w.receipts() if one["id"] == headers["X-Road-Request-Id"]))
    ours, theirs = found
    own = {"id", "at", "duration_ms", "provider_ms", "request", "answer"}
    assert ours.keys() == theirs.keys() and {k: v for k, v in ours.items() if k not in own} == {
        k: v for k, v in theirs.items() if k not in own
    }
    assert ours["request"].keys() == theirs["request"].keys() and ours["answer"]["body"] == theirs["answer"]["body"]
    assert (
        datetime.fromisoformat(ours["at"]).tzinfo
        and abs(datetime.fromisoformat(ours["at"]).timestamp() - time.time()) < 60
    )


def test_a_removal_holds_before_nginx_has_read_its_configuration(
    w: NginxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    w.learn()
    assert w.call(f"/r1/{SERVICE}/persons/7")[0] == 200

    def refused(*given: Any) -> Path:
        raise rendering.Refused("no")

    monkeypatch.setattr(rendering, "write", refused)  # nginx never hears of it
    tell = super(NginxWorld, w).learn
    tell(replace(w.base, agreements={}))
    began = time.monotonic()
    assert w.call(f"/r1/{SERVICE}/persons/7")[0] == 403 and time.monotonic() - began < 1.0
    tell(w.base)
    assert w.call(f"/r1/{SERVICE}/persons/7")[0] == 200  # served, only not by nginx itself


SCHEMAS: list[tuple[dict[str, Any], bool]] = [
    ({"type": "object", "properties": {"a": {"type": ["string", "null"], "maxLength": 2}}, "required": ["a"]}, True),
    ({"allOf": [{"$ref": "#/components/A"}], "components": {"A": {"type": "array", "items": {"type": "null"}}}}, True),
    ({"$ref": "#/components/schemas/A", "components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}}, False),
    ({"oneOf": [{"type": "string"}]}, False), ({"type": "string", "pattern": "a"}, False), ({"enum": [1]}, False),
    ({"additionalProperties": {"type": "string"}}, False), ({"minimum": float("inf")}, False), ({"$ref": "x"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "is_simple"), SCHEMAS)
def test_only_schemas_in_simple_words_are_given_to_nginx_and_mean_the_same(
    schema: dict[str, Any], is_simple: bool
) -> None:
    found = simple(schema)
    assert (found is not None) == is_simple
    if found is not None:
        for value in ({}, {"a": "xy"}, {"a": None}, {"a": "xyz"}, [1, 2], [1.5], [True], "x", None):
            assert jsonschema_rs.is_valid(schema, value) == jsonschema_rs.is_valid(found, value)


@pytest.mark.parametrize(
    "base", ["http://a;b/", "http://h/x'y", "http://h/{x}", "http://h/$uri", "ftp://h/", "http:///x", "http://h/a b"]
)
def test_an_address_that_could_be_more_than_an_address_never_reaches_the_configuration(base: str) -> None:
    given = snapshot(base, Holder(CLIENT))
    assert policy(given, lambda host, port: ("127.0.0.1:1",)).rows["services"] == {}


def test_a_provider_without_an_address_now_is_left_to_the_plane_behind() -> None:
    assert addresses_of("no-such-host.invalid", 80) == () and addresses_of("127.0.0.1", 80) == ("127.0.0.1:80",)
    assert policy(snapshot("http://x/", Holder(CLIENT)), lambda host, port: ()).upstreams == ()


def test_what_nginx_refuses_to_read_is_never_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if why := missing():
        pytest.skip(f"NOT RUN: {why}")
    config = Config(folder=tmp_path, port=8443)
    given = policy(snapshot("http://127.0.0.1:1/", Holder(CLIENT)), addresses_of)
    path = rendering.write(config, given)
    before = path.read_text()
    with pytest.raises(rendering.Refused):
        rendering.write(config, replace(given, upstreams=(replace(given.upstreams[0], addresses=("nonsense;;",)),)))
    assert path.read_text() == before and path.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(rendering.shutil, "which", lambda *given, **more: None)
    with pytest.raises(rendering.Missing):
        rendering.program()


def test_spools_are_signed_once_put_away_when_full_and_kept_while_somebody_writes(tmp_path: Path) -> None:
    asyncio.run(_signs(tmp_path))


async def _signs(tmp_path: Path) -> None:
    kept: list[str] = []

    async def keep(said: dict[str, Any]) -> None:
        kept.append(said["id"])

    line = {
        **dict.fromkeys(NEEDED, ""), "at": 1000.0, "service_id": 1, "status": 200, "request": {}, "answer": {},
    }  # fmt: skip
    spool = tmp_path / "99999999.open"
    said = [json.dumps(line | {"id": str(number)}).encode() for number in range(3)]
    spool.write_bytes(b"\n" + said[0] + b"\n\n" + said[1][:40] + b"\n" + said[1] + b"\n\n" + said[2])
    signer = Signer(tmp_path, keep)
    with closing(signer):
        await signer.once()
        assert kept == ["0", "1"]  # the torn one is told, the one being written is waited for
        with spool.open("ab") as writer:
            writer.write(b"\n" + b"\n" * FULL_BYTES)
            writer.flush()
            while spool.exists():
                await signer.once()
            await signer.drain()
            assert kept == ["0", "1", "2"] and len(list(tmp_path.glob("*.full"))) == 1
        await signer.once()
        assert not list(tmp_path.glob("*.full")) and not list(tmp_path.glob("*.at"))


def test_the_publisher_does_not_reload_for_a_registry_that_stands(w: NginxWorld) -> None:
    w.learn()
    before = w.publisher.version, w.publisher.place.configuration.stat().st_mtime_ns
    w.learn()
    assert (w.publisher.version, w.publisher.place.configuration.stat().st_mtime_ns) == before
    assert isinstance(w.publisher, Publisher) and w.publisher.place.heard.read_text().startswith(before[0])
