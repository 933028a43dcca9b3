"""Two exchanges: a client of one asks a provider of the other, and the evidence of both sides tells the truth."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tinhso.engines.exchange.comparing_receipts import Side, Verdict, side, verdict
from tinhso.engines.exchange.plane.journal import own_key
from tinhso.engines.exchange.rules import peers as words
from tinhso.engines.exchange.rules import receipts
from tinhso.engines.exchange.signing_key import thumbprint
from tinhso.engines.exchange.tests.peer_plane import CLIENT, SERVICE, peer_of
from tinhso.engines.exchange.tests.plane_world import Holder, World, world

PERSON = f"/r1/{SERVICE}/persons/7"


@contextmanager
def process(given: dict[str, Any], *before: str) -> Iterator[tuple[int, list[str], subprocess.Popen[str]]]:
    command = [*before, sys.executable, "-m", "tinhso.engines.exchange.tests.peer_plane", json.dumps(given)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout
            port, *tokens = running.stdout.readline().split()
            yield int(port), tokens, running
        finally:
            running.kill()


def sides(folder: Path) -> list[Side]:
    """Receipts of calls between exchanges in a plane's segments, every signature checked."""
    key, found = own_key(folder).public_key(), []
    for segment in sorted(folder.glob("*.seg")):
        for payload in receipts.unframed(segment.read_bytes()):
            key.verify(payload[: receipts.SIGNATURE], payload[receipts.SIGNATURE :])
            found.append(side(payload))
    return [one for one in found if one]


