"""Reporting forms as data sets: values go into the draft, a sent report is locked, the receiver approves."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tinhso.engines.indicators import definitions
from tinhso.engines.indicators.models import UnitOfMeasure
from tinhso.faces.api.conftest import Reader, basic
from tinhso.faces.api.forest import forest
from tinhso.faces.api.uids import uid_of
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.reporting import services
from tinhso.systems.reporting.models import Duty, Submission
from tinhso.systems.reporting.testing import make_duty, make_form

pytestmark = pytest.mark.django_db

ALL, COVERED = uid_of("measure", "x.all"), uid_of("measure", "x.covered")
FORM = uid_of("form", "bc-song")
CONTENT: dict[str, Any] = {
    "sections": [
        {
            "key": "phan_a",
            "title": "A",
            "columns": [{"key": "ky", "title": "Trong kỳ"}],
            "rows": [
                {"key": "tat_ca", "number": "1", "title": "Khu dân cư", "unit": "khu"},
                {"key": "co_song", "number": "2", "title": "Có sóng", "unit": "khu"},
                {"key": "cong", "number": "3", "title": "Cộng", "unit": "khu"},
            ],
            "cells": {
                "tat_ca.ky": {"kind": "typed", "measure": "x.all"},
                "co_song.ky": {"kind": "typed", "measure": "x.covered"},
                "cong.ky": {"kind": "computed", "formula": "{tat_ca.ky}+{co_song.ky}", "measure": "x.sum"},
            },
        }
    ],
    "checks": [{"key": "it_hon", "must": "{co_song.ky} <= {tat_ca.ky}", "sentence": "Có sóng không thể nhiều hơn."}],
}


@pytest.fixture
def duty(told: Cast) -> Duty:
    definitions.define_measure(
        Actor.system(),
        code="x.sum",
        name="Cộng",
        sentence="Cộng hai số.",
        unit_of_measure=UnitOfMeasure.objects.get(code="residential_area"),
        kind="flow",
    )
    form = make_form(told.units.committee, code="bc-song", content=CONTENT)
    return make_duty(form, told.units.commune_committee)


@pytest.fixture
def commune(duty: Duty) -> Reader:
    return Reader("leader", Client())


def uid(unit: Any) -> str:
    return forest().by_id[unit.pk].uid


def values(duty: Duty, *amounts: Any) -> dict[str, Any]:
    rows = [{"dataElement": code, "value": amount} for code, amount in zip((ALL, COVERED), amounts, strict=False)]
    return {"dataSet": FORM, "period": "202609", "orgUnit": uid(duty.unit), "dataValues": rows}


def counts(answer: Any) -> tuple[int, int, int, int]:
    found = answer.json()["response"]["importCount"]
    return found["imported"], found["updated"], found["ignored"], found["deleted"]


def test_a_regime_is_a_data_set_with_its_measures_and_units(commune: Reader, duty: Duty) -> None:
    fields = "name,periodType,dataSetElements[dataElement[code]],organisationUnits[code]"
    (form,) = commune.get("dataSets", fields=fields, filter="code:eq:bc-song").json()["dataSets"]
    assert form["periodType"] == "Monthly" and {"code": "99001.UB"} in form["organisationUnits"]
    assert [one["dataElement"]["code"] for one in form["dataSetElements"]] == ["x.all", "x.covered", "x.sum"]


def test_values_fill_the_draft_and_completing_submits_it(commune: Reader, duty: Duty, told: Cast) -> None:
    assert counts(commune.post("dataValueSets?dryRun=true", values(duty, 12, 7))) == (2, 0, 0, 0)
    assert not Submission.objects.exists()
    assert counts(commune.post("dataValueSets", values(duty, 12))) == (1, 0, 0, 0)
    draft = Submission.objects.get(duty=duty)
    assert dict(draft.cells.values_list("code", "value")) == {"tat_ca.ky": 12}
    assert draft.changes.get().way == "api"

    at = {"dataSet": FORM, "period": "202609", "organisationUnit": uid(duty.unit)}
    registration = {"completeDataSetRegistrations": [at]}
    refused = commune.post("completeDataSetRegistrations", registration)
    assert refused.status_code == 409 and "co_song.ky" in refused.json()["response"]["conflicts"][0]["value"]
    assert counts(commune.post("dataValueSets", values(duty, 13, 7))) == (1, 1, 0, 0)
    assert counts(commune.post("completeDataSetRegistrations", registration)) == (1, 0, 0, 0)
    asked = {"dataSet": FORM, "period": "202609", "orgUnit": uid(duty.unit)}
    (shown,) = commune.get("completeDataSetRegistrations", **asked).json()["completeDataSetRegistrations"]
    assert shown["completed"] and shown["storedBy"] == "leader" and shown["period"] == "202609"

    locked = commune.post("dataValueSets", values(duty, 99))
    assert locked.status_code == 409 and locked.json()["response"]["conflicts"][0]["errorCode"] == "E7643"


def taking_back(duty: Duty, **more: Any) -> dict[str, Any]:
    at = {"dataSet": FORM, "period": "202609", "organisationUnit": uid(duty.unit)} | more
    return {"completeDataSetRegistrations": [at]}


def submitted(commune: Reader, duty: Duty) -> Submission:
    commune.post("dataValueSets", values(duty, 12, 7))
    assert counts(commune.post("completeDataSetRegistrations", taking_back(duty))) == (1, 0, 0, 0)
    return Submission.objects.get(duty=duty)


def delete(reader: Reader, duty: Duty, **more: str) -> Any:
    asked = urlencode({"ds": FORM, "pe": "202609", "ou": uid(duty.unit)} | more)
    address = f"/dhis2/api/completeDataSetRegistrations?{asked}"
    return reader.client.delete(address, headers=basic(reader.username))


def test_what_was_submitted_is_taken_back_and_filled_again(commune: Reader, duty: Duty, told: Cast) -> None:
    report = submitted(commune, duty)
    no = taking_back(duty, completed=False)
    assert counts(commune.post("completeDataSetRegistrations?dryRun=true", no)) == (0, 1, 0, 0)
    report.refresh_from_db()
    assert report.state == "submitted"
    assert counts(commune.post("completeDataSetRegistrations", no)) == (0, 1, 0, 0)
    report.refresh_from_db()
    assert report.state == "draft" and counts(commune.post("dataValueSets", values(duty, 13))) == (0, 1, 0, 0)
    asked = {"dataSet": FORM, "period": "202609", "orgUnit": uid(duty.unit)}
    assert commune.get("completeDataSetRegistrations", **asked).json() == {"completeDataSetRegistrations": []}
    # Again: it is not completed, as was asked.
    assert counts(commune.post("completeDataSetRegistrations", no)) == (0, 1, 0, 0)
    assert report.steps.filter(act="taken_back").count() == 1
    away = "completeDataSetRegistrations?importStrategy=DELETE"
    assert counts(commune.post(away, taking_back(duty))) == (0, 0, 1, 0)
    commune.post("completeDataSetRegistrations", taking_back(duty))
    assert counts(commune.post(away, taking_back(duty))) == (0, 0, 0, 1)
    assert commune.post("completeDataSetRegistrations?importStrategy=X", no).status_code == 409


def test_deleting_a_registration_answers_as_the_interface_does(commune: Reader, duty: Duty, told: Cast) -> None:
    assert delete(commune, duty).status_code == 204 and not Submission.objects.exists()
    report = submitted(commune, duty)
    stranger = Reader("leader_elsewhere", Client())
    assert delete(stranger, duty).status_code == 403
    assert counts(stranger.post("completeDataSetRegistrations", taking_back(duty, completed=False)))[2] == 1
    for wrong, code in (({"ds": "x"}, "E7600"), ({"pe": "x"}, "E7611"), ({"ou": "x"}, "E7612"), ({"ds": ""}, "E7600")):
        answer = delete(commune, duty, **wrong)
        assert answer.status_code == 409 and answer.json()["errorCode"] == code
    report.refresh_from_db()
    assert report.state == "submitted"
    gone = delete(commune, duty)
    assert gone.status_code == 204 and not gone.content
    report.refresh_from_db()
    assert report.state == "draft" and delete(commune, duty).status_code == 204


def test_what_the_leader_sent_is_not_taken_back_without_him_and_what_is_approved_by_nobody(
    commune: Reader, duty: Duty, told: Cast
) -> None:
    report = submitted(commune, duty)
    services.sign(actor=told.actor("leader"), submission_id=report.pk)
    refused = commune.post("completeDataSetRegistrations", taking_back(duty, completed=False))
    assert refused.status_code == 409 and refused.json()["response"]["conflicts"][0]["errorCode"] == "E7617"
    services.approve(actor=told.actor("provincial_leader"), submission_id=report.pk)
    refused = commune.post("completeDataSetRegistrations", taking_back(duty, completed="false"))
    assert refused.json()["response"]["conflicts"][0]["errorCode"] == "E7642"
    answer = delete(commune, duty)
    assert answer.status_code == 409 and "đã được duyệt" in answer.json()["message"]
    report.refresh_from_db()
    assert report.state == "approved"


def test_the_receiver_approves_and_then_nothing_moves(commune: Reader, duty: Duty, told: Cast) -> None:
    commune.post("dataValueSets", values(duty, 12, 7))
    draft = Submission.objects.get(duty=duty)
    at = {"ds": FORM, "pe": "202609", "ou": uid(duty.unit)}
    assert commune.get("dataApprovals", **at).json()["state"] == "UNAPPROVED_WAITING"
    services.submit(actor=told.actor("leader"), submission_id=draft.pk)
    services.sign(actor=told.actor("leader"), submission_id=draft.pk)
    province = Reader("provincial_leader", Client())
    waiting = province.get("dataApprovals", **at).json()
    assert waiting["state"] == "UNAPPROVED_READY" and waiting["mayApprove"]
    assert commune.client.post(
        f"/dhis2/api/dataApprovals?ds={FORM}&pe=202609&ou={at['ou']}", headers=basic("leader")
    ).status_code in (403, 409)
    approve = f"/dhis2/api/dataApprovals?ds={FORM}&pe=202609&ou={at['ou']}"
    assert province.client.post(approve, headers=basic("provincial_leader")).status_code == 200
    assert province.get("dataApprovals", **at).json()["state"] == "APPROVED_HERE"
    read = commune.get("dataValueSets", dataSet=FORM, period="202609", orgUnit=at["ou"])
    kept = json.loads(b"".join(read.streaming_content))["dataValues"]
    assert [one["value"] for one in kept] == ["12", "7", "19"]
    late = commune.post("dataValueSets", values(duty, 99))
    assert late.json()["response"]["conflicts"][0]["errorCode"] == "E7642"
    assert province.client.delete(approve, headers=basic("provincial_leader")).status_code == 409


def test_what_the_form_computes_is_not_sent_in(commune: Reader, duty: Duty) -> None:
    rows = {"dataValues": [{"dataElement": uid_of("measure", "x.sum"), "value": 5}]}
    answer = commune.post("dataValueSets", values(duty) | rows)
    assert answer.json()["response"]["conflicts"][0]["errorCode"] == "E7610" and not Submission.objects.exists()


def test_a_report_of_another_unit_is_not_filled(duty: Duty, told: Cast) -> None:
    stranger = Reader("leader_elsewhere", Client())
    answer = stranger.post("dataValueSets", values(duty, 12))
    assert answer.json()["response"]["conflicts"][0]["errorCode"] == "E7617" and not Submission.objects.exists()
    asked = {"dataSet": FORM, "period": "202609", "orgUnit": uid(duty.unit)}
    assert stranger.get("completeDataSetRegistrations", **asked).json()["errorCode"] == "E2012"
    assert stranger.get("dataApprovals", ds=FORM, pe="202609", ou=uid(duty.unit)).json()["errorCode"] == "E2012"


@pytest.mark.parametrize("body", [b"{", b'{"completeDataSetRegistrations": 5}', b"[]", b"\xff"])
def test_hostile_registrations(commune: Reader, body: bytes) -> None:
    assert commune.post("completeDataSetRegistrations", body).status_code == 400


@pytest.mark.parametrize("change", [{"dataSet": "x"}, {"period": "x"}, {"organisationUnit": "x"}, {"period": "202512"}])
def test_registrations_that_name_nothing(commune: Reader, duty: Duty, change: dict[str, str]) -> None:
    row = {"dataSet": FORM, "period": "202609", "organisationUnit": uid(duty.unit)} | change
    answer = commune.post("completeDataSetRegistrations", {"completeDataSetRegistrations": [row]})
    assert answer.status_code == 409 and counts(answer) == (0, 0, 1, 0)
