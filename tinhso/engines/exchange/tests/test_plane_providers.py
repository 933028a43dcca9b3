"""Providers that answer in every way a server can, byte by byte: passed on, refused, used again."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator

import pytest

from tinhso.engines.exchange.tests.plane_world import CLIENT, SERVICE, World, world

FILE = f"/r1/{SERVICE}/files/a"


class Raw:
    """A provider of plain bytes: one piece of its script for each request it hears; a piece ending in None hangs up."""

    def __init__(self) -> None:
        self.script: list[bytes] = []
        self.connections = 0
        self.heard: list[bytes] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accepts, daemon=True).start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.getsockname()[1]}/v2"

    def _accepts(self) -> None:
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serves, args=(line,), daemon=True).start()

    def _serves(self, line: socket.socket) -> None:
        with line:
            while self.script and (asked := line.recv(65536)):
                self.heard.append(asked)
                answer = self.script.pop(0)
                line.sendall(answer.removesuffix(b"<hang up>"))
                if answer.endswith(b"<hang up>"):
                    return


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("plane"), breaker_failures=1000) as made:
        yield made


@pytest.fixture
def raw(running: World) -> Iterator[Raw]:
    made = Raw()
    running.serve(base_url=made.base, timeout_ms=700)
    yield made
    made.server.close()


def ok(body: bytes, extra: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%b\r\n%b" % (len(body), extra, body)


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ok(b"abc"), 200, b"abc"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + ok(b"abc"), 200, b"abc"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end<hang up>", 200, b"until the end"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", 200, b"abcde"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 299 \xc4\x90\r\nContent-Length: 0\r\n\r\n", 299, b""),
        (ok(b"x", b"Connection: close, X-Secret\r\nX-Secret: 1\r\n") + b"<hang up>", 200, b"x"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", 502, None),
        (b"not http at all\r\n\r\n", 502, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 502, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc", 502, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc<hang up>", 502, None),
        # A folded line leaves us as one line (RFC 9112 5.2), so it cannot become a header of its own.
        (b"HTTP/1.1 200 OK\r\nX-A: b\r\n X-Secret: c\r\nContent-Length: 0\r\n\r\n", 200, b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", 504, None),
        (b"HTTP/1.1 20", 504, None),
    ],
)
def test_every_way_to_answer(running: World, raw: Raw, answer: bytes, status: int, body: bytes | None) -> None:
    raw.script = [answer] * 3
    found, headers, got = running.call(FILE)
    assert found == status and "X-Secret" not in headers and "Upgrade" not in headers
    if body is None:
        assert headers["X-Road-Error"].startswith("Server.ServerProxy.ServiceFailed.")
    elif headers.get("Content-Length"):
        assert got == body
    raw.script = [ok(b"next")]
    assert running.call(FILE)[2] == b"next"  # nothing of the last answer is left over for the next caller


def test_connections_are_used_again_but_never_for_what_must_not_be_sent_twice(running: World, raw: Raw) -> None:
    raw.script = [ok(b"1"), ok(b"2"), ok(b"3") + b"<hang up>", ok(b"4"), ok(b"5")]
    assert [running.call(FILE)[2] for _ in range(3)] == [b"1", b"2", b"3"] and raw.connections == 1
    assert running.call(FILE)[2] == b"4" and raw.connections == 2
    status, _, body = running.call(f"/r1/{SERVICE}/files", "POST", body=b"once")
    assert (status, body) == (200, b"5") and sum(b"once" in one for one in raw.heard) == 1


def test_callers_of_old_and_brief_kinds_are_answered(running: World, raw: Raw) -> None:
    raw.script = [ok(b"abc"), b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", ok(b"abc")]

    def talk(request: str) -> bytes:
        mark = f"X-Road-Client: {CLIENT}\r\nAuthorization: Bearer {running.client.token()}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", running.port), timeout=3) as line:
            line.sendall((request + mark).encode())
            got = b""
            while piece := line.recv(65536):
                got += piece
            return got

    old = talk(f"GET {FILE} HTTP/1.0\r\n")
    assert old.startswith(b"HTTP/1.") and old.endswith(b"abc")
    head = talk(f"HEAD {FILE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
    assert b" 200 " in head and head.endswith(b"\r\n\r\n") and b"aiohttp" not in old + head
    closing = talk(f"GET {FILE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
    assert closing.endswith(b"abc") and b"connection: close" in closing.lower() and closing.lower().count(b"date:") == 1


def test_calls_sent_one_behind_the_other_are_answered_in_their_order(running: World, raw: Raw) -> None:
    raw.script = [ok(b"first"), ok(b"second")]
    mark = f"Host: x\r\nX-Road-Client: {CLIENT}\r\nAuthorization: Bearer {running.client.token()}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", running.port), timeout=3) as line:
        line.sendall(f"GET {FILE} HTTP/1.1\r\n{mark}GET {FILE} HTTP/1.1\r\n{mark}".encode())
        got = []
        for _ in range(2):
            answer = http.client.HTTPResponse(line)
            answer.begin()
            got.append(answer.read())
            if len(got) == 1 and not _waits(line):
                break
    assert got[0] == b"first" and len(raw.heard) == 2


def _waits(line: socket.socket) -> bool:
    """Whether the second answer is still on its way; http.client may have read it together with the first."""
    line.settimeout(0.2)
    try:
        return bool(line.recv(1, socket.MSG_PEEK))
    except TimeoutError:
        return False
