"""Both data planes over real sockets: who passes, what leaves, what is refused, what is proved afterwards."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import http.client
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tinhso.engines.exchange.rules import receipts
from tinhso.engines.exchange.tests.nginx_world import PLANES
from tinhso.engines.exchange.tests.plane_world import CLIENT, OTHER, PROVIDER, SERVICE, World
from tinhso.foundation.audit import merkle

PERSON = f"/r1/{SERVICE}/persons/7"


@pytest.fixture(scope="module", params=PLANES)
def running(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with PLANES[request.param](
        tmp_path_factory.mktemp("plane"), header_seconds=1.0, body_seconds=0.5, write_seconds=0.5
    ) as made:
        yield made


@pytest.fixture
def w(running: World) -> World:
    running.provider.__init__()  # type: ignore[misc]
    running.learn()
    return running


def error(found: tuple[int, dict[str, str], bytes]) -> str:
    status, headers, body = found
    assert json.loads(body)["type"] == headers["X-Road-Error"] and status >= 400
    return headers["X-Road-Error"]


def test_a_call_passes_with_granted_fields_only_and_the_headers_of_the_protocol(w: World) -> None:
    status, headers, body = w.call(PERSON, headers={"X-Road-Id": "abc"})
    assert (status, json.loads(body)) == (200, {"id": "7", "name": "Nguyễn Văn A", "address": {"commune": "Thạch Hà"}})
    assert (headers["X-Road-Client"], headers["X-Road-Service"], headers["X-Road-Id"]) == (CLIENT, SERVICE, "abc")
    assert len(base64.b64decode(headers["X-Road-Request-Hash"])) == 64 and headers["X-Road-Request-Id"]
    method, path, seen = w.provider.seen[-1]
    assert (method, path) == ("GET", "/v2/persons/7") and seen["X-Road-Client"] == CLIENT
    assert "Authorization" not in seen


def test_a_connector_of_ours_is_told_the_agreement_and_nobody_else_says_it(w: World) -> None:
    w.serve(headers=(("X-Tinhso-Plane", "mark"),))
    w.call(PERSON, headers={"X-Tinhso-Agreement": "5", "X-Tinhso-Plane": "mine"})
    seen = w.provider.seen[-1][2]
    (agreement,) = w.plane.snapshot.agreements.values()
    assert (seen["X-Tinhso-Agreement"], seen["X-Tinhso-Plane"]) == (str(agreement.id), "mark")
    w.serve()
    w.call(PERSON, headers={"X-Tinhso-Agreement": "5", "X-Tinhso-Plane": "mine"})
    assert not {"X-Tinhso-Agreement", "X-Tinhso-Plane"} & set(w.provider.seen[-1][2])


@pytest.mark.parametrize("status", [300, 404, 500])
def test_an_answer_that_is_no_success_lets_no_more_fields_out(w: World, status: int) -> None:
    secret = {"id": "7", "phone": "0912345678", "detail": "Nguyễn Văn A, 042090001234"}
    w.provider.status, w.provider.person = status, {**secret, "title": "Không có", "status": status}
    assert json.loads(w.call(PERSON)[2]) == {"title": "Không có", "status": status, "id": "7"}
    w.provider.person = "Nguyễn Văn A 042090001234 không có trong sổ".encode()
    assert w.call(PERSON)[2] == b""


def test_the_receipt_holds_the_hashes_of_what_was_sent_and_answered(w: World) -> None:
    _, headers, body = w.call(f"/r1/{SERVICE}/files", "POST", {"X-Road-Issue": "H40.1"}, b"noi dung")
    receipt = next(one for one in w.receipts() if one["id"] == headers["X-Road-Request-Id"])
    assert receipt["request"]["body"] == hashlib.sha512(b"noi dung").hexdigest()
    assert receipt["answer"]["body"] == hashlib.sha256(body).hexdigest()
    assert base64.b64decode(headers["X-Road-Request-Hash"]).hex() == receipt["request"]["message"]
    assert (receipt["operation"], receipt["dossier"], receipt["status"]) == ("POST /files", "H40.1", 200)


@pytest.mark.parametrize(
    "path",
    [
        f"/r1/{SERVICE}/persons/..%2f7", f"/r1/{SERVICE}/persons/%2e%2e/x", f"/r1/{SERVICE}/persons/../7",
        f"/r1/{SERVICE}/./persons/7", f"/r1/{SERVICE}//persons/7", f"/r1/{SERVICE}/persons/7%5c", f"/r1/{SERVICE}/%zz",
        f"/r1/{SERVICE}/persons/%00", f"/r1/{SERVICE}/persons/%ff", f"/r1/{SERVICE}/persons/..;a/7",
        f"/r1/{SERVICE}/persons/%252e%252e", f"/r1/{PROVIDER}%2fpersons/persons/7", "/r1/TS/GOV", "/r2/a/b/c/d/e",
    ],
)  # fmt: skip
def test_a_path_that_could_be_read_two_ways_is_refused_before_any_decision(w: World, path: str) -> None:
    assert error(w.call(path)) == "Client.BadRequest.Path"
    assert w.provider.seen == []


def test_encoded_letters_are_one_path_with_their_plain_form(w: World) -> None:
    assert w.call(f"/r1/{SERVICE}/%70ersons/7")[0] == 200
    assert w.provider.seen[-1][1] == "/v2/persons/7"


def test_keys_wrong_revoked_expired_foreign_or_replayed_are_refused(w: World) -> None:
    def kind(**how: Any) -> str:
        return error(w.call(PERSON, **how)).removeprefix("Server.ClientProxy.AuthenticationFailed.")

    now, key, used = int(time.time()), w.client.key(), w.client.token()
    assert kind(headers={"Authorization": ""}) == "NoKey"
    assert kind(token=w.client.token(exp=now - 1, iat=now - 60)) == "TokenExpired"
    assert kind(token=w.client.token(exp=now + 9000)) == "InvalidToken"
    assert kind(token=w.client.token(aud="XX")) == "InvalidToken"
    assert kind(token=w.client.token()[:-6] + "AAAAAA") == "InvalidToken"
    assert kind(token="a.b.c") == "InvalidToken"
    assert kind(token=w.other.token()) == "NotYourKey"
    assert w.call(PERSON, token=used)[0] == 200
    assert kind(token=used) == "TokenReplayed"
    for changed, said in (
        ({"revoked_at": datetime.now(UTC)}, "KeyRevoked"),
        ({"valid_to": datetime.now(UTC) - timedelta(seconds=1)}, "KeyExpired"),
        ({"kind": "mtls"}, "UnknownKey"),
    ):
        w.learn(replace(w.base, keys={key.thumbprint: replace(key, **changed)}))
        assert kind() == said
    assert all(one[1] == "/v2/persons/7" for one in w.provider.seen) and len(w.provider.seen) == 1


def test_what_the_agreement_does_not_say_does_not_pass(w: World) -> None:
    denied = "Server.ServerProxy.AccessDenied"
    assert error(w.call(PERSON, "DELETE")) == f"{denied}.Operation"
    assert error(w.call(f"/r1/{SERVICE}/else")) == f"{denied}.Operation"
    assert error(w.call(PERSON, headers={"X-Road-Client": OTHER}, token=w.other.token())) == denied
    assert error(w.call(f"/r1/{PROVIDER}/nothing/x")) == "Server.ServerProxy.UnknownService"
    assert error(w.call("/r1/TS/GOV/09/none/x/y")) == "Server.ServerProxy.UnknownMember"
    w.agree(term_to=date(2021, 1, 1))
    assert error(w.call(PERSON)) == denied
    w.agree(demands_purpose=True)
    assert error(w.call(PERSON)) == f"{denied}.PurposeMissing"
    assert w.call(PERSON, headers={"X-Tinhso-Purpose": "x%C3%A1c minh"})[0] == 200
    w.agree(demands_dossier=True)
    assert error(w.call(PERSON)) == f"{denied}.DossierMissing"
    assert w.call(PERSON, headers={"X-Road-Issue": "H40.01"})[0] == 200
    w.agree(rate_per_minute=2)
    assert [w.call(PERSON)[0] for _ in range(4)] == [200, 200, 429, 429]


def test_a_removal_holds_for_a_connection_that_is_already_open(w: World) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", w.port, timeout=5)
    token, codes = w.client.token(), []

    def ask() -> int:
        connection.request("GET", PERSON, headers={"X-Road-Client": CLIENT, "Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    for policy in (w.base, w.base, replace(w.base, agreements={})):
        w.learn(policy)
        try:
            codes.append(ask())
        except http.client.RemoteDisconnected:  # nginx closes idle lines when it learns; the token was this line's
            connection.close()
            token = w.client.token()
            codes.append(ask())
    connection.close()
    assert codes == [200, 200, 403]


def test_an_answer_that_breaks_its_contract_is_withheld_and_noted(w: World) -> None:
    for wrong in ({"name": "không mã"}, {"id": "7", "income": "nhiều"}, b"{", ["x"]):
        w.provider.person = wrong
        found = w.call(PERSON)
        assert error(found) == "Server.ServerProxy.ServiceFailed.ContractBreached" and found[0] == 502
        assert w.receipts()[-1]["breach"] and "nhiều" not in json.dumps(w.receipts()[-1], ensure_ascii=False)


def test_safe_calls_are_tried_again_others_never(w: World) -> None:
    w.provider.drops = 2
    assert w.call(PERSON)[0] == 200 and len(w.provider.seen) == 3
    w.provider.drops = 1
    assert w.call(f"/r1/{SERVICE}/files", "POST", body=b"x")[0] == 502 and len(w.provider.seen) == 4


def test_the_breaker_opens_spares_the_provider_and_closes_again(w: World) -> None:
    w.provider.status = 503
    for _ in range(5):
        w.call(PERSON)
    w.settle()
    seen = len(w.provider.seen)
    found = w.call(PERSON)
    assert error(found).endswith("CircuitOpen") and found[1]["Retry-After"] and len(w.provider.seen) == seen
    w.provider.status = 200
    until = time.monotonic() + 3
    while w.call(PERSON)[0] != 200:
        assert time.monotonic() < until


def test_answers_are_remembered_only_as_policy_says(w: World) -> None:
    w.call(PERSON), w.call(PERSON)
    assert len(w.provider.seen) == 2
    w.serve(cache_seconds=60)
    first, second = w.call(PERSON)[2], w.call(PERSON)[2]
    assert first == second and len(w.provider.seen) == 3 and w.receipts()[-1]["cached"]
    w.call(PERSON + "?x=1")
    assert len(w.provider.seen) == 4


def test_a_provider_that_hangs_is_not_waited_for(w: World) -> None:
    w.serve(timeout_ms=100)
    found = w.call(f"/r1/{SERVICE}/slow")
    assert found[0] == 504 and error(found).endswith("Timeout")


def test_metaservices_say_who_is_here_and_what_i_may_call(w: World) -> None:
    members = json.loads(w.call("/listClients")[2])["member"]
    assert {one["id"]["subsystem_code"] for one in members} == {"hotich", "thue", "dancu"}
    listed = json.loads(w.call(f"/r1/{PROVIDER}/listMethods")[2])["service"][0]["endpoint_list"]
    allowed = json.loads(w.call(f"/r1/{PROVIDER}/allowedMethods")[2])["service"][0]["endpoint_list"]
    assert {"method": "DELETE", "path": "/persons/{id}"} in listed and len(allowed) == len(listed) - 1
    assert w.call(f"/r1/{PROVIDER}/getOpenAPI?serviceCode=persons")[2].startswith(b'{"openapi"')
    assert error(w.call(f"/r1/{PROVIDER}/getWsdl?serviceCode=persons")) == "Server.ServerProxy.UnknownService"
    assert error(w.call(f"/r1/{PROVIDER}/listMethods", headers={"Authorization": ""})).endswith("NoKey")


def talk(w: World, raw: bytes, wait: float = 2.0) -> bytes:
    with socket.create_connection(("127.0.0.1", w.port), timeout=wait) as line:
        line.sendall(raw)
        got = b""
        try:
            while piece := line.recv(65536):
                got += piece
        except TimeoutError:
            return got + b"<open>"
        except ConnectionResetError:
            pass
        return got


def raw_call(w: World, extra: str, body: str, path: str = f"/r1/{SERVICE}/files") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Road-Client: {CLIENT}\r\nAuthorization: Bearer {w.client.token()}\r\n"
    return (head + extra + "\r\n" + body).encode()


@pytest.mark.parametrize(
    ("extra", "body"),
    [
        ("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
        ("Content-Length: 4\r\nContent-Length: 5\r\n", "abcde"),
        ("Content-Length: +4\r\n", "abcd"),
        ("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", "3\r\nabcd\r\n0\r\n\r\n"),
        ("X-A: b\r\n folded\r\nContent-Length: 0\r\n", ""),
        ("X A: b\r\nContent-Length: 0\r\n", ""),
        ("X-A : b\r\nContent-Length: 0\r\n", ""),
        ("X-Road-Client: TS/GOV/02/thue\r\nContent-Length: 0\r\n", ""),
        ("Host: y\r\nContent-Length: 0\r\n", ""),
    ],
)
def test_requests_that_two_parsers_could_read_differently_are_refused(w: World, extra: str, body: str) -> None:
    got = talk(w, raw_call(w, extra, body))
    assert got.split(b" ")[1] == b"400" and got.count(b"HTTP/1.") == 1, got[:300]
    assert not any(method == "GET" for method, _, _ in w.provider.seen)


def test_slow_headers_slow_bodies_and_slow_readers_lose_their_connection(w: World) -> None:
    began = time.monotonic()
    assert b"<open>" not in talk(w, b"GET /r1/x HTTP/1.1\r\nHost:", 3)
    got = talk(w, raw_call(w, "Content-Length: 100\r\n", "abc"), 3)
    assert got.startswith(b"HTTP/1.1 408" if w.tells_the_slow else b"") and not got.endswith(b"<open>")
    with socket.create_connection(("127.0.0.1", w.port), timeout=3) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        path = f"/r1/{SERVICE}/files/a?n=80000000"
        line.sendall(raw_call(w, "Content-Length: 0\r\n", "", path).replace(b"POST", b"GET", 1))
        until = time.monotonic() + 5
        while w.receipts()[-1]["operation"] != "GET /files/{name}":
            assert time.monotonic() < until
    assert w.receipts()[-1]["error"] and time.monotonic() - began < 8


def test_chunked_bodies_stream_through_in_flat_memory_both_ways(w: World) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = 48 << 20
    _, _, answer = w.call(f"/r1/{SERVICE}/files", "POST", body=(b"y" * 65536 for _ in range(size // 65536)))
    assert json.loads(answer) == {"got": size}
    receipt = w.receipts()[-1]
    assert receipt["request"]["bytes"] == size
    for name in ("plain", "chunked"):
        line = socket.create_connection(("127.0.0.1", w.port), timeout=10)
        path, got = f"/r1/{SERVICE}/files/{name}?n={size}", 0
        line.sendall(raw_call(w, "Connection: close\r\n", "", path).replace(b"POST", b"GET", 1))
        while piece := line.recv(1 << 20):
            got += len(piece)
        line.close()
        assert got >= size
        last = w.receipts()[-1]
        assert (last["answer"]["bytes"], last["error"]) == (size, "")
        assert last["answer"]["body"] == hashlib.sha256(b"x" * size).hexdigest()
    # One body of 48 MiB is made here for its hash; the plane itself holds a few pieces.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80 << 10


def test_a_provider_that_answers_before_a_long_body_ends_is_heard(w: World) -> None:
    w.provider.early = 413
    status, _, body = w.call(f"/r1/{SERVICE}/files", "POST", body=(b"y" * 65536 for _ in range(64)))
    assert (status, body) == (413, b"too large")
    w.provider.early = 0
    assert json.loads(w.call(f"/r1/{SERVICE}/files", "POST", body=b"xyz")[2]) == {"got": 3}


def test_a_receipt_and_its_root_are_checked_with_openssl_alone(w: World) -> None:
    w.call(PERSON), w.call(PERSON)
    w.settle()
    until = time.monotonic() + 3
    segment = max(w.folder.glob("*.seg"))
    payloads = list(receipts.unframed(segment.read_bytes()))
    roots: list[dict[str, Any]] = []
    while not roots or roots[-1]["first"] + roots[-1]["count"] < len(payloads):
        assert time.monotonic() < until
        roots = [json.loads(line) for line in segment.with_suffix(".roots").read_text().splitlines()]
    place = w.folder / "check"
    place.mkdir(exist_ok=True)
    (place / "r.sig").write_bytes(payloads[-1][:64])
    (place / "r.json").write_bytes(payloads[-1][64:])
    verify = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "../plane.pem", "-in", "r.json"]
    assert subprocess.run([*verify, "-sigfile", "r.sig"], cwd=place, check=False).returncode == 0
    (place / "r.json").write_bytes(payloads[-1][64:].replace(b"200", b"201", 1))
    assert subprocess.run([*verify, "-sigfile", "r.sig"], cwd=place, check=False).returncode != 0
    last = roots[-1]
    leaves = [merkle.leaf(one) for one in payloads[last["first"] : last["first"] + last["count"]]]
    for index, leaf in enumerate(leaves):
        climbed = merkle.root_by_proof(leaf, index, len(leaves), merkle.inclusion(leaves, index))
        assert climbed is not None and climbed.hex() == last["root"]
    assert sum(one["count"] for one in roots) == len(payloads)


def test_a_flood_of_strangers_cannot_fill_the_disk_and_is_still_counted(w: World) -> None:
    before, line = len(w.receipts()), http.client.HTTPConnection("127.0.0.1", w.port, timeout=5)
    shared, began = 0, time.monotonic()
    for _ in range(150):
        line.request("GET", PERSON, headers={"X-Road-Client": CLIENT, "Authorization": "Bearer a.b.c"})
        answer = line.getresponse()
        answer.read()
        assert answer.status == 401
        shared += answer.headers.get("X-Tinhso-Receipt") == "shared"
    line.close()
    asyncio.run_coroutine_threadsafe(w.plane.refusals.close(), w.loop).result(5)
    found = [one for one in w.receipts()[before:] if one["error"].endswith("InvalidToken")]
    seconds = int(time.monotonic() - began) + 2  # parts of a second at both ends
    assert shared >= 150 - 20 * seconds and len(found) <= 21 * seconds
    assert sum(one.get("counted", 1) for one in found) == 150
    assert w.call(PERSON)[0] == 200 and w.receipts()[-1]["status"] == 200


def test_a_disk_that_takes_nothing_acknowledges_nothing_and_is_used_again_when_it_does(w: World) -> None:
    assert w.call(PERSON)[0] == 200
    with w.full_disk():
        status, headers, _ = w.call(PERSON)
        assert status == 503 and headers["X-Road-Error"] == "Server.ServerProxy.InternalError"
        assert w.call(PERSON, token="a.b.c")[0] == 503
    _, headers, _ = w.call(PERSON)
    assert w.receipts()[-1]["id"] == headers["X-Road-Request-Id"]


def test_without_word_from_the_registry_for_long_nothing_passes(w: World) -> None:
    w.loop.call_soon_threadsafe(w.plane.learn, replace(w.base, read_at=time.monotonic() - 601))
    until = time.monotonic() + 2
    while w.call(PERSON)[0] != 503:
        assert time.monotonic() < until
    assert error(w.call(PERSON)) == "Server.ServerProxy.OutdatedGlobalConf"
