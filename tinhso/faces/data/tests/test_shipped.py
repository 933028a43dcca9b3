"""Every dataset the platform ships, published once into one portal, read by judges nobody here wrote."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from rdflib import RDF, Graph
from rdflib.namespace import DCAT

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.openness.registry import DATASETS
from tinhso.foundation.places.models import Boundary
from tinhso.foundation.testing.kept import Kept, settle
from tinhso.systems.opendata.formats.tests import judging
from tinhso.systems.opendata.models import Dataset
from tinhso.systems.opendata.services import publishing

pytestmark = pytest.mark.django_db
# Tables whose columns promise places; which of them have any is the rows' matter.
PLACED = ("thon-to-dan-pho", "huyen-da-ket-thuc", "ranh-gioi-hanh-chinh", "xa-phuong-hien-nay")
SQUARE = [[105.0, 18.0], [106.0, 18.0], [106.0, 19.0], [105.0, 19.0], [105.0, 18.0]]
HOLE = [[105.4, 18.4], [105.6, 18.4], [105.6, 18.6], [105.4, 18.4]]


@pytest.fixture(scope="module")
def portal(
    kept_cast: Kept, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Dataset]]:
    """The cast's province with all that its apps publish; made once, taken back."""
    patch = pytest.MonkeyPatch()
    patch.setattr("django.conf.settings.DATA_DIR", tmp_path_factory.mktemp("data"))
    with django_db_blocker.unblock(), transaction.atomic():
        cast = kept_cast.give()
        unit = cast.units.commune
        shape = {"type": "Polygon", "coordinates": [SQUARE, HOLE]}
        Boundary.objects.create(unit=unit, geometry=shape, west=105, south=18, east=106, north=19)
        publishing.publish_due(Actor.system(), everything=True)
        settle()
        yield {one.name: one for one in Dataset.objects.all()}
        transaction.set_rollback(True)
    patch.undo()


@pytest.fixture
def client(portal: dict[str, Dataset]) -> Client:
    return Client()


def test_everything_the_apps_register_is_published(portal: dict[str, Dataset]) -> None:
    broken = {name: one.refusal for name, one in portal.items() if any("broken" in f["reason"] for f in one.refusal)}
    assert set(portal) == set(DATASETS) and not broken
    assert len(Dataset.objects.public()) >= 25


@pytest.fixture(scope="module")
def graph(portal: dict[str, Dataset]) -> Graph:
    return Graph().parse(data=Client().get("/du-lieu/danh-muc.ttl").content, format="turtle")


def test_the_profile_of_europe_holds_over_all_of_them(graph: Graph) -> None:
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) >= 25
    judging.judge(graph, judging.ours())


def test_the_profiles_own_shapes_hold_over_all_of_them(graph: Graph) -> None:
    judging.judge(graph, judging.theirs())


def test_every_package_is_what_its_description_says(client: Client, portal: dict[str, Dataset], tmp_path: Path) -> None:
    judge = pytest.importorskip("frictionless", reason="NOT RUN: frictionless is not installed")
    faults = []
    for one in Dataset.objects.public():
        answer = client.get(f"/du-lieu/bo/{one.name}/goi.zip")
        zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).extractall(tmp_path / one.name)
        report = judge.Package(tmp_path / one.name / "datapackage.json").validate()
        faults += [(one.name, *found) for found in report.flatten(["rowNumber", "fieldName", "message"])]
    assert not faults


def test_a_collection_of_features_has_features(client: Client) -> None:
    offered = client.get("/du-lieu/ogc/collections").json()["collections"]
    counted = {
        one["id"]: client.get(f"/du-lieu/ogc/collections/{one['id']}/items?limit=1").json()["numberMatched"]
        for one in offered
    }
    assert all(counted.values()) and counted["ranh-gioi-hanh-chinh"] == 1
    for name in set(PLACED) - set(counted):
        assert client.get(f"/du-lieu/ogc/collections/{name}").status_code == 404
        assert "GEOJSON" not in json.dumps(client.get(f"/du-lieu/bo/{name}/mo-ta/datapackage.json").json())
    assert "huyen-da-ket-thuc" not in counted


def test_boundaries_are_drawn_on_the_page(client: Client) -> None:
    page = client.get("/du-lieu/bo/ranh-gioi-hanh-chinh/").content.decode()
    (drawn,) = re.findall(r'<path d="(M[^"]+)"', page)
    assert drawn.count("ZM") == 1  # a ring, and the hole in it
    assert "vùng, 9 đỉnh" in page and "coordinates" not in page
