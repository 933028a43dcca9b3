"""What was known when: releases, revisions and withdrawals, in every form that can say so."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from tinhso.engines.indicators import entries, keeping
from tinhso.engines.indicators.models import Fact, FactVersion
from tinhso.faces.api import reading
from tinhso.faces.api.conftest import basic
from tinhso.faces.api.sdmx import releases
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db

FLOW = "MEASURES/M.x-all+x-covered."
FORMS = {
    "generic": "application/vnd.sdmx.genericdata+xml;version=2.1",
    "specific": "application/vnd.sdmx.structurespecificdata+xml;version=2.1",
    "newer": "application/vnd.sdmx.data+xml;version=3.0.0",
}


def get(accept: str, username: str = "provincial_leader", flow: str = FLOW, **params: Any) -> Any:
    return Client().get(f"/sdmx/2.1/data/{flow}", params, headers=basic(username) | {"Accept": accept})


def body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def tell(unit: Any, value: int | None, measure: str = "x.all", period: str = "2026-10") -> datetime:
    """One value told by hand; when it came to be known."""
    entries.enter(
        Actor.system(), measure=measure, unit=unit, period=period, value=value, source="báo cáo", reason="xem lại"
    )
    return timezone.now()


@pytest.fixture
def story(told: Cast) -> list[datetime]:
    """12 told, corrected to 15, withdrawn; meanwhile 7 and then 3 of another measure, which stay."""
    here, there = told.units.commune_committee, told.units.other_committee
    return [
        tell(here, 12),
        tell(there, 7, "x.covered", "2026-09"),
        tell(here, 15),
        tell(here, None),
        tell(there, 3, "x.covered", "2026-10"),
    ]


def sets(tree: ElementTree.Element) -> list[tuple[dict[str, str], list[tuple[str, str | None]]]]:
    """Each data set: what it says of itself, and its periods with their values."""
    found = []
    for one in tree:
        if not one.tag.endswith("DataSet"):
            continue
        about = {name.rpartition("}")[2]: value for name, value in one.attrib.items()}
        seen = []
        for row in one.iter():
            if row.tag.endswith("}Obs") or row.tag == "Obs":
                inside = {part.tag.rpartition("}")[2]: part.get("value") for part in row}
                seen.append(
                    (
                        row.get("TIME_PERIOD") or str(inside.get("ObsDimension")),
                        row.get("OBS_VALUE") or inside.get("ObsValue"),
                    )
                )
        found.append((about, seen))
    return found


@pytest.mark.parametrize("form", FORMS)
def test_every_release_is_a_data_set_and_what_it_took_away_another(story: list[datetime], form: str) -> None:
    found = sets(ElementTree.fromstring(body(get(FORMS[form], includeHistory="true"))))
    assert [(about["action"], seen) for about, seen in found] == [
        ("Replace", [("2026-10", "12")]),
        ("Replace", [("2026-09", "7")]),
        ("Replace", [("2026-10", "15")]),
        ("Delete", [("2026-10", None)]),
        ("Replace", [("2026-10", "3")]),
    ]
    moments = [about.get("validFromDate") or about["validToDate"] for about, _seen in found]
    assert moments == sorted(moments) and "validFromDate" not in found[3][0] and "validToDate" not in found[0][0]
    assert abs(datetime.fromisoformat(moments[3]) - story[3]).total_seconds() < 5


@pytest.mark.parametrize(("standard", "flat"), [("2.1", False), ("2.1", True), ("3.0", False)])
def test_history_in_json(story: list[datetime], standard: str, flat: bool) -> None:
    at = {"dimensionAtObservation": "AllDimensions"} if flat else {}
    address = FLOW if standard == "2.1" else "dataflow/TINHSO/MEASURES/+/M.x-all+x-covered.*"
    asked = {"includeHistory": "true", **at}
    answer = Client().get(
        f"/sdmx/{standard}/data/{address}", asked, headers=basic("provincial_leader") | {"Accept": "application/json"}
    )
    found = json.loads(body(answer))["data"]["dataSets"]
    assert [one["action"] for one in found] == ["Replace", "Replace", "Replace", "Delete", "Replace"]
    assert "validFrom" in found[0] and "validTo" in found[3] and "validFrom" not in found[3]
    cells = [one["observations"] if flat else next(iter(one["series"].values()))["observations"] for one in found]
    assert [next(iter(cell.values()))[0] for cell in cells] == [12, 7, 15, None, 3]


def test_what_was_withdrawn_since_is_told_as_gone(story: list[datetime]) -> None:
    seen = story[2]
    found = sets(ElementTree.fromstring(body(get(FORMS["generic"], updatedAfter=seen.isoformat()))))
    assert [(about["action"], seen) for about, seen in found] == [
        ("Replace", [("2026-10", "3")]),
        ("Delete", [("2026-10", None)]),
    ]
    # Whoever asks since before it was ever told never had it.
    begin = sets(ElementTree.fromstring(body(get(FORMS["generic"], updatedAfter="2020-01-01"))))
    assert [about["action"] for about, _seen in begin] == ["Replace"]
    text = body(get("application/vnd.sdmx.data+csv;version=2.0.0", updatedAfter=seen.isoformat())).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["ACTION"], row["TIME_PERIOD"], row["OBS_VALUE"]) for row in rows] == [
        ("R", "2026-10", "3"),
        ("D", "2026-10", ""),
    ]


def test_an_indicator_that_lost_its_parts_is_told_as_gone(told: Cast) -> None:
    here = told.units.commune_committee
    tell(here, 20)
    since = tell(here, 5, "x.covered")
    rate = "INDICATORS/M.x-rate."
    tell(here, None, "x.covered")
    tell(here, None)
    found = sets(ElementTree.fromstring(body(get(FORMS["generic"], flow=rate, updatedAfter=since.isoformat()))))
    assert {about["action"] for about, _seen in found} == {"Delete"}
    assert {cell for _about, seen in found for cell in seen} == {("2026-10", None)}


def test_history_that_cannot_be_told_is_refused_in_the_standards_way(
    story: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert get("text/csv", includeHistory="true").status_code == 406
    assert get("*/*", includeHistory="perhaps").status_code == 400
    assert get("*/*", flow="INDICATORS", includeHistory="true").status_code == 501
    assert get("*/*", flow="MEASURES/M.x-all.nobody", includeHistory="true").status_code == 404
    monkeypatch.setattr(releases, "MOST_RELEASES", 4)
    assert get("*/*", includeHistory="true").status_code == 413
    monkeypatch.setattr(releases, "MOST_VALUES", 3)
    assert get("*/*", includeHistory="true").status_code == 413


def test_history_stays_within_the_readers_units_and_the_asked_time(story: list[datetime]) -> None:
    own = sets(ElementTree.fromstring(body(get(FORMS["generic"], "leader", includeHistory="true"))))
    assert [cell for _about, seen in own for cell in seen] == [("2026-10", "12"), ("2026-10", "15"), ("2026-10", None)]
    assert get("*/*", "citizen", includeHistory="true").status_code == 403
    later = sets(
        ElementTree.fromstring(
            body(get(FORMS["generic"], includeHistory="true", updatedAfter=story[2].isoformat(), startPeriod="2026-10"))
        )
    )
    assert [about["action"] for about, _seen in later] == ["Delete", "Replace"]


def test_the_last_periods_of_a_series_come_with_all_their_releases(story: list[datetime], told: Cast) -> None:
    tell(told.units.commune_committee, 4, period="2026-09")
    answer = get(FORMS["generic"], flow="MEASURES/M.x-all.", includeHistory="true", lastNObservations=1)
    cells = [cell for _about, seen in sets(ElementTree.fromstring(body(answer))) for cell in seen]
    assert cells == [("2026-10", "12"), ("2026-10", "15"), ("2026-10", None)]


def test_an_indicator_is_worked_out_once_however_it_is_told(told: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(told.units.commune_committee, 20)
    asked = []
    values = reading.values
    monkeypatch.setattr(reading, "values", lambda *given: asked.append(1) or values(*given))
    get(FORMS["generic"], flow="INDICATORS/M.x-rate.", updatedAfter="2020-01-01")
    assert len(asked) == 1


def test_a_value_replaced_at_the_moment_it_was_told_is_nobodys_history(told: Cast) -> None:
    tell(told.units.commune_committee, 15)
    fact = Fact.objects.get(measure="x.all")
    FactVersion.objects.bulk_create([keeping.version_of(fact, fact.known_from)])
    found = sets(ElementTree.fromstring(body(get(FORMS["generic"], includeHistory="true"))))
    assert [(about["action"], seen) for about, seen in found] == [("Replace", [("2026-10", "15")])]
