"""The CKAN Action API as its clients use it; who may not write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.tokens import issue_token
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(cast: Cast) -> str:
    day = timezone.localdate() + timedelta(days=9)
    return issue_token(access.Actor.system(), account=cast.administrator, name="ckan", expires_on=day)[1]


def _act(name: str, given: dict[str, Any], token: str = "") -> tuple[int, Any]:
    headers = {"Authorization": token} if token else {}
    answer = Client().post(f"/api/3/action/{name}", given, content_type="application/json", headers=headers)
    body = answer.json()
    return answer.status_code, body.get("result", body.get("error"))


def _dataset(token: str) -> dict[str, Any]:
    given = {
        "name": "gia-nuoc",
        "title": "Giá nước",
        "tags": [{"name": "nước"}],
        "extras": [{"key": "x", "value": "1"}],
    }
    status, made = _act("package_create", given, token)
    assert status == 200, made
    return dict(made)


def test_a_dataset_is_written_found_and_withdrawn(token: str) -> None:
    _dataset(token)
    assert _act("package_search", {"q": "gia nuoc"})[1]["count"] == 1
    assert _act("package_search", {"fq": 'tags:"nước" -name:khac', "facet.field": ["tags"]})[1]["facets"]["tags"] == {
        "nước": 1
    }
    assert _act("package_patch", {"id": "gia-nuoc", "title": "Giá nước sạch"}, token)[1]["title"] == "Giá nước sạch"
    assert _act("package_delete", {"id": "gia-nuoc"}, token)[0] == 200
    assert _act("package_show", {"id": "gia-nuoc"})[0] == 404


def _many(cast: Cast) -> None:
    from tinhso.systems.opendata.models import Dataset, Group, Organisation, Resource
    from tinhso.systems.opendata.services.publishing import make_findable

    bodies = [Organisation.objects.create(name=f"so-{n}", title=f"Sở {n}") for n in range(2)]
    groups = [Group.objects.create(name=f"nhom-{n}", title=f"Nhóm {n}") for n in range(2)]
    for number in range(12):
        one = Dataset.objects.create(
            name=f"bo-{number:02}", title=f"Giá nước {number}" if number < 8 else f"Rừng {number}", tags=["chung"],
            organisation=bodies[number % 2], licence="cc-by", is_private=number == 11,
            modified_at=timezone.now() - timedelta(days=number),
        )  # fmt: skip
        one.groups.set(groups[: 1 + number % 2])
        for shape in ("CSV", "CSV", "JSON")[: 2 + number % 2]:
            Resource.objects.create(dataset=one, name="t", format=shape, url="https://vi-du.invalid/")
        make_findable(one)


def test_a_search_counts_pages_and_facets_over_all_it_meets(cast: Cast) -> None:
    _many(cast)
    fields = ["organization", "groups", "tags", "res_format", "license_id", "khong-co"]
    told = _act("package_search", {"facet.field": fields, "rows": 5, "start": 5})[1]
    assert told["count"] == 11 and [one["name"] for one in told["results"]] == [f"bo-{n:02}" for n in range(5, 10)]
    assert told["facets"] == {
        "organization": {"so-0": 6, "so-1": 5}, "groups": {"nhom-0": 11, "nhom-1": 5}, "tags": {"chung": 11},
        "res_format": {"CSV": 11, "JSON": 5}, "license_id": {"cc-by": 11},
    }  # fmt: skip
    assert told["search_facets"]["tags"]["items"] == [{"name": "chung", "display_name": "chung", "count": 11}]
    words = {"q": "gia nuoc", "fq": "organization:so-1 res_format:JSON", "facet.field": '["groups"]'}
    told = _act("package_search", words)[1]
    assert told["count"] == 4 and told["facets"]["groups"] == {"nhom-0": 4, "nhom-1": 4}
    told = _act("package_search", {"q": "nuoc", "sort": "name desc", "rows": 2})[1]
    assert told["count"] == 8 and [one["name"] for one in told["results"]] == ["bo-07", "bo-06"]
    assert _act("package_search", {"q": "nuoc khongcotunay", "rows": 3})[1]["count"] == 8
    assert _act("package_search", {"q": "khongcotunaodau"})[1]["count"] == 0
    assert _act("package_search", {"rows": 0, "facet.field": ["tags"], "facet.limit": 0})[1]["results"] == []


def test_nobody_writes_without_the_right(cast: Cast) -> None:
    assert _act("package_create", {"name": "x-y", "title": "X"})[0] == 403
    assert _act("package_create", {"name": "x-y", "title": "X"}, "tinhso_sai")[0] == 403
    assert _act("organization_create", {"name": "x-y"})[0] == 403


def test_rows_are_written_by_key_and_asked(token: str) -> None:
    made = _dataset(token)
    fields = [{"id": "ma", "type": "text"}, {"id": "m3", "type": "int"}]
    records = [{"ma": "a", "m3": 1}, {"ma": "b", "m3": 22}]
    told = {"resource": {"package_id": made["id"]}, "fields": fields, "records": records, "primary_key": ["ma"]}
    status, table = _act("datastore_create", told, token)
    assert status == 200, table
    key = table["resource_id"]
    assert _act("datastore_upsert", {"resource_id": key, "records": [{"ma": "a", "m3": 9}]}, token)[1]["total"] == 2
    assert _act("datastore_search", {"resource_id": key, "filters": {"ma": "a"}})[1]["records"][0]["m3"] == 9
    found = _act("datastore_search", {"resource_id": key, "filters": {"m3": {"gte": 10}}})[1]
    assert found["total"] == 1 and found["records"][0]["ma"] == "b"
    assert _act("datastore_search", {"resource_id": key, "filters": {"m3); DROP": 1}})[0] == 409
    assert _act("datastore_search_sql", {"sql": "SELECT 1"})[0] == 400
    bad = [{"ma": "c 042090001234", "m3": 1}]
    assert _act("datastore_upsert", {"resource_id": key, "records": bad}, token)[0] == 409


def _upload(token: str, package: str, content: bytes) -> tuple[int, Any]:
    given = {"package_id": package, "name": "bang", "upload": SimpleUploadedFile("bang.csv", content)}
    answer = Client().post("/api/3/action/resource_create", given, headers={"Authorization": token})
    return answer.status_code, answer.json()


def test_an_uploaded_table_is_queryable_and_one_with_people_is_refused_whole(token: str) -> None:
    made = _dataset(token)
    status, body = _upload(token, made["id"], "tên;số\nẤm;1\nChén;2\n".encode("utf-16"))
    assert status == 200, body
    found = _act("datastore_search", {"resource_id": body["result"]["id"]})[1]
    assert [row["tên"] for row in found["records"]] == ["Ấm", "Chén"]
    status, body = _upload(token, made["id"], b"ma,ghi_chu\n1,042090001234\n2,x\n")
    assert status == 409 and "042090001234" not in str(body) and "ghi_chu" in str(body)
    assert len(_act("package_show", {"id": made["id"]})[1]["resources"]) == 1


def test_a_dump_laid_back_gives_the_same_dump(token: str) -> None:
    first = _act("package_show", {"id": _dataset(token)["id"]})[1]
    again = _act("package_update", first, token)[1]
    assert again == first


@pytest.mark.parametrize("text", ["((((", "name:(a OR", "metadata_modified:[x TO *]", "-", "a:b:c", 'tags:"', ")" * 9])
def test_hostile_filters_are_answered(text: str) -> None:
    assert _act("package_search", {"fq": text, "sort": "name asc"})[0] in (200, 409)
