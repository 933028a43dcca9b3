"""Units, measures and indicators as the interface gives them: fields, filters, pages, rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tinhso.faces.api.conftest import Reader, basic
from tinhso.foundation.access import tokens
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.places.models import Boundary
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db


def names(answer: Any, key: str = "organisationUnits") -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["displayName"] for one in answer.json()[key]]


def test_nobody_reads_without_saying_who_they_are(figures: Cast) -> None:
    for headers in ({}, basic("leader", "wrong"), basic("nobody"), {"Authorization": "Digest x"}):
        answer = Client().get("/dhis2/api/me", headers=headers)
        assert answer.status_code == 401 and answer.json()["status"] == "ERROR"
        assert answer["WWW-Authenticate"].startswith("Basic")


def test_who_sees_no_figures_on_screens_sees_none_here(figures: Cast) -> None:
    assert Client().get("/dhis2/api/me", headers=basic("citizen")).status_code == 403


def test_a_password_alone_does_not_open_for_an_administrator(figures: Cast) -> None:
    assert Client().get("/dhis2/api/me", headers=basic("administrator")).status_code == 401


def test_five_wrong_passwords_lock_this_door_too(figures: Cast) -> None:
    for _try in range(5):
        Client().get("/dhis2/api/me", headers=basic("leader", "wrong"))
    answer = Client().get("/dhis2/api/me", headers=basic("leader"))
    assert answer.status_code == 401 and "Đã nhập sai quá nhiều lần" in answer.json()["message"]


def test_a_session_reads_and_never_writes(figures: Cast) -> None:
    client = Client()
    client.force_login(figures.leader)
    assert client.get("/dhis2/api/me").json()["username"] == "leader"
    assert client.post("/dhis2/api/dataValueSets", "{}", content_type="application/json").status_code == 401


def test_a_token_opens_until_it_is_revoked(figures: Cast) -> None:
    actor = figures.actor("administrator")
    until = timezone.localdate() + timedelta(days=30)
    token, secret = tokens.issue_token(actor, account=figures.administrator, name="Kho dữ liệu", expires_on=until)
    assert secret not in token.digest
    for scheme in ("ApiToken", "Bearer"):
        answer = Client().get("/dhis2/api/me", headers={"Authorization": f"{scheme} {secret}"})
        assert answer.json()["username"] == "administrator"
    tokens.revoke_token(actor, token=token)
    assert Client().get("/dhis2/api/me", headers={"Authorization": f"ApiToken {secret}"}).status_code == 401


def test_nobody_issues_a_token_for_another(figures: Cast) -> None:
    until = timezone.localdate() + timedelta(days=30)
    with pytest.raises(tokens.CannotIssueToken):
        tokens.issue_token(figures.actor("administrator"), account=figures.leader, name="x", expires_on=until)


def test_units_come_with_level_path_parent_and_the_day_they_closed(province: Reader, figures: Cast) -> None:
    old = figures.units.other_office
    Unit.objects.filter(pk=old.pk).update(valid_to="2026-03-01")
    rows = province.get("organisationUnits", fields="id,name,level,path,parent[name],openingDate,closedDate,geometry")
    by_name = {row["name"]: row for row in rows.json()["organisationUnits"]}
    commune = by_name["Xã An Bình"]
    assert commune["level"] == 2 and commune["parent"] == {"name": "Tỉnh Thử Nghiệm"}
    assert commune["path"] == f"{by_name['Tỉnh Thử Nghiệm']['path']}/{commune['id']}"
    assert "geometry" not in commune and "closedDate" not in commune
    assert by_name[old.name]["closedDate"] == "2026-02-28T00:00:00.000"


def test_the_same_unit_bears_the_same_identifier_for_ever(province: Reader) -> None:
    first = province.get("organisationUnits", fields="id", paging="false").json()
    assert first == province.get("29/organisationUnits.json", fields="id", paging="false").json()
    uids = [one["id"] for one in first["organisationUnits"]]
    assert len(set(uids)) == len(uids) == 10 and all(len(uid) == 11 and uid[0].isalpha() for uid in uids)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["level:eq:1"], ["Tỉnh Thử Nghiệm"]),
        (["level:le:2", "name:ilike:AN BÌNH"], ["Xã An Bình"]),
        (["parent.name:eq:Tỉnh Thử Nghiệm", "name:$like:Xã"], ["Xã An Bình"]),
        (["name:in:[Xã An Bình,Tỉnh Thử Nghiệm]"], ["Tỉnh Thử Nghiệm", "Xã An Bình"]),
        (["parent:null"], ["Tỉnh Thử Nghiệm"]),
        (["name:!like:n", "level:lt:3"], []),
        (["code:like$:HCC", "name:token:an trung bình"], ["Trung tâm PVHCC Xã An Bình"]),
        (["organisationUnitGroups.code:eq:province"], ["Tỉnh Thử Nghiệm"]),
        (["khongco:eq:1"], []),
    ],
)
def test_filters(province: Reader, filters: list[str], found: list[str]) -> None:
    assert names(province.get("organisationUnits", filter=filters)) == found


def test_pages_follow_one_another(province: Reader) -> None:
    first = province.get("organisationUnits", pageSize=4, order="name:asc").json()
    assert first["pager"] | {"nextPage": ""} == {"page": 1, "pageCount": 3, "total": 10, "pageSize": 4, "nextPage": ""}
    last = province.get("organisationUnits", pageSize=4, page=3, order="name:asc").json()
    assert len(last["organisationUnits"]) == 2 and "nextPage" not in last["pager"] and "prevPage" in last["pager"]


def test_fields_are_cut_turned_and_renamed(province: Reader) -> None:
    asked = "displayName~rename(ten),children~size,children[id]~isNotEmpty,!path,:identifiable"
    row = province.get("organisationUnits", fields=asked, filter="level:eq:1").json()["organisationUnits"][0]
    assert row["ten"] == "Tỉnh Thử Nghiệm" and row["code"] == "99" and "path" not in row


def test_one_unit_with_those_around_it(province: Reader, figures: Cast) -> None:
    uid = province.get("organisationUnits", filter="level:eq:1").json()["organisationUnits"][0]["id"]
    assert province.get(f"organisationUnits/{uid}").json()["name"] == "Tỉnh Thử Nghiệm"
    assert len(names(province.get(f"organisationUnits/{uid}", includeDescendants="true"))) == 10
    assert len(names(province.get(f"organisationUnits/{uid}", includeChildren="true"))) == 4
    assert len(names(province.get(f"organisationUnits/{uid}", level=1))) == 3
    assert province.get("organisationUnits/abcdefghijk").status_code == 404


def test_measures_and_indicators(province: Reader) -> None:
    assert names(province.get("dataElements"), "dataElements") == ["Việc đã hỏi", "Việc đã xong", "Cán bộ"]
    rate = province.get("indicators", fields="id,name,numerator,denominator,indicatorType[factor]").json()["indicators"]
    done = province.get("dataElements", filter="code:eq:t.done").json()["dataElements"][0]["id"]
    assert rate[0]["numerator"] == f"#{{{done}}}" and rate[0]["indicatorType"]["factor"] == 100
    assert province.get(f"identifiableObjects/{done}").json()["valueType"] == "NUMBER"
    groups = province.get("dataElementGroups", fields="name,dataElements~size").json()["dataElementGroups"]
    assert groups == [{"name": "t", "dataElements": 3}]


def test_me_names_the_units_of_the_caller(province: Reader, commune: Reader, figures: Cast) -> None:
    fields = "username,organisationUnits[code],dataViewOrganisationUnits[code]"
    assert province.get("me", fields=fields).json()["organisationUnits"] == [{"code": "99"}]
    assert commune.get("me", fields=fields).json()["dataViewOrganisationUnits"] == [{"code": "99001.UB"}]


@pytest.mark.parametrize(
    "given",
    [
        {"fields": "children[" * 40 + "id" + "]" * 40},
        {"fields": ",".join(f"f{number}" for number in range(1000))},
        {"fields": "a" * 10_000},
        {"fields": "id,name]"},
        {"fields": "id[name"},
        {"fields": "name~steal(x)"},
        {"filter": "name"},
        {"filter": "name:regex:.*"},
        {"filter": "a.b.c.d.e.f.g.h:eq:1"},
        {"filter": [f"name:eq:{number}" for number in range(100)]},
        {"filter": "name:in:[" + ",".join(map(str, range(6000))) + "]"},
        {"order": "name:sideways"},
        {"pageSize": "-5"},
        {"page": "nhiều"},
        {"pageSize": "9" * 400},
    ],
)
def test_hostile_questions_are_refused_with_a_number(province: Reader, given: dict[str, Any]) -> None:
    answer = province.get("organisationUnits", **given)
    assert answer.status_code == 409 and answer.json()["errorCode"].startswith("E")


def test_going_up_and_down_without_end_is_stopped(province: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    from tinhso.faces.api.dhis2 import things

    monkeypatch.setattr(things, "MOST_WRITTEN", 30)
    fields = "children[parent[children[parent[children[parent[id]]]]]]"
    assert province.get("organisationUnits", fields=fields).status_code == 409


@pytest.mark.parametrize("address", ["", "khong-co", "29/khong-co", "x/y/z/a/b/c/d/e", "99/me", "system/khong-co"])
def test_what_is_not_there_is_said(province: Reader, address: str) -> None:
    answer = province.get(address)
    assert answer.status_code == 404 and answer.json()["status"] == "ERROR"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_tree_and_the_measures_are_not_changed_from_here(province: Reader, method: str) -> None:
    answer = getattr(Client(), method)("/dhis2/api/organisationUnits", headers=basic("provincial_leader"))
    assert answer.status_code == 405


def test_what_the_installation_says_of_itself(province: Reader) -> None:
    info = province.get("system/info").json()
    assert info["version"] == "2.40.3" and info["contextPath"].endswith("/dhis2") and info["calendar"] == "iso8601"
    assert len(set(province.get("system/id", limit=5).json()["codes"])) == 5
    assert "Monthly" in {one["name"] for one in province.get("periodTypes").json()["periodTypes"]}
    assert Client().get("/dhis2/api/ping").content == b"pong"


SQUARE = {
    "type": "MultiPolygon",
    "coordinates": [[[[105.0, 18.0], [106.0, 18.0], [106.0, 19.0], [105.0, 19.0], [105.0, 18.0]]]],
}


def test_boundaries_are_geometry_and_a_feature_collection(province: Reader, figures: Cast) -> None:
    assert province.get("organisationUnits.geojson", level="2").json() == {"type": "FeatureCollection", "features": []}
    assert "geometry" not in province.get("organisationUnits", fields="geometry").json()["organisationUnits"][0]
    box = {"west": 105.0, "south": 18.0, "east": 106.0, "north": 19.0}
    commune = figures.units.commune
    Boundary.objects.create(unit=commune, geometry=SQUARE | {"old": 1}, replaced_at=timezone.now(), **box)
    Boundary.objects.create(unit=commune, geometry=SQUARE, **box)
    answer = province.get("organisationUnits", fields="id,name,geometry", filter="name:eq:Xã An Bình")
    (row,) = answer.json()["organisationUnits"]
    assert row["geometry"] == SQUARE
    told = province.get("organisationUnits.geojson", level="2")
    assert told["Content-Type"] == "application/json"
    (feature,) = told.json()["features"]
    root = province.get("organisationUnits", level="1", fields="id").json()["organisationUnits"][0]["id"]
    assert feature["id"] == row["id"] and feature["geometry"] == SQUARE
    about = feature["properties"]
    assert (about["name"], about["level"], about["parent"], about["parentGraph"]) == ("Xã An Bình", "2", root, root)
    assert len(about["groups"]) == 1 and about["code"] == commune.code
    for asked in ({}, {"level": "3"}, {"level": "2", "parent": "x" * 11}, {"level": "x;2²"}, {"level": "9999999999"}):
        found = province.get("organisationUnits.geojson", **asked).json()["features"]
        assert len(found) == (1 if asked.get("parent") else 0)
    bare = province.get("organisationUnits.geojson", level="1,2", parent=root, properties="false").json()["features"]
    assert [one["properties"] for one in bare] == [{}]
    assert province.get(f"organisationUnits/{row['id']}").json()["geometry"] == SQUARE
