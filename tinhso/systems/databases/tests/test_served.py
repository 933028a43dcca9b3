"""A register asked through the exchange: the owner's agreement decides the fields, and the person sees who looked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client, override_settings

from tinhso.engines.exchange import services as exchange
from tinhso.engines.exchange.connectors.registry import AGREEMENT, MARK, connector, offered, plane_mark
from tinhso.engines.exchange.contracts.openapi import compile_openapi
from tinhso.engines.exchange.errors import WrongInput
from tinhso.engines.exchange.models import Agreement, Member, Service
from tinhso.engines.exchange.services.agreements import Decision
from tinhso.engines.exchange.services.publishing import Promise
from tinhso.engines.exchange.testing import World, wish
from tinhso.engines.registers import services
from tinhso.engines.registers.models import Register
from tinhso.engines.registers.tests.conftest import make_register
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.people.models import LookUp
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.databases import playing, shipped

pytestmark = pytest.mark.django_db
NAME = "register.so-thu"
NUMBER = "042090001234"
ONE = "GET /records/{key}"
FIELDS = ["key", "values.full_name", "values.born_on", "values.note"]


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def register(cast: Cast) -> Register:
    made = make_register(cast)
    number = cast.citizen.person.personal_number
    values = {"number": number, "full_name": "Nguyễn Văn A", "born_on": "1990-01-02", "note": "kín"}
    services.write_record(actor=cast.actor("administrator"), register=made, values=values, source="thử")
    return made


def published(world: World, **changes: Any) -> Service:
    plug = connector(NAME)
    assert plug is not None
    given: dict[str, Any] = {
        "actor": world.owners,
        "subsystem": world.source,
        "code": "so-thu",
        "title": "",
        "base_url": f"connector:{NAME}",
        "contract": json.dumps(plug.contract()),
    }
    return exchange.publish_service(**(given | changes))


def granted(world: World, service: Service) -> Agreement:
    asked = exchange.ask_access(
        actor=world.askers, client=world.client, service=service, wish=wish(operations=[ONE], fields=FIELDS)
    )
    refused = ((FIELDS[-1], "Ghi chú nội bộ của cơ quan."),)
    decision = Decision(is_granted=True, fields=FIELDS[:-1], refused=refused)
    return exchange.decide_access(actor=world.owners, agreement=asked, decision=decision)


def ask(key: str, **headers: str) -> Any:
    ours = {MARK: plane_mark(NAME), "X-Tinhso-Purpose": "Gi%E1%BA%A3i quy%E1%BA%BFt", "X-Tinhso-Dossier": "A01-7"}
    return Client().get(f"/lien-thong/ket-noi/{NAME}/records/{key}", headers=ours | headers)


def test_only_the_owner_of_a_register_publishes_it_and_answers_are_not_remembered(
    world: World, register: Register
) -> None:
    assert [name for name, _title in offered(world.owner.unit_id, ("GOV", "A1"))] == [NAME]
    assert offered(world.asker.unit_id, ("GOV", "B1")) == []
    with pytest.raises(WrongInput, match="đơn vị quản lý"):
        published(world, actor=world.askers, subsystem=world.client)
    with pytest.raises(WrongInput, match="đơn vị quản lý"):
        published(world, base_url="connector:population")
    with pytest.raises(WrongInput, match="không nhớ"):
        published(world, promise=Promise(cache_seconds=60))
    service = published(world)
    assert {row["name"] for row in service.operations} == {ONE, "GET /records"}
    assert connector("register.khong-co") is None and connector("register.") is None


def test_an_agency_gets_granted_fields_only_and_the_person_reads_who_looked(
    world: World, register: Register, cast: Cast
) -> None:
    agreement = granted(world, published(world))
    number = cast.citizen.person.personal_number
    answer = ask(number, **{"X-Road-Client": world.client.identifier, AGREEMENT: str(agreement.pk)})
    body = answer.json()
    assert answer.status_code == 200 and body["values"] == {"full_name": "Nguyễn Văn A", "born_on": "1990-01-02"}
    looked = LookUp.objects.get(person=cast.citizen.person)
    assert looked.account_label == "Phường Đông Hải · Dịch vụ công"
    assert "Giải quyết (A01-7)" in looked.purpose and "Sổ thử" in looked.purpose
    entry = AuditRow.objects.filter(act="registers.record.looked_up").latest("id")
    assert entry.details["fields"] == ["full_name", "born_on"]
    plug = connector(NAME)
    assert plug is not None
    from jsonschema_rs import validator_for

    schema = compile_openapi(json.dumps(plug.contract())).operations[0].answer
    assert schema is not None
    validator_for(schema).validate(body)


def test_without_an_agreement_a_purpose_or_a_record_nothing_is_told(
    world: World, register: Register, cast: Cast
) -> None:
    agreement = granted(world, published(world))
    number = cast.citizen.person.personal_number
    known = {"X-Road-Client": world.client.identifier, AGREEMENT: str(agreement.pk)}
    assert ask(number, **{"X-Road-Client": world.client.identifier}).status_code == 403
    assert ask(number, **known | {AGREEMENT: "9" * 18}).status_code == 403
    assert ask(number, **known | {MARK: plane_mark("population")}).status_code == 403
    assert ask(number, **known | {"X-Tinhso-Purpose": ""}).status_code == 400
    assert ask("042000000000", **known).status_code == 404
    assert not LookUp.objects.exists()


def test_granting_the_whole_and_refusing_a_part_grants_the_rest(world: World, register: Register) -> None:
    asked = exchange.ask_access(
        actor=world.askers,
        client=world.client,
        service=published(world),
        wish=wish(operations=[ONE], fields=["key", "values", "values.full_name", "values.note"]),
    )
    decision = Decision(
        is_granted=True,
        fields=["key", "values", "values.full_name"],
        refused=(("values.note", "Ghi chú nội bộ của cơ quan."),),
    )
    done = exchange.decide_access(actor=world.owners, agreement=asked, decision=decision)
    assert done.granted_fields == ["key", "values.full_name"]


class Silent:
    def start(self, title: str, total: int) -> None: ...

    def advance(self, steps: int = 1) -> None: ...


@override_settings(DEMO=True, EXCHANGE_URL="")
def test_the_demo_serves_the_register_of_persons_once(world: World, cast: Cast) -> None:
    actor = Actor.system("Diễn", is_simulated=True)
    for one in (playing.seed, playing.play, playing.serve, playing.serve):
        one(actor, Silent(), 1)
    service = Service.objects.get(base_url=f"connector:register.{shipped.PERSONS}")
    assert service.demands_dossier and Member.objects.get(pk=service.subsystem.member_id).is_simulated
