"""The formats over the portal's own tables: what is public is read in each of them, what is not in none."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.test import Client
from rdflib import Graph

from tinhso.foundation.files import blobs
from tinhso.foundation.files.models import StoredFile
from tinhso.systems.opendata.models import Dataset, Resource

COLUMNS = [
    {"name": "ma", "kind": "string", "title": "Mã", "is_required": True, "is_unique": True},
    {"name": "so", "kind": "integer", "title": "Số"},
    {"name": "ngay", "kind": "date", "title": "Ngày"},
    {"name": "la_xa", "kind": "boolean", "title": "Là xã"},
    {"name": "latitude", "kind": "number"},
    {"name": "longitude", "kind": "number"},
]
READ = {"dcat.ttl": "turtle", "dcat.rdf": "xml", "dcat.jsonld": "json-ld"}


@pytest.fixture
def dataset(db: None, tmp_path: Path, settings: Any) -> Dataset:
    settings.DATA_DIR = tmp_path
    path = tmp_path / "made.parquet"
    duckdb.sql(
        "SELECT 'X' || i AS ma, i AS so, DATE '2026-01-01' + i::INT AS ngay, i % 2 = 0 AS la_xa, "
        "18.0 + i / 100 AS latitude, 105.5 AS longitude FROM range(30) t(i)"
    ).write_parquet(str(path))
    with path.open("rb") as stream, blobs.receive(stream, 10**7) as arrival:
        blobs.keep(arrival)
    table = StoredFile.objects.create(
        sha256=arrival.sha256, name="t.parquet", media_type="x", size=arrival.size, state="clean", purpose="opendata"
    )
    made = Dataset.objects.create(
        name="tram-y-te", title="Trạm y tế", notes="Vị trí trạm", tags=["y tế"], themes=["HEAL"], version="2",
        languages=["vi"], starts_on=date(2026, 1, 1), west=105, south=18, east=106, north=18.5,
    )  # fmt: skip
    Resource.objects.create(
        dataset=made, name="Bảng", format="CSV", media_type="text/csv", table=table, columns=COLUMNS, rows=30
    )
    Dataset.objects.create(name="chua-cong-bo", title="Chưa công bố", state="draft")
    Dataset.objects.create(name="noi-bo", title="Nội bộ", is_private=True)
    return made


@pytest.fixture
def client() -> Client:
    return Client()


def test_every_form_is_read_at_its_plain_address(dataset: Dataset, client: Client) -> None:
    base = "/du-lieu/bo/tram-y-te/mo-ta/"
    for kind, name in READ.items():
        answer = client.get(base + kind)
        assert answer.status_code == 200
        assert "Trạm y tế" in [str(value) for value in Graph().parse(data=answer.content, format=name).objects()]
    for kind in ("schema.jsonld", "croissant.json", "datapackage.json", "csvw.json", "openapi.json"):
        answer = client.get(base + kind)
        assert "Trạm y tế" in json.dumps(json.loads(answer.content), ensure_ascii=False), kind
    assert client.get(base + "khac.json").status_code == 404


def test_the_pages_lead_to_every_form_and_every_link_opens(dataset: Dataset, client: Client) -> None:
    page = client.get("/du-lieu/bo/tram-y-te/").content.decode()
    links = set(re.findall(r'href="(/du-lieu/bo/tram-y-te/(?:mo-ta/[^"]*|goi\.zip))"', page))
    kinds = ("", "dcat.ttl", "croissant.json", "datapackage.json", "csvw.json", "openapi.json")
    assert links == {f"/du-lieu/bo/tram-y-te/mo-ta/{kind}" for kind in kinds} | {"/du-lieu/bo/tram-y-te/goi.zip"}
    told = re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', page)
    home = client.get("/du-lieu/").content.decode()
    told += re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', home)
    assert len(told) == 7 and "/du-lieu/rss.xml" in home and "/du-lieu/danh-muc.ttl" in home
    assert [client.get(href)["Content-Type"] for _kind, href in told] == [kind for kind, _href in told]
    dataset.resources.all().delete()
    assert "goi.zip" not in client.get("/du-lieu/bo/tram-y-te/").content.decode()


def test_a_reader_is_led_to_what_it_prefers(dataset: Dataset, client: Client) -> None:
    def led(accept: str) -> tuple[int, str]:
        answer = client.get("/du-lieu/bo/tram-y-te/mo-ta/", headers={"accept": accept})
        assert answer["Vary"].lower().count("accept")
        return answer.status_code, answer.get("Location", "")

    assert led("text/html,*/*;q=0.8")[1].endswith("/du-lieu/bo/tram-y-te/")
    assert led("text/turtle")[1].endswith("/mo-ta/dcat.ttl")
    assert led("application/ld+json")[1].endswith("/mo-ta/dcat.jsonld")
    assert led("image/png")[0] == 406


def test_what_is_not_public_is_in_no_form(dataset: Dataset, client: Client) -> None:
    for name in ("chua-cong-bo", "noi-bo"):
        for path in (f"bo/{name}/mo-ta/", f"bo/{name}/mo-ta/dcat.ttl", f"bo/{name}/goi.zip",
                     f"ogc/collections/danh-muc/items/{name}"):  # fmt: skip
            assert client.get(f"/du-lieu/{path}").status_code == 404
    for path in ("danh-muc.ttl", "danh-muc.rdf", "danh-muc.jsonld", "sitemap.xml", "rss.xml", "ogc/collections",
                 "ogc/collections/danh-muc/items"):  # fmt: skip
        text = client.get(f"/du-lieu/{path}").content.decode()
        assert "noi-bo" not in text and "chua-cong-bo" not in text
        assert "tram-y-te" in text


def test_the_package_is_whole_and_true(
    dataset: Dataset, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = pytest.importorskip("frictionless", reason="NOT RUN: frictionless is not installed")
    answer = client.get("/du-lieu/bo/tram-y-te/goi.zip")
    zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).extractall(tmp_path / "goi")
    monkeypatch.chdir(tmp_path / "goi")
    report = judge.validate("datapackage.json")
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    assert report.tasks[0].stats["rows"] == 30


def test_points_are_features_with_a_box_and_pages(dataset: Dataset, client: Client) -> None:
    address = "/du-lieu/ogc/collections/tram-y-te/items?bbox=105,18.05,106,18.1&limit=4"
    body = client.get(address).json()
    assert body["numberMatched"] == 6 and len(body["features"]) == 4
    following = next(link["href"] for link in body["links"] if link["rel"] == "next")
    rest = client.get(following.removeprefix("http://testserver")).json()
    assert [one["id"] for one in rest["features"]] == ["X9", "X10"]


def test_what_is_known_is_not_sent_again(dataset: Dataset, client: Client) -> None:
    first = client.get("/du-lieu/danh-muc.ttl")
    again = client.get("/du-lieu/danh-muc.ttl", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.content
    dataset.title = "Trạm y tế xã"
    dataset.save()
    assert client.get("/du-lieu/danh-muc.ttl", headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("page", ["0", "2", "x", "-1", "9" * 30])
def test_a_page_that_is_not_there(dataset: Dataset, client: Client, page: str) -> None:
    assert client.get("/du-lieu/danh-muc.ttl", {"page": page}).status_code == 404
