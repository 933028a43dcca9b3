"""ckanapi, unmodified: files, rows and facets; load, dump, load into an emptied portal, dump again: the same."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.tokens import issue_token
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.opendata.models import Activity, Dataset, Group, Organisation, Resource

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def portal(cast: Cast, live_server: Any) -> Any:
    ckanapi = pytest.importorskip("ckanapi", reason="NOT RUN: ckanapi is not installed")
    day = timezone.localdate() + timedelta(days=9)
    token = issue_token(access.Actor.system(), account=cast.administrator, name="ckanapi", expires_on=day)[1]
    return ckanapi.RemoteCKAN(live_server.url, apikey=token)


def test_ckanapi_writes_files_and_rows_and_reads_facets(portal: Any, tmp_path: Path) -> None:
    ckanapi = pytest.importorskip("ckanapi")
    act = portal.action
    act.package_create(name="gia-nuoc", title="Giá nước", tags=[{"name": "nước"}, {"name": "giá"}])
    (tmp_path / "gia.csv").write_text("ma,gia\na,10\nb,20\n", encoding="utf-8")
    with (tmp_path / "gia.csv").open("rb") as file:
        sent = act.resource_create(package_id="gia-nuoc", name="Bảng giá", format="CSV", upload=file)
    assert act.datastore_search(resource_id=sent["id"], sort="gia desc")["records"][0]["ma"] == "b"
    with (tmp_path / "gia.csv").open("rb") as file:
        assert act.resource_patch(id=sent["id"], upload=file, description="mới")["description"] == "mới"
    table = act.datastore_create(
        resource={"package_id": "gia-nuoc", "name": "Đồng hồ"}, primary_key=["ma"],
        fields=[{"id": "ma", "type": "text"}, {"id": "m3", "type": "numeric"}], records=[{"ma": "a", "m3": 1.5}],
    )  # fmt: skip
    key = table["resource_id"]
    act.datastore_upsert(resource_id=key, method="upsert", records=[{"ma": "a", "m3": 2}, {"ma": "b", "m3": 3}])
    with pytest.raises(ckanapi.ValidationError):
        act.datastore_upsert(resource_id=key, method="insert", records=[{"ma": "a", "m3": 9}])
    assert [row["m3"] for row in act.datastore_search(resource_id=key, sort="ma")["records"]] == [2.0, 3.0]
    assert act.datastore_info(id=key)["meta"]["count"] == 2
    act.datastore_delete(resource_id=key, filters={"ma": "a"}, force=True)
    assert act.datastore_search(resource_id=key)["total"] == 1
    act.datastore_delete(resource_id=key, force=True)
    assert act.datastore_search(resource_id=key, filters={"ma": "b"})["records"] == []
    # A parameter with a point in its name, as ckanapi sends it: in the body, or in the address of a GET.
    for get in (False, True):
        asked = {"facet.field": ["tags", "res_format"], "rows": 1}
        asked = {name: json.dumps(value) if get else value for name, value in asked.items()}
        told = _by_get(portal, asked) if get else portal.call_action("package_search", asked)
        assert told["facets"] == {"tags": {"giá": 1, "nước": 1}, "res_format": {"CSV": 1}}
    act.package_delete(id="gia-nuoc")
    with pytest.raises(ckanapi.NotFound):
        act.package_show(id="gia-nuoc")
    anyone = ckanapi.RemoteCKAN(portal.address)
    with pytest.raises(ckanapi.NotAuthorized):
        anyone.action.package_create(name="x-y", title="X")


def _by_get(portal: Any, asked: dict[str, Any]) -> Any:
    import ckanapi

    return ckanapi.RemoteCKAN(portal.address, get_only=True).call_action("package_search", asked)


def test_what_ckanapi_dumps_loads_into_an_empty_portal_and_dumps_alike(portal: Any) -> None:
    body = portal.action.organization_create(name="so-nuoc", title="Sở Nước", description="Nước")
    group = portal.action.group_create(name="nuoc", title="Nước")
    for number in range(3):
        portal.action.package_create(
            name=f"bo-{number}", title=f"Bộ {number}", owner_org=body["id"], groups=[{"name": "nuoc"}],
            tags=[{"name": "nước"}], license_id="cc-by", extras=[{"key": "frequency", "value": "daily"}],
            resources=[{"name": "tệp", "url": "https://vi-du.invalid/a.csv", "format": "CSV", "ghi": "chú"}],
        )  # fmt: skip
    first = [portal.action.package_show(id=name) for name in portal.action.package_list()]
    bodies = portal.action.organization_show(id="so-nuoc"), portal.action.group_show(id="nuoc")
    _empty()
    assert portal.action.package_list() == []
    portal.action.organization_create(**bodies[0])
    portal.action.group_create(**bodies[1])
    for one in first:
        portal.action.package_create(**one)
    assert [portal.action.package_show(id=name) for name in portal.action.package_list()] == first
    assert portal.action.organization_show(id="so-nuoc") == bodies[0] and group["id"] == bodies[1]["id"]


def _empty() -> None:
    Resource.objects.all().delete()
    Dataset.groups.through.objects.all().delete()
    for model in (Dataset, Organisation, Group, Activity):
        model.objects.all().delete()
