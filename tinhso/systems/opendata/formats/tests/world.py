"""A portal of a few datasets by hand: plain, hostile in its words, with shapes, harvested, made up."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from tinhso.systems.opendata.formats.site import Site
from tinhso.systems.opendata.formats.source import InMemory
from tinhso.systems.opendata.rules.record import (
    Agent,
    Box,
    Catalogue,
    Column,
    Cycle,
    DatasetRecord,
    Kind,
    Licence,
    Origin,
    ResourceRecord,
)

SITE = Site("https://tinh.example", title="Dữ liệu mở")
DEPARTMENT = Agent(
    "Sở Khoa học và Công nghệ", "so-khcn", "Department", "https://so.example/", "mo@so.example", "0239 1"
)
LICENCE = Licence("du-lieu-mo", "Giấy phép dữ liệu mở")
T1, T2 = datetime(2026, 1, 5, 8, tzinfo=UTC), datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
COLUMNS = (
    Column("ma", Kind.STRING, "Mã", "Code", is_required=True, is_unique=True),
    Column("ten", Kind.STRING, "Tên", "Name", "Tên gọi, có dấu", is_required=True),
    Column("dan_so", Kind.INTEGER, "Dân số", unit="người"),
    Column("ty_le", Kind.NUMBER, "Tỷ lệ"),
    Column("la_xa", Kind.BOOLEAN, "Là xã"),
    Column("tu_ngay", Kind.DATE, "Từ ngày"),
    Column("luc", Kind.DATETIME, "Lúc"),
    Column("nam", Kind.YEAR, "Năm"),
    Column("loai", Kind.STRING, "Loại", choices=("xã", "phường")),
)
SHAPE = Column("hinh", Kind.GEOMETRY, "Hình")
ROWS: list[dict[str, Any]] = [
    {"ma": f"X{n:03d}", "ten": f'Xã "{n}", đầu; cuối', "dan_so": n * 100 or None, "ty_le": n / 8, "la_xa": n % 2 == 0,
     "tu_ngay": date(2025, 7, 1), "luc": T1, "nam": 2025, "loai": "xã" if n % 2 == 0 else "phường"}
    for n in range(40)
]  # fmt: skip


def square(n: int) -> dict[str, Any]:
    west, south = 105 + n * 0.01, 18.0
    ring = [[west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south + 0.01], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def shaped_rows() -> list[dict[str, Any]]:
    """Forty squares in a row, then three rows whose shape is nothing, nonsense and broken text."""
    good = [row | {"hinh": square(n)} for n, row in enumerate(ROWS)]
    odd = [None, {"type": "Polygon", "coordinates": "none"}, "{not json"]
    return good + [ROWS[0] | {"ma": f"Z{n}", "hinh": value} for n, value in enumerate(odd)]


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Iterable[Column]) -> bytes:
    out = io.StringIO()
    names = [column.name for column in columns]
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in names])
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json.dumps(value)
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value


PLAIN_CSV = as_csv(ROWS, COLUMNS)


def resource(key: str, kind: str, media_type: str, body: bytes, columns: tuple[Column, ...] = ()) -> ResourceRecord:
    digest = hashlib.sha256(body).hexdigest()
    path = f"tap-tin/{key}/{digest[:8]}.{kind.lower()}"
    return ResourceRecord(
        key, f"Bảng {key}", kind, media_type, path, size=len(body), sha256=digest, modified_at=T2, columns=columns
    )


PLAIN = DatasetRecord(
    "don-vi-hanh-chinh", "Đơn vị hành chính", "Danh mục xã, phường", DEPARTMENT, LICENCE, T1, T2,
    "Administrative units", "Communes and wards", version="3",
    version_notes="Thêm hai xã", cycle=Cycle.MONTHLY, themes=("GOVE", "REGI"),
    tags=("xã", "phường"), spatial_title="Toàn tỉnh", box=Box(105.1, 17.9, 106.5, 18.8), starts_on=date(2025, 7, 1),
    quality=92, legal_basis="Nghị quyết về sắp xếp đơn vị hành chính",
    resources=(resource("bang-1", "CSV", "text/csv; charset=utf-8", PLAIN_CSV, COLUMNS),
               resource("bang-1-parquet", "PARQUET", "application/vnd.apache.parquet", b"PAR1", COLUMNS)),
)  # fmt: skip
SHAPED = DatasetRecord(
    "ranh-gioi", "Ranh giới", "Ranh giới xã", DEPARTMENT, LICENCE, T1, T1, themes=("REGI",), is_simulated=True,
    box=Box(105, 18, 105.4, 18.01),
    resources=(resource("ranh-gioi-geojson", "GEOJSON", "application/geo+json", b"{}", (*COLUMNS, SHAPE)),),
)  # fmt: skip
HOSTILE = DatasetRecord(
    "kho-doc", 'Tên <b>&amp; "lạ" \\ \n', "Ghi chú \x00\x0b ]]> <script>alert(1)</script> \u202e ' \" @vi", DEPARTMENT,
    Licence("cc", "CC BY", "https://creativecommons.org/licenses/by/4.0/"), T1, T1, tags=('a"b', "c\\d", "é<&>"),
    origin=Origin("Cổng bạn", "http://ban.example/dataset/a b\"<c>", "id \"1\"", T2),
    resources=(ResourceRecord(
        'k"1 <x>', "Tệp \u2028 lạ", "LẠ", "application/x-unknown", "http://ban.example/a b>.csv"),),
)  # fmt: skip
CATALOGUE = Catalogue("Cổng dữ liệu mở", "Dữ liệu của tỉnh", DEPARTMENT, "Open data", LICENCE, (PLAIN, SHAPED, HOSTILE))
BYTES = {"bang-1": PLAIN_CSV}


def source() -> InMemory:
    return InMemory(CATALOGUE, lambda record: shaped_rows() if record is SHAPED else ROWS)
