"""Connectors over the simulated national platform: a real process's answers said again in our contract's words."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from tinhso.engines.exchange.connectors import national
from tinhso.engines.exchange.connectors.registry import CONNECTORS, MARK, plane_mark, resolve
from tinhso.engines.exchange.contracts.openapi import compile_openapi

NUMBER = "042090001234"
QUESTIONS = {
    "population": (f"persons/{NUMBER}", "persons/042090001299"),
    "enterprises": ("enterprises/3000123456", "enterprises/1"),
    "land": ("parcels/18073-12-345", "parcels/x"),
    "social-insurance": (f"participants/{NUMBER}", "participants/1"),
    "civil-status": (f"marital-status/{NUMBER}", "marital-status/1"),
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    known = {"TINHSO_NATIONAL_DATA_CLIENT": "tinh", "TINHSO_NATIONAL_DATA_SECRET": "bi-mat"}
    command = [sys.executable, "-m", "tinhso.engines.exchange.simulator", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | known)
    url = f"http://127.0.0.1:{port}"
    try:
        _await(url)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _await(url: str) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@pytest.fixture
def platform(simulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(national, "platform", national.Platform())
    with override_settings(NATIONAL_DATA_URL=simulator, NATIONAL_DATA_CLIENT="tinh", NATIONAL_DATA_SECRET="bi-mat"):
        yield simulator
    _fault(simulator, "")


def _fault(url: str, kind: str) -> None:
    urllib.request.urlopen(f"{url}/su-co", f"kieu={kind}".encode(), timeout=5).close()


def _get(client: Client, name: str, rest: str) -> Any:
    return client.get(f"/lien-thong/ket-noi/{name}/{rest}", headers=resolve(f"connector:{name}")[1])


def test_every_shipped_contract_is_one_that_may_be_published() -> None:
    assert set(QUESTIONS) <= set(CONNECTORS)
    for connector in CONNECTORS.values():
        compiled = compile_openapi(json.dumps(connector.contract()))
        assert compiled.operations[0].answer and compiled.operations[0].fields


def test_nobody_but_the_plane_is_let_in(client: Client) -> None:
    for mark in ("", "x", "đ", plane_mark("land")):
        assert client.get(f"/lien-thong/ket-noi/population/persons/{NUMBER}", headers={MARK: mark}).status_code == 403
    assert client.get("/lien-thong/ket-noi/nothing/a", headers={MARK: plane_mark("nothing")}).status_code == 403


def test_a_connector_without_its_platform_says_so(client: Client) -> None:
    assert _get(client, "population", f"persons/{NUMBER}").status_code == 503


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_database_answers_as_its_contract_promises(client: Client, platform: str, name: str) -> None:
    from jsonschema_rs import validator_for

    known, unknown = QUESTIONS[name]
    answer = _get(client, name, known)
    assert answer.status_code == 200, answer.content
    (operation,) = compile_openapi(json.dumps(CONNECTORS[name].contract())).operations
    assert operation.answer is not None
    validator_for(operation.answer).validate(answer.json())
    assert answer.json()["isSimulated"] is True
    assert _get(client, name, known).json() == answer.json()
    missing = _get(client, name, unknown)
    assert missing.status_code == 404 and missing.headers["Content-Type"] == "application/problem+json"
    assert _get(client, name, "elsewhere").status_code == 404


def test_faults_of_the_platform_are_its_own(client: Client, platform: str) -> None:
    _get(client, "population", f"persons/{NUMBER}")
    _fault(platform, "forget")
    assert _get(client, "population", f"persons/{NUMBER}").status_code == 200
    _fault(platform, "down")
    assert _get(client, "population", f"persons/{NUMBER}").status_code == 502
    _fault(platform, "breach")
    assert "number" not in _get(client, "population", f"persons/{NUMBER}").json()


@override_settings(NATIONAL_DATA_SECRET="sai")
def test_a_wrong_secret_is_refused_by_the_platform(client: Client, platform: str) -> None:
    with override_settings(NATIONAL_DATA_SECRET="sai"):
        assert _get(client, "population", f"persons/{NUMBER}").status_code == 502
