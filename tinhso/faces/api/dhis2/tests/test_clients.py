"""Clients that nobody here wrote, unmodified, against a running server: dhis2.py, openhexa.toolbox, dhis2-client."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tinhso.engines.indicators.models import Entry
from tinhso.faces.api.dhis2.metadata import DEFAULT_OPTION_COMBO
from tinhso.faces.api.forest import forest
from tinhso.faces.api.uids import uid_of
from tinhso.foundation.access import tokens
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.places.models import Boundary
from tinhso.foundation.testing.cast import PASSWORD, Cast

ALL, COVERED = uid_of("measure", "x.all"), uid_of("measure", "x.covered")
ASKED, RATE = uid_of("measure", "t.asked"), uid_of("indicator", "t.rate")


def uid(unit: Any) -> str:
    return forest().by_id[unit.pk].uid


def put_boundary(told: Cast) -> dict[str, Any]:
    """A commune's boundary, as one loaded from a file stands."""
    shape = {"type": "Polygon", "coordinates": [[[105.0, 18.0], [106.0, 18.0], [106.0, 19.0], [105.0, 18.0]]]}
    box = {"west": 105.0, "south": 18.0, "east": 106.0, "north": 19.0}
    Boundary.objects.create(unit=told.units.commune, geometry=shape, **box)
    return shape


def test_dhis2_py_reads_and_writes(told: Cast, live_server: Any) -> None:
    dhis2 = pytest.importorskip("dhis2", reason="NOT RUN: dhis2.py is not installed (requirements/dev.txt)")
    api = dhis2.Api(f"{live_server.url}/dhis2", "provincial_leader", PASSWORD, api_version=40)
    assert api.version == "2.40.3" and api.version_int == 40
    pages = list(api.get_paged("organisationUnits", page_size=3, params={"fields": "id,name"}))
    assert [len(page["organisationUnits"]) for page in pages] == [3, 3, 3, 1]
    merged = api.get_paged("dataElements", page_size=2, merge=True)
    assert {one["displayName"] for one in merged["dataElements"]} >= {"Việc đã hỏi", "Khu dân cư"}

    here, there = uid(told.units.commune_committee), uid(told.units.other_committee)
    values = [
        {"dataElement": ALL, "period": f"2026{month:02d}", "orgUnit": unit, "value": str(month)}
        for unit in (here, there)
        for month in range(1, 11)
    ]
    answers = list(api.post_partitioned("dataValueSets", {"dataValues": values}, thresh=7))
    assert sum(answer.json()["response"]["importCount"]["imported"] for answer in answers) == 20
    asked = {"dimension": [f"dx:{ALL}", "pe:2026", "ou:USER_ORGUNIT"], "skipMeta": "true"}
    assert api.get("analytics", params=asked).json()["rows"][0][-1] == "110.0"
    with pytest.raises(dhis2.RequestException) as refused:
        api.post("dataValueSets", json={"dataValues": [values[0] | {"orgUnit": "abcdefghijk"}]})
    assert refused.value.code == 409 and "E7612" in refused.value.description
    text = api.get("analytics", file_type="csv", params=asked).text
    assert text.splitlines()[0] == "Data,Period,Organisation unit,Value"
    with pytest.raises(dhis2.RequestException):
        dhis2.Api(f"{live_server.url}/dhis2", "leader", "wrong").get("me")


