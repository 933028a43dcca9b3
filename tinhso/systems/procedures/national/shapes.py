"""The messages of the national portal's interface (VIETNAM facts 1.6; fields of Decision 766's working document).

One file for both sides: the adapter checks what it sends and what it is sent, the simulated portal checks what comes.
No Django here: the simulator is a process without it. What 1.6 does not list is a proposal and marked [D].
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs
import orjson

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
STAMP = "%Y%m%d%H%M%S"
# [D] The header that carries a message's key: whoever has taken a key once answers it again the same way.
KEY_HEADER = "Idempotency-Key"
MOST_ITEMS = 20
LONGEST_BODY = 32 * 1024 * 1024
# A file of 10 MiB in base64.
LONGEST_FILE = 14 * 1024 * 1024


class Service(StrEnum):
    """The services by name, as 1.6 lists them."""

    PROCEDURES = "LayDanhSachTTHC"
    PROCEDURE = "LayThuTuc"
    LOOK_UP = "TraCuuHoSo"
    SYNC = "DongBoHoSoMC"
    PROGRESS = "CapNhatTienDoHoSoMC"


class Code(StrEnum):
    """error_code of an answer. 00 is 1.6's; the others are ours [D], each with its sentence in `message`."""

    OK = "00"
    SESSION = "01"
    SIGN_IN = "02"
    SHAPE = "03"
    UNIT = "04"
    NO_PROCEDURE = "05"
    VERSION_ENDED = "06"
    ELSEWHERE = "07"
    FORM = "08"
    PAPER_MISSING = "09"
    FILE = "10"
    PERSON = "11"
    NO_DOSSIER = "12"
    KNOWN = "13"
    ORDER = "14"
    KEY_REUSED = "15"
    STATE = "16"
    TOO_LARGE = "17"
    UNKNOWN_SERVICE = "18"
    BROKEN = "99"


STATUS_NAMES = {
    1: "Mới đăng ký",
    2: "Được tiếp nhận",
    3: "Không được tiếp nhận",
    4: "Đang xử lý",
    5: "Yêu cầu bổ sung giấy tờ",
    6: "Yêu cầu thực hiện nghĩa vụ tài chính",
    7: "Công dân yêu cầu rút hồ sơ",
    8: "Dừng xử lý",
    9: "Đã xử lý xong",
    10: "Đã trả kết quả",
}


def _text(most: int, least: int = 0) -> dict[str, Any]:
    return {"type": "string", "maxLength": most, "minLength": least}


def _list(of: Mapping[str, Any], most: int = 200) -> dict[str, Any]:
    return {"type": "array", "items": of, "maxItems": most}


