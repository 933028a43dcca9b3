"""Points, boundaries and residential areas, with real boundaries where they are at hand."""

import copy
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point
from shapely.geometry import shape

from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.seeds import load_province
from tinhso.foundation.orgs.selectors import communes
from tinhso.foundation.orgs.services import dissolve_unit
from tinhso.foundation.places import rules
from tinhso.foundation.places.boundaries import Loaded, load, load_boundaries
from tinhso.foundation.places.errors import BadBoundaries, WrongPlace
from tinhso.foundation.places.models import Address, Boundary, ResidentialArea
from tinhso.foundation.places.seeds import play
from tinhso.foundation.places.selectors import areas_of, commune_at
from tinhso.foundation.places.services import add_residential_area, close_residential_area
from tinhso.foundation.testing.cast import Cast

REAL = Path(__file__).resolve().parents[5] / "shared" / "data" / "hatinh_boundaries_2025.geojson"
SQUARE = [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]
BESIDE = [[[1, 0], [1, 1], [2, 1], [2, 0], [1, 0]]]


def file_of(tmp_path: Path, *features: object) -> Path:
    path = tmp_path / "ranh-gioi.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return path


def feature(code: object = "99001", coordinates: object = None, kind: str = "Polygon") -> dict[str, Any]:
    drawn = copy.deepcopy(SQUARE if coordinates is None else coordinates)
    return {"type": "Feature", "id": code, "properties": {}, "geometry": {"type": kind, "coordinates": drawn}}


@pytest.fixture
def two(cast: Cast, tmp_path: Path) -> Cast:
    load_boundaries(Actor.system(), file_of(tmp_path, feature(), feature("99002", BESIDE)))
    return cast


def test_a_point_is_in_the_commune_whose_boundary_holds_it(two: Cast) -> None:
    inside, beside = commune_at(0.5, 0.5), commune_at(0.5, 1.5)
    assert inside and inside.commune == two.units.commune and not inside.is_estimate
    assert beside and beside.commune == two.units.other_commune


def test_a_point_on_the_border_belongs_to_one_and_always_the_same(two: Cast) -> None:
    found = {commune_at(0.5, 1.0) for _ in range(3)}
    assert {one.commune for one in found if one} == {two.units.commune}


def test_a_point_outside_all_boundaries_is_nowhere(two: Cast) -> None:
    assert commune_at(5, 5) is None


def test_a_hole_is_outside(cast: Cast, tmp_path: Path) -> None:
    hole = [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6], [0.4, 0.4]]
    load_boundaries(Actor.system(), file_of(tmp_path, feature(coordinates=[*SQUARE, hole])))
    assert commune_at(0.5, 0.5) is None
    assert commune_at(0.2, 0.2) is not None


def test_without_a_boundary_the_nearest_headquarters_is_marked_an_estimate(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.units.commune.pk).update(latitude=18.34, longitude=105.90)
    Unit.objects.filter(pk=cast.units.other_commune.pk).update(latitude=18.40, longitude=105.90)
    found = commune_at(18.35, 105.90)
    assert found and (found.commune, found.is_estimate, found.distance_km) == (cast.units.commune, True, 1.1)
    assert commune_at(10.77, 106.70) is None, "far away nothing is guessed"


