"""ckanapi, unmodified: load, dump, load into an emptied portal, dump again: the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.tokens import issue_token
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.opendata.models import Activity, Dataset, Group, Organisation, Resource

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_ckanapi_dumps_loads_into_an_empty_portal_and_dumps_alike(cast: Cast, live_server: Any) -> None:
    ckanapi = pytest.importorskip("ckanapi", reason="NOT RUN: ckanapi is not installed")
    day = timezone.localdate() + timedelta(days=9)
    token = issue_token(access.Actor.system(), account=cast.administrator, name="ckanapi", expires_on=day)[1]
    portal = ckanapi.RemoteCKAN(live_server.url, apikey=token)
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
