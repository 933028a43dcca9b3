"""The way in: a dossier filed on the portal becomes ours by the core's own acts, once, or is refused and kept."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import strategies as st

from tinhso.foundation.people.models import Account, Person
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.models import Dossier, Draft, ProcedureVersion
from tinhso.systems.procedures.national.models import Incoming
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
@pytest.mark.parametrize("code", [MARRIAGE, BIRTH, "2.000635", "1.010833"])
def test_every_form_can_be_filled_in_over_there(code: str, caller: Caller, office: Office) -> None:
    assert caller.file(filing_of(office.version(code), office.cast.units.commune.code))["error_code"] == "00"


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
    ("ended version", ended, "06"),
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
]


@pytest.mark.django_db
@pytest.mark.parametrize(("why", "make", "code"), BAD, ids=[one[0] for one in BAD])
def test_what_cannot_be_taken_is_refused_and_kept(
    why: str, make: Any, code: str, caller: Caller, office: Office
) -> None:
    before = (Account.objects.count(), Person.objects.count())
    told = caller.file(make(office))
    assert told["error_code"] == code and told["message"] and told["result"][0]["error_code"] == code
    row = Incoming.objects.get()
    assert (row.state, row.error_code, row.dossier) == ("refused", code, None) and row.reason
    assert "iVBOR" not in json.dumps(row.body)
    assert not Dossier.objects.exists() and not Draft.objects.exists()
    assert (Account.objects.count(), Person.objects.count()) == before
