"""GovStack's registration building block: what is read there is the dossier, what is done there is an act on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.tokens import issue_token
from tinhso.foundation.people.models import LookUp
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.processes.tests.objects import parallel
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.testing import MARRIAGE, Office

pytestmark = pytest.mark.django_db
ROOT = "/govstack/registration"
NAMED = {"Information-Mediator-Client": "A/GOV/1/x"}


def program(office: Office, name: str) -> Client:
    day = timezone.localdate() + timedelta(days=30)
    account = getattr(office.cast, name)
    secret = issue_token(Actor.system(), account=account, name="thử", expires_on=day)[1]
    return Client(headers={"Authorization": f"Bearer {secret}", **NAMED})


def test_an_application_is_a_dossier_and_its_tasks_are_steps(office: Office) -> None:
    desk, person = program(office, "desk_officer"), office.cast.citizen.person
    assert person is not None
    (one,) = desk.get(f"{ROOT}/services/{MARRIAGE}").json()
    (form,) = desk.get(f"{ROOT}/services/{MARRIAGE}/eForms").json()
    assert one["id"] == MARRIAGE and desk.get(f"{ROOT}/services", {"name": one["name"]}).json() == [one]
    assert desk.get(f"{ROOT}/eForms/{form['eFormId']}").json()["schema"] == office.version().form.schema  # type: ignore[union-attr]
    send: dict[str, Any] = {"content_type": "application/json"}
    path = f"{ROOT}/services/{MARRIAGE}/applications"
    made = desk.post(path, {"applicantId": person.personal_number}, **send).json()
    dossier = Dossier.objects.get(code=made["fileId"])
    assert (dossier.applicant, dossier.state, dossier.channel) == (person, State.RECEIVED, "desk")
    assert str(person.personal_number) not in str(made)
    file, (task,) = f"{ROOT}/applications/{dossier.code}", desk.get(f"{ROOT}/tasks").json()
    done = f"{ROOT}/tasks/{task['taskId']}"
    assert desk.get(done).json()["fileId"] == dossier.code
    # Sent twice it is done once; the next step is another task.
    assert [desk.post(f"{done}/complete", {}, **send).status_code for _again in (1, 2)] == [200, 200]
    dossier.refresh_from_db()
    assert dossier.state == State.RESOLVING and desk.get(done).status_code == 404
    services.refuse_settling(actor=office.cast.actor("resolving_officer"), dossier_id=dossier.pk, reason="Không đủ")
    before = LookUp.objects.filter(person=person).count()
    assert desk.get(file).json()["status"]["code"] == "REJECTED" and desk.get(f"{ROOT}/tasks").json() == []
    assert LookUp.objects.filter(person=person).count() == before + 1  # the person sees who looked
    found = desk.get(f"{ROOT}/applications", {"serviceId": MARRIAGE, "sortBy": "created", "maxResult": 5}).json()
    assert [row["fileId"] for row in found] == [dossier.code]
    assert desk.get(f"{ROOT}/data/statistics/1.0", {"registrationName": MARRIAGE}).json()[0]["rejected"] == 1


def test_operators_accept_and_send_back_but_never_change_what_was_declared(office: Office) -> None:
    desk, send = program(office, "desk_officer"), {"content_type": "application/json"}
    dossier = office.filed()
    file = f"{ROOT}/applications/{dossier.code}"
    name = next(name for name, value in dossier.data.items() if isinstance(value, str))
    for wrong in ({"formData": {"data": {name: "khác"}}}, {"applicantId": "P0"}, {"status": {"code": "SENDBACK"}}):
        assert desk.put(file, wrong, **send).status_code == 400
    assert desk.put(file, {"formData": {"data": {"la": {}}}}, **send).json()["status"]["code"] == "PENDING"
    dossier.refresh_from_db()
    assert dossier.state == State.RECEIVED
    elsewhere, stranger = program(office, "desk_officer_elsewhere"), Client()
    assert elsewhere.get(file).status_code == 404 and stranger.get(file).status_code == 401
    assert program(office, "administrator").get(file).status_code == 403
    path = f"{ROOT}/services/{MARRIAGE}/applications"
    assert desk.post(path, {"applicantId": "P1' OR 1"}, **send).status_code == 400
    assert desk.post(path.replace(MARRIAGE, "khong"), {}, **send).status_code == 404
    assert desk.post(f"{ROOT}/documents").json()["code"] == "400"
    assert desk.post(f"{ROOT}/documents", {"file": "eGluIGNow6Bv"}).json()["type"] == "text/plain"
    assert desk.get(f"{ROOT}/data/statistics/1.0", headers={"Information-Mediator-Client": "A/B/"}).status_code == 400


def test_documents_sent_before_are_tied_to_the_application_and_a_strangers_are_not(office: Office) -> None:
    desk, send, person = (
        program(office, "desk_officer"),
        {"content_type": "application/json"},
        office.cast.citizen.person,
    )
    assert person is not None
    url = desk.post(f"{ROOT}/documents", {"file": "eGluIGNow6Bv"}).json()["url"]
    theirs = (
        program(office, "desk_officer_elsewhere").post(f"{ROOT}/documents", {"file": "a2jDoWMga2jDoWM="}).json()["url"]
    )
    path, count = f"{ROOT}/services/{MARRIAGE}/applications", Dossier.objects.count()
    for wrong in ([theirs], [url, "../etc"], "tep", [url.upper()], [{}]):
        sent = {"applicantId": person.personal_number, "documentUrls": wrong}
        assert desk.post(path, sent, **send).status_code == 400, wrong
    assert Dossier.objects.count() == count
    made = desk.post(path, {"applicantId": person.personal_number, "documentUrls": [url, url]}, **send).json()
    assert made["applicationData"]["documentUrls"] == [url]
    dossier = Dossier.objects.get(code=made["fileId"])
    assert [paper.file.sha256 for paper in dossier.papers.all()] == [url]
    again = desk.put(f"{ROOT}/applications/{dossier.code}", {"documentUrls": [url]}, **send).json()
    assert again["applicationData"]["documentUrls"] == [url] and dossier.papers.count() == 1


def test_each_open_branch_is_a_task_of_the_office_that_holds_it(office: Office) -> None:
    dossier = parallel(office)
    ours, theirs = program(office, "resolving_officer"), program(office, "resolving_officer_elsewhere")
    found = ours.get(f"{ROOT}/tasks", {"fileId": dossier.code}).json()
    listed = {line["taskId"] for line in found}
    assert len(listed) == 2 and {line.partition("~")[0] for line in listed} == {dossier.code}
    assert dossier.case is not None
    token = dossier.case.tokens.get(step="theirs")
    done = f"{ROOT}/tasks/{dossier.code}~theirs~{token.pk}"
    assert ours.post(f"{done}/complete", {}, content_type="application/json").status_code == 400
    assert theirs.get(done).json()["fileId"] == dossier.code
    answers = [theirs.post(f"{done}/complete", {}, content_type="application/json").status_code for _again in (1, 2)]
    token.refresh_from_db()
    assert answers == [200, 404] and token.state == "arrived"
    assert len(ours.get(f"{ROOT}/tasks", {"fileId": dossier.code}).json()) == 1


def test_statistics_are_narrowed_by_the_officer_and_the_role(office: Office) -> None:
    dossier, desk = office.filed(), program(office, "desk_officer")
    desk.put(f"{ROOT}/applications/{dossier.code}", {}, content_type="application/json")
    services.hand_over(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk)
    services.refuse_settling(actor=office.cast.actor("resolving_officer"), dossier_id=dossier.pk, reason="Không đủ")

    def rejected(**asked: str) -> int:
        return int(
            desk.get(f"{ROOT}/data/statistics/1.0", {"registrationName": MARRIAGE, **asked}).json()[0]["rejected"]
        )

    assert rejected() == 1 == rejected(operator=office.cast.desk_officer.full_name) == rejected(role="desk_officer")
    assert rejected(operator="Ingmar Vali") == 0 == rejected(role="Handler")
    assert rejected(operator=office.cast.desk_officer.full_name, role="unit_leader") == 0