def test_the_boundary_of_a_former_commune_does_not_answer_for_today(two: Cast) -> None:
    today = timezone.localdate()
    dissolve_unit(
        Actor.system(),
        unit=two.units.commune,
        ended_on=today,
        document="x",
        successors=[(two.units.other_commune, Decimal(1))],
        basis="whole",
    )
    assert commune_at(0.5, 0.5, today) is None
    before = commune_at(0.5, 0.5, today - timedelta(1))
    assert before and before.commune == two.units.commune


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (feature("77777"), "không có đơn vị mã “77777”"),
        (feature(None), "không có đơn vị mã “”"),
        (feature({"$ne": 1}), "không có đơn vị"),
        (feature(coordinates=[[[0, 0], [1, 1], [0, 0]]]), "Xã An Bình.*ít hơn bốn điểm"),
        (feature(coordinates=[[[0, 0], [0, 1], [1, 1], [1, 0]]]), "Xã An Bình.*không khép kín"),
        (feature(coordinates=[[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]), "Xã An Bình.*tự cắt"),
        (feature(coordinates=[[[589000, 2028000], [589001, 1], [1, 1], [589000, 2028000]]]), "Xã An Bình.*WGS 84"),
        (feature(coordinates=[[[0, 0], [0, "1"], [1, 1], [0, 0]]]), "Xã An Bình.*WGS 84"),
        (feature(coordinates=[[[0, 0], [0, float("nan")], [1, 1], [0, 0]]]), "Xã An Bình.*WGS 84"),
        (feature(coordinates=[]), "Xã An Bình.*rỗng"),
        (feature(coordinates=[0, 0], kind="Point"), "Xã An Bình.*không phải Polygon"),
        (feature(coordinates=[[[0, 0], [1, 0], [2, 0], [0, 0]]]), "Xã An Bình"),
        ("chuỗi", "Mục 2"),
        ({"id": "99001", "geometry": None}, "Xã An Bình.*không phải Polygon"),
    ],
)
def test_a_bad_boundary_is_refused_by_name_and_nothing_is_written(
    cast: Cast, tmp_path: Path, bad: object, sentence: str
) -> None:
    path = file_of(tmp_path, feature("99002", BESIDE), bad)
    with pytest.raises(BadBoundaries, match=sentence):
        load_boundaries(Actor.system(), path)
    assert not Boundary.objects.exists() and not AuditRow.objects.exists()
    assert load_boundaries(Actor.system(), path, only_good=True) == 1