def test_openhexa_reads_and_writes(told: Cast, live_server: Any) -> None:
    reason = "NOT RUN: openhexa.toolbox is not installed (requirements/clients.txt)"
    toolbox = pytest.importorskip("openhexa.toolbox.dhis2", reason=reason)
    frames = pytest.importorskip("openhexa.toolbox.dhis2.dataframe", reason=reason)
    polars = pytest.importorskip("polars", reason=reason)
    Unit.objects.under(told.units.other_office).update(valid_to="2026-03-01")
    connection = {"url": f"{live_server.url}/dhis2", "username": "provincial_leader", "password": PASSWORD}
    client = toolbox.DHIS2(**connection)
    assert client.ping() and client.version == "2.40.3" and client.me()["username"] == "provincial_leader"

    shape = put_boundary(told)
    levels = frames.get_organisation_unit_levels(client)
    assert levels["level"].to_list() == [1, 2, 3, 4]
    units = frames.get_organisation_units(client)
    assert units.height == 10 and units["closed_date"].drop_nulls().to_list()[0].isoformat() == "2026-02-28T00:00:00"
    assert set(units["level_1_name"].to_list()) == {"Tỉnh Thử Nghiệm"}
    assert [json.loads(one) for one in units["geometry"].drop_nulls().to_list()] == [shape]
    assert frames.get_organisation_unit_groups(client).height == 6
    assert frames.get_data_elements(client, filters=["code:like:x."])["name"].to_list() == ["Khu dân cư", "Có sóng"]
    assert "Tỷ lệ phủ sóng" in frames.get_indicators(client)["name"].to_list()
    (form,) = frames.get_datasets(client).to_dicts()
    assert set(form["data_elements"]) == {ALL, COVERED} and form["period_type"] == "Monthly"
    assert frames.get_category_option_combos(client)["id"].to_list() == [DEFAULT_OPTION_COMBO]

    here, there = uid(told.units.commune_committee), uid(told.units.other_committee)
    rows = [
        (measure, "202609", unit, value) for measure, value in ((ALL, "40"), (COVERED, "30")) for unit in (here, there)
    ]
    data = polars.DataFrame(
        {
            "data_element_id": [row[0] for row in rows],
            "period": [row[1] for row in rows],
            "organisation_unit_id": [row[2] for row in rows],
            "category_option_combo_id": [DEFAULT_OPTION_COMBO] * 4,
            "attribute_option_combo_id": [DEFAULT_OPTION_COMBO] * 4,
            "value": [row[3] for row in rows],
        }
    )
    tried = frames.import_data_values(client, data)
    assert tried == {"imported": 4, "updated": 0, "ignored": 0, "deleted": 0} and not Entry.objects.exists()
    kept = frames.import_data_values(client, data, import_strategy="CREATE_AND_UPDATE", dry_run=False)
    assert kept["imported"] == 4 and Entry.objects.count() == 4

    read = frames.extract_dataset(
        client, dataset=form["id"], start_date=_day("2026-09-01"), end_date=_day("2026-09-30"), org_units=[here, there]
    )
    assert sorted(read["value"].to_list()) == ["30", "30", "40", "40"] and read["last_updated"].null_count() == 0
    table = frames.extract_analytics(
        client, periods=["202609", "2026Q3"], indicators=[uid_of("indicator", "x.rate")], org_unit_levels=[1, 2]
    )
    assert set(table["value"].to_list()) == {"75.0"} and table.height == 6
    named = client.meta.add_org_unit_name_column(table.rename({"organisation_unit_id": "ou"}))
    assert "Xã An Bình" in named["ou_name"].to_list()


def _day(text: str) -> Any:
    return datetime.fromisoformat(text)


def test_dhis2_client_reads_and_writes_with_a_token(told: Cast, live_server: Any) -> None:
    library = pytest.importorskip(
        "dhis2_client", reason="NOT RUN: dhis2-client is not installed (requirements/dev.txt)"
    )
    until = timezone.localdate() + timedelta(days=30)
    actor = told.actor("provincial_leader")
    _row, secret = tokens.issue_token(actor, account=told.provincial_leader, name="Kho", expires_on=until)
    client = library.DHIS2Client(f"{live_server.url}/dhis2", token=secret, default_page_size=4)
    assert client.get_system_info()["calendar"] == "iso8601"
    assert client.get_current_user(fields="username")["username"] == "provincial_leader"
    assert len(list(client.get_organisation_units(fields="id,name"))) == 10
    root = uid(told.units.province)
    tree = client.get_org_unit_tree(root, levels=3)
    communes = {child["displayName"]: child for child in tree["children"]}
    assert [child["displayName"] for child in communes["Xã An Bình"]["children"]] == ["UBND Xã An Bình"]

    shape = put_boundary(told)
    for found in (client.get_org_unit_children_geojson(root), client.get_org_unit_subtree_geojson(root)):
        assert [one["geometry"] for one in found["features"]] == [shape]
    here = uid(told.units.commune_committee)
    client.set_data_value(ALL, "202609", here, 12, co=DEFAULT_OPTION_COMBO)
    assert client.get_data_value(ALL, "202609", here) == ["12"]
    summary = client.post_data_value_set(
        {"period": "202610", "orgUnit": here, "dataValues": [{"dataElement": ALL, "value": "13"}]}
    )
    assert summary["response"]["importCount"]["imported"] == 1
    read = client.get_data_value_set({"dataElement": ALL, "orgUnit": here, "period": ["202609", "202610"]})
    assert [one["value"] for one in read["dataValues"]] == ["12", "13"]
    table = client.get_analytics_data(dx=[ASKED, RATE], pe="202610", ou=f"LEVEL-1;{root}", skipMeta=True)
    assert [row[-1] for row in table["rows"]] == ["40.0", "72.5"]
    latest = client.analytics_latest_period_for_level(ALL, 1)
    assert latest["existing"]["id"] == "202610" and latest["next"]["id"] == "202611"
    with pytest.raises(library.DHIS2HTTPError) as refused:
        client.post_data_value_set({"dataValues": [{"dataElement": ALL, "period": "x", "orgUnit": here, "value": "1"}]})
    assert refused.value.status_code == 409 and "E7611" in str(refused.value.payload)
