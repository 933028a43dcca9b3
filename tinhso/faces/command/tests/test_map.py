"""The map that the browser draws: shapes from our own address, the server's drawing where WebGL is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from tinhso.engines.indicators.seeds import load_targets
from tinhso.faces.command.tests.test_pages import B04, put
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.testing.browser import CHROMIUM
from tinhso.foundation.testing.cast import Cast

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
SHAPES = "/dieu-hanh/ban-do/don-vi.geojson"
SOFTWARE_GL = [
    "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-first-run",
    "--ignore-gpu-blocklist", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture
def placed(cast: Cast) -> Cast:
    """Two communes with headquarters, each with a figure of this month."""
    load_targets()
    month = timezone.localdate().replace(day=1)
    for number, unit in enumerate((cast.units.commune, cast.units.other_commune)):
        Unit.objects.filter(pk=unit.pk).update(latitude=18.3 + number / 10, longitude=105.9)
    put(cast.units.commune_committee, month, 1, 1)
    put(cast.units.other_committee, month, 0, 4)
    return cast


def test_shapes_are_geojson_of_the_day_and_say_that_they_are_a_sketch(placed: Cast) -> None:
    client = Client()
    client.force_login(placed.provincial_leader)
    answer = client.get(SHAPES, {"ngay": f"{timezone.localdate()}"})
    assert answer["Content-Type"] == "application/geo+json" and "private" in answer["Cache-Control"]
    body = json.loads(answer.content)
    units = {one["id"] for one in body["features"]}
    assert {placed.units.commune.pk, placed.units.other_commune.pk} <= units and body["so_do"] is True
    west, south, east, north = body["bbox"]
    assert 105 < west < 105.9 < east < 107 and 18 < south < 18.3 < north < 19
    assert client.get(SHAPES, {"ngay": "1990-01-01"}).json()["features"] == [], "no commune of ours stood then"
    for bad in ("", "mai", "2026-02-30"):
        assert client.get(SHAPES, {"ngay": bad}).status_code == 400
    client.force_login(placed.citizen)
    assert client.get(SHAPES, {"ngay": "2026-01-01"}).status_code == 403


def test_only_the_page_with_a_map_asks_for_the_library(placed: Cast) -> None:
    client = Client()
    client.force_login(placed.provincial_leader)
    assert "maplibre" not in client.get("/dieu-hanh/").content.decode()
    text = client.get(B04).content.decode()
    assert f'data-unit="{placed.units.commune.pk}"' in text
    assert (f'data-shapes="{SHAPES}?ngay=' in text) == bool(finders.find("vendor/maplibre-gl-csp.js"))
    assert "<script" not in text.partition('class="map-figure"')[2].partition("</figure>")[0]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_map_is_drawn_and_a_press_opens_the_unit(
    placed: Cast, browse: Callable[..., Page], live_server: Any, chromium: Any
) -> None:
    if not finders.find("vendor/maplibre-gl-csp.js"):
        pytest.skip("NOT RUN: maplibre-gl is not installed (python -m tinhso.foundation.ui.vendor)")
    still = browse(placed.provincial_leader)
    still.goto(B04)
    assert still.locator(".map-svg").is_visible() and not still.locator(".map-live").count(), "no WebGL: the drawing"
    with_gl = chromium.browser_type.launch(executable_path=CHROMIUM, args=SOFTWARE_GL)
    try:
        context = with_gl.new_context(
            base_url=live_server.url,
            storage_state=still.context.storage_state(),
            locale="vi-VN",
            # Every point of the map is reckoned by the processor here.
            viewport={"width": 400, "height": 500},
            reduced_motion="reduce",
        )
        page = context.new_page()
        outside: list[str] = []
        page.on("request", lambda asked: outside.append(asked.url) if live_server.url not in asked.url else None)
        page.goto(B04)
        page.locator(".map-figure").scroll_into_view_if_needed()
        page.wait_for_selector(".map-canvas[data-ready]")
        assert page.locator(".map-frame a").first.is_hidden(), "no invisible links for the keyboard"
        page.get_by_role("button", name="Xem bản đồ tĩnh").click()
        assert page.locator(".map-frame a").first.is_visible()
        page.get_by_role("button", name="Xem bản đồ tương tác").click()
        canvas = page.locator(".map-canvas canvas")
        box = canvas.bounding_box()
        assert box
        # The southern commune: two cells, one above the other. The locator brings the spot into the window first.
        canvas.click(position={"x": box["width"] / 2, "y": box["height"] * 0.7})
        page.wait_for_url(f"**{B04}{placed.units.commune_committee.pk}/", wait_until="commit", timeout=8_000)
        assert [url for url in outside if not url.startswith(("blob:", "data:"))] == []
    finally:
        with_gl.close()
