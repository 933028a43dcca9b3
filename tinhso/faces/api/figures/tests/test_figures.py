"""Figures as tidy JSON: rights as on screens, pages by key, ETag, and a description that a fuzzer cannot contradict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from tinhso.engines.indicators import entries
from tinhso.engines.indicators.seeds import load_targets
from tinhso.faces.api.conftest import basic
from tinhso.faces.api.forest import forest
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db

schemathesis = pytest.importorskip("schemathesis", reason="NOT RUN: schemathesis is not installed (dev.txt)")


def uid(unit: Any) -> str:
    return forest().by_id[unit.pk].uid


def get(address: str, username: str = "provincial_leader", headers: dict[str, str] | None = None, **params: Any) -> Any:
    return Client().get(f"/api/v1/figures/{address}", params, headers=basic(username) | (headers or {}))


def test_targets_with_states_and_parts(told: Cast) -> None:
    load_targets()
    body = get("targets", on="2026-10-28").json()
    assert len(body["items"]) == 56 and body["unit"] == uid(told.units.province)
    row = body["items"][0]
    assert row["state"] and {"operator", "value", "figure", "parts", "sources"} <= row.keys()
    assert get(f"targets/{row['code']}").json()["code"] == row["code"]
    assert get("targets/T99-X99").status_code == 404


def test_series_and_matrix_add_first_and_divide_last(figures: Cast) -> None:
    body = get("series/t.rate", first="2026-07", last="2026-08").json()
    assert [point["value"] for point in body["points"]] == [None, 72.5]
    here = uid(figures.units.commune)
    cells = get("matrix", codes="t.asked,t.rate", periods="2026Q3,2026-10", units=here).json()["cells"]
    assert {(cell["code"], cell["period"], cell["value"]) for cell in cells} == {
        ("t.asked", "2026Q3", 20.0),
        ("t.asked", "2026-10", 10.0),
        ("t.rate", "2026Q3", 50.0),
        ("t.rate", "2026-10", 50.0),
    }


def test_pages_by_key_lose_nothing(figures: Cast) -> None:
    seen, after = [], None
    while True:
        page = get("units", limit=3, **({"after": after} if after else {})).json()
        seen += [unit["code"] for unit in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 10
    assert get("measures", limit=1).json()["next"] == "t.asked"


def test_who_has_the_answer_already_is_told_so(figures: Cast) -> None:
    first = get("measures")
    again = get("measures", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content


def test_rights_are_those_of_the_screens(figures: Cast) -> None:
    assert Client().get("/api/v1/figures/measures").status_code == 401
    assert get("measures", "citizen").status_code == 403
    out_of_reach = get("series/t.asked", "leader", first="2026-10", last="2026-10", unit=uid(figures.units.province))
    assert out_of_reach.status_code == 404 and out_of_reach["Content-Type"] == "application/problem+json"
    own = get("series/t.asked", "leader", first="2026-10", last="2026-10").json()
    assert own["points"][0]["value"] == 10.0
    within = {unit["code"] for unit in get("units", "leader", limit=500).json()["items"] if unit["is_within_reach"]}
    assert within == {"99001.UB"}
    client = Client()
    client.force_login(figures.leader)
    assert client.get("/api/v1/figures/measures").status_code == 200


def test_records_behind_a_figure_only_as_the_owner_lets_them_be_seen(told: Cast) -> None:
    unit = told.units.commune_committee
    entries.enter(told.actor("leader"), measure="x.all", unit=unit, period="2026-10", value=5, source="Báo cáo 12")
    body = get("records/x.all", "leader", month="2026-10").json()
    assert body["counted"] == 1 and body["items"][0]["title"] == "Báo cáo 12"
    # A declared measure whose owner shows nobody its records: the count, and no line.
    assert get("records/t.asked", "leader", month="2026-10").json()["items"] == []


@pytest.mark.parametrize(
    ("address", "params", "status"),
    [
        ("series/t.asked", {"first": "2026-13", "last": "2026-10"}, 422),
        ("series/t.asked", {"first": "2026-10", "last": "2026-01"}, 409),
        ("series/t.asked", {"first": "1900-01", "last": "2099-12"}, 409),
        ("series/nobody", {"first": "2026-01", "last": "2026-01"}, 404),
        ("matrix", {"codes": "t.asked", "periods": "2026-10", "units": "abcdefghijk"}, 404),
        ("matrix", {"codes": ",", "periods": "2026-10"}, 422),
        ("measures", {"limit": "0"}, 422),
        ("measures", {"sort": "name"}, 422),
        ("measures", {"after": "x\x00"}, 422),
        ("targets", {"on": "2026-02-31"}, 422),
        ("records/t.asked", {"month": "2026-10", "after": "-1"}, 422),
    ],
)
def test_bad_questions_are_problems(figures: Cast, address: str, params: dict[str, str], status: int) -> None:
    answer = get(address, **params)
    assert answer.status_code == status and answer.json()["type"].startswith("urn:tinhso:problem:")


@pytest.fixture
def fuzzed(told: Cast) -> Iterator[Any]:
    load_targets()
    # As Django's own test client does: the test's connection outlives each request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    yield schema.include(path_regex=r"^/api/v1/figures")
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_fuzzer_finds_nothing(fuzzed: Any) -> None:
    """Every route, with fitting and unfitting questions: no breakage, nothing that the description does not tell."""
    walked, found = 0, []
    for operation in fuzzed.get_all_operations():
        walked += 1
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            try:
                _fuzz(operation.ok(), mode)
            except (Exception, BaseExceptionGroup) as fault:
                found.append(f"{operation.ok().label} {mode}: {fault} {getattr(fault, 'exceptions', '')}")
    assert walked == 8 and not found, "\n\n".join(found)


def _fuzz(operation: Any, mode: Any) -> None:
    headers = basic("provincial_leader") | {"Accept-Encoding": "identity"}

    @settings(
        max_examples=5,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def once(case: Any) -> None:
        case.call_and_validate(headers=headers)

    once()
