"""Data values in and out: exact summaries, refusals by row and number, nothing beyond reach, bounded whatever comes."""

from __future__ import annotations

import json
import tracemalloc
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tinhso.engines.indicators.models import Entry, Fact
from tinhso.faces.api.conftest import Reader, basic
from tinhso.faces.api.dhis2 import importing
from tinhso.faces.api.dhis2.metadata import DEFAULT_OPTION_COMBO
from tinhso.faces.api.forest import forest
from tinhso.faces.api.uids import uid_of
from tinhso.foundation.access import tokens
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db

ALL, COVERED = uid_of("measure", "x.all"), uid_of("measure", "x.covered")


@pytest.fixture
def province(told: Cast) -> Reader:
    return Reader("provincial_leader", Client())


@pytest.fixture
def commune(told: Cast) -> Reader:
    return Reader("leader", Client())


@pytest.fixture
def here(told: Cast) -> str:
    return uid(told.units.commune_committee)


def uid(unit: Any) -> str:
    return forest().by_id[unit.pk].uid


def value(unit: str, given: Any, measure: str = ALL, period: str = "202610", **more: Any) -> dict[str, Any]:
    return {"dataElement": measure, "period": period, "orgUnit": unit, "value": given, **more}


def counts(answer: Any) -> tuple[int, int, int, int]:
    body = answer.json()
    found = body.get("response", body)["importCount"]
    return found["imported"], found["updated"], found["ignored"], found["deleted"]


def conflict(answer: Any) -> dict[str, Any]:
    (found,) = answer.json()["response"]["conflicts"]
    return found


def test_values_are_created_updated_withdrawn_and_counted(commune: Reader, here: str) -> None:
    rows = {"dataValues": [value(here, "12"), value(here, 7, COVERED)]}
    first = commune.post("dataValueSets", rows)
    assert first.status_code == 200 and counts(first) == (2, 0, 0, 0)
    assert first.json()["status"] == "OK" and first.json()["response"]["status"] == "SUCCESS"
    again = commune.post("dataValueSets", {"dataValues": [value(here, "12"), value(here, "8.0", COVERED)]})
    assert counts(again) == (0, 2, 0, 0)
    assert Fact.objects.get(measure="x.covered").value == Decimal("8")
    assert [entry.value for entry in Entry.objects.filter(measure="x.covered").order_by("pk")] == [7, 8]
    gone = commune.post("dataValueSets?importStrategy=DELETE", {"dataValues": [value(here, None, COVERED)]})
    assert counts(gone) == (0, 0, 0, 1) and not Fact.objects.filter(measure="x.covered").exists()
    newest = Entry.objects.filter(measure="x.covered").latest("pk")
    assert newest.value is None and newest.recorded_by.username == "leader" and newest.source_kind == "imported"


def test_a_dry_run_says_the_same_and_keeps_nothing(commune: Reader, here: str) -> None:
    rows = {"dataValues": [value(here, "12"), value(here, "13"), value(here, "x", COVERED)]}
    tried = commune.post("dataValueSets?dryRun=true", rows)
    assert not Entry.objects.exists()
    kept = commune.post("dataValueSets", rows)
    assert counts(tried) == counts(kept) == (1, 1, 1, 0)
    # Two rows of one cell: the later stands.
    assert Fact.objects.get(measure="x.all").value == 13


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [("CREATE", (1, 0, 1, 0)), ("UPDATE", (0, 1, 1, 0)), ("CREATE_AND_UPDATE", (1, 1, 0, 0)), ("NEW", (1, 0, 1, 0))],
)
def test_strategies(commune: Reader, here: str, strategy: str, expected: tuple[int, ...]) -> None:
    commune.post("dataValueSets", {"dataValues": [value(here, 1)]})
    rows = {"dataValues": [value(here, 2), value(here, 3, period="202609")]}
    answer = commune.post(f"dataValueSets?importStrategy={strategy}", rows)
    assert answer.status_code == 200 and counts(answer) == expected


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"dataElement": "abcdefghijk"}, "E7610"),
        ({"dataElement": uid_of("measure", "t.asked")}, "E7610"),
        ({"dataElement": None}, "E7610"),
        ({"orgUnit": "abcdefghijk"}, "E7612"),
        ({"orgUnit": "there"}, "E7617"),
        ({"orgUnit": "office"}, "E7617"),
        ({"period": "2026Q3"}, "E7632"),
        ({"period": "tháng mười"}, "E7611"),
        ({"period": "202612"}, "E7641"),
        ({"period": "199001"}, "E7632"),
        ({"value": ""}, "E7618"),
        ({"value": None}, "E7618"),
        ({"value": "1.234,5"}, "E7619"),
        ({"value": "1e400"}, "E7619"),
        ({"value": "NaN"}, "E7619"),
        ({"value": "٣"}, "E7619"),
        ({"value": "-5"}, "E7619"),
        ({"categoryOptionCombo": "abcdefghijk"}, "E7613"),
        ({"attributeOptionCombo": "abcdefghijk"}, "E7615"),
    ],
)
def test_each_bad_row_is_refused_by_itself(
    commune: Reader, told: Cast, here: str, change: dict[str, Any], code: str
) -> None:
    named = {"there": uid(told.units.other_committee), "office": uid(told.units.commune_office)}
    bad = value(here, "5", COVERED) | change
    bad["orgUnit"] = named.get(bad["orgUnit"], bad["orgUnit"])
    answer = commune.post("dataValueSets", {"dataValues": [value(here, "9"), bad]})
    assert answer.status_code == 409 and answer.json()["status"] == "WARNING" and counts(answer) == (1, 0, 1, 0)
    found = conflict(answer)
    assert found["errorCode"] == code and found["indexes"] == [1] and found["value"]
    assert answer.json()["response"]["rejectedIndexes"] == [1]
    assert list(Fact.objects.filter(measure__startswith="x.").values_list("measure", flat=True)) == ["x.all"]


