"""The shipped connectors: national databases behind the national platform, each a plain look-up on the exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tinhso.engines.exchange.connectors import national
from tinhso.engines.exchange.connectors.registry import Answered, Asked, Connector
from tinhso.engines.exchange.connectors.shapes import Field, look_up

_SIMULATED = Field("isSimulated", "MoPhong", "Dữ liệu mô phỏng", "boolean", is_required=False)

PERSON = (
    Field("number", "SoDinhDanh", "Số định danh cá nhân"),
    Field("fullName", "HoVaTen", "Họ và tên"),
    Field("bornOn", "NgaySinh", "Ngày sinh", format="date"),
    Field("sex", "GioiTinh", "Giới tính"),
    Field("permanentAddress", "ThuongTru", "Nơi thường trú"),
    Field("currentAddress", "NoiOHienTai", "Nơi ở hiện tại", is_required=False),
    Field("fatherName", "HoTenCha", "Họ tên cha", is_required=False),
    Field("motherName", "HoTenMe", "Họ tên mẹ", is_required=False),
    Field("phone", "SoDienThoai", "Số điện thoại", is_required=False),
    Field("isAlive", "ConSong", "Còn sống", "boolean"),
    _SIMULATED,
)
ENTERPRISE = (
    Field("code", "MaSoDoanhNghiep", "Mã số doanh nghiệp"),
    Field("name", "TenDoanhNghiep", "Tên doanh nghiệp"),
    Field("representative", "NguoiDaiDien", "Người đại diện theo pháp luật"),
    Field("address", "DiaChiTruSo", "Địa chỉ trụ sở"),
    Field("establishedOn", "NgayThanhLap", "Ngày thành lập", format="date"),
    Field("state", "TinhTrang", "Tình trạng hoạt động"),
    Field("charterCapital", "VonDieuLe", "Vốn điều lệ (đồng)", "integer", is_required=False),
    _SIMULATED,
)
PARCEL = (
    Field("code", "MaThuaDat", "Mã thửa đất"),
    Field("sheet", "SoToBanDo", "Số tờ bản đồ", "integer"),
    Field("number", "SoThua", "Số thửa", "integer"),
    Field("areaM2", "DienTich", "Diện tích (m²)", "number"),
    Field("landUse", "MucDichSuDung", "Mục đích sử dụng"),
    Field("certificate", "SoGiayChungNhan", "Số giấy chứng nhận", is_required=False),
    Field("ownerName", "TenNguoiSuDung", "Người sử dụng đất"),
    Field("ownerNumber", "SoDinhDanhNguoiSuDung", "Số định danh người sử dụng đất"),
    _SIMULATED,
)
PARTICIPANT = (
    Field("number", "SoDinhDanh", "Số định danh cá nhân"),
    Field("insuranceCode", "MaSoBHXH", "Mã số bảo hiểm xã hội"),
    Field("fullName", "HoVaTen", "Họ và tên"),
    Field("healthCardFrom", "TheBHYTTuNgay", "Thẻ bảo hiểm y tế từ ngày", format="date"),
    Field("healthCardTo", "TheBHYTDenNgay", "Thẻ bảo hiểm y tế đến ngày", format="date"),
    Field("employer", "DonViThamGia", "Đơn vị tham gia", is_required=False),
    Field("monthsPaid", "SoThangDong", "Số tháng đã đóng", "integer"),
    _SIMULATED,
)
CIVIL_STATUS = (
    Field("number", "SoDinhDanh", "Số định danh cá nhân"),
    Field("fullName", "HoVaTen", "Họ và tên"),
    Field("maritalStatus", "TinhTrangHonNhan", "Tình trạng hôn nhân"),
    Field("spouseName", "HoTenVoChong", "Họ tên vợ hoặc chồng", is_required=False),
    Field("registeredOn", "NgayDangKy", "Ngày đăng ký kết hôn", format="date", is_required=False),
    Field("registeredAt", "NoiDangKy", "Nơi đăng ký kết hôn", is_required=False),
    _SIMULATED,
)


def serving(path: str, key: str, theirs: str, fields: tuple[Field, ...]) -> Callable[[Asked], Answered]:
    """A look-up put to the national platform and said again in our contract's names."""

    def serve(asked: Asked) -> Answered:
        question = {theirs: asked.values[key], "MaDonVi": settings.EXCHANGE_INSTANCE, "MucDich": asked.purpose}
        try:
            code, data = national.platform.ask(path, question)
        except national.PlatformFailed as wrong:
            return _problem(502, "platform-failed", str(wrong))
        if code == national.MISSING:
            return _problem(404, "not-found", "Không tìm thấy.")
        if code != national.GOOD:
            return _problem(502, "platform-refused", f"MaLoi {code}")
        return Answered(200, {one.name: data[one.theirs] for one in fields if data.get(one.theirs) is not None})

    return serve


def _problem(status: int, kind: str, detail: str) -> Answered:
    return Answered(status, {"type": f"urn:tinhso:exchange:{kind}", "title": kind, "status": status, "detail": detail})


def _connector(
    name: str,
    title: Any,
    member: tuple[str, str, str],
    shape: tuple[str, str, str, str],
    theirs: tuple[str, str],
    fields: tuple[Field, ...],
) -> Connector:
    path, key, operation, noun = shape
    there, their_key = theirs

    def contract() -> dict[str, Any]:
        return look_up(title=str(title), path=path, key=key, operation=operation, noun=noun, fields=fields)

    serve = serving(there, key, their_key, fields)
    return Connector(name, title, member, name.upper(), contract, serve, national.is_configured)


SHIPPED = (
    _connector(
        "population",
        _("Cơ sở dữ liệu quốc gia về dân cư: tra cứu công dân"),
        ("GOV", "G01", "Bộ Công an"),
        ("/persons", "number", "getPerson", "Person"),
        ("/dan-cu/1.0/cong-dan", "SoDinhDanh"),
        PERSON,
    ),
    _connector(
        "enterprises",
        _("Cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp: tra cứu doanh nghiệp"),
        ("GOV", "G02", "Bộ Tài chính"),
        ("/enterprises", "code", "getEnterprise", "Enterprise"),
        ("/doanh-nghiep/1.0/doanh-nghiep", "MaSoDoanhNghiep"),
        ENTERPRISE,
    ),
    _connector(
        "land",
        _("Cơ sở dữ liệu quốc gia về đất đai: tra cứu thửa đất"),
        ("GOV", "G03", "Bộ Nông nghiệp và Môi trường"),
        ("/parcels", "code", "getParcel", "Parcel"),
        ("/dat-dai/1.0/thua-dat", "MaThuaDat"),
        PARCEL,
    ),
    _connector(
        "social-insurance",
        _("Cơ sở dữ liệu quốc gia về bảo hiểm: tra cứu người tham gia"),
        ("GOV", "G02.BHXH", "Bảo hiểm xã hội Việt Nam"),
        ("/participants", "number", "getParticipant", "Participant"),
        ("/bao-hiem/1.0/nguoi-tham-gia", "SoDinhDanh"),
        PARTICIPANT,
    ),
    _connector(
        "civil-status",
        _("Cơ sở dữ liệu hộ tịch điện tử: tra cứu tình trạng hôn nhân"),
        ("GOV", "G04", "Bộ Tư pháp"),
        ("/marital-status", "number", "getMaritalStatus", "MaritalStatus"),
        ("/ho-tich/1.0/hon-nhan", "SoDinhDanh"),
        CIVIL_STATUS,
    ),
)
