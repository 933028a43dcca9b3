"""Structures and data in every form of the standard; wrong questions get the standard's numbers."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.indicators.models import Fact
from tinhso.faces.api.conftest import basic
from tinhso.faces.api.sdmx.rules import forms, keys, times
from tinhso.faces.api.sdmx.rules.faults import Fault
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db
XML21 = "{http://www.sdmx.org/resources/sdmxml/schemas/v2_1/"


def get(address: str, accept: str = "*/*", username: str = "provincial_leader", **params: Any) -> Any:
    return Client().get(f"/sdmx/{address}", params, headers=basic(username) | {"Accept": accept})


def body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(answer).decode())))


def test_csv_of_both_standards(figures: Cast) -> None:
    old = rows(get("2.1/data/MEASURES/M.t-asked.", "text/csv", startPeriod="2026-10"))
    assert [(row["REF_AREA"], row["OBS_VALUE"]) for row in old] == [
        ("99001-UB@20250701", "10"),
        ("99002-UB@20250701", "30"),
    ]
    assert old[0]["DATAFLOW"] == "TINHSO:MEASURES(1.0)" and old[0]["UNIT_MEASURE"] == "item"
    bounds = {"c[TIME_PERIOD]": "ge:2026-09+le:2026-09", "c[MEASURE]": "t-done,t-staff"}
    new = rows(
        get("3.0/data/dataflow/TINHSO/MEASURES/1.0.0/*", "application/vnd.sdmx.data+csv;version=2.0.0", **bounds)
    )
    assert {row["MEASURE"] for row in new} == {"t-done", "t-staff"} and {row["TIME_PERIOD"] for row in new} == {
        "2026-09"
    }
    assert new[0]["STRUCTURE_ID"] == "TINHSO:MEASURES(1.0.0)"


@pytest.mark.parametrize(("accept", "standard"), [("application/json", "2.1"), ("application/json", "3.0")])
@pytest.mark.parametrize("flat", [False, True])
def test_json_of_both_standards(figures: Cast, accept: str, standard: str, flat: bool) -> None:
    address = "data/MEASURES/M.t-asked." if standard == "2.1" else "data/dataflow/TINHSO/MEASURES/+/M.t-asked.*"
    at = {"dimensionAtObservation": "AllDimensions"} if flat else {}
    answer = get(f"{standard}/{address}", accept, **at)
    data = json.loads(body(answer))["data"]
    structure = data["structure"] if standard == "2.1" else data["structures"][0]
    dimensions = structure["dimensions"]["observation" if flat else "series"]
    assert [one["id"] for one in dimensions][:3] == ["FREQ", "MEASURE", "REF_AREA"]
    (found,) = data["dataSets"]
    if flat:
        assert [cell[0] for cell in found["observations"].values()] == [10, 10, 10, 30, 30, 30]
    else:
        assert found["series"]["0:0:1"]["observations"]["2"][0] == 30
        assert structure["dimensions"]["observation"][0]["values"][2]["id"] == "2026-10"


@pytest.mark.parametrize(
    ("accept", "root"),
    [
        ("application/vnd.sdmx.genericdata+xml;version=2.1", "GenericData"),
        ("application/vnd.sdmx.structurespecificdata+xml;version=2.1", "StructureSpecificData"),
        ("application/vnd.sdmx.data+xml;version=3.0.0", "StructureSpecificData"),
        ("application/xml;q=0.5, text/csv;q=0.1", "GenericData"),
    ],
)
@pytest.mark.parametrize("at", ["TIME_PERIOD", "AllDimensions"])
def test_xml_is_well_formed_in_every_layout(figures: Cast, accept: str, root: str, at: str) -> None:
    answer = get("2.1/data/TINHSO,MEASURES,1.0/all", accept, dimensionAtObservation=at, lastNObservations=1)
    tree = ElementTree.fromstring(body(answer))
    assert tree.tag.endswith(root)
    assert sum(1 for one in tree.iter() if one.tag.endswith("Obs")) == 6


@pytest.mark.parametrize("standard", ["2.1", "3.0"])
@pytest.mark.parametrize("references", ["none", "children", "descendants", "all", "parents", "codelist"])
def test_structures_with_what_is_around_them(figures: Cast, standard: str, references: str) -> None:
    address = f"{standard}/{'structure/' if standard == '3.0' else ''}datastructure/TINHSO/FIGURES"
    tree = ElementTree.fromstring(body(get(address, references=references)))
    kinds = {one.tag.rpartition("}")[2] for one in tree.iter()}
    assert "DataStructure" in kinds
    assert ("Codelist" in kinds) == (references not in ("none", "parents"))
    assert ("Dataflow" in kinds) == (references in ("all", "parents"))
    as_json = get(address, "application/json", references=references).json()["data"]
    assert as_json["dataStructures"][0]["id"] == "FIGURES"


def test_stubs_are_short(figures: Cast) -> None:
    tree = ElementTree.fromstring(body(get("2.1/codelist", detail="allstubs")))
    assert not list(tree.iter(f"{XML21}structure}}Code")) and len(list(tree.iter(f"{XML21}structure}}Codelist"))) == 4


def test_a_reader_gets_only_the_units_in_reach(figures: Cast) -> None:
    seen = {row["REF_AREA"] for row in rows(get("2.1/data/MEASURES", "text/csv", "leader"))}
    assert seen == {"99001-UB@20250701"}
    rate = rows(get("2.1/data/INDICATORS", "text/csv", "leader", startPeriod="2026-10"))
    assert [(row["REF_AREA"], row["OBS_VALUE"]) for row in rate] == [("99001-UB@20250701", "50")]
    assert get("2.1/data/MEASURES/..99002-UB@20250701", username="leader").status_code == 404
    assert get("2.1/data/MEASURES", username="citizen").status_code == 403
    assert Client().get("/sdmx/2.1/dataflow").status_code == 401


def test_a_large_answer_is_read_and_sent_in_pieces(
    figures: Cast, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinhso.faces.api.sdmx import observations

    one = Fact.objects.get(measure="t.asked", unit=figures.units.commune_committee, period_on="2026-10-01")
    days = [one.period_on.replace(year=year, month=month) for year in range(1950, 2020) for month in range(1, 13)]
    Fact.objects.bulk_create(
        Fact(measure=one.measure, unit=one.unit, period_on=day, value=1, counted_at=one.counted_at) for day in days
    )
    monkeypatch.setattr(observations, "CHUNK", 50)
    with django_assert_max_num_queries(20):
        answer = get("2.1/data/MEASURES/M.t-asked.")
        pieces = list(answer.streaming_content)
    assert len(pieces) > 3 and max(map(len, pieces)) < 70_000
    assert sum(piece.count(b"<gen:Obs>") for piece in pieces) == len(days) + 6


@pytest.mark.parametrize(
    ("address", "params", "status"),
    [
        ("2.1/data/NOTHING", {}, 404),
        ("2.1/data/MEASURES/A.B", {}, 400),
        ("2.1/data/MEASURES/M.;drop.", {}, 400),
        ("2.1/data/MEASURES/M..." + "+x" * 9000, {}, 400),
        ("2.1/data/MEASURES", {"startPeriod": "hôm qua"}, 400),
        ("2.1/data/MEASURES", {"startPeriod": "2026-13"}, 400),
        ("2.1/data/MEASURES", {"startPeriod": "2026", "endPeriod": "2025"}, 400),
        ("2.1/data/MEASURES", {"updatedAfter": "mới"}, 400),
        ("2.1/data/MEASURES", {"detail": "everything"}, 400),
        ("2.1/data/MEASURES", {"firstNObservations": "-1"}, 400),
        ("2.1/data/MEASURES", {"dimensionAtObservation": "REF_AREA"}, 501),
        ("2.1/data/INDICATORS", {"startPeriod": "1900", "endPeriod": "2999"}, 200),
        ("2.1/categoryscheme", {}, 501),
        ("2.1/dataflow/ESTAT", {}, 404),
        ("2.1/dataflow/TINHSO/MEASURES/9.9", {}, 404),
        ("2.1/dataflow", {"references": "everyone"}, 400),
        ("3.0/structure/dataflow/TINHSO/NOTHING", {}, 404),
        ("3.0/data/dataflow/TINHSO/MEASURES/1.0.0/*", {"c[OBS_VALUE]": "1"}, 400),
        ("3.0/schema/x", {}, 501),
    ],
)
def test_wrong_questions_get_the_standards_numbers(
    figures: Cast, address: str, params: dict[str, str], status: int
) -> None:
    answer = get(address, **params)
    assert answer.status_code == status
    if status != 200:
        assert b"ErrorMessage" in answer.content
        assert get(address, "application/json", **params).json()["errors"][0]["title"]


def test_a_form_that_nobody_has_is_not_acceptable(figures: Cast) -> None:
    assert get("2.1/data/MEASURES", "image/png").status_code == 406
    assert get("2.1/dataflow", "text/csv").status_code == 406


@given(st.text(max_size=40))
def test_no_text_breaks_the_readers(text: str) -> None:
    for reader in (keys.read, times.read, times.moment, lambda given: forms.wanted(given, forms.DATA["2.1"])):
        try:
            reader(text)
        except Fault as fault:
            assert fault.number in (140, 1006)