def test_a_unit_that_ended_takes_no_later_value(province: Reader, told: Cast, here: str) -> None:
    Unit.objects.under(told.units.commune_committee).update(valid_to="2026-10-01")
    answer = province.post("dataValueSets", {"dataValues": [value(here, 5), value(here, 5, period="202609")]})
    assert counts(answer) == (1, 0, 1, 0) and conflict(answer)["errorCode"] == "E7636"


def test_csv_and_codes_instead_of_identifiers(commune: Reader, here: str) -> None:
    head = "dataelement,period,orgunit,catoptcombo,attroptcombo,value"
    text = f"{head}\nx.all,202610,99001.UB,,,12\nx.all,202609,99001.UB,,,x\n"
    answer = commune.post("dataValueSets?idScheme=CODE", text, "application/csv")
    assert counts(answer) == (1, 0, 1, 0) and conflict(answer)["indexes"] == [1]
    back = commune.get("dataValueSets.csv", dataElement=ALL, period="202610", orgUnit=here)
    assert b"".join(back.streaming_content).decode().splitlines()[1].startswith(f"{ALL},202610,{here}")


def test_set_wide_unit_period_and_form(commune: Reader, here: str) -> None:
    form = uid_of("form", "nhap-month")
    rows = [{"dataElement": ALL, "value": 4}, {"dataElement": uid_of("measure", "x.none"), "value": 4}]
    payload = {"dataSet": form, "period": "202610", "orgUnit": here, "dataValues": rows}
    assert counts(commune.post("dataValueSets", payload)) == (1, 0, 1, 0)
    assert commune.post("dataValueSets", payload | {"dataSet": "abcdefghijk"}).json()["errorCode"] == "E7600"
    bare = commune.post("36/dataValueSets", {"dataValues": [value(here, 5)]}).json()
    assert bare["responseType"] == "ImportSummary" and bare["importCount"]["updated"] == 1


def test_one_value_at_a_time(commune: Reader, here: str) -> None:
    at = {"de": ALL, "pe": "202610", "ou": here}
    assert commune.get("dataValues", **at).status_code == 409
    assert commune.post("dataValues", value(here, "3")).status_code == 201
    assert commune.get("dataValues", **at).json() == ["3"]
    client = Client()
    address = f"/dhis2/api/dataValues?de={ALL}&pe=202610&ou={here}"
    assert client.delete(address, headers=basic("leader")).status_code == 200
    assert client.delete(address, headers=basic("leader")).status_code == 409


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"", "text/plain", 415),
        (b"<a/>", "application/xml", 415),
        (b"{", "application/json", 400),
        (b'{"dataValues": 5}', "application/json", 400),
        (b'{"dataValues": [{"value": {"a": 1}}]}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"\xff\xfe\x00", "application/csv", 400),
        (b'{"dataValues": [' + b"{}," * 200_001 + b"{}]}", "application/json", 409),
        (b"{}", "application/json", 200),
    ],
)
def test_hostile_bodies(commune: Reader, body: bytes, media_type: str, status: int) -> None:
    assert commune.post("dataValueSets", body, media_type).status_code == status


