"""GovStack's registries interface: what is written there is the real record, and the other way round."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tinhso.engines.registers import selectors, services
from tinhso.engines.registers.models import Record, Register
from tinhso.engines.registers.tests.conftest import make_register
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.tokens import issue_token
from tinhso.foundation.people.lookups import lookups_of
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db
BASE = "/govstack/digital-registries/data/registryname/1"
CONTENT: dict[str, Any] = {
    "fields": [
        {"name": "ID", "label": "ID", "required": True},
        {"name": "FirstName", "label": "First name", "required": True},
        {"name": "LastName", "label": "Last name", "required": True},
        {"name": "BirthCertificateID", "label": "Birth certificate", "required": True},
    ],
    "keys": ["ID"],
    "subject": "ID",
    "title": "LastName",
}
JOHN = {"ID": "042190000017", "FirstName": "John", "LastName": "Bon", "BirthCertificateID": "RR-3334537999"}


class Program:
    """A program with a token of its own."""

    def __init__(self, cast: Cast, name: str = "administrator") -> None:
        day = timezone.localdate() + timedelta(days=30)
        secret = issue_token(Actor.system(), account=getattr(cast, name), name="thử", expires_on=day)[1]
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        send: Any = getattr(self.client, method)
        more = {} if method == "get" else {"data": json.dumps(body), "content_type": "application/json"}
        answer = send(f"{BASE}{path}", **more)
        return answer.status_code, json.loads(answer.content) if answer.content else None


def test_the_whole_life_of_a_record(cast: Cast) -> None:
    register = make_register(cast, CONTENT, code="registryname")
    program = Program(cast)
    assert program.send("post", "/create", {"write": {"content": JOHN}}) == (200, {"content": JOHN})
    assert Record.objects.get(register=register).data == JOHN
    assert program.send("post", "/create", {"write": {"content": JOHN}})[0] == 400
    assert program.send("post", "/exists", JOHN)[1]["answer"]["status"] is True
    assert program.send("post", "/exists", {**JOHN, "FirstName": "Mike"})[1]["answer"]["status"] is False
    assert program.send("post", "/read", {"query": {"content": {"FirstName": "John"}}})[1] == {"content": JOHN}
    assert program.send("post", "/read", {"query": {"content": {"FirstName": "X"}}}) == (
        404,
        {"detail": "no record found"},
    )
    person = cast.citizen.person
    assert person is not None and lookups_of(person.pk).count() == 1
    changed = {"query": {"content": JOHN}, "write": {"content": {**JOHN, "FirstName": "Jack"}}}
    assert program.send("put", "/update", changed)[0] == 200
    assert program.send("get", "/042190000017/read-value/FirstName.json") == (200, "Jack")
    # A change in the real record shows through here at once.
    services.write_record(actor=Actor.system(), register=register, values={**JOHN, "LastName": "Sparrow"}, source="Xã")
    assert (
        program.send("get", "?filter=FirstName&search=John&ordering=ascending")[1]["results"][0]["LastName"]
        == "Sparrow"
    )
    both = {"query": {"content": {"ID": "2"}}, "write": {"content": {**JOHN, "ID": "2"}}}
    assert program.send("post", "/update-or-create", both)[1]["content"]["ID"] == "2"
    many = {"query": {"content": {"FirstName": "John"}}, "write": {"content": {"FirstName": "Tamara"}}}
    assert program.send("put", "/update-entries", many)[0] == 200
    assert set(Record.objects.values_list("data__FirstName", flat=True)) == {"Tamara"}
    assert program.send("delete", "/2/delete")[0] == 204
    assert Record.objects.get(key="2").closed_on is not None and selectors.verify(register).is_whole


def test_who_may_not_and_what_is_no_request(cast: Cast) -> None:
    make_register(cast, CONTENT, code="registryname")
    assert Client().get(BASE).status_code == 401
    elsewhere, program = Program(cast, "leader_elsewhere"), Program(cast)
    assert elsewhere.send("post", "/create", {"write": {"content": JOHN}})[0] == 403
    assert elsewhere.send("get", "")[0] == 403
    for body in (None, [], {"write": 1}, {"write": {"content": {"ID": ["x"]}}}, {"write": {"content": {"lạ": "x"}}}):
        assert program.send("post", "/create", body)[0] == 400
    assert program.client.get("/govstack/digital-registries/data/registryname/2").status_code == 404
    usage = "/govstack/digital-registries/data/MyPersonalDataUsage/1.0"
    assert program.client.get(usage, {"userID": "...", "DatabaseID": "MCTS"}).status_code == 400
    assert program.client.get(usage, {"userID": "042190000017"}).json() == []
    assert Program(cast, "leader").client.get(usage, {"userID": "042090000025"}).status_code == 403


def test_databases_are_the_registers_themselves(cast: Cast) -> None:
    program, root = Program(cast), "/govstack/digital-registries"
    schema = {
        "type": "object",
        "properties": {
            "ID": {"type": "string", "primaryKey": True, "description": "Registration ID"},
            "Child": {"type": "string", "properties": {"ID": {"type": "string"}, "born": {"format": "date"}}},
            "Weight": {"type": "integer"},
        },
        "required": ["ID"],
    }
    body = {"group_name": "Test", "catalog_name": "Mother and Child", "code": "MCR", "schema": schema}
    send = {"content_type": "application/json"}
    made = program.client.post(f"{root}/database/modify", json.dumps(body), **send)
    assert made.status_code == 200 and list(made.json()["properties"]) == ["ID", "Child_ID", "Child_born", "Weight"]
    register = Register.objects.get(code="mcr")
    shape = register.definitions.get().shape
    assert (shape.keys, shape.by_name["Child_born"].type) == (("ID",), "date") and register.owner == cast.units.province
    services.write_record(actor=Actor.system(), register=register, values={"ID": "1", "Weight": 3}, source="Xã")
    (listed,) = program.client.get(f"{root}/databases").json()["databases"]
    assert (listed["id"], listed["schema"]["incrementIndex"], listed["institution"]) == (
        register.pk,
        1,
        cast.units.province.name,
    )
    body["schema"]["properties"]["Note"] = {"type": "string"}
    assert "Note" in program.client.post(f"{root}/database/modify", json.dumps(body), **send).json()["properties"]
    one = f"{root}/database/{register.pk}"
    assert program.client.get(one).json()["version"] == "2"
    for name, wanted in (("leader_elsewhere", 404), ("desk_officer", 403)):
        assert Program(cast, name).client.get(one).status_code == wanted
    assert Program(cast, "leader").client.delete(one).status_code == 403
    for wrong in ("[]", "{", "{}", '{"code": "a", "schema": {"properties": {}}}'):
        assert program.client.post(f"{root}/database/modify", wrong, **send).status_code == 400
    for _again in (1, 2):
        assert program.client.delete(one).json() == "Success"
    assert program.client.get(f"{root}/data/mcr/1").status_code == 404 and Record.objects.count() == 1
    assert program.client.get(f"{root}/database/{10**19}").status_code == 404


def test_what_is_sent_twice_is_done_once(cast: Cast) -> None:
    register, program = make_register(cast, CONTENT, code="registryname"), Program(cast)
    program.send("post", "/create", {"write": {"content": JOHN}})
    moved = {"query": {"content": JOHN}, "write": {"content": {**JOHN, "ID": "7", "FirstName": "Elsa"}}}
    assert [program.send("put", "/update", moved)[0] for _again in (1, 2)] == [200, 200]
    old, new = Record.objects.get(key=JOHN["ID"]), Record.objects.get(key="7")
    assert old.closed_on is not None and new.data["FirstName"] == "Elsa" and new.number == 1
    program.send("post", "/create", {"write": {"content": {**JOHN, "ID": "8"}}})
    clash = {"query": {"content": {"ID": "8"}}, "write": {"content": {"ID": "7"}}}
    assert program.send("put", "/update", clash)[0] == 400
    assert [program.send("delete", "/7/delete")[0] for _again in (1, 2)] == [204, 204]
    assert program.send("delete", "/khong-co/delete")[0] == 404
    assert Program(cast, "leader_elsewhere").send("delete", "/7/delete")[0] == 403
    assert selectors.verify(register).is_whole
    usage = "/govstack/digital-registries/data/MyPersonalDataUsage/1.0"
    assert program.client.get(usage, {"userID": "042190000017", "DatabaseID": "..."}).status_code == 400
