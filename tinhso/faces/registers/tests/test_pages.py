"""The pages of registers, as their readers see them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tinhso.engines.registers import services
from tinhso.engines.registers.models import ChangeRequest, Record, RecordVersion, Register
from tinhso.engines.registers.tests.conftest import make_register
from tinhso.faces.registers.tests.objects import FILE, samples
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import merkle
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.databases import shipped

pytestmark = pytest.mark.django_db


def client(cast: Cast, name: str) -> Client:
    return sign_in(Client(), getattr(cast, name), stepped_up=True)


def test_anyone_reads_the_catalogue_and_a_dictionary_but_no_record(cast: Cast) -> None:
    shipped.load(Actor.system("kiểm thử"))
    samples(cast)
    page = Client().get(reverse("registers:catalogue"))
    assert page.status_code == 200 and "Sổ thử" in page.content.decode()
    one = Client().get(reverse("registers:public", args=["so-mau"])).content.decode()
    assert "Nơi cư trú" in one and Register.objects.get(code="so-mau").heads.get().root_hex in one
    assert "Nguyễn Thị Hoa" not in one and "042190000017" not in one
    assert Client().get(reverse("registers:public", args=["khong-co"])).status_code == 404


def test_a_register_is_made_without_code_from_the_form_to_the_first_file(cast: Cast) -> None:
    browser = client(cast, "administrator")
    typed: dict[str, Any] = {
        "ten": "Sổ bến bãi",
        "don_vi": cast.units.commune_committee.pk,
        "so_dong": 2,
        "ten_0": "code",
        "nhan_0": "Mã",
        "khoa_0": "1",
        "muc_0": "open",
        "ten_1": "area",
        "nhan_1": "Diện tích",
        "kieu_1": "number",
        "so_quy_tac": 1,
        "qt_0": "range",
        "qt_truong_0": "area",
        "qt_gia_tri_0": "1..500",
    }
    wrong = browser.post(reverse("registers:define"), {**typed, "khoa_0": ""})
    assert wrong.status_code == 422 and "Sổ bến bãi" in wrong.content.decode()
    made = browser.post(reverse("registers:define"), typed)
    register = Register.objects.get(code="so-ben-bai")
    assert made.status_code == 302
    assert browser.post(reverse("registers:structure", args=[register.pk]), {"viec": "ban-hanh"}).status_code == 302
    given = SimpleUploadedFile("a.csv", "Mã;Diện tích\nA1;1,5\nA2;501\nA3;x\n".encode())
    sent = client(cast, "leader").post(
        reverse("registers:imports", args=[register.pk]), {"tep": given, "nguon": "Xã", "tin_cay": "80"}
    )
    page = browser.get(sent["Location"]).content.decode()
    assert "ngoài khoảng cho phép" in page and "chưa phải số" in page
    assert list(Record.objects.values_list("key", "data")) == [("A1", {"code": "A1", "area": 1.5})]


def test_a_bad_upload_is_told_and_nothing_is_lost(cast: Cast) -> None:
    register = make_register(cast)
    browser, address = client(cast, "leader"), reverse("registers:imports", args=[register.pk])
    assert browser.post(address, {"nguon": "Xã"}).status_code == 422
    for data in (b"", b"PK\x03\x04xx", b"a;b\n1;2\n"):
        answer = browser.post(address, {"tep": SimpleUploadedFile("a.csv", data), "nguon": "Xã"})
        assert answer.status_code == 422
    assert (
        client(cast, "auditor").post(address, {"tep": SimpleUploadedFile("a", FILE), "nguon": "x"}).status_code == 403
    )
    assert not Record.objects.exists()


def test_personal_values_are_masked_and_a_request_goes_to_another(cast: Cast) -> None:
    samples(cast)
    record = Record.objects.get()
    page = client(cast, "leader").get(reverse("registers:record", args=[record.pk])).content.decode()
    assert "042190000017" not in page and "0421••••••17" in page
    address = reverse("registers:requests", args=[record.register_id])
    asked = {"yeu_cau": ChangeRequest.objects.get().pk, "viec": "duyet"}
    assert client(cast, "leader").post(address, asked).status_code == 422
    assert client(cast, "auditor").post(address, asked).status_code == 403
    assert client(cast, "administrator").post(address, asked).status_code == 302
    record.refresh_from_db()
    assert record.title == "Nguyễn Thị Hoà"


def test_the_downloaded_proof_can_be_computed_by_anybody(cast: Cast) -> None:
    samples(cast)
    version = RecordVersion.objects.get()
    body = json.loads(client(cast, "leader").get(reverse("registers:proof", args=[version.pk])).content)
    row = json.dumps(body["row"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    import hashlib

    leaf = hashlib.sha256(b"\x00" + row).digest()
    beside = [bytes.fromhex(one) for one in body["hashes"]]
    root = merkle.root_by_proof(leaf, body["sequence"], body["size"], beside)
    assert root is not None and root.hex() == body["root"] == version.register.heads.latest("size").root_hex


@pytest.mark.parametrize("name", ["owned", "register", "record", "requests", "duplicates", "imports", "structure"])
def test_pages_ask_few_questions(cast: Cast, name: str) -> None:
    samples(cast)
    record = Record.objects.get()
    arguments = {"owned": [], "record": [record.pk]}.get(name, [record.register_id])
    browser = client(cast, "administrator")
    browser.get(reverse("registers:owned"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert browser.get(reverse(f"registers:{name}", args=arguments)).status_code == 200
    assert len(asked) <= 25, len(asked)


def test_a_record_is_read_as_of_a_day_and_before_it_was_there_it_says_nothing(cast: Cast) -> None:
    samples(cast)
    record = Record.objects.get()
    leader, address = client(cast, "leader"), reverse("registers:record", args=[record.pk])
    before = (record.valid_from - timedelta(days=1)).isoformat()
    then = leader.get(address, {"ngay": before}).content.decode()
    assert "chưa có hoặc đã đóng" in then and "Nguyễn Thị Ho" not in then.partition("<dl")[2].partition("</dl>")[0]
    asked = {"yeu_cau": ChangeRequest.objects.get().pk, "viec": "duyet"}
    ChangeRequest.objects.update(valid_from=timezone.localdate() + timedelta(days=3))
    client(cast, "administrator").post(reverse("registers:requests", args=[record.register_id]), asked)
    later = (timezone.localdate() + timedelta(days=4)).isoformat()
    shown = [leader.get(address, {"ngay": day}).content.decode() for day in (timezone.localdate().isoformat(), later)]
    assert "Nguyễn Thị Hoà" in shown[1].partition("<dl")[2].partition("</dl>")[0]
    assert leader.get(address, {"ngay": "30/02/2026"}).status_code == 200


def test_saving_the_structure_keeps_what_the_page_does_not_show_and_ties_concepts(cast: Cast) -> None:
    samples(cast)
    register = Record.objects.get().register
    draft = register.definitions.get(published_at__isnull=False).content
    draft["fields"][0] |= {"help": "12 chữ số", "columns": ["CCCD"]}
    services.draft_definition(actor=cast.actor("administrator"), register=register, content=draft)
    sent = {"viec": "luu", "so_dong": "1", "so_quy_tac": "0", "khoa_0": "1"}
    first = draft["fields"][0]
    sent |= {"ten_0": first["name"], "nhan_0": first["label"], "kieu_0": first["type"], "muc_0": first["sensitivity"]}
    sent |= {"khai_niem_0": "person.personal_number"}
    chief, address = client(cast, "administrator"), reverse("registers:structure", args=[register.pk])
    assert chief.post(address, sent).status_code == 302
    (field,) = register.definitions.get(published_at=None).content["fields"]
    assert (field["help"], field["columns"], field["concept"]) == ("12 chữ số", ["CCCD"], "person.personal_number")
    assert chief.post(address, sent | {"khai_niem_0": "person.nothing"}).status_code == 422
    assert chief.post(address, {"viec": "dien-san"}).status_code == 422
    assert not Register.objects.get(pk=register.pk).fills_forms