class Two:
    """AA in this process, BB in another, over TLS with the certificate that AA knows."""

    def __init__(self, near: World, folders: tuple[Path, Path], client: Holder, fingerprint: str, url: str) -> None:
        self.near, self.client, self.fingerprint, self.url = near, client, fingerprint, url
        self.here, self.there = folders

    def learn(self, url: str, **changed: Any) -> None:
        peer = peer_of("BB", self.there, url, self.fingerprint)
        known = {
            "subsystems": {CLIENT: ""},
            "services": {},
            "agreements": {},
            "keys": {self.client.kid: self.client.key()},
        }
        self.near.learn(replace(self.near.base, instance="AA", peers={"BB": replace(peer, **changed)}, **known))

    def call(self, path: str = PERSON, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        ours = {"X-Road-Client": CLIENT, "X-Tinhso-Dossier": "A01-7", "X-Road-Id": uuid4().hex} | headers
        return self.near.call(path, method, ours, token=self.client.token(aud="AA"))

    def last(self) -> tuple[Side, Side | None]:
        ours = sides(self.here)[-1]
        return ours, next((one for one in sides(self.there) if one.passed == ours.passed), None)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    here, there = tmp_path_factory.mktemp("aa"), tmp_path_factory.mktemp("bb")
    own_key(here), own_key(there)
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    files = ["-keyout", "s.key", "-out", "s.pem", "-subj", "/CN=bb"]
    subprocess.run([*new, *files], cwd=there, check=True, capture_output=True)
    der = ssl.PEM_cert_to_DER_cert((there / "s.pem").read_text())
    given = {
        "instance": "BB",
        "folder": str(there),
        "tls": [str(there / "s.pem"), str(there / "s.key")],
        "peer": {"instance": "AA", "folder": str(here), "url": "http://127.0.0.1:1"},
    }
    with process(given) as (port, _tokens, _running), world(here, instance="AA") as near:
        mark = hashlib.sha256(der).hexdigest()
        yield Two(near, (here, there), Holder(CLIENT), mark, f"https://127.0.0.1:{port}")


@pytest.fixture
def t(two: Two) -> Two:
    two.learn(two.url)
    return two


def test_a_call_goes_over_and_the_receipts_of_both_sides_match(t: Two) -> None:
    status, headers, body = t.call()
    assert (status, json.loads(body)) == (200, {"id": "7", "name": "Nguyễn Văn A"})
    assert (headers["X-Road-Client"], headers["X-Road-Service"]) == (CLIENT, SERVICE)
    ours, theirs = t.last()
    assert theirs and verdict(ours, theirs) is Verdict.SAME
    assert (ours.peer_request, theirs.peer_request) == (theirs.id, ours.id)
    assert ours.answer == hashlib.sha256(body).hexdigest()
    t.call()
    assert t.last()[0].passed != ours.passed


def test_what_the_provider_refuses_is_refused_in_its_words_on_both_sides(t: Two) -> None:
    status, headers, _body = t.call(f"/r1/{SERVICE}/strangers/7")
    assert (status, headers["X-Road-Error"]) == (403, "Server.ServerProxy.AccessDenied.Operation")
    ours, theirs = t.last()
    assert theirs and (ours.status, theirs.status) == (403, 403)


def test_a_peer_speaks_for_its_own_clients_only_and_each_word_counts_once(t: Two) -> None:
    key, peer = own_key(t.here), t.near.plane.snapshot.peers["BB"]

    def asks(client: str, named: str, jti: str, instance: str = "AA") -> int:
        said = words.claims(instance, thumbprint(key), peer, client, int(time.time()), jti)
        token = (said + b"." + words.part(key.sign(said))).decode()
        line = http.client.HTTPSConnection(
            "127.0.0.1", int(peer.url.rpartition(":")[2]), timeout=5, context=ssl._create_unverified_context()
        )
        line.request("GET", PERSON, headers={"X-Road-Client": named, "Authorization": f"Bearer {token}"})
        status = line.getresponse().status
        line.close()
        return status

    once = uuid4().hex
    assert (asks(CLIENT, CLIENT, once), asks(CLIENT, CLIENT, once)) == (200, 401)
    assert asks("BB/GOV/03/dancu", "BB/GOV/03/dancu", uuid4().hex) == 401
    assert asks(CLIENT, "BB/GOV/03/dancu", uuid4().hex) == 401
    assert asks(CLIENT, CLIENT, uuid4().hex, instance="BB") == 401
    assert asks("", CLIENT, uuid4().hex) == 401


def test_another_certificate_or_nobody_there_is_a_clear_error_and_nothing_was_sent(t: Two) -> None:
    before = len(sides(t.there))
    t.learn(t.url, fingerprint=b"x" * 32)
    status, headers, body = t.call()
    assert (status, headers["X-Road-Error"]) == (502, "Server.ClientProxy.NetworkError")
    t.learn("https://127.0.0.1:1")
    status, headers, body = t.call()
    assert status == 502 and "chưa được gửi đi" in json.loads(body)["message"]
    ours, theirs = t.last()
    assert theirs is None and ours.error == "Server.ClientProxy.NetworkError" and len(sides(t.there)) == before


NETNS = "exchange-test"


@contextmanager
def namespaces() -> Iterator[tuple[str, str]]:
    """Two network namespaces with one line between them; only their own addresses are ever used."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("NOT RUN: network namespaces need root and iproute2")
    names = [f"{NETNS}-{os.getpid()}-{end}" for end in "ab"]

    def run(*words: str) -> None:
        done = subprocess.run(["ip", *words], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"NOT RUN: ip {' '.join(words)}: {done.stderr.strip()}")

    with ExitStack() as undo:
        for name in names:
            run("netns", "add", name)
            undo.callback(subprocess.run, ["ip", "netns", "del", name], capture_output=True)
        run("link", "add", "va", "netns", names[0], "type", "veth", "peer", "name", "vb", "netns", names[1])
        for name, end, address in ((names[0], "va", "10.203.0.1/30"), (names[1], "vb", "10.203.0.2/30")):
            run("-n", name, "addr", "add", address, "dev", end)
            run("-n", name, "link", "set", end, "up")
            run("-n", name, "link", "set", "lo", "up")
        yield names[0], names[1]


CALL = """
import http.client, sys
c = http.client.HTTPConnection("10.203.0.1", int(sys.argv[1]), timeout=20)
h = {"X-Road-Client": sys.argv[4], "Authorization": "Bearer " + sys.argv[5], "X-Road-Id": sys.argv[6]}
c.request(sys.argv[2], sys.argv[3], b"x" if sys.argv[2] == "POST" else None, h)
a = c.getresponse(); a.read(); print(a.status, a.headers.get("X-Road-Error", "-"))
"""


def lose(namespace: str, percent: int) -> None:
    """The line out of `namespace` loses so many of a hundred packets."""
    rule = ["tc", "qdisc", "add", "dev", "va", "root", "netem", "loss", f"{percent}%"]
    done = subprocess.run(["ip", "netns", "exec", namespace, *rule], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"NOT RUN: this kernel loses no packets on request: {done.stderr.strip()}")


@pytest.mark.parametrize("loss", [0, 10])
def test_over_two_networks_a_cut_line_is_told_and_both_sides_tell_the_truth(tmp_path: Path, loss: int) -> None:
    here, there = tmp_path / "aa", tmp_path / "bb"
    own_key(here), own_key(there)
    with ExitStack() as stack:
        near, far = stack.enter_context(namespaces())
        if loss:
            lose(near, loss)
        back = {"instance": "AA", "folder": str(here), "url": "http://10.203.0.1:1"}
        given: dict[str, Any] = {"instance": "BB", "folder": str(there), "host": "10.203.0.2", "peer": back}
        port, _none, _running = stack.enter_context(process(given, "ip", "netns", "exec", far))
        forth = {"instance": "BB", "folder": str(there), "url": f"http://10.203.0.2:{port}", "timeout_ms": 1200}
        given = {"instance": "AA", "folder": str(here), "host": "10.203.0.1", "peer": forth}
        port, tokens, _running = stack.enter_context(process(given, "ip", "netns", "exec", near))

        def call(number: int, method: str, path: str) -> str:
            command = ["ip", "netns", "exec", near, sys.executable, "-c", CALL, str(port), method, path, CLIENT]
            done = subprocess.run([*command, tokens[number], f"n{number}"], capture_output=True, text=True, check=True)
            return done.stdout.strip()

        assert call(0, "GET", PERSON) == "200 -"
        ours, theirs = sides(here)[-1], sides(there)[-1]
        assert verdict(ours, theirs) is Verdict.SAME and ours.passed == theirs.passed
        cut = threading.Timer(0.35, subprocess.run, (["ip", "-n", far, "link", "set", "vb", "down"],))
        cut.start()
        assert call(1, "POST", f"/r1/{SERVICE}/slow") == "504 Server.ClientProxy.NetworkError"
        ours, theirs = sides(here)[-1], sides(there)[-1]
        assert ours.passed == theirs.passed and verdict(ours, theirs) is Verdict.DIFFERENT
        # It was done over there, and never heard of here: each side says what it knows.
        assert (ours.status, ours.error) == (504, "Server.ClientProxy.NetworkError")
        assert (theirs.status, theirs.error) == (200, "")
