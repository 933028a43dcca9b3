"""CKAN's own harvester pulls us: the calls it makes, over real HTTP, whole and then only what changed.

Where CKAN_HARVESTER names the file `ckanharvester.py` of ckanext-harvest, that very code is run, unmodified, against
us; the CKAN that receives (its tables, its search, its users) is then played by the few stand-ins below.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from django.utils import timezone

from tinhso.systems.opendata.models import Dataset, Group, Organisation, Resource

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 230


@pytest.fixture
def portal(live_server: Any) -> str:
    """More datasets than fit on two pages, changed a day ago; one of them private."""
    body = Organisation.objects.create(name="so-nuoc", title="Sở Nước", notes="Nước sạch")
    group = Group.objects.create(name="nuoc", title="Nước")
    yesterday = timezone.now() - timedelta(days=1)
    made = Dataset.objects.bulk_create(
        Dataset(
            name=f"bo-{n:03}", title=f"Bộ {n}", organisation=body, tags=["nước"], is_private=n == 7,
            modified_at=yesterday,
        )
        for n in range(MANY)
    )  # fmt: skip
    Dataset.groups.through.objects.bulk_create(Dataset.groups.through(dataset=one, group=group) for one in made[:50])
    Resource.objects.bulk_create(Resource(dataset=one, name="tệp", url="https://vi-du.invalid/a.csv") for one in made)
    return str(live_server.url)


def _get(address: str) -> Any:
    with urlopen(address) as answer:
        told = json.load(answer)
    assert told["success"] is True
    return told["result"]


def _search(portal: str, *terms: str) -> Iterator[dict[str, Any]]:
    """As `_search_for_datasets` does: sorted by id, a hundred at a time, until a page is empty."""
    asked = {"rows": "100", "start": "0", "sort": "id asc"} | ({"fq": " ".join(terms)} if terms else {})
    while page := _get(f"{portal}/api/3/action/package_search?{urlencode(asked)}")["results"]:
        yield from page
        asked["start"] = str(int(asked["start"]) + 100)


def _since(moment: datetime) -> str:
    return f"metadata_modified:[{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z TO *]"


def test_the_calls_of_the_harvester_whole_then_what_changed(portal: str) -> None:
    began = timezone.now()
    whole = list(_search(portal))
    assert len(whole) == len({one["id"] for one in whole}) == MANY - 1
    assert [one["id"] for one in whole] == sorted(one["id"] for one in whole)
    assert all(one["type"] == "dataset" and one["resources"][0]["url"] for one in whole)
    one = next(one for one in whole if one["groups"])
    assert _get(f"{portal}/api/3/action/group_show?id={one['groups'][0]['id']}")["name"] == "nuoc"
    body = _get(f"{portal}/api/3/action/organization_show?id={one['owner_org']}")
    assert (body["name"], body["description"]) == ("so-nuoc", "Nước sạch")
    # The second harvest: since the first, an hour earlier to be sure.
    assert list(_search(portal, _since(began - timedelta(hours=1)))) == []
    Dataset.objects.filter(name="bo-003").update(title="Bộ ba", modified_at=timezone.now())
    assert [one["title"] for one in _search(portal, _since(began - timedelta(hours=1)))] == ["Bộ ba"]
    filtered = _search(portal, "organization:khong-co OR organization:so-nuoc", _since(began - timedelta(days=3)))
    assert len(list(filtered)) == MANY - 1
    assert len(list(_search(portal, "-groups:nuoc"))) == MANY - 50


class _Receiver:
    """The CKAN that harvests: what it was told to keep."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.bodies: dict[str, dict[str, Any]] = {}
        self.errors: list[str] = []

    def action(self, name: str) -> Any:
        return getattr(self, name)

    def package_show(self, _context: Any, _asked: Any) -> dict[str, Any]:
        return {"owner_org": "noi-nhan"}

    def group_show(self, _context: Any, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["id"] not in self.bodies:
            raise LookupError
        return self.bodies[asked["id"]]

    def group_create(self, _context: Any, given: dict[str, Any]) -> None:
        self.bodies[given["id"]] = given

    organization_show, organization_create = group_show, group_create


def _harvester(path: Path, receiver: _Receiver) -> Any:
    """The harvester's class out of its own file, with stand-ins for the CKAN around it."""

    class Base:
        last: Any = None

        def last_error_free_job(self, _job: Any) -> Any:
            return self.last

        def _get_user_name(self) -> str:
            return "harvest"

        def _create_or_update_package(self, package: dict[str, Any], _object: Any, **_form: Any) -> bool:
            receiver.kept[package["id"]] = package
            return True

        def _save_gather_error(self, told: Any, *_rest: Any) -> None:
            receiver.errors.append(str(told))

        _save_object_error = _save_gather_error

    objects: list[Any] = []

    class HarvestObject(SimpleNamespace):
        id = ""

        def save(self) -> None:
            objects.append(self)

    def module(name: str, **given: Any) -> ModuleType:
        made = ModuleType(name)
        made.__dict__.update(given, __path__=[])
        return made

    logic = module("ckan.logic", ValidationError=ValueError, NotFound=LookupError, get_action=receiver.action)
    toolkit = SimpleNamespace(requires_ckan_version=lambda min_version: None)
    modules = {
        "ckan": module("ckan", model=SimpleNamespace(Session=None)), "ckan.logic": logic,
        "ckan.lib": module("ckan.lib"),
        "ckan.lib.helpers": module("ckan.lib.helpers", json=json),
        "ckan.plugins": module("ckan.plugins", toolkit=toolkit), "ckanext": module("ckanext"),
        "ckanext.harvest": module("ckanext.harvest"),
        "ckanext.harvest.model": module("ckanext.harvest.model", HarvestObject=HarvestObject),
        "ckanext.harvest.harvesters": module("ckanext.harvest.harvesters"),
        "ckanext.harvest.harvesters.base": module("ckanext.harvest.harvesters.base", HarvesterBase=Base),
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name, made in modules.items():
            patch.setitem(sys.modules, name, made)
        spec = importlib.util.spec_from_file_location("ckanext.harvest.harvesters.ckanharvester", path)
        assert spec is not None and spec.loader is not None
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
    made = loaded.CKANHarvester()
    made.objects = objects
    return made


def test_the_harvester_itself_pulls_us_twice(portal: str) -> None:
    named = os.environ.get("CKAN_HARVESTER", "")
    if not named or not Path(named).exists():
        pytest.skip("NOT RUN: CKAN_HARVESTER names no ckanharvester.py (a whole CKAN wants Solr and Redis)")
    receiver = _Receiver()
    harvester = _harvester(Path(named), receiver)
    source = SimpleNamespace(
        url=portal, id="nguon", title="Nguồn", config='{"remote_groups": "create", "remote_orgs": "create"}'
    )

    def harvest() -> int:
        harvester.objects.clear()
        harvester.gather_stage(SimpleNamespace(source=source, id="lan"))
        for one in list(harvester.objects):
            one.source, one.job = source, SimpleNamespace(source=source, id="lan")
            assert harvester.fetch_stage(one) and harvester.import_stage(one)
        return len(harvester.objects)

    began = datetime.now(UTC).replace(tzinfo=None)
    assert harvest() == MANY - 1 == len(receiver.kept) and receiver.errors == []
    assert sorted(body["name"] for body in receiver.bodies.values()) == ["nuoc", "so-nuoc"]
    type(harvester).__mro__[1].last = SimpleNamespace(gather_started=began)  # type: ignore[attr-defined]
    assert harvest() == 0
    Dataset.objects.filter(name="bo-003").update(title="Bộ ba", modified_at=timezone.now())
    assert harvest() == 1 and receiver.errors == []
    assert sorted(one["title"] for one in receiver.kept.values() if one["title"] == "Bộ ba") == ["Bộ ba"]
