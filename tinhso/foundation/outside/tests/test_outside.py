"""The gate to the outside: what may not be reached, and answers that never end."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest

from tinhso.foundation.outside.addresses import Gate, plainly_inside
from tinhso.foundation.outside.asking import Limits, ask
from tinhso.foundation.outside.errors import NotAllowed, Unreachable

OPEN, STATE = Gate(), Gate(inner_networks=True)
NEVER = [
    "http://127.0.0.1/",
    "http://127.0.0.1:5432/",
    "http://localhost/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://169.254.169.254/latest/meta-data/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://[fe80::1]/",
    "file:///etc/passwd",
    "ftp://ban.example/",
    "gopher://127.0.0.1/",
    "//ban.example/",
    "http://",
    "http://a:b@ban.example/",
    "http://ban.example:99999/",
    "http://ban.example:0/",
    "http://ban.example\\@127.0.0.1/",
    "http://ban.example/\r\nHost: x",
    "http://ban.example/ x",
]
INNER = [
    "http://[::ffff:10.0.0.1]/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://[fc00::1]/",
]


@pytest.fixture
def went(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where connections were opened to; none of them is answered."""
    made: list[Any] = []

    def connect(target: Any, *args: Any) -> Any:
        made.append(target)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return made


@pytest.mark.parametrize("gate", [OPEN, STATE], ids=["internet", "state"])
@pytest.mark.parametrize("url", NEVER)
def test_nothing_of_the_house_is_reached(url: str, gate: Gate, went: list[Any]) -> None:
    with pytest.raises(NotAllowed):
        ask(url, gate=gate)
    assert not went


@pytest.mark.parametrize("url", INNER)
def test_inner_networks_only_where_the_gate_says_so(url: str, went: list[Any]) -> None:
    with pytest.raises(NotAllowed):
        ask(url, gate=OPEN)
    assert not went
    with pytest.raises(Unreachable):
        ask(url, gate=STATE)
    assert len(went) == 1


def test_an_address_of_our_own_interface_is_this_machine() -> None:
    own = socket.gethostbyname(socket.gethostname())
    assert not STATE.lets(own) and Gate(this_machine=True).lets(own)


@pytest.mark.parametrize(
    "host", ["localhost", "a.localhost", "127.1", "0x7f000001", "2130706433", "::1", "169.254.1.1"]
)
def test_this_machine_is_known_by_every_spelling(host: str) -> None:
    assert plainly_inside(host)
    assert not plainly_inside("10.1.2.3") and not plainly_inside("127.example") and not plainly_inside("ban.example")


def test_a_name_with_one_inner_address_among_public_ones_is_not_reached(
    monkeypatch: pytest.MonkeyPatch, went: list[Any]
) -> None:
    both = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("127.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    for gate in (OPEN, STATE):
        with pytest.raises(NotAllowed):
            ask("http://hai-mat.example/", gate=gate)
    assert not went


def test_the_address_looked_at_is_the_address_connected_to(monkeypatch: pytest.MonkeyPatch, went: list[Any]) -> None:
    """A name that answers otherwise the second time gains nothing: it is asked once."""
    answers = iter([[(2, 1, 6, "", ("93.184.216.34", 80))]])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: next(answers))
    with pytest.raises(Unreachable):
        ask("http://doi-mat.example/", gate=OPEN)
    assert went == [("93.184.216.34", 80)]


def _raw(answer: bytes, *, drips: bool = False) -> tuple[str, Gate]:
    """A server that says these bytes once, and the gate that knows it by name."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        taken, _who = listening.accept()
        with taken:
            taken.recv(65536)
            taken.sendall(answer)
            while drips:
                try:
                    taken.sendall(b"x")
                    time.sleep(0.02)
                except OSError:
                    break
        listening.close()

    threading.Thread(target=serve, daemon=True).start()
    place = f"127.0.0.1:{listening.getsockname()[1]}"
    return f"http://{place}/", Gate(named=frozenset({place}))


def test_a_redirect_into_the_house_is_refused() -> None:
    led = b"HTTP/1.1 302 X\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    url, gate = _raw(led)
    with pytest.raises(NotAllowed):
        ask(url, gate=gate, limits=Limits(redirects=3))
    url, gate = _raw(led)
    assert ask(url, gate=gate, method="POST", body=b"signed").status == 302


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n",
    ],
)
def test_a_broken_answer_is_told(answer: bytes) -> None:
    url, gate = _raw(answer)
    with pytest.raises(Unreachable):
        ask(url, gate=gate, limits=Limits(most=1000))


def test_a_server_that_drips_is_cut_off() -> None:
    url, gate = _raw(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", drips=True)
    began = time.monotonic()
    with pytest.raises(Unreachable, match="chậm"):
        ask(url, gate=gate, limits=Limits(seconds=0.2))
    assert time.monotonic() - began < 2


def test_an_answer_nobody_wants_to_read_is_not_read() -> None:
    url, gate = _raw(b"HTTP/1.1 204 X\r\nX-A: b\r\n\r\n")
    answer = ask(url, gate=gate, method="POST", body=b"{}", limits=Limits(most=0))
    assert (answer.status, answer.body, answer.headers["X-A"]) == (204, b"", "b")
