"""The wall in a real browser: read from afar, found alive again after the server went away. Needs Chromium."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tinhso.faces.wall.tests.test_wall import make_wall
from tinhso.foundation.testing.browser import axe, overflows
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.resolution.tests.conftest import make_plan, put

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Type that a person reads from five metres on a screen of 1920 × 1080.
SMALLEST = 24
SIZES = """() => Math.min(...[...document.querySelectorAll('.is-on *')].filter(one => one.offsetParent
  && !one.closest('.visually-hidden, svg') && [...one.childNodes].some(node => node.nodeType === 3
  && node.textContent.trim())).map(one => parseFloat(getComputedStyle(one).fontSize)))"""


def test_it_is_read_from_afar_and_says_when_the_line_is_lost_and_comes_back(
    cast: Cast, browse: Callable[..., Page]
) -> None:
    make_plan(cast)
    _wall, secret = make_wall(cast)
    page = browse(None, width=1920)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"/wall/vao/{secret}/")
    assert page.locator("[data-scene].is-on").count() == 1
    for number in range(5):
        page.evaluate(
            "at => document.querySelectorAll('[data-scene]').forEach((s, k) => s.classList.toggle('is-on', k == at))",
            number,
        )
        assert page.evaluate(SIZES) >= SMALLEST
        assert axe(page) == []
    assert overflows(page) == 0
    away: list[Any] = []
    page.route("**/wall/", lambda route: away.append(route.abort()))
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("[data-sign]:not([hidden])", timeout=8000)
    assert "Mất kết nối từ" in (page.text_content("[data-sign]") or "")
    put(cast.units.commune_committee, 8, 10)
    page.unroute("**/wall/")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("[data-sign]", state="hidden", timeout=8000)
    page.wait_for_selector("text=80\u00a0%", state="attached", timeout=8000)
    page.set_viewport_size({"width": 360, "height": 800})
    assert overflows(page) == 0 and axe(page) == []
