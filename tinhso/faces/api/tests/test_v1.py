"""The machine face: one form of refusal, and a description that tells the truth."""

from __future__ import annotations

import json

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.faces.api import v1, write
from tinhso.systems.procedures import selectors

pytestmark = pytest.mark.django_db


def test_health_says_that_the_database_answers() -> None:
    answer = Client().get("/api/v1/health")
    assert answer.status_code == 200 and answer.json() == {"status": "ok", "database": True}


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/health", "/api/x", "/api/v1/dossiers/H27.14-260310-9999"])
def test_what_is_not_there_is_a_problem(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404 and answer.json()["type"].startswith("urn:tinhso:problem:")


def test_a_found_dossier_shows_nothing_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {
        "code": "H27.14-260310-0007",
        "version__plain_name": "Đăng ký khai sinh",
        "unit__name": "UBND xã An Bình",
        "state": "received",
        "submitted_at": None,
        "received_at": None,
        "due_at": None,
        "finished_at": None,
        "is_simulated": True,
        "applicant__full_name": "Nguyễn Thị Hoa",
    }
    monkeypatch.setattr(selectors, "public_status", lambda code: row)
    body = Client().get("/api/v1/dossiers/H27.14-260310-0007").json()
    assert body["procedure"] == "Đăng ký khai sinh" and body["state"] == "received"
    assert "Hoa" not in json.dumps(body, ensure_ascii=False)


def test_guessing_codes_by_the_thousand_is_refused() -> None:
    cache.clear()
    statuses = {Client().get(f"/api/v1/dossiers/{n}").status_code for n in range(v1.LOOKS_PER_MINUTE + 2)}
    cache.clear()
    assert statuses == {404, 429}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=80))
def test_no_code_breaks_it(code: str) -> None:
    from urllib.parse import quote

    cache.clear()
    path = "/api/v1/dossiers/" + quote(code.encode("utf-8", "replace"), safe="")
    assert Client(raise_request_exception=False).get(path).status_code in (404, 422)


def test_the_description_in_the_repository_is_that_of_the_code() -> None:
    assert write.KEPT.read_text(encoding="utf-8") == write.described(), "run python -m tinhso.faces.api.write"


def test_the_description_is_served() -> None:
    assert Client().get("/api/v1/openapi.json").json()["info"]["title"] == "Tỉnh Số"
