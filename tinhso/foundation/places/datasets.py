"""Open tables of places: residential areas and boundaries."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tinhso.foundation.openness.columns import Cycle
from tinhso.foundation.openness.registry import TERRITORY, Published, Row
from tinhso.foundation.openness.short import number, shape, text, whole
from tinhso.foundation.places.models import Boundary, ResidentialArea

_PLACE = "tên địa danh, không phải tên người"


def _areas() -> Iterable[Row]:
    for one in ResidentialArea.objects.filter(valid_to=None).select_related("unit").iterator():
        yield (
            one.unit.code, one.unit.name, one.code, one.get_kind_display(), one.name, one.households, one.population,
            one.latitude, one.longitude,
        )  # fmt: skip


def _boundaries() -> Iterable[Row]:
    for one in Boundary.objects.filter(replaced_at=None).select_related("unit").iterator():
        yield one.unit.code, one.unit.name, one.west, one.south, one.east, one.north, json.dumps(one.geometry)


DATASETS = (
    Published(
        "thon-to-dan-pho", "Thôn, tổ dân phố", _areas,
        (
            text("ma_xa", "Mã xã, phường", "Commune code"), text("xa", "Xã, phường", "Commune"),
            text("ma", "Mã trong xã", "Code"), text("loai", "Loại", "Kind"), text("ten", "Tên", "Name"),
            whole("so_ho", "Số hộ", "Households", unit="hộ"), whole("so_nguoi", "Số người", "People", unit="người"),
            number("latitude", "Vĩ độ", "Latitude"), number("longitude", "Kinh độ", "Longitude"),
        ),
        title_en="Residential areas", notes="Thôn, tổ dân phố của các xã, phường.", cycle=Cycle.WEEKLY, group=TERRITORY,
        themes=("REGI", "SOCI"), tags=("thôn", "tổ dân phố", "dân cư"), key=("ma_xa", "ma"), sorted_by=("ma_xa", "ma"),
        opened=(("xa", _PLACE), ("ten", _PLACE)),
        is_simulated=lambda: ResidentialArea.objects.filter(is_simulated=True).exists(),
    ),
    Published(
        "ranh-gioi-hanh-chinh", "Ranh giới đơn vị hành chính", _boundaries,
        (
            text("ma", "Mã đơn vị", "Unit code"), text("ten", "Tên", "Name"), number("tay", "Kinh độ tây", "West"),
            number("nam", "Vĩ độ nam", "South"), number("dong", "Kinh độ đông", "East"),
            number("bac", "Vĩ độ bắc", "North"), shape("geometry", "Hình", "Shape"),
        ),
        title_en="Boundaries of units", notes="Ranh giới các đơn vị hành chính, hệ tọa độ WGS 84.", cycle=Cycle.MONTHLY,
        group=TERRITORY, themes=("REGI",), tags=("ranh giới", "bản đồ"), key=("ma",), opened=(("ten", _PLACE),),
    ),
)  # fmt: skip
