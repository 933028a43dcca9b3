"""The gate to the outside: what may not be reached, and answers that never end."""

from __future__ import annotations

import socket
import time
from http.server import ThreadingHTTPServer
from typing import Any

import pytest

from tinhso.systems.opendata.harvest import fetching
from tinhso.systems.opendata.harvest.errors import NotAllowed, Unreadable
from tinhso.systems.opendata.harvest.simulator.app import Portal
from tinhso.systems.opendata.harvest.walks import dcat, table


def test_the_open_internet_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", never)
    for url in ("http://127.0.0.1/", "http://10.1.2.3/", "http://169.254.169.254/", "file:///etc/passwd"):
        with pytest.raises(NotAllowed):
            fetching.fetch(url)


def test_a_source_that_leads_inward_or_fails_is_told(
    portal: Portal, server: tuple[ThreadingHTTPServer, Portal]
) -> None:
    with pytest.raises(Unreadable, match="mã 404"):
        fetching.fetch(f"http://127.0.0.1:{server[0].server_port}/khong-co")
    with pytest.raises(Unreadable, match="lớn hơn"):
        fetching.fetch(f"http://127.0.0.1:{server[0].server_port}/danh-sach.csv", most=10)


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
