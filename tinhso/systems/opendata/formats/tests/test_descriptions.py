"""schema.org, Croissant, OpenAPI, the feed, the sitemap, and which of them a reader gets."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from defusedxml.ElementTree import fromstring

from tinhso.systems.opendata.formats import feeds, negotiation, openapi, search_engines
from tinhso.systems.opendata.formats.tests.world import CATALOGUE, COLUMNS, HOSTILE, PLAIN, SHAPED, SITE


def test_search_engines_find_what_they_require() -> None:
    made = search_engines.schema_org(PLAIN, SITE)
    assert made["@type"] == "Dataset" and made["url"] == "https://tinh.example/du-lieu/bo/don-vi-hanh-chinh/"
    assert made["distribution"][0]["contentUrl"].endswith(".csv") and made["isAccessibleForFree"] is True
    assert made["spatialCoverage"]["geo"]["box"] == "17.9 105.1 18.8 106.5"
    assert made["temporalCoverage"] == "2025-07-01/.."


def test_croissant_is_read_by_its_own_library() -> None:
    mlcroissant = pytest.importorskip("mlcroissant", reason="NOT RUN: mlcroissant (with scipy) is not installed")
    read = mlcroissant.Dataset(jsonld=search_engines.croissant(PLAIN, SITE))
    assert not read.metadata.ctx.issues.errors


def test_croissant_types_every_column_of_every_table() -> None:
    made = search_engines.croissant(PLAIN, SITE)
    files = {one["@id"] for one in made["distribution"]}
    table, again = made["recordSet"]
    assert again["@id"] == "bang/bang-1-parquet"
    assert [field["name"] for field in table["field"]] == [column.name for column in COLUMNS]
    assert {field["source"]["fileObject"]["@id"] for field in table["field"]} <= files
    assert all(len(one["sha256"]) == 64 for one in made["distribution"])


def test_openapi_knows_the_columns() -> None:
    made = openapi.openapi(SHAPED, SITE)
    assert set(made["components"]["schemas"]["Row"]["properties"]) == {*(c.name for c in COLUMNS), "hinh"}
    assert "/ogc/collections/ranh-gioi/items" in made["paths"]
    judge = pytest.importorskip("openapi_spec_validator", reason="NOT RUN: openapi-spec-validator is not installed")
    judge.validate(made)


def test_the_feed_is_read_by_a_feed_reader() -> None:
    feedparser = pytest.importorskip("feedparser", reason="NOT RUN: feedparser is not installed")
    read = feedparser.parse(feeds.rss(CATALOGUE, list(CATALOGUE.datasets), SITE))
    assert not read.bozo, read.bozo_exception
    assert [entry.title for entry in read.entries][:2] == ["Đơn vị hành chính", "Ranh giới"]
    assert read.entries[0].id.endswith("#v3") and read.entries[0].published_parsed[:3] == (2026, 6, 1)
    assert read.feed.links[-1].rel == "self"


def test_the_sitemap_names_every_page() -> None:
    root: ElementTree.Element = fromstring(feeds.sitemap(CATALOGUE.datasets, SITE))
    found = [node.text for node in root.iter(f"{{{feeds.SITEMAP}}}loc")]
    assert found == [SITE.home, *(SITE.dataset(record) for record in CATALOGUE.datasets)]


def test_hostile_words_stay_words() -> None:
    for made in (search_engines.schema_org(HOSTILE, SITE), search_engines.croissant(HOSTILE, SITE)):
        assert json.loads(json.dumps(made)) == made
    assert b"<script>" not in feeds.rss(CATALOGUE, [HOSTILE], SITE)
    assert " " not in SITE.file(HOSTILE.resources[0]) and ">" not in SITE.resource(HOSTILE, HOSTILE.resources[0])


OFFERED = ("text/html", "text/turtle", "application/rdf+xml")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.5", "application/rdf+xml"),
        ("text/html;q=0.1, */*;q=0.5", "text/turtle"),
        ("application/*", "application/rdf+xml"),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("text/turtle;q=nan", None),
        (",;=,;q=", None),
    ],
)
def test_a_reader_gets_what_it_prefers(accept: str, chosen: str | None) -> None:
    assert negotiation.choose(accept, OFFERED) == chosen
