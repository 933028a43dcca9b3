"""From the registration of a system to the removal of an agreement, page by page, as the people do it."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import timezone

from tinhso.engines.exchange import services
from tinhso.engines.exchange.models import Agreement, Key, Message, Outage, Service, Subsystem
from tinhso.engines.exchange.testing import ONE, OPENAPI, World
from tinhso.engines.registers.tests.conftest import make_register
from tinhso.faces.exchange.tests.conftest import window_of
from tinhso.foundation.testing.sessions import settled, sign_in


def test_an_engineer_registers_publishes_and_sees_it_in_the_catalogue(world: World, owner: Client) -> None:
    made = owner.post("/lien-thong/he-thong/dang-ky/", {"member": world.owner.pk, "code": "DD", "name": "Đất đai xã"})
    system = Subsystem.objects.get(code="DD")
    assert made.status_code == 302 and made["Location"] == f"/lien-thong/he-thong/{system.pk}/"
    form: dict[str, Any] = {
        "code": "parcels",
        "base_url": "https://dat.example.vn",
        "response_objective_ms": 500,
        "timeout_ms": 5000,
        "cache_seconds": 0,
        "checks_answers": "on",
    }
    broken = owner.post(f"/lien-thong/he-thong/{system.pk}/cong-bo/", form | {"contract": "openapi: 3.0.0\ninfo: {}"})
    assert broken.status_code == 422 and not system.services.exists() and b"https://dat.example.vn" in broken.content
    sent = SimpleUploadedFile("a.yaml", OPENAPI.encode())
    assert owner.post(f"/lien-thong/he-thong/{system.pk}/cong-bo/", form | {"contract_file": sent}).status_code == 302
    service = Service.objects.get(code="parcels")
    assert service.title == "Tra cứu hộ kinh doanh" and service.response_objective_ms == 500
    found = owner.get("/lien-thong/?q=ho kinh doanh").content.decode()
    assert service.identifier in found and world.service.identifier in found
    assert service.identifier not in owner.get("/lien-thong/?q=khong co").content.decode()
    told = owner.get(f"/lien-thong/dich-vu/{service.pk}/mo-ta/")
    assert told.content.decode() == OPENAPI and "attachment" in told["Content-Disposition"]


def test_a_unit_publishes_its_own_register_without_writing_a_contract(world: World, owner: Client) -> None:
    make_register(world.cast)
    page = f"/lien-thong/he-thong/{world.source.pk}/cong-bo/"
    assert "Tra cứu: Sổ thử" in owner.get(page).content.decode()
    form = {"code": "so-thu", "connector": "register.so-thu", "response_objective_ms": 500, "timeout_ms": 5000}
    assert owner.post(page, form | {"cache_seconds": 60}).status_code == 422
    assert owner.post(page, form | {"cache_seconds": 0, "checks_answers": "on"}).status_code == 302
    made = Service.objects.get(code="so-thu")
    assert made.base_url == "connector:register.so-thu" and "values.full_name" in made.operations[0]["fields"]


def test_asking_granting_some_refusing_others_and_removing(world: World, owner: Client, asker: Client) -> None:
    asked = asker.post(
        f"/lien-thong/dich-vu/{world.service.pk}/xin-dung/",
        {
            "client": world.client.pk,
            "purpose": "Đối chiếu khi giải quyết hồ sơ",
            "legal_basis": "Nghị định 278/2025/NĐ-CP",
            "operations": [ONE],
            "fields_wanted": ["code", "name", "income"],
            "term_from": "2026-01-01",
            "rate_per_minute": 30,
        },
    )
    row = Agreement.objects.get()
    page = f"/lien-thong/thoa-thuan/{row.pk}/"
    assert asked["Location"] == page
    assert "Đề nghị chờ bạn quyết định" in owner.get("/lien-thong/").content.decode()
    assert "quyet-dinh" not in asker.get(page).content.decode()
    silent = owner.post(f"{page}quyet-dinh/", {"tra-loi": "cho", "field": ["code", "name"], "rate_per_minute": 30})
    assert silent.status_code == 422 and "income" in silent.content.decode()
    done = owner.post(
        f"{page}quyet-dinh/",
        {"tra-loi": "cho", "field": ["code", "name"], "ly-do-2": "Không cần thu nhập.", "rate_per_minute": 30},
    )
    assert done.status_code == 302
    shown = asker.get(page).content.decode()
    assert "Không cần thu nhập." in shown and "đã cho phép" in shown
    assert asker.post(f"{page}go/", {"reason": "không cần nữa"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "removed"


def test_a_key_is_shown_once_and_revoked(world: World, asker: Client) -> None:
    page = f"/lien-thong/he-thong/{world.client.pk}/"
    shown = asker.post(f"{page}khoa/", {"kind": "mtls", "name": "máy chủ", "days": 30})
    assert "BEGIN PRIVATE KEY" in shown.content.decode() and "no-store" in shown["Cache-Control"]
    key = Key.objects.get()
    again = asker.get(page).content.decode()
    assert "PRIVATE" not in again and key.thumbprint[:16] in again
    asker.post(f"/lien-thong/khoa/{key.pk}/thu-hoi/", {"reason": "thử xong"})
    key.refresh_from_db()
    assert key.revoked_at and "thử xong" in asker.get(page).content.decode()


def test_without_a_fresh_proof_no_key_is_issued(world: World) -> None:
    stale = settled(sign_in(Client(), world.cast.leader_elsewhere))
    answer = stale.post(f"/lien-thong/he-thong/{world.client.pk}/khoa/", {"kind": "token", "name": "x", "days": 3})
    assert answer.status_code in (302, 403) and not Key.objects.exists()


def test_both_sides_see_health_from_the_evidence(world: World, owner: Client, asker: Client) -> None:
    row = world.granted()
    _passed(world, row, 200, 10.0)
    _passed(world, row, 200, 30.0, breach="“code” is missing")
    _passed(world, row, 503, 900.0)
    now = timezone.now()
    Outage.objects.create(service=world.service, began_at=now - timezone.timedelta(minutes=12), ended_at=now)
    for window in (owner, asker):
        shown = window.get(f"/lien-thong/thoa-thuan/{row.pk}/").content.decode()
        assert "12 phút" in shown and "“code” is missing" in shown and "30" in shown
    assert "12 phút" in owner.get(f"/lien-thong/dich-vu/{world.service.pk}/").content.decode()


def _passed(world: World, row: Agreement, status: int, ms: float, breach: str = "") -> None:
    import uuid

    Message.objects.create(
        uid=uuid.uuid4(),
        at=timezone.now(),
        service=world.service,
        agreement=row,
        method="GET",
        operation=ONE,
        status=status,
        duration_ms=ms,
        breach=breach,
        receipt=b"",
        segment="test",
        position=Message.objects.count(),
    )


def test_an_owners_address_is_not_shown_to_others(world: World, owner: Client, asker: Client) -> None:
    page = f"/lien-thong/dich-vu/{world.service.pk}/"
    assert "hkd.example.vn" in owner.get(page).content.decode()
    assert "hkd.example.vn" not in asker.get(page).content.decode()


def test_what_belongs_to_no_unit_is_not_everybodys(world: World, owner: Client) -> None:
    """Members outside the province: only who reaches the whole of it acts for them."""
    chief = world.cast.actor("administrator")
    outside = services.admit_member(actor=chief, code="G01", name="Bộ Công an")
    system = services.register_subsystem(actor=chief, member=outside, code="DC", name="Dân cư")
    assert owner.get(f"/lien-thong/he-thong/{system.pk}/").status_code == 404
    assert str(outside.pk) not in str(owner.get("/lien-thong/he-thong/dang-ky/").context["form"].members)
    from tinhso.foundation.access import guard as access

    for act in (
        lambda: services.register_subsystem(actor=world.owners, member=outside, code="X", name="X"),
        lambda: services.issue_token_key(actor=world.owners, subsystem=system, name="x"),
        lambda: services.remove_subsystem(actor=world.owners, subsystem=system, reason="không dùng nữa"),
    ):
        with pytest.raises(access.Denied):
            act()


def test_the_pages_ask_the_database_a_bounded_number_of_times(
    world: World, owner: Client, django_assert_max_num_queries: Any
) -> None:
    row = world.granted()
    for page in (
        "",
        "thoa-thuan/",
        f"thoa-thuan/{row.pk}/",
        f"dich-vu/{world.service.pk}/",
        "he-thong/",
        "thanh-vien/",
    ):
        with django_assert_max_num_queries(25):
            assert owner.get(f"/lien-thong/{page}").status_code == 200


def test_a_peer_is_taken_in_compared_and_let_go(world: World, owner: Client) -> None:
    from tinhso.engines.exchange.tests.test_peers import KEY, MARK, receipt, whole

    chief = window_of(world.cast.administrator)
    assert chief.get("/lien-thong/nen-tang-ban/").status_code == 200
    with override_settings(EXCHANGE_PUBLIC_URL="https://ta.example.vn"):
        told = chief.get("/lien-thong/nen-tang-ban/mo-ta.json")
        assert told.json()["description"]["systems"] and "attachment" in told["Content-Disposition"]
    given = {"document": SimpleUploadedFile("a.json", whole()), "fingerprint": MARK}
    made = chief.post("/lien-thong/nen-tang-ban/", given)
    page = made["Location"]
    assert "ban.example.vn" in owner.get("/lien-thong/nen-tang-ban/").content.decode()
    assert owner.get(page).status_code == 404
    theirs = SimpleUploadedFile("b.txt", base64.b64encode(receipt("0", KEY)))
    today = timezone.localdate().isoformat()
    shown = chief.post(page, {"theirs": theirs, "first": today, "last": today})
    assert shown.status_code == 200 and "Chỉ bên kia có biên nhận" in shown.content.decode()
    assert chief.post(page, {"theirs": theirs, "first": today, "last": "2020-01-01"}).status_code == 422
    assert b"".join(chief.get(f"{page}bien-nhan.txt").streaming_content) == b""  # type: ignore[attr-defined]
    assert chief.post(f"{page}go/", {"reason": "không còn kết nối"}).status_code == 302
    assert "không còn kết nối" in chief.get(page).content.decode()