def test_a_body_beyond_the_bound_is_not_read(commune: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    from tinhso.faces.api.dhis2 import writing

    monkeypatch.setattr(writing, "MOST_BYTES", 1000)
    assert commune.post("dataValueSets", b" " * 1001).status_code == 413


def test_many_rows_cost_few_questions_and_bounded_memory(
    province: Reader, told: Cast, here: str, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 500)
    there = uid(told.units.other_committee)
    good = [value(here, 1), value(there, 2)]
    raw = json.dumps({"dataValues": [*good, *[value("abcdefghijk", 1)] * 5_000]}).encode()
    province.get("me")
    tracemalloc.start()
    with django_assert_max_num_queries(60):
        answer = province.post("dataValueSets", raw)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert counts(answer) == (2, 0, 5_000, 0) and len(answer.json()["response"]["conflicts"]) == 1
    assert peak < 12 * len(raw)


def test_reading_back_by_form_period_time_and_place(province: Reader, told: Cast, here: str) -> None:
    there = uid(told.units.other_committee)
    rows = [value(here, 1), value(there, 2), value(here, 3, COVERED, "202609")]
    province.post("dataValueSets", {"dataValues": rows})

    def read(**params: Any) -> list[tuple[str, str, str]]:
        answer = province.get("dataValueSets", **params)
        assert answer.status_code == 200, answer.content
        found = json.loads(b"".join(answer.streaming_content))["dataValues"]
        return [(one["period"], one["orgUnit"], one["value"]) for one in found]

    form, root = uid_of("form", "nhap-month"), uid(told.units.province)
    assert read(dataSet=form, period="202610", orgUnit=here) == [("202610", here, "1")]
    assert len(read(dataSet=form, startDate="2026-09-01", endDate="2026-10-31", orgUnit=root, children="true")) == 3
    assert read(dataSet=form, startDate="2026-09-01", endDate="2026-10-30", orgUnit=here) == [("202609", here, "3")]
    assert len(read(dataElement=[ALL, COVERED], lastUpdatedDuration="1h", orgUnit=root, children="true")) == 3
    assert read(dataElement=ALL, lastUpdated="2999-01-01", orgUnit=root, children="true") == []
    assert read(dataElement=uid_of("measure", "t.asked"), period="202610", orgUnit=here) == [("202610", here, "10")]
    group = uid_of("measure-group", "x")
    assert len(read(dataElementGroup=group, period="202610", orgUnit=[here, there], limit=1)) == 1


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"period": "202610", "orgUnit": "here"}, "E2001"),
        ({"dataElement": ALL, "period": "202610"}, "E2006"),
        ({"dataElement": ALL, "orgUnit": "here"}, "E2002"),
        ({"dataElement": ALL, "orgUnit": "here", "period": "202610", "startDate": "2026-01-01"}, "E2003"),
        ({"dataElement": ALL, "orgUnit": "here", "startDate": "2026-02-01", "endDate": "2026-01-01"}, "E2004"),
        ({"dataElement": ALL, "orgUnit": "here", "lastUpdatedDuration": "lâu"}, "E2005"),
        ({"dataElement": ALL, "orgUnit": "there", "period": "202610"}, "E2012"),
        ({"dataElement": "abcdefghijk", "orgUnit": "here", "period": "202610"}, "E7610"),
        ({"dataSet": "abcdefghijk", "orgUnit": "here", "period": "202610"}, "E7600"),
        ({"dataElement": ALL, "orgUnit": "abcdefghijk", "period": "202610"}, "E7612"),
        ({"dataElement": ALL, "orgUnit": "here", "startDate": "hôm qua", "endDate": "2026-01-01"}, "E2014"),
    ],
)
def test_questions_that_lack_something(
    commune: Reader, told: Cast, here: str, params: dict[str, str], code: str
) -> None:
    named = {"here": here, "there": uid(told.units.other_committee)}
    params = {name: named.get(given, given) for name, given in params.items()}
    answer = commune.get("dataValueSets", **params)
    assert answer.status_code == 409 and answer.json()["errorCode"] == code


def test_only_who_may_enter_writes(told: Cast, here: str) -> None:
    until = timezone.localdate() + timedelta(days=9)
    _row, secret = tokens.issue_token(told.actor("auditor"), account=told.auditor, name="x", expires_on=until)
    answer = Client().post(
        "/dhis2/api/dataValueSets",
        json.dumps({"dataValues": [value(here, 1)]}),
        content_type="application/json",
        headers={"Authorization": f"ApiToken {secret}"},
    )
    assert conflict(answer)["errorCode"] == "E7617" and not Entry.objects.exists()


def test_the_default_disaggregation_is_taken(commune: Reader, here: str) -> None:
    combos = {"categoryOptionCombo": DEFAULT_OPTION_COMBO, "attributeOptionCombo": DEFAULT_OPTION_COMBO}
    assert counts(commune.post("dataValueSets", {"dataValues": [value(here, 1, **combos)]})) == (1, 0, 0, 0)
