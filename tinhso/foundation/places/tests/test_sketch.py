"""Schematic cells and official outlines on one sheet: every unit once, no overlap, the same for any order."""

from __future__ import annotations

from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box
from shapely.geometry.base import BaseGeometry

from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.places import drawing, sketch
from tinhso.foundation.places.models import Boundary

DAY = date(2026, 11, 22)
places = st.tuples(
    st.integers(17_900, 18_800).map(lambda n: n / 1000), st.integers(105_100, 106_600).map(lambda n: n / 1000)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(places, min_size=1, max_size=40))
def test_each_headquarters_lies_in_its_own_cell_and_cells_share_nothing(given_places: list[sketch.Place]) -> None:
    headquarters = dict(enumerate(given_places))
    spots = sketch._apart({key: sketch._flat(*place, 18.3) for key, place in headquarters.items()})
    cells = sketch._cells(spots)
    assert set(cells) == set(headquarters)
    for key, spot in spots.items():
        assert cells[key].buffer(0.02).covers(Point(spot)), "also two offices at one address"
    whole = sum(cell.area for cell in cells.values())
    together: BaseGeometry = sketch.shapely.union_all(list(cells.values()))
    assert abs(whole - together.area) < 0.01
    outlines = sketch.schematic(headquarters).outlines
    assert set(outlines) == set(headquarters) and all(0 <= one.x <= sketch.WIDTH for one in outlines.values())


def test_the_order_of_the_units_changes_no_line() -> None:
    headquarters = {1: (18.3, 105.9), 2: (18.4, 105.8), 3: (18.2, 106.1), 4: (18.1, 106.2)}
    turned = dict(reversed(headquarters.items()))
    assert sketch.schematic(headquarters) == sketch.schematic(turned)
    assert sketch.schematic({}) == sketch.EMPTY


def test_neighbours_keep_one_common_line_when_official_outlines_are_thinned() -> None:
    wavy = [(106 + n / 500, 18 + (n % 2) / 20000) for n in range(60)]
    north = sketch.Polygon([*wavy, (wavy[-1][0], 18.2), (106, 18.2)])
    south = sketch.Polygon([*wavy, (wavy[-1][0], 17.8), (106, 17.8)])
    sheet = sketch.official({1: north, 2: south})
    assert not sheet.is_schematic
    edge = [set(outline.path[1:-1].split("L")) for outline in sheet.outlines.values()]
    assert len(edge[0] & edge[1]) >= 2 and len(edge[0]) < 40


@pytest.fixture
def three(db: None) -> list[Unit]:
    rows = [("a", 18.3, 105.9), ("b", 18.4, 105.8), ("c", None, None)]
    return [
        Unit.objects.create(
            code=f"draw-{code}", name=f"Xã {code}", short_name=code, kind="commune", valid_from=date(2025, 7, 1),
            latitude=latitude, longitude=longitude,
        )
        for code, latitude, longitude in rows
    ]  # fmt: skip


def test_boundaries_are_drawn_once_every_commune_has_one(
    three: list[Unit], django_assert_num_queries: CaptureQueriesContext
) -> None:
    sheet = drawing.sheet_on(DAY)
    assert sheet.is_schematic and set(sheet.outlines) == {three[0].pk, three[1].pk}, "the third has no coordinates"
    for number, unit in enumerate(three):
        assert drawing.sheet_on(DAY).is_schematic
        west = 105.8 + number / 10
        shape = box(west, 18.2, west + 0.1, 18.3).__geo_interface__
        Boundary.objects.create(unit=unit, geometry=shape, west=west, south=18.2, east=west + 0.1, north=18.3)
    sheet = drawing.sheet_on(DAY)
    assert not sheet.is_schematic and set(sheet.outlines) == {unit.pk for unit in three}
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert drawing.sheet_on(DAY) is sheet
    assert drawing.sheet_on(date(2024, 1, 1)) == sketch.EMPTY
