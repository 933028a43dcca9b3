"""Figures by data, period and place: added up first, divided last, never beyond the caller's reach."""

from __future__ import annotations

from typing import Any

import pytest

from tinhso.faces.api.conftest import Reader
from tinhso.faces.api.forest import forest
from tinhso.faces.api.uids import uid_of
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db

ASKED, DONE, STAFF = (uid_of("measure", f"t.{name}") for name in ("asked", "done", "staff"))
RATE = uid_of("indicator", "t.rate")


def uid(unit: Any) -> str:
    return forest().by_id[unit.pk].uid


def rows(reader: Reader, *dimensions: str, **more: Any) -> list[list[str]]:
    answer = reader.get("analytics.json", dimension=list(dimensions), **more)
    assert answer.status_code == 200, answer.content
    found: list[list[str]] = answer.json()["rows"]
    return found


def test_flows_add_up_over_months_stocks_stand_at_the_end_rates_are_divided_last(
    province: Reader, figures: Cast
) -> None:
    root = uid(figures.units.province)
    found = rows(province, f"dx:{ASKED};{STAFF};{RATE}", "pe:2026Q3;202610", f"ou:{root}")
    assert found == [
        [ASKED, "2026Q3", root, "80.0"],
        [ASKED, "202610", root, "40.0"],
        [STAFF, "2026Q3", root, "16.0"],
        [STAFF, "202610", root, "16.0"],
        # 2 × (5 + 24) of 2 × (10 + 30): not the mean of 50 % and 80 %.
        [RATE, "2026Q3", root, "72.5"],
        [RATE, "202610", root, "72.5"],
    ]


def test_levels_groups_and_my_own_units(province: Reader, figures: Cast) -> None:
    here, there = uid(figures.units.commune), uid(figures.units.other_commune)
    level = rows(province, f"dx:{ASKED}", "pe:202609", "ou:LEVEL-2")
    assert sorted(row[2] for row in level) == sorted([here, there])
    group = rows(province, f"dx:{ASKED}", "pe:202609", f"ou:OU_GROUP-{uid_of('unit-kind', 'commune')};{here}")
    assert group == [[ASKED, "202609", here, "10.0"]]
    mine = rows(province, f"dx:{ASKED}", "pe:202609", "ou:USER_ORGUNIT")
    assert mine == [[ASKED, "202609", uid(figures.units.province), "40.0"]]
    children = rows(province, f"dx:{ASKED}", "pe:202609", "ou:USER_ORGUNIT_CHILDREN")
    assert sorted(row[3] for row in children) == ["10.0", "30.0"]


def test_what_only_narrows_is_added_up_whole(province: Reader, figures: Cast) -> None:
    here, there = uid(figures.units.commune), uid(figures.units.other_commune)
    found = rows(province, f"dx:{RATE};{STAFF}", filter=[f"ou:{here};{there}", "pe:202608;202609;202610"])
    assert found == [[RATE, "72.5"], [STAFF, "16.0"]]
    by_unit = rows(province, f"dx:{ASKED}", f"ou:{here};{there}", startDate="2026-08-01", endDate="2026-09-30")
    assert [row[-1] for row in by_unit] == ["20.0", "60.0"]


def test_a_unit_out_of_reach_is_refused_and_never_added(commune: Reader, figures: Cast) -> None:
    for other in (figures.units.province, figures.units.other_committee, figures.units.commune):
        answer = commune.get("analytics", dimension=[f"dx:{ASKED}", "pe:202609", f"ou:{uid(other)}"])
        assert answer.status_code == 409 and answer.json()["errorCode"] == "E7120"
    assert rows(commune, f"dx:{ASKED}", "pe:202609", "ou:USER_ORGUNIT;LEVEL-3")[0][-1] == "10.0"


def test_a_cell_never_reported_is_no_row(province: Reader, figures: Cast) -> None:
    assert rows(province, f"dx:{ASKED};{RATE}", "pe:202501", "ou:USER_ORGUNIT") == []


def test_metadata_csv_and_skipped_parts(province: Reader, figures: Cast) -> None:
    asked = {"dimension": [f"dx:{ASKED}", "pe:202609", "ou:USER_ORGUNIT", "co:"]}
    body = province.get("analytics", **asked, hierarchyMeta="true").json()
    assert [header["name"] for header in body["headers"]] == ["dx", "pe", "ou", "co", "value"]
    assert body["metaData"]["items"][ASKED]["name"] == "Việc đã hỏi"
    assert body["metaData"]["dimensions"]["pe"] == ["202609"] and body["height"] == 1 and body["width"] == 5
    assert "metaData" not in province.get("analytics", **asked, skipMeta="true").json()
    assert province.get("analytics", **asked, skipData="true").json()["rows"] == []
    text = province.get("analytics.csv", **asked).content.decode()
    assert text.splitlines()[0] == "Data,Period,Organisation unit,Category option combo,Value"


@pytest.mark.parametrize(
    ("dimensions", "code"),
    [
        ([], "E7100"),
        (["pe:202609", "ou:LEVEL-1"], "E7101"),
        (["dx:", "pe:202609", "ou:LEVEL-1"], "E7102"),
        (["dx:abcdefghijk", "pe:202609", "ou:LEVEL-1"], "E7124"),
        ([f"dx:{ASKED}", "ou:LEVEL-1"], "E7104"),
        ([f"dx:{ASKED}", "pe:LAST_7_MOONS", "ou:LEVEL-1"], "E7611"),
        ([f"dx:{ASKED}", "pe:202609", "ou:LEVEL-99"], "E7143"),
        ([f"dx:{ASKED}", "pe:202609", "ou:abcdefghijk"], "E7143"),
        ([f"dx:{ASKED}", f"dx:{DONE}", "pe:202609"], "E7116"),
        ([f"dx:{ASKED}", "zz:1", "pe:202609"], "E7111"),
        ([f"dx:{ASKED}", "pe:" + ";".join(str(year) for year in range(1900, 2999)) * 6, "ou:LEVEL-2"], "E7611"),
    ],
)
def test_questions_that_cannot_be_answered(province: Reader, dimensions: list[str], code: str) -> None:
    answer = province.get("analytics", dimension=dimensions)
    assert answer.status_code == 409 and answer.json()["errorCode"] == code


def test_a_question_too_large_is_refused_before_it_is_asked(province: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    from tinhso.faces.api.dhis2 import analytics

    monkeypatch.setattr(analytics, "MOST_CELLS", 10)
    answer = province.get("analytics", dimension=[f"dx:{ASKED}", "pe:LAST_12_MONTHS", "ou:LEVEL-1"])
    assert answer.status_code == 409 and answer.json()["errorCode"] == "E7128"