def test_every_fault_is_named_and_a_unit_twice_is_one(cast: Cast, tmp_path: Path) -> None:
    path = file_of(tmp_path, feature("1"), feature("2"), feature("99001"), feature("99001"))
    with pytest.raises(BadBoundaries) as refused:
        load_boundaries(Actor.system(), path)
    assert len(refused.value.problems) == 3


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[]", b'{"features": {}}', b"{" * 100_000, b'"' + b"a" * 99])
def test_a_file_that_is_no_geojson_is_refused(cast: Cast, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(data)
    with pytest.raises(BadBoundaries, match="GeoJSON"):
        load_boundaries(Actor.system(), path)
    with pytest.raises(BadBoundaries, match="Không tìm thấy"):
        load_boundaries(Actor.system(), tmp_path / "không-có")


def test_the_same_file_again_writes_nothing_and_a_new_line_replaces_the_old(two: Cast, tmp_path: Path) -> None:
    assert load_boundaries(Actor.system(), file_of(tmp_path, feature(), feature("99002", BESIDE))) == 0
    wider = [[[0, 0], [0, 1.5], [1, 1.5], [1, 0], [0, 0]]]
    assert load_boundaries(Actor.system(), file_of(tmp_path, feature(coordinates=wider))) == 1
    assert Boundary.objects.count() == 3 and Boundary.objects.standing().count() == 2
    assert commune_at(1.2, 0.5) is not None


@pytest.mark.parametrize("name", [n for n in ("stranger", *Cast.NAMES) if n != "administrator"])
def test_only_the_administrator_loads_boundaries(cast: Cast, tmp_path: Path, name: str) -> None:
    with pytest.raises(Denied):
        load_boundaries(cast.actor(name), file_of(tmp_path, feature()))


@pytest.mark.needs_shared
def test_the_official_boundaries_load_and_each_headquarters_lies_at_home(db: None) -> None:
    if not REAL.is_file():
        pytest.skip("NOT RUN: the shared boundaries are not beside the repository")
    load_province(Actor.system(), "hatinh")
    assert load_boundaries(Actor.system(), REAL) == 69
    at_home = 0
    for commune in communes(date(2026, 1, 1)):
        assert commune.latitude and commune.longitude
        found = commune_at(commune.latitude, commune.longitude)
        assert found and not found.is_estimate
        at_home += found.commune == commune
    # The source's own points err for a few headquarters near borders.
    assert at_home >= 66


@given(st.floats(0.001, 0.999), st.floats(0.001, 1.999))
@settings(max_examples=100, deadline=None)
def test_the_box_never_hides_a_point_that_the_boundary_holds(latitude: float, longitude: float) -> None:
    polygon = rules.boundary({"type": "Polygon", "coordinates": SQUARE})
    west, south, east, north = polygon.bounds
    if shape({"type": "Polygon", "coordinates": SQUARE}).covers(Point(longitude, latitude)):
        assert west <= longitude <= east and south <= latitude <= north


points = st.lists(st.one_of(st.floats(), st.integers(), st.text(max_size=2), st.none()), max_size=3)


@given(
    st.recursive(points | st.none() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=5), max_leaves=20),
    st.sampled_from(["Polygon", "MultiPolygon", "Point", ""]),
)
def test_any_rubbish_is_refused_with_a_reason_and_never_breaks(coordinates: object, kind: str) -> None:
    try:
        found = rules.boundary({"type": kind, "coordinates": coordinates})
    except rules.BadRing as fault:
        assert fault.args
    else:
        assert found.area > 0


def test_distances_are_those_of_the_earth() -> None:
    assert rules.kilometres(18.3428, 105.9057, 21.0285, 105.8542) == pytest.approx(298.7, abs=1)
    assert rules.kilometres(0, 0, 0, 180) == pytest.approx(20015, abs=1)


def area(cast: Cast, who: str = "administrator", **given: object) -> ResidentialArea:
    return add_residential_area(
        cast.actor(who),
        **{  # type: ignore[arg-type]
            "unit": cast.units.commune,
            "code": "001",
            "kind": "hamlet",
            "name": "Thôn 1",
            "valid_from": date(2026, 1, 1),
            **given,
        },
    )


@pytest.mark.parametrize("name", [n for n in ("stranger", *Cast.NAMES) if n not in ("administrator", "leader")])
def test_a_commune_leader_or_the_administrator_adds_an_area_and_nobody_else(cast: Cast, name: str) -> None:
    with pytest.raises(Denied):
        area(cast, name)
    assert area(cast, "leader").pk


@pytest.mark.parametrize("given", [{"name": " "}, {"code": "\u200b"}, {"kind": "x"}, {"valid_from": date(2020, 1, 1)}])
def test_a_wrong_area_is_refused(cast: Cast, given: dict[str, object]) -> None:
    with pytest.raises(WrongPlace):
        area(cast, **given)


def test_a_code_serves_one_living_area(cast: Cast) -> None:
    first = area(cast)
    with pytest.raises(WrongPlace):
        area(cast)
    close_residential_area(cast.actor("leader"), area=first, closed_on=date(2026, 6, 1), document="NQ 3")
    with pytest.raises(WrongPlace):
        close_residential_area(cast.actor("leader"), area=first, closed_on=date(2026, 7, 1), document="NQ 3")
    assert area(cast, valid_from=date(2026, 6, 1)).pk != first.pk
    assert [a.pk for a in areas_of(cast.units.commune, date(2026, 5, 31))] == [first.pk]


def test_thon_2_stands_before_thon_10(cast: Cast) -> None:
    for number in (10, 2, 1):
        area(cast, code=str(number), name=f"Thôn {number}")
    assert [str(a) for a in areas_of(cast.units.commune)] == ["Thôn 1", "Thôn 2", "Thôn 10"]


def test_areas_go_on_under_the_heir_with_a_code_of_their_own(cast: Cast) -> None:
    mine, theirs = area(cast), area(cast, unit=cast.units.other_commune, name="Tổ dân phố 1", kind="group")
    today = timezone.localdate()
    dissolve_unit(
        Actor.system(),
        unit=cast.units.commune,
        ended_on=today,
        document="x",
        successors=[(cast.units.other_commune, Decimal(1))],
        basis="whole",
    )
    now = {a.code: a.continues_id for a in areas_of(cast.units.other_commune, today)}
    assert now == {"001": None, "99001.001": mine.pk}
    assert theirs.pk in [a.pk for a in areas_of(cast.units.other_commune, today)]
    assert [a.pk for a in areas_of(cast.units.commune, today - timedelta(1))] == [mine.pk]


class Quiet:
    def start(self, title: str, total: int) -> None: ...

    def advance(self, steps: int = 1) -> None: ...


def test_demo_areas_are_marked_and_made_once(cast: Cast) -> None:
    for _ in range(2):
        play(Actor.system(), Quiet(), 1)
    rows = ResidentialArea.objects.all()
    assert rows.count() == 16 and all(row.is_simulated for row in rows)
    assert AuditRow.objects.filter(act="places.areas.simulated").count() == 1


def test_an_address_reads_from_small_to_large_and_lies_on_earth(cast: Cast) -> None:
    one = Address.objects.create(commune=cast.units.commune, residential_area=area(cast), line="Số 5")
    assert str(one) == "Số 5, Thôn 1, Xã An Bình"
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.create(commune=cast.units.commune, latitude=91, longitude=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.create(commune=cast.units.commune, latitude=18)


SPIKE = [[[0, 0], [0, 1], [0.5, 1], [0.5, 1.2], [0.5, 1], [1, 1], [1, 0], [0, 0]]]
TURNED = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]


def test_a_dry_run_tells_everything_and_writes_nothing(cast: Cast, tmp_path: Path) -> None:
    path = str(file_of(tmp_path, feature(coordinates=SPIKE), feature("99002", BESIDE)))
    said = load(Actor.system(), path, dry_run=True)
    assert "Sẽ ghi 2" in said and "đã sửa" in said
    assert not Boundary.objects.exists() and not AuditRow.objects.exists()
    assert "Đã ghi 2" in load(Actor.system(), path) and "giữ nguyên" in load(Actor.system(), path)
    assert Boundary.objects.count() == 2


def test_a_small_fault_is_put_right_and_a_ring_the_other_way_round_is_taken(cast: Cast, tmp_path: Path) -> None:
    found = Loaded()
    path = file_of(tmp_path, feature(coordinates=SPIKE), feature("99002", TURNED))
    assert load_boundaries(Actor.system(), path, found=found) == 2
    assert [note for note in found.notes if "sửa" in note] == ["Xã An Bình: đường ranh giới có lỗi nhỏ, đã sửa."]
    assert rules.boundary(Boundary.objects.get(unit=cast.units.commune).geometry).area == pytest.approx(1)


def test_a_unit_is_found_by_name_and_kind_and_the_match_is_told(cast: Cast, tmp_path: Path) -> None:
    nameless = {**feature(None), "properties": {"name": "xã an bình"}}
    found = Loaded()
    assert load_boundaries(Actor.system(), file_of(tmp_path, nameless), found=found) == 1
    assert "khớp theo tên và loại" in found.notes[0] and "99001" in found.notes[0]
    with pytest.raises(BadBoundaries, match="không có đơn vị"):
        load_boundaries(Actor.system(), file_of(tmp_path, {**feature(None), "properties": {"name": "An Bình"}}))


def test_swapped_far_away_and_other_coordinate_systems_are_named(cast: Cast, tmp_path: Path) -> None:
    swapped = [[[y, x + 105] for x, y in SQUARE[0]]]
    with pytest.raises(BadBoundaries, match=r"Xã An Bình.*WGS 84"):
        load_boundaries(Actor.system(), file_of(tmp_path, feature(coordinates=[[[y, x + 205] for x, y in SQUARE[0]]])))
    Unit.objects.filter(pk=cast.units.commune.pk).update(latitude=105.0 - 90, longitude=0.5)
    with pytest.raises(BadBoundaries, match=r"Xã An Bình.*xa trụ sở"):
        load_boundaries(Actor.system(), file_of(tmp_path, feature(coordinates=swapped_back(swapped))))
    turned = [[[x, y + 105] for x, y in SQUARE[0]]]
    with pytest.raises(BadBoundaries, match=r"Xã An Bình.*đổi chỗ"):
        load_boundaries(Actor.system(), file_of(tmp_path, feature(coordinates=turned)))
    path = file_of(tmp_path, feature())
    given = json.loads(path.read_text("utf-8")) | {"crs": {"type": "name", "properties": {"name": "EPSG:3405"}}}
    path.write_text(json.dumps(given), "utf-8")
    with pytest.raises(BadBoundaries, match="EPSG:3405"):
        load_boundaries(Actor.system(), path)


def swapped_back(rings: list[list[list[float]]]) -> list[list[list[float]]]:
    return [[[x, y - 80] for x, y in ring] for ring in rings]


def test_an_area_unlike_the_register_s_is_told(cast: Cast, tmp_path: Path) -> None:
    Unit.objects.filter(pk=cast.units.commune.pk).update(area_km2=Decimal("12364"))
    found = Loaded()
    load_boundaries(Actor.system(), file_of(tmp_path, feature()), dry_run=True, found=found)
    assert found.notes == []
    Unit.objects.filter(pk=cast.units.commune.pk).update(area_km2=Decimal("28.2"))
    load_boundaries(Actor.system(), file_of(tmp_path, feature()), dry_run=True, found=found)
    assert "sổ đơn vị ghi 28.2 km²" in found.notes[0]
