"""The way in: a dossier filed on the portal becomes ours by the core's own acts, once, or is refused and kept."""

from __future__ import annotations

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.test import Client
from hypothesis import strategies as st

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.people.models import Account, Person
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.models import Dossier, Draft, ProcedureVersion
from tinhso.systems.procedures.national import shapes
from tinhso.systems.procedures.national.composing import file_address
from tinhso.systems.procedures.national.models import Incoming
from tinhso.systems.procedures.national.simulator import samples
from tinhso.systems.procedures.national.testing import CONNECTED, DOOR_SECRET, UNIT, filing_of
from tinhso.systems.procedures.testing import BIRTH, IN_PERSON, MARRIAGE, Office

DOOR = "/cong-quoc-gia/"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("nyc_ho_ten", "nyc_quan_he", "nyc_email", "dx_ngay_sinh", "dx_gioi_tinh", "dx_noi_cu_tru")
ANSWERS = st.dictionaries(st.sampled_from(FIELDS), JSON, min_size=1, max_size=3)


class Caller:
    """The portal at our door."""

    def __init__(self, client: Client) -> None:
        self.client = client
        told = self.post("dang-nhap/", {"username": "cong-quoc-gia", "password": DOOR_SECRET})
        self.session = told["session"]

    def post(self, path: str, body: Any) -> dict[str, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.client.post(DOOR + path, raw, content_type="application/json")
        told: dict[str, Any] = answer.json()
        assert set(told) >= {"error_code", "message", "result"} and answer.status_code < 500
        return told

    def call(self, service: str, **fields: Any) -> dict[str, Any]:
        return self.post("", {"session": self.session, "madonvi": UNIT, "service": service, **fields})

    def file(self, item: dict[str, Any]) -> dict[str, Any]:
        return self.call("DongBoHoSoMC", isUpdating="False", data=[item])


@pytest.fixture
def caller(settings: Any, client: Client) -> Caller:
    for name, value in CONNECTED.items():
        setattr(settings, name, value)
    return Caller(client)


@pytest.mark.django_db
def test_a_dossier_filed_on_the_portal_is_received_here(caller: Caller, office: Office) -> None:
    commune = office.cast.units.other_commune
    told = caller.file(filing_of(office.version(), commune.code))
    dossier = Dossier.objects.get()
    assert told["error_code"] == "00" and told["result"][0]["MaHoSo"] == dossier.code
    assert (dossier.channel, dossier.state, dossier.fee_state) == ("online", "submitted", "none")
    assert dossier.desk == office.cast.units.other_centre and dossier.is_simulated
    assert dossier.applicant.full_name == "Lê Thị Thu" and dossier.papers.count() == len(
        [one for one in dossier.data.values() if isinstance(one, list) and one and "sha256" in one[0]]
    )
    core.receive_dossier(actor=office.cast.actor("desk_officer_elsewhere"), dossier_id=dossier.pk)
    found = caller.call("TraCuuHoSo", mahoso=dossier.code)["result"]
    assert found[0]["TrangThaiHoSo"] == 2 and "MaDoiTuong" not in found[0]


@pytest.mark.django_db
def test_every_form_can_be_filled_in_over_there(caller: Caller, office: Office) -> None:
    for number, code in enumerate((MARRIAGE, BIRTH, "2.000635", "1.010833")):
        item = filing_of(office.version(code), office.cast.units.commune.code, number=number)
        assert caller.file(item)["error_code"] == "00", code


def ended(office: Office) -> dict[str, Any]:
    ProcedureVersion.objects.filter(code=BIRTH).update(valid_to=date.today() - timedelta(days=1))
    return filing_of(office.version(BIRTH), "99001")


def without_paper(office: Office) -> dict[str, Any]:
    return filing_of(office.version(BIRTH), "99001") | {"TaiLieuNop": []}


def changed(**more: Any) -> Any:
    return lambda office: filing_of(office.version(), "99001") | more


def answered(**more: Any) -> Any:
    def make(office: Office) -> dict[str, Any]:
        item = filing_of(office.version(), "99001")
        return item | {"ToKhai": item["ToKhai"] | more}

    return make


def with_file(content: str, name: str = "a.png") -> Any:
    def make(office: Office) -> dict[str, Any]:
        item = filing_of(office.version(BIRTH), "99001")
        papers = [one | {"NoiDungTep": content, "TenTepDinhKem": name} for one in item["TaiLieuNop"]]
        return item | {"TaiLieuNop": papers}

    return make


BAD: list[tuple[str, Any, str]] = [
    ("unknown procedure", changed(MaTTHC="9.999999"), "05"),
    ("in person only", changed(MaTTHC=IN_PERSON), "05"),
    ("another version", changed(PhienBan=77), "06"),
    ("unknown unit", changed(MaDonViNhan="88888"), "04"),
    ("an office is no place to file", changed(MaDonViNhan="99001.VH"), "04"),
    ("missing paper", without_paper, "09"),
    ("not proved", changed(TaiKhoanDuocXacThucVoiVNeID=0), "11"),
    ("an enterprise", changed(LoaiDoiTuong="2"), "11"),
    ("no number", changed(MaDoiTuong=""), "11"),
    ("number of another shape", changed(MaDoiTuong="12"), "03"),
    ("a field nobody asks", answered(la_lung="x"), "08"),
    ("wrong answer", answered(nyc_so_dinh_danh="12"), "08"),
    ("an object for a text", answered(nyc_ho_ten={"a": [1]}), "08"),
    ("a number without end", answered(nyc_ho_ten=10**15), "08"),
    ("a list for a text", answered(nyc_ho_ten=["x"] * 50), "08"),
    ("no base64", with_file("@@@@"), "10"),
    ("not a picture", with_file("TVqQAAMAAAAEAAAA"), "10"),
    ("a picture by another name", with_file("JVBERi0xLjQK", "a.exe"), "10"),
    ("extra field", changed(MaHoSo="x"), "03"),
    ("no form", changed(ToKhai=[]), "03"),
    ("ended version", ended, "06"),
]


@pytest.mark.django_db
def test_what_cannot_be_taken_is_refused_and_kept(caller: Caller, office: Office) -> None:
    before = (Account.objects.count(), Person.objects.count())
    for why, make, code in BAD:
        told = caller.file(make(office))
        assert (why, told["error_code"], told["result"][0]["error_code"]) == (why, code, code) and told["message"]
        row = Incoming.objects.latest("pk")
        assert (row.state, row.error_code, row.dossier) == ("refused", code, None) and row.reason
        assert "iVBOR" not in json.dumps(row.body)
    assert Incoming.objects.count() == len(BAD)
    assert not Dossier.objects.exists() and not Draft.objects.exists()
    assert (Account.objects.count(), Person.objects.count()) == before


@pytest.mark.django_db
def test_a_ministrys_procedure_and_a_boundary(caller: Caller, office: Office) -> None:
    CatalogueEntry.objects.create(
        code="1.777777", number=1, valid_from=date(2025, 1, 1), origin="seed", digest="0" * 64, name="Cấp hộ chiếu",
        level="province", online_level="full", is_vertical=True,
    )  # fmt: skip
    assert caller.file(filing_of(office.version(), "99001") | {"MaTTHC": "1.777777"})["error_code"] == "07"
    CatalogueEntry.objects.create(
        code=MARRIAGE, number=1, valid_from=date(2025, 1, 1), origin="seed", digest="1" * 64, name="Của bộ",
        level="commune", online_level="full", is_vertical=True,
    )  # fmt: skip
    assert caller.file(filing_of(office.version(), "99001"))["error_code"] == "07"
    assert not Dossier.objects.exists()


@pytest.mark.django_db
def test_a_transaction_is_taken_once(caller: Caller, office: Office) -> None:
    item = filing_of(office.version(), "99001")
    first = caller.file(item)
    for _number in range(9):
        assert caller.file(item) == first
    other = item | {"SoDienThoai": "0900000000"}
    assert caller.file(other)["error_code"] == "15"
    assert Dossier.objects.count() == 1 and Incoming.objects.get(state="accepted").repeats == 9
    # Refused first, mended, sent again under the same number: that one is taken.
    mended = filing_of(office.version(BIRTH), "99001", number=8)
    assert caller.file(mended | {"TaiLieuNop": []})["error_code"] == "09"
    assert caller.file(mended)["error_code"] == "00"


@pytest.mark.django_db(transaction=True)
def test_ten_deliveries_at_once_are_one_dossier(office: Office, settings: Any) -> None:
    for name, value in CONNECTED.items():
        setattr(settings, name, value)
    items = [filing_of(office.version(), "99001", number=n) for n in (1, 2)]
    calls = [(item, n) for n in range(5) for item in items]
    random.Random(3).shuffle(calls)
    callers = [Caller(Client()) for _call in calls]
    gate = threading.Barrier(len(calls))

    def deliver(caller: Caller, item: dict[str, Any]) -> Any:
        try:
            gate.wait(20)
            return caller.file(item)["result"][0]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        jobs = [pool.submit(deliver, caller, item) for caller, (item, _n) in zip(callers, calls, strict=True)]
        told = [job.result(60) for job in jobs]
    assert Dossier.objects.count() == 2
    assert {one["MaHoSo"] for one in told} == set(Dossier.objects.values_list("code", flat=True))
    assert sum(Incoming.objects.values_list("repeats", flat=True)) == 8


@pytest.mark.django_db
def test_ones_own_unfinished_draft_stays_ones_own(caller: Caller, office: Office) -> None:
    item = filing_of(office.version(), "99001")
    caller.file(item)
    account = Account.objects.get(person__personal_number=item["MaDoiTuong"])
    mine = core.start_draft(actor=Actor.of(account), version=office.version())
    caller.file(filing_of(office.version(), "99001") | {"MaGiaoDich": "QG.lan-hai"})
    mine.refresh_from_db()
    assert Dossier.objects.count() == 2 and not Dossier.objects.filter(draft=mine).exists()


@pytest.mark.django_db
def test_a_citizen_answers_and_takes_back_over_there(caller: Caller, office: Office) -> None:
    desk = office.cast.actor("desk_officer")
    item = filing_of(office.version(), "99001")
    code = caller.file(item)["result"][0]["MaHoSo"]
    dossier = Dossier.objects.get(code=code)
    core.ask_supplement(actor=desk, dossier_id=dossier.pk, items="Ảnh rõ", reason="Ảnh mờ")
    request = dossier.supplement_requests.get()
    about = {"MaHoSo": code, "MaDoiTuong": item["MaDoiTuong"]}
    given = {
        "HoSoBoSungId": str(request.pk),
        "NoiDungTraLoi": "Tôi gửi lại",
        "ToKhai": {"nyc_dien_thoai": "0911111111"},
        "DanhSachGiayToBoSung": [samples.paper("bo_sung")],
    }

    def answer(key: str, number: str = item["MaDoiTuong"], **more: Any) -> str:
        data = [{**about, "MaGiaoDich": key, "MaDoiTuong": number, "DanhSachHoSoBoSung": [given | more]}]
        return str(caller.call("DongBoHoSoMC", isUpdating="True", data=data)["error_code"])

    assert answer("tra-loi.0", number="099190999999") == "12", "a stranger's number opens nothing"
    assert answer("tra-loi.1", HoSoBoSungId="999999") == "16"
    assert answer("tra-loi.2", ToKhai={"la": "x"}) == "08"
    assert answer("tra-loi.3", ToKhai={"nyc_dien_thoai": "khong phai so"}) == "08"
    assert answer("tra-loi.4") == "00" == answer("tra-loi.4")
    dossier.refresh_from_db()
    assert dossier.state == "submitted" and dossier.data["nyc_dien_thoai"] == "0911111111"
    assert dossier.papers.filter(field="bo_sung").count() == 1
    step = about | {"MaGiaoDich": "rut.00001", "TrangThai": 7, "NoiDungXuLy": "Không còn nhu cầu"}
    assert caller.call("CapNhatTienDoHoSoMC", data=[step | {"TrangThai": 9}])["error_code"] == "03"
    assert caller.call("CapNhatTienDoHoSoMC", data=[step | {"MaDoiTuong": "099190999999"}])["error_code"] == "12"
    assert caller.call("CapNhatTienDoHoSoMC", data=[step])["error_code"] == "00"
    dossier.refresh_from_db()
    assert dossier.state == "withdrawn"
    again = step | {"MaGiaoDich": "rut.00002"}
    assert caller.call("CapNhatTienDoHoSoMC", data=[again])["error_code"] == "16"


HOSTILE = [
    b"",
    b"\xff\xfe\x00",
    b"null",
    b"[]",
    b'{"session": NaN}',
    b'{"session": "\\u0000"}',
    b'{"session": "\\ud800"}',
    b'{"a":' * 5000,
    b"[" * 100_000,
    b"<xml/>",
    b'{"session": 5}',
]


@pytest.mark.django_db
def test_hostile_bytes_get_the_portals_error_shape(caller: Caller) -> None:
    for raw in HOSTILE:
        assert caller.post("", raw)["error_code"] in ("01", "03"), raw[:20]
        assert caller.post("dang-nhap/", raw)["error_code"] in ("02", "03"), raw[:20]


@pytest.mark.django_db
def test_signed_in_nonsense_is_kept_with_its_reason(caller: Caller) -> None:
    start = b'{"session": "' + caller.session.encode() + b'", "madonvi": "Z99", '
    for tail in (
        b'"service": "KhongCo"}',
        b'"service": "DongBoHoSoMC", "data": 5}',
        b'"service": "DongBoHoSoMC", "la": 1}',
    ):
        assert caller.post("", start + tail)["error_code"] == "03"
    assert caller.call("DongBoHoSoMC")["error_code"] == "03"
    assert caller.call("DongBoHoSoMC", data=[{}] * 21)["error_code"] == "03"
    rows = list(Incoming.objects.values_list("state", "reason"))
    assert len(rows) == 4 and all(state == "refused" and reason for state, reason in rows)
    assert caller.session not in str(list(Incoming.objects.values_list("body", flat=True)))


@pytest.mark.django_db
@hypothesis.settings(max_examples=8, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(answers=ANSWERS)
def test_no_answers_whatever_break_the_door(answers: dict[str, Any], caller: Caller, office: Office) -> None:
    item = filing_of(office.version(), "99001")
    told = caller.file(item | {"ToKhai": item["ToKhai"] | answers, "MaGiaoDich": "QG.bat-ky"})
    assert told["error_code"] in ("00", "03", "08", "15")


@pytest.mark.django_db
def test_the_door_is_shut_without_the_right_secret(caller: Caller, settings: Any, office: Office) -> None:
    for name, secret in (("cong-quoc-gia", "sai"), ("ai-do", DOOR_SECRET), ("", ""), ("cong-quoc-gia", "ộ")):
        told = caller.post("dang-nhap/", {"username": name, "password": secret})
        assert told["error_code"] in ("02", "03") and "session" not in told
    item = filing_of(office.version(), "99001")
    good, caller.session = caller.session, "giả"
    assert caller.file(item)["error_code"] == "01"
    caller.session = good
    wrong = caller.post("", {"session": good, "madonvi": "H99", "service": "TraCuuHoSo", "mahoso": "x"})
    assert wrong["error_code"] == "04"
    settings.NATIONAL_DOOR_SECRET = "doi-mat-khau"
    assert caller.file(item)["error_code"] == "01", "a changed secret ends every session"
    settings.NATIONAL_DOOR_SECRET = ""
    assert caller.post("dang-nhap/", {"username": "cong-quoc-gia", "password": ""})["error_code"] in ("02", "03")
    assert caller.client.get(DOOR).status_code == 422 and not Dossier.objects.exists()


@pytest.mark.django_db
def test_files_are_fetched_by_the_portal_alone(caller: Caller, office: Office, settings: Any) -> None:
    caller.file(filing_of(office.version(BIRTH), "99001"))
    dossier = Dossier.objects.get()
    paper = dossier.papers.get() if dossier.papers.count() == 1 else dossier.papers.first()
    assert paper is not None
    path = file_address(dossier, paper.file).removeprefix(settings.PUBLIC_URL)
    assert caller.client.get(path).status_code == 401
    answer = caller.client.get(path, headers={"session": caller.session})
    assert answer.status_code == 200 and b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert caller.client.get(path[:-3] + "x/", headers={"session": caller.session}).status_code == 422
    paper.removed_at = paper.attached_at
    paper.save()
    assert caller.client.get(path, headers={"session": caller.session}).status_code == 422


@pytest.mark.django_db
def test_large_scans_come_in_and_bodies_without_end_do_not(caller: Caller, office: Office) -> None:
    item = with_file("A" * 4_000_000)(office)
    assert caller.file(item)["error_code"] == "10", "looked at, not stopped by the bound for typed forms"
    assert caller.post("", b" " * (shapes.LONGEST_BODY + 10))["error_code"] == "17"
    assert not Dossier.objects.exists()


@pytest.mark.django_db
def test_what_is_served_is_told_with_its_form(caller: Caller, office: Office) -> None:
    listed = {one["MATTHC"] for one in caller.call("LayDanhSachTTHC")["result"]}
    assert MARRIAGE in listed and IN_PERSON not in listed
    one = caller.call("LayThuTuc", maTTHC=MARRIAGE)["result"][0]
    assert (
        one["BIEUMAU"]["schema"]["properties"]
        and {"MADONVI": "99002", "TENDONVI": "Phường Đông Hải"} in one["DONVITIEPNHAN"]
    )
    assert caller.call("LayThuTuc", maTTHC="x")["error_code"] == "05"
    assert caller.call("TraCuuHoSo", mahoso="x")["result"] == []
