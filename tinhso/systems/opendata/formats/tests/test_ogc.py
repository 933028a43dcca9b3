"""OGC API Features and Records, read by OWSLib over HTTP and asked wrong things."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from tinhso.systems.opendata.formats.ogc.serving import Answer, Shelf, answer
from tinhso.systems.opendata.formats.site import Site
from tinhso.systems.opendata.formats.tests.world import SITE, source

SHELF = Shelf()


def ask(path: str, **query: str) -> Answer:
    return answer(source(), SITE, path, query, SHELF)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The interface on loopback, without Django: what OWSLib speaks to."""

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: object) -> None:
            return

    def serve(environ: dict[str, Any], start: Any) -> list[bytes]:
        site = Site(f"http://127.0.0.1:{server.server_port}")
        path = environ["PATH_INFO"].removeprefix("/du-lieu/ogc")
        made = answer(source(), site, path, dict(parse_qsl(environ["QUERY_STRING"])), SHELF)
        start(f"{made.status} X", [("Content-Type", made.media_type)])
        return [json.dumps(made.body).encode()]

    server = make_server("127.0.0.1", 0, serve, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/du-lieu/ogc/"
    server.shutdown()
    server.server_close()


def test_owslib_reads_the_features(address: str) -> None:
    judge = pytest.importorskip("owslib.ogcapi.features", reason="NOT RUN: OWSLib is not installed")
    client = judge.Features(address)
    assert client.feature_collections() == ["ranh-gioi"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson" in client.conformance()["conformsTo"]
    assert client.api()["openapi"] == "3.0.3"
    found = client.collection_items("ranh-gioi", bbox=[105.105, 18.001, 105.128, 18.009], limit=2)
    assert found["numberMatched"] == 3 and [one["id"] for one in found["features"]] == ["X010", "X011"]
    one = client.collection_item("ranh-gioi", "X010")
    assert one["geometry"]["type"] == "Polygon" and one["properties"]["dan_so"] == 1000


def test_owslib_reads_the_records(address: str) -> None:
    judge = pytest.importorskip("owslib.ogcapi.records", reason="NOT RUN: OWSLib is not installed")
    client = judge.Records(address)
    assert client.records() == ["danh-muc"]
    found = client.collection_items("danh-muc", q="ranh giới", limit=5)
    assert [one["id"] for one in found["features"]] == ["ranh-gioi"]
    record = client.collection_item("danh-muc", "don-vi-hanh-chinh")
    assert record["properties"]["title"] == "Đơn vị hành chính"
    assert "dan_so" in client.collection_queryables("ranh-gioi")["properties"]


def test_pages_follow_one_another_to_the_end() -> None:
    seen, query = [], {"limit": "7"}
    for _page in range(10):
        body = ask("collections/ranh-gioi/items", **query).body
        seen += [one["id"] for one in body["features"]]
        following = [one["href"] for one in body["links"] if one["rel"] == "next"]
        if not following:
            break
        query = dict(parse_qsl(following[0].partition("?")[2]))
    assert len(seen) == len(set(seen)) == 43


def test_records_are_found_by_box_day_and_name() -> None:
    def ids(**query: str) -> list[str]:
        return [one["id"] for one in ask("collections/danh-muc/items", **query).body["features"]]

    assert ids(bbox="105,18,105.2,18.1") == ["don-vi-hanh-chinh", "ranh-gioi"]
    assert ids(bbox="106,18,106.2,18.1") == ["don-vi-hanh-chinh"] and ids(bbox="0,0,1,1") == []
    assert ids(datetime="2026-05-01/..") == ["don-vi-hanh-chinh"]
    assert ids(ids="ranh-gioi,kho-doc") == ["ranh-gioi", "kho-doc"] and ids(type="service") == []


def test_features_are_found_by_a_column() -> None:
    body = ask("collections/ranh-gioi/items", loai="phường", la_xa="false", limit="50").body
    assert body["numberMatched"] == 20


def test_a_row_without_a_readable_shape_keeps_its_words() -> None:
    body = ask("collections/ranh-gioi/items/Z0").body
    assert body["geometry"] is None and body["properties"]["ma"] == "Z0"


@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "1,2,3"},
        {"bbox": "a,b,c,d"},
        {"bbox": "nan,0,1,1"},
        {"bbox": "10,0,1,1"},
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "١"},
        {"limit": "9" * 40},
        {"offset": "1e9"},
        {"datetime": "31/02/2025"},
        {"datetime": "2026-02-31"},
        {"datetime": "2026-03-01/2026-01-01"},
        {"khong_co": "1"},
    ],
)
def test_a_wrong_question_is_told(query: dict[str, str]) -> None:
    for collection in ("ranh-gioi", "danh-muc"):
        made = ask(f"collections/{collection}/items", **query)
        assert made.status == 400 and made.body["description"]


@pytest.mark.parametrize(
    "path",
    ["x", "collections/khong", "collections/don-vi-hanh-chinh", "collections/danh-muc/items/x",
     "collections/ranh-gioi/items/x/y", "collections/ranh-gioi/../.."],
)  # fmt: skip
def test_what_is_not_there_is_said(path: str) -> None:
    assert ask(path).status == 404


def test_memory_stays_bounded() -> None:
    shelf = Shelf(room=1)
    records = source().catalogue().datasets
    first = shelf.take(records[1], source())
    assert shelf.take(records[1], source()) is first
