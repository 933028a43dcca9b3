"""A dossier in the portal's words: the facts frozen by the act, and the lists as they stood at that moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from tinhso.foundation.files.models import StoredFile
from tinhso.systems.procedures import hooks
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.fees.selectors import decision_of
from tinhso.systems.procedures.models import Channel, Dossier, FeeState, Result, Supplement
from tinhso.systems.procedures.national.models import Incoming, Outgoing, TakeState
from tinhso.systems.procedures.national.shapes import Service, stamp
from tinhso.systems.procedures.rules import NationalState

CHANNELS = {Channel.DESK: "1", Channel.ONLINE: "2", Channel.POST: "3"}
FILE_SALT = "tinhso.national.file"
TERM_UNITS = {"same_day": "Ngày", "working_day": "Ngày làm việc", "working_hour": "Giờ làm việc", "day": "Ngày"}


def compose(message: Outgoing) -> dict[str, Any]:
    """The item of `data` that the message carries."""
    if message.service == Service.PROGRESS:
        return dict(message.facts)
    # Narrow questions: one join over all that a dossier names takes the database longer to plan than to answer.
    dossier = Dossier.objects.get(pk=message.dossier_id)
    facts = {name: value for name, value in message.facts.items() if name != "ThanhToan"}
    return {
        **_who(dossier),
        **_what(dossier),
        **facts,
        **_result(dossier, message.at, facts["TrangThaiHoSo"]),
        "DuocThanhToanTrucTuyen": _paid_online(dossier, str(message.facts.get("ThanhToan", ""))),
        "DanhSachLePhi": _fees(dossier),
        "DanhSachHoSoBoSung": [_supplement(one, message.at) for one in _asked(dossier, message.at)],
        "DanhSachTepDinhKemKhac": [],
    }


def _who(dossier: Dossier) -> dict[str, Any]:
    person = dossier.applicant
    return {
        "ChuHoSo": person.full_name,
        "LoaiDoiTuong": "1",
        "MaDoiTuong": person.personal_number or "",
        "Email": person.email,
        "Fax": "",
        "SoDienThoai": person.phone,
        "TaiKhoanDuocXacThucVoiVNeID": int(dossier.filed_by.assurance_level >= 2),
    }


def _what(dossier: Dossier) -> dict[str, Any]:
    version = dossier.version
    entry = CatalogueEntry.objects.newest().filter(code=version.code).only("field_code").first()
    papers = [_paper(dossier, one.pk, one.label, one.field, one.file) for one in _papers(dossier)]
    return {
        "MaHoSo": dossier.code,
        "MaGiaoDich": _transaction_of(dossier),
        "MaTTHC": version.code,
        "TenTTHC": version.name,
        "MaLinhVuc": entry.field_code if entry else "",
        "TenLinhVuc": version.field_name,
        "KenhThucHien": CHANNELS[Channel(dossier.channel)],
        "TrichYeuHoSo": version.plain_name,
        "ThoiGianGiaiQuyet": version.term_value,
        "DonViTinh": TERM_UNITS[version.term_unit],
        "TaiLieuNop": papers,
        "HoSoCoThanhPhanSoHoa": int(bool(papers)),
    }


def _transaction_of(dossier: Dossier) -> str:
    """The portal's own number of a dossier that was filed there: it ties our code to it."""
    arrived = Incoming.objects.filter(dossier=dossier, state=TakeState.ACCEPTED, service=Service.SYNC)
    return arrived.order_by("pk").values_list("key", flat=True).first() or ""


def _papers(dossier: Dossier) -> Any:
    return dossier.papers.filter(removed_at=None).select_related("file").order_by("pk")


def _paper(dossier: Dossier, pk: int, label: str, field: str, file: StoredFile) -> dict[str, Any]:
    return {
        "TepDinhKemId": str(pk),
        "TenTepDinhKem": label[:300] or file.name[:300],
        "IsDeleted": False,
        "MaThanhPhanHoSo": field,
        "DuongDanTaiTepTin": file_address(dossier, file),
        "DuocSoHoa": 1,
        "DuocTaiSuDung": 0,
        "DuocLayTuKhoDMQG": 0,
        "MaKetQuaThayThe": "",
    }


def file_address(dossier: Dossier, file: StoredFile) -> str:
    """Where the portal, signed in at our door, fetches this one file of this one dossier."""
    given = signing.dumps([dossier.pk, file.pk], salt=FILE_SALT, compress=False)
    return settings.PUBLIC_URL.rstrip("/") + reverse("national:file", args=[given])


def _fees(dossier: Dossier) -> list[dict[str, Any]]:
    lines = hooks.fee_lines(dossier) or []
    return [
        {
            "TenPhiLePhi": str(one["name"]),
            "MaPhiLePhi": "",
            "HinhThucThu": "1",
            "Gia": int(str(one["amount"])),
            "LoaiPhiLePhi": "1",
        }
        for one in lines
    ]


def _paid_online(dossier: Dossier, fee_state: str) -> str:
    """2: paid through the province's own gateway (Decision 766, component 3.6); 0 otherwise."""
    if fee_state != FeeState.PAID:
        return "0"
    decision = decision_of(dossier)
    bill = decision.bill if decision else None
    return "2" if bill is not None and bill.payments.filter(provider="bank").exists() else "0"


def _asked(dossier: Dossier, at: datetime) -> Any:
    return dossier.supplement_requests.filter(asked_at__lte=at).select_related("asked_by").order_by("pk")


def _supplement(one: Supplement, at: datetime) -> dict[str, Any]:
    """One request and, once answered by that moment, its answer."""
    is_answered = one.answered_at is not None and one.answered_at <= at
    return {
        "HoSoBoSungId": str(one.pk),
        "NguoiYeuCauBoSung": one.asked_by.full_name if one.asked_by else "",
        "NoiDungBoSung": f"{one.items}\n{one.reason}"[:4000],
        "NgayBoSung": stamp(one.asked_at),
        "NguoiTiepNhanBoSung": "",
        "ThongTinTiepNhan": one.answer[:4000] if is_answered else "",
        "NgayTiepNhanBoSung": stamp(one.answered_at) if is_answered else "",
        "TrangThaiBoSung": int(is_answered),
        "DanhSachGiayToBoSung": [],
        "DanhSachLePhiBoSung": [],
        "NgayHenTraTruoc": stamp(one.due_before),
        "NgayHenTraMoi": stamp(one.due_after) if is_answered else "",
    }


def _result(dossier: Dossier, at: datetime, status: int) -> dict[str, Any]:
    """The result's file from its issue on, and its hand-over once returned; a refused dossier has none."""
    result = Result.objects.select_related("file").filter(dossier=dossier, issued_at__lte=at).first()
    if result is None:
        return {"NgayTra": "", "ThongTinTra": "", "HinhThuc": "0", "DanhSachGiayToKetQua": [], "MaKetQua": ""}
    file = result.in_force()
    is_given = status == NationalState.RESULT_RETURNED
    return {
        "NgayTra": stamp(result.collected_at) if is_given else "",
        "ThongTinTra": result.collected_by if is_given else "",
        "HinhThuc": "1" if result.post_code else "0",
        "MaKetQua": result.number_text[:60],
        "DanhSachGiayToKetQua": [
            {
                "TenGiayTo": dossier.version.result_name,
                "MaThanhPhanHoSo": "",
                "GiayToId": str(file.pk),
                "MaGiayToKetQua": result.number_text[:60],
                "DuongDanTepTinKetQua": file_address(dossier, file),
            }
        ],
    }
