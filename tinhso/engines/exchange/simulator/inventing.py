"""Invented records: one number always gives the same person, company or parcel. Everything says it is simulated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Phan", "Võ", "Đặng", "Bùi", "Hồ", "Dương")
MIDDLES = ("Thị", "Văn", "Minh", "Thanh", "Quốc", "Ngọc", "Hữu", "Thu")
NAMES = ("An", "Bình", "Châu", "Dũng", "Hà", "Hương", "Khánh", "Lan", "Nam", "Phúc", "Quân", "Tâm", "Vinh", "Yến")
LAND_USES = ("Đất ở tại nông thôn", "Đất ở tại đô thị", "Đất trồng lúa", "Đất trồng cây lâu năm")
STATES = ("Đang hoạt động", "Đang hoạt động", "Đang hoạt động", "Tạm ngừng kinh doanh")
# Numbers that end so are known to nobody: how a missing record looks can be tried.
MISSING_END = "99"


class Dice:
    """Choices that depend on the key alone."""

    def __init__(self, *keys: str) -> None:
        self.state = hashlib.sha256("|".join(keys).encode()).digest()

    def below(self, bound: int) -> int:
        self.state = hashlib.sha256(self.state).digest()
        return int.from_bytes(self.state[:8], "big") % bound

    def one(self, things: tuple[str, ...]) -> str:
        return things[self.below(len(things))]

    def day(self, first: date, days: int) -> str:
        return (first + timedelta(days=self.below(days))).isoformat()

    def name(self) -> str:
        return f"{self.one(SURNAMES)} {self.one(MIDDLES)} {self.one(NAMES)}"

    def place(self) -> str:
        return f"Thôn {self.below(12) + 1} (mô phỏng)"


def _is_number(value: str) -> bool:
    return len(value) == 12 and value.isascii() and value.isdigit() and not value.endswith(MISSING_END)


def person(number: str) -> dict[str, Any] | None:
    if not _is_number(number):
        return None
    dice = Dice("person", number)
    return {
        "SoDinhDanh": number,
        "HoVaTen": Dice("name", number).name(),
        "NgaySinh": dice.day(date(1950, 1, 1), 24_000),
        "GioiTinh": dice.one(("Nam", "Nữ")),
        "ThuongTru": dice.place(),
        "NoiOHienTai": dice.place(),
        "HoTenCha": dice.name(),
        "HoTenMe": dice.name(),
        "SoDienThoai": f"09{dice.below(10**8):08d}",
        "ConSong": True,
    }


def enterprise(code: str) -> dict[str, Any] | None:
    if not (len(code) in (10, 13) and code.isascii() and code.replace("-", "").isdigit()) or code.endswith(MISSING_END):
        return None
    dice = Dice("enterprise", code)
    return {
        "MaSoDoanhNghiep": code,
        "TenDoanhNghiep": f"Công ty TNHH {dice.one(NAMES)} {dice.one(NAMES)} (mô phỏng)",
        "NguoiDaiDien": dice.name(),
        "DiaChiTruSo": dice.place(),
        "NgayThanhLap": dice.day(date(2000, 1, 1), 9_000),
        "TinhTrang": dice.one(STATES),
        "VonDieuLe": (dice.below(500) + 1) * 100_000_000,
    }


def parcel(code: str) -> dict[str, Any] | None:
    parts = code.split("-")
    if (
        len(parts) != 3
        or not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts)
        or code.endswith(MISSING_END)
    ):
        return None
    dice = Dice("parcel", code)
    number = f"0{dice.below(10**11):011d}"
    return {
        "MaThuaDat": code,
        "SoToBanDo": int(parts[1]),
        "SoThua": int(parts[2]),
        "DienTich": round(60 + dice.below(90_000) / 10, 1),
        "MucDichSuDung": dice.one(LAND_USES),
        "SoGiayChungNhan": f"MP {dice.below(10**6):06d}",
        "TenNguoiSuDung": Dice("name", number).name(),
        "SoDinhDanhNguoiSuDung": number,
    }


def participant(number: str) -> dict[str, Any] | None:
    if not _is_number(number):
        return None
    dice = Dice("insurance", number)
    return {
        "SoDinhDanh": number,
        "MaSoBHXH": f"{dice.below(10**10):010d}",
        "HoVaTen": Dice("name", number).name(),
        "TheBHYTTuNgay": "2026-01-01",
        "TheBHYTDenNgay": "2026-12-31",
        "DonViThamGia": dice.place(),
        "SoThangDong": dice.below(360),
    }


def marriage(number: str) -> dict[str, Any] | None:
    if not _is_number(number):
        return None
    dice = Dice("marriage", number)
    known = {"SoDinhDanh": number, "HoVaTen": Dice("name", number).name()}
    if dice.below(3) == 0:
        return known | {"TinhTrangHonNhan": "Chưa đăng ký kết hôn"}
    return known | {
        "TinhTrangHonNhan": "Đã đăng ký kết hôn",
        "HoTenVoChong": dice.name(),
        "NgayDangKy": dice.day(date(1990, 1, 1), 13_000),
        "NoiDangKy": dice.place(),
    }


# Path on the platform: what is asked by, and who answers.
DATABASES: dict[str, tuple[str, Callable[[str], dict[str, Any] | None]]] = {
    "/dan-cu/1.0/cong-dan": ("SoDinhDanh", person),
    "/doanh-nghiep/1.0/doanh-nghiep": ("MaSoDoanhNghiep", enterprise),
    "/dat-dai/1.0/thua-dat": ("MaThuaDat", parcel),
    "/bao-hiem/1.0/nguoi-tham-gia": ("SoDinhDanh", participant),
    "/ho-tich/1.0/hon-nhan": ("SoDinhDanh", marriage),
}
