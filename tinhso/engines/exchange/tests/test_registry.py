"""Acts of the registry: who may, who may not, twice at once, and that removal is told at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from tinhso.engines.exchange import authority, services
from tinhso.engines.exchange.errors import Clash, ContractRefused, NotInForce, WrongInput
from tinhso.engines.exchange.models import Agreement, Contract, Key, Service, Subsystem
from tinhso.engines.exchange.services.publishing import Promise, checked_address
from tinhso.engines.exchange.testing import ONE, OPENAPI, World, decision
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.testing.cast import Cast

ABROAD = ("stranger", "citizen", "desk_officer", "resolving_officer", "auditor", "provincial_leader")


def test_only_administrators_admit_members(cast: Cast) -> None:
    for name in (*ABROAD, "leader"):
        with pytest.raises(access.Denied):
            services.admit_member(actor=cast.actor(name), code="X", name="X", unit=cast.units.commune_committee)


def test_identifiers_are_x_roads(world: World) -> None:
    assert world.service.identifier == "TINHSO/GOV/A1/HKD/households"


@pytest.mark.parametrize("name", ["leader_elsewhere", *ABROAD])
def test_others_publish_nothing_in_our_name(world: World, name: str) -> None:
    actor = world.cast.actor(name)
    with pytest.raises(access.Denied):
        services.register_subsystem(actor=actor, member=world.owner, code="X", name="X")
    with pytest.raises(access.Denied):
        services.publish_service(
            actor=actor, subsystem=world.source, code="x", title="x", base_url="https://x.vn", contract=OPENAPI
        )
    with pytest.raises(access.Denied):
        services.replace_contract(actor=actor, service=world.service, contract=OPENAPI)
    with pytest.raises(access.Denied):
        services.end_service(actor=actor, service=world.service, reason="không dùng nữa")
    with pytest.raises(access.Denied):
        services.issue_token_key(actor=actor, subsystem=world.source, name="x")
    with pytest.raises(access.Denied):
        services.remove_subsystem(actor=actor, subsystem=world.source, reason="không dùng nữa")


@pytest.mark.parametrize("code", ["", "a/b", "..", "a b", "đ", "a%2f", "-a", "x" * 65, "listMethods"])
def test_codes_that_would_need_encoding_are_refused(world: World, code: str) -> None:
    with pytest.raises(WrongInput):
        services.publish_service(
            actor=world.owners, subsystem=world.source, code=code, title="x", base_url="https://x.vn", contract=OPENAPI
        )


ADDRESSES = (
    "",
    "ftp://x.vn",
    "file:///etc/passwd",
    "https://",
    "https://u:p@x.vn",
    "https://x.vn/?a=1",
    "https://x.vn\\@y.vn",
    "http://localhost:5432",
    "http://127.0.0.1",
    "http://[::1]/",
    "http://169.254.169.254/latest",
    "http://0.0.0.0",
    "http://2130706433",
    "http://0x7f000001",
    "http://127.1",
    "https://x.vn:99999",
    "connector:nothing",
)


@pytest.mark.parametrize("address", ADDRESSES)
@override_settings(DEMO=False)
def test_addresses_that_lead_elsewhere_are_refused(address: str) -> None:
    with pytest.raises(WrongInput):
        checked_address(address)


def test_a_contract_is_kept_and_never_changes(world: World) -> None:
    kept = world.service.contracts.get()
    assert kept.text == OPENAPI and kept.number == 1 and len(kept.sha256) == 64
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=kept.pk).update(text="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.delete()


def test_a_contract_that_breaks_clients_is_replaced_only_knowingly(world: World) -> None:
    poorer = OPENAPI.replace("        income: {type: integer, nullable: true}\n", "")
    with pytest.raises(ContractRefused) as refusal:
        services.replace_contract(actor=world.owners, service=world.service, contract=poorer)
    assert "field GET /households/{code} income" in refusal.value.problems
    kept = services.replace_contract(actor=world.owners, service=world.service, contract=poorer, accepts_breaks=True)
    assert kept.number == 2 and len(kept.breaks) == 2
    world.service.refresh_from_db()
    assert "income" not in world.service.operations[0]["fields"]


def test_promises_have_bounds(world: World) -> None:
    for wrong in (
        Promise(timeout_ms=50),
        Promise(timeout_ms=10**7),
        Promise(response_objective_ms=0),
        Promise(response_objective_ms=20_000),
        Promise(cache_seconds=-1),
    ):
        with pytest.raises(WrongInput):
            wrong.checked()


def test_a_request_is_kept_as_asked(world: World) -> None:
    asked = world.asked(fields=["income", "code"])
    assert asked.asked_fields == ["code", "income"] and asked.asked_operations == [ONE]
    assert DomainEvent.objects.filter(name="exchange.access_asked", subject_id=str(asked.pk)).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=asked.pk).update(purpose="việc khác")


WRONG_WISHES = (
    {"purpose": "cần"},
    {"legal_basis": ""},
    {"operations": []},
    {"operations": ["DELETE /households/{code}"]},
    {"fields": []},
    {"fields": ["secret"]},
    {"fields": ["items[].name"]},
    {"rate_per_minute": 0},
    {"rate_per_minute": 10**9},
    {"term_to": date(2025, 1, 1)},
    {"term_to": date(2040, 1, 1)},
)


@pytest.mark.parametrize("changes", WRONG_WISHES, ids=str)
def test_wrong_requests_are_refused(world: World, changes: dict[str, object]) -> None:
    with pytest.raises(WrongInput):
        world.asked(**changes)


def test_nobody_asks_in_anothers_name(world: World) -> None:
    from tinhso.engines.exchange.testing import wish

    with pytest.raises(access.Denied):
        services.ask_access(actor=world.owners, client=world.client, service=world.service, wish=wish())


def test_some_fields_are_granted_and_others_refused_in_writing(world: World) -> None:
    granted = world.granted()
    assert granted.state == "granted" and granted.granted_fields == ["code", "name"]
    assert granted.refused_fields == [{"field": "income", "reason": "Thu nhập không cần cho thủ tục này."}]
    row = AuditRow.objects.get(act="exchange.access.granted", object_id=str(granted.pk))
    assert row.details["granted"] == ["code", "name"]


WRONG_DECISIONS = (
    {"refused": ()},
    {"refused": (("income", "không"),)},
    {"fields": ["code", "name", "owner.phone"]},
    {"fields": []},
    {"rate_per_minute": 61},
    {"term_to": date(2028, 1, 1)},
    {"is_granted": False},
    {"is_granted": False, "note": "k"},
)


@pytest.mark.parametrize("changes", WRONG_DECISIONS, ids=str)
def test_an_owner_cannot_grant_more_or_refuse_in_silence(world: World, changes: dict[str, object]) -> None:
    asked = world.asked()
    with pytest.raises(WrongInput):
        services.decide_access(actor=world.owners, agreement=asked, decision=decision(**changes))
    asked.refresh_from_db()
    assert asked.state == "asked"


@pytest.mark.parametrize("name", ["leader_elsewhere", *ABROAD])
def test_only_the_owner_decides(world: World, name: str) -> None:
    asked = world.asked()
    with pytest.raises(access.Denied):
        services.decide_access(actor=world.cast.actor(name), agreement=asked, decision=decision())


def test_whoever_asked_does_not_decide(world: World) -> None:
    chief = world.cast.actor("administrator")
    from tinhso.engines.exchange.testing import wish

    asked = services.ask_access(actor=chief, client=world.client, service=world.service, wish=wish())
    with pytest.raises(WrongInput):
        services.decide_access(actor=chief, agreement=asked, decision=decision())


def test_a_decided_request_is_not_decided_again(world: World) -> None:
    granted = world.granted()
    with pytest.raises(Clash):
        services.decide_access(actor=world.owners, agreement=granted, decision=decision())
    with pytest.raises(Clash):
        world.asked()


def test_removal_is_told_and_final(world: World) -> None:
    granted = world.granted()
    assert Agreement.objects.in_force().filter(pk=granted.pk).exists()
    for name in ABROAD:
        with pytest.raises(access.Denied):
            services.remove_access(actor=world.cast.actor(name), agreement=granted, reason="không cần nữa")
    services.remove_access(actor=world.owners, agreement=granted, reason="dùng sai mục đích")
    assert not Agreement.objects.in_force().filter(pk=granted.pk).exists()
    with pytest.raises(NotInForce):
        services.remove_access(actor=world.askers, agreement=granted, reason="không cần nữa")
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=granted.pk).update(state="granted")
    assert world.asked().state == "asked"


def test_a_removed_system_and_an_ended_service_are_out(world: World) -> None:
    services.end_service(actor=world.owners, service=world.service, reason="chuyển sang dịch vụ mới")
    assert not Service.objects.living().filter(pk=world.service.pk).exists()
    with pytest.raises(NotInForce):
        world.asked()
    services.remove_subsystem(actor=world.askers, subsystem=world.client, reason="không dùng nữa")
    world.client.refresh_from_db()
    with pytest.raises(NotInForce):
        services.issue_token_key(actor=world.askers, subsystem=world.client, name="x")
    services.remove_member(actor=world.cast.actor("administrator"), member=world.owner, reason="sáp nhập")
    assert not Subsystem.objects.living().filter(member=world.owner).exists()


def test_a_token_key_signs_for_its_holder(world: World) -> None:
    issued = services.issue_token_key(actor=world.askers, subsystem=world.client, name="máy chủ")
    private = serialization.load_pem_private_key(issued.private_pem.encode(), None)
    public = serialization.load_pem_public_key(issued.key.public_pem.encode())
    assert isinstance(private, ed25519.Ed25519PrivateKey) and isinstance(public, ed25519.Ed25519PublicKey)
    public.verify(private.sign(b"a"), b"a")
    kept = str(list(Key.objects.values())) + str(list(AuditRow.objects.values_list("details", flat=True)))
    assert "PRIVATE" not in kept
    with pytest.raises(Clash):
        services.issue_token_key(
            actor=world.askers, subsystem=world.client, name="lần hai", public_pem=issued.key.public_pem
        )


def test_a_certificate_is_signed_by_our_authority_and_named_for_the_system(world: World) -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(own, hashes.SHA256())
    pem = request.public_bytes(serialization.Encoding.PEM).decode()
    issued = services.issue_certificate(actor=world.askers, subsystem=world.client, name="máy chủ", request_pem=pem)
    assert issued.private_pem == ""
    certificate = x509.load_pem_x509_certificate(issued.key.public_pem.encode())
    certificate.verify_directly_issued_by(authority.ensure().certificate)
    name = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert name.get_values_for_type(x509.UniformResourceIdentifier) == [f"urn:x-road:{world.client.identifier}"]
    assert issued.key.thumbprint == certificate.fingerprint(hashes.SHA256()).hex()


@pytest.mark.parametrize("pem", ["x", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"])
def test_hostile_requests_for_keys_are_refused(world: World, pem: str) -> None:
    with pytest.raises(WrongInput):
        services.issue_certificate(actor=world.askers, subsystem=world.client, name="x", request_pem=pem)
    with pytest.raises(WrongInput):
        services.issue_token_key(actor=world.askers, subsystem=world.client, name="x", public_pem=pem)


def test_keys_ask_for_a_fresh_proof_and_end(world: World) -> None:
    with pytest.raises(access.StepUpNeeded):
        services.issue_token_key(actor=replace(world.askers, stepped_up=False), subsystem=world.client, name="máy chủ")
    key = services.issue_token_key(actor=world.askers, subsystem=world.client, name="máy chủ", days=1).key
    assert Key.objects.living().filter(pk=key.pk).exists()
    assert not Key.objects.living(timezone.now() + timedelta(days=2)).filter(pk=key.pk).exists()
    services.revoke_key(actor=world.askers, key=key, reason="lộ khoá")
    assert not Key.objects.living().filter(pk=key.pk).exists()
    with pytest.raises(NotInForce):
        services.revoke_key(actor=world.askers, key=key, reason="lộ khoá")
    with pytest.raises(IntegrityError), transaction.atomic():
        Key.objects.filter(pk=key.pk).update(revoked_at=None, revoked_reason="")


@pytest.mark.django_db(transaction=True)
def test_two_requests_and_two_decisions_at_once_end_with_one_and_the_plane_hears(cast: Cast) -> None:
    world = World(cast)
    with psycopg.connect(connection.get_connection_params() and _dsn(), autocommit=True) as ear:
        ear.execute("LISTEN tinhso_exchange")
        assert sorted(_at_once(world.asked, 2)) == ["Clash", "done"]
        asked = Agreement.objects.get()
        acts = _at_once(lambda: services.decide_access(actor=world.owners, agreement=asked, decision=decision()), 2)
        assert sorted(acts) == ["Clash", "done"]
        services.remove_access(actor=world.owners, agreement=asked, reason="dùng sai mục đích")
        heard = list(ear.notifies(timeout=2, stop_after=3))
    assert len(heard) == 3


def _dsn() -> str:
    given = connection.settings_dict
    return (
        f"dbname={given['NAME']} host={given['HOST']} port={given['PORT']} "
        f"user={given['USER']} password={given['PASSWORD'] or 'x'}"
    )


def _at_once(act: object, count: int) -> list[str]:
    said: list[str] = []
    gate = threading.Barrier(count)

    def run() -> None:
        gate.wait()
        try:
            act()  # type: ignore[operator]
            said.append("done")
        except Exception as error:
            said.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _one in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said