def _object(required: list[str], **fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


CODE = {"type": "string", "pattern": r"^[A-Za-z0-9.]{1,40}-[0-9]{6}-[0-9]{4,}$"}
KEY = {"type": "string", "pattern": r"^[A-Za-z0-9._-]{6,64}$"}
WHEN = {"type": "string", "pattern": r"^(|[0-9]{14})$"}
MOMENT = {"type": "string", "pattern": r"^[0-9]{14}$"}
STATUS = {"type": "integer", "minimum": 1, "maximum": 10}
NUMBER = {"type": "string", "pattern": r"^([0-9]{12}|[0-9]{10}(-[0-9]{3})?|)$"}
YES = {"enum": [0, 1]}

PAPER = _object(
    ["TenTepDinhKem", "DuongDanTaiTepTin"],
    TepDinhKemId=_text(40),
    TenTepDinhKem=_text(300, 1),
    IsDeleted={"type": "boolean"},
    MaThanhPhanHoSo=_text(200),
    DuongDanTaiTepTin=_text(1000),
    DuocSoHoa=YES,
    DuocTaiSuDung=YES,
    DuocLayTuKhoDMQG=YES,
    MaKetQuaThayThe=_text(60),
)
FEE = _object(
    ["TenPhiLePhi", "Gia"],
    TenPhiLePhi=_text(300, 1),
    MaPhiLePhi=_text(40),
    HinhThucThu=_text(2),
    Gia={"type": "integer", "minimum": 0},
    LoaiPhiLePhi=_text(2),
)
SUPPLEMENT = _object(
    ["HoSoBoSungId", "NoiDungBoSung", "NgayBoSung", "TrangThaiBoSung"],
    HoSoBoSungId=_text(40, 1),
    NguoiYeuCauBoSung=_text(150),
    NoiDungBoSung=_text(4000, 1),
    NgayBoSung=MOMENT,
    NguoiTiepNhanBoSung=_text(150),
    ThongTinTiepNhan=_text(4000),
    NgayTiepNhanBoSung=WHEN,
    TrangThaiBoSung=YES,
    DanhSachGiayToBoSung=_list(PAPER),
    DanhSachLePhiBoSung=_list(FEE),
    NgayHenTraTruoc=WHEN,
    NgayHenTraMoi=WHEN,
)
RESULT = _object(
    ["TenGiayTo", "DuongDanTepTinKetQua"],
    TenGiayTo=_text(300, 1),
    MaThanhPhanHoSo=_text(200),
    GiayToId=_text(40),
    MaGiayToKetQua=_text(60),
    DuongDanTepTinKetQua=_text(1000, 1),
)
# DongBoHoSoMC, province to portal: one dossier whole, as it stood at one moment.
DOSSIER = _object(
    ["MaHoSo", "MaTTHC", "TenTTHC", "ChuHoSo", "LoaiDoiTuong", "TrangThaiHoSo", "KenhThucHien", "DonViXuLy"],
    MaHoSo=CODE,
    MaGiaoDich=_text(64),
    MaTTHC=_text(30, 1),
    TenTTHC=_text(1500, 1),
    MaLinhVuc=_text(40),
    TenLinhVuc=_text(300),
    KenhThucHien={"enum": ["1", "2", "3"]},
    ChuHoSo=_text(200, 1),
    LoaiDoiTuong={"enum": ["1", "2"]},
    MaDoiTuong=NUMBER,
    TaiKhoanDuocXacThucVoiVNeID=YES,
    ThongTinKhac=_text(2000),
    Email=_text(254),
    Fax=_text(30),
    SoDienThoai=_text(20),
    TrichYeuHoSo=_text(2000),
    NgayNopHoSo=WHEN,
    NgayTiepNhan=WHEN,
    NgayHenTra=WHEN,
    TrangThaiHoSo=STATUS,
    NgayTra=WHEN,
    ThongTinTra=_text(500),
    HinhThuc={"enum": ["0", "1"]},
    NgayKetThucXuLy=WHEN,
    DonViXuLy=_text(300, 1),
    GhiChu=_text(4000),
    ThoiGianGiaiQuyet={"type": "integer", "minimum": 0},
    DonViTinh=_text(20),
    HoSoCoThanhPhanSoHoa=YES,
    DuocThanhToanTrucTuyen={"enum": ["0", "1", "2"]},
    MaCSDL=_text(40),
    MaKetQua=_text(60),
    TaiLieuNop=_list(PAPER),
    DanhSachLePhi=_list(FEE),
    DanhSachTepDinhKemKhac=_list(PAPER),
    DanhSachHoSoBoSung=_list(SUPPLEMENT),
    DanhSachGiayToKetQua=_list(RESULT),
)
# CapNhatTienDoHoSoMC, province to portal: one step of the handling.
PROGRESS = _object(
    ["MaHoSo", "NguoiXuLy", "ThoiDiemXuLy", "NoiDungXuLy", "TrangThai"],
    MaHoSo=CODE,
    NguoiXuLy=_text(150, 1),
    ChucDanh=_text(150),
    ThoiDiemXuLy=MOMENT,
    PhongBanXuLy=_text(300),
    NoiDungXuLy=_text(4000, 1),
    TrangThai=STATUS,
    NgayBatDau=WHEN,
    NgayKetThucTheoQuyDinh=WHEN,
)
# [D] A paper as the portal hands it over: its content inside the message, so nothing is fetched within an act.
GIVEN_PAPER = _object(
    ["MaThanhPhanHoSo", "TenTepDinhKem", "NoiDungTep"],
    MaThanhPhanHoSo=_text(80, 1),
    TenTepDinhKem=_text(300, 1),
    NoiDungTep=_text(LONGEST_FILE, 1),
)
# DongBoHoSoMC, portal to province, isUpdating False: a dossier filed on the portal [D by the fields of 1.6].
FILING = _object(
    ["MaGiaoDich", "MaTTHC", "MaDonViNhan", "ChuHoSo", "LoaiDoiTuong", "MaDoiTuong", "ToKhai"],
    MaGiaoDich=KEY,
    MaTTHC=_text(30, 1),
    PhienBan={"type": "integer", "minimum": 1},
    MaDonViNhan=_text(40, 1),
    ChuHoSo=_text(120, 1),
    LoaiDoiTuong={"enum": ["1", "2"]},
    MaDoiTuong=NUMBER,
    TaiKhoanDuocXacThucVoiVNeID=YES,
    NgaySinh={"type": "string", "pattern": r"^(|[0-9]{8})$"},
    GioiTinh={"enum": ["male", "female", ""]},
    SoDienThoai=_text(15),
    Email=_text(254),
    DiaChi=_text(300),
    NgayNopHoSo=WHEN,
    ToKhai={"type": "object", "maxProperties": 300},
    TaiLieuNop=_list(GIVEN_PAPER, 30),
)
# DongBoHoSoMC, portal to province, isUpdating True: the citizen answers what was asked for [D].
ANSWER = _object(
    ["MaGiaoDich", "MaHoSo", "MaDoiTuong", "DanhSachHoSoBoSung"],
    MaGiaoDich=KEY,
    MaHoSo=CODE,
    MaDoiTuong=NUMBER,
    DanhSachHoSoBoSung={
        "type": "array",
        "minItems": 1,
        "maxItems": 1,
        "items": _object(
            ["HoSoBoSungId", "NoiDungTraLoi"],
            HoSoBoSungId=_text(40, 1),
            NoiDungTraLoi=_text(4000, 1),
            ToKhai={"type": "object", "maxProperties": 300},
            DanhSachGiayToBoSung=_list(GIVEN_PAPER, 30),
        ),
    },
)
# CapNhatTienDoHoSoMC, portal to province: the citizen takes the dossier back; the only state the portal decides [D].
WITHDRAWAL = _object(
    ["MaGiaoDich", "MaHoSo", "MaDoiTuong", "TrangThai", "NoiDungXuLy"],
    MaGiaoDich=KEY,
    MaHoSo=CODE,
    MaDoiTuong=NUMBER,
    TrangThai={"const": 7},
    NoiDungXuLy=_text(4000, 1),
    ThoiDiemXuLy=WHEN,
)
ENVELOPE = {
    "type": "object",
    "properties": {
        "session": _text(500, 1),
        "madonvi": _text(40, 1),
        "service": _text(60, 1),
        "isUpdating": {"enum": [True, False, "True", "False", "true", "false"]},
        "data": {"type": "array", "minItems": 1, "maxItems": MOST_ITEMS, "items": {"type": "object"}},
        "mahoso": _text(80),
        "maTTHC": _text(30),
    },
    "required": ["session", "madonvi", "service"],
    "additionalProperties": False,
}
SIGN_IN = _object(["username", "password"], username=_text(150, 1), password=_text(300, 1))
SHAPES = {
    "dossier": DOSSIER,
    "progress": PROGRESS,
    "filing": FILING,
    "answer": ANSWER,
    "withdrawal": WITHDRAWAL,
    "envelope": ENVELOPE,
    "sign_in": SIGN_IN,
}


class Unreadable(ValueError):
    """Bytes that are no JSON object, or text that no database keeps."""


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(SHAPES[name])


def faults(name: str, message: Any, most: int = 5) -> list[str]:
    """What is wrong with a message, each with its place and never with its content; empty when it has the shape."""
    found = []
    for error in _validator(name).iter_errors(message):
        place = "/".join(str(part) for part in error.instance_path) or "(gốc)"
        found.append(f"{place}: {type(error.kind).__name__.rpartition('_')[2]}")
        if len(found) == most:
            break
    return found


def read(raw: bytes) -> dict[str, Any]:
    """The JSON object in the bytes; Unreadable for anything else, for depth without end and for null characters."""
    if b"\\u0000" in raw or b"\x00" in raw:
        raise Unreadable("null character")
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as wrong:
        raise Unreadable(str(wrong)[:200]) from None
    if not isinstance(found, dict):
        raise Unreadable("not an object")
    return found


def is_yes(value: Any) -> bool:
    """isUpdating as the portal's clients write it: a truth value, or the word."""
    return str(value).lower() == "true"


def stamp(at: datetime | None) -> str:
    """A moment as the interface writes it; "" for none."""
    return at.astimezone(VIETNAM).strftime(STAMP) if at else ""


def moment(text: str) -> datetime | None:
    """The moment of a stamp; None for "" and for digits that are no moment."""
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=VIETNAM) if text else None
    except ValueError:
        return None
