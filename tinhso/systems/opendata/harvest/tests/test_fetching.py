"""The gate to the outside: what may not be reached, and answers that never end."""

from __future__ import annotations

import socket
import threading
import time
from http.server import ThreadingHTTPServer
from typing import Any

import pytest

from tinhso.systems.opendata.harvest import fetching
from tinhso.systems.opendata.harvest.errors import NotAllowed, Unreadable
from tinhso.systems.opendata.harvest.simulator.app import Portal
from tinhso.systems.opendata.harvest.walks import dcat, table


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:5432/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0/",
        "http://0.0.0.0/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "file:///etc/passwd",
        "ftp://ban.example/",
        "gopher://127.0.0.1/",
        "//ban.example/",
        "http://",
        "http://a:b@ban.example/",
        "http://ban.example:99999/",
        "http://ban.example:0/",
        "http://ban.example/\r\nHost: x",
        "http://ban.example/ x",
    ],
)
def test_nothing_of_the_house_is_reached(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", never)
    with pytest.raises(NotAllowed):
        fetching.fetch(url)


def test_a_name_with_one_inner_address_among_public_ones_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(NotAllowed):
        fetching.fetch("http://hai-mat.example/")


def test_the_address_looked_at_is_the_address_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers otherwise the second time gains nothing: it is asked once."""
    answers = iter([[(2, 1, 6, "", ("93.184.216.34", 80))]])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: next(answers))
    went: list[Any] = []

    def connect(target: Any, *args: Any) -> Any:
        went.append(target)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreadable):
        fetching.fetch("http://doi-mat.example/")
    assert went == [("93.184.216.34", 80)]


def _raw(answer: bytes, settings: Any) -> str:
    """A server that says these bytes once."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        taken, _who = listening.accept()
        with taken:
            taken.recv(65536)
            taken.sendall(answer)
        listening.close()

    threading.Thread(target=serve, daemon=True).start()
    port = listening.getsockname()[1]
    settings.HARVEST_MAY_REACH = frozenset({f"127.0.0.1:{port}"})
    return f"http://127.0.0.1:{port}/"


def test_a_redirect_into_the_house_is_refused(settings: Any) -> None:
    url = _raw(b"HTTP/1.1 302 X\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n", settings)
    with pytest.raises(NotAllowed):
        fetching.fetch(url)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n",
    ],
)
def test_a_broken_answer_is_told(answer: bytes, settings: Any) -> None:
    with pytest.raises(Unreadable):
        fetching.fetch(_raw(answer, settings), most=1000)


def test_a_server_that_drips_is_cut_off(portal: Portal, server: tuple[ThreadingHTTPServer, Portal]) -> None:
    portal.faults = {"drip:0"}
    began = time.monotonic()
    with pytest.raises(Unreadable, match="chậm"):
        fetching.fetch(f"http://127.0.0.1:{server[0].server_port}/danh-sach.csv", seconds=0.3)
    assert time.monotonic() - began < 2


BOMB = b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&c;</rdf:RDF>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</rdf:RDF>'


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (BOMB, "xml"),
        (OUTSIDE, "xml"),
        (b"<not xml", "xml"),
        (b"@prefix : <a> . : : ", "turtle"),
        (b"\xff\xfe\x00", "turtle"),
        (b'{"@context": "http://169.254.169.254/c.jsonld"}', "json-ld"),
        (b'{"@graph": [{"@context": ["http://10.0.0.1/c"]}]}', "json-ld"),
        (b'{"@context": {"@import": "http://10.0.0.1/c"}}', "json-ld"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "json-ld"),
        (b"{", "json-ld"),
    ],
)
def test_hostile_documents_are_not_read(body: bytes, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *args: pytest.fail("something was fetched"))
    with pytest.raises(Unreadable):
        dcat.parsed(body, name, "http://ban.example/")


class _Given:
    def __init__(self, body: bytes) -> None:
        self.status, self.body, self.etag = 200, body, ""


class _Asked:
    url, mark, etag = "http://ban.example/", "", ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_lists_are_read_in_usual_spellings(encoding: str, separator: str) -> None:
    lines = [
        ["id", "title", "tags"],
        ["a", "Đường sá", "x"],
        ["", "không mã", ""],
        ["c"],
        ["d", "Dòng\ncó xuống dòng", ""],
    ]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    page = table.step(_Asked(), lambda *args, **kwargs: _Given(text.encode(encoding)), {})
    assert [one.title for one in page.found if not one.fault] == ["Đường sá", "Dòng\ncó xuống dòng"]
    assert [one.fault for one in page.found if one.fault] == ["Dòng 3 thiếu mã hoặc tên.", "Dòng 4 thiếu mã hoặc tên."]


@pytest.mark.parametrize("body", [b"", b"\x81\x82\x83", b"a,b\n1,2", b'"' + b"x" * 200_000])
def test_what_is_no_list_is_told(body: bytes) -> None:
    with pytest.raises(Unreadable):
        table.step(_Asked(), lambda *args, **kwargs: _Given(body), {})
