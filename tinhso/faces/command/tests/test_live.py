"""Live figures in a real browser: the act, the worker, the push process, the page. Needs Chromium."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tinhso.engines.indicators import services
from tinhso.engines.indicators.models import Fact
from tinhso.engines.indicators.registry import MEASURES
from tinhso.engines.indicators.rules import Period
from tinhso.engines.indicators.seeds import load_targets
from tinhso.faces.command.tests.test_pages import put
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.testing.browser import faults
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.push import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/dieu-hanh/"
B04 = "/dieu-hanh/chi-tieu/T25-B04/"


def this_month() -> date:
    return timezone.localdate().replace(day=1)


@pytest.fixture
def wall(cast: Cast) -> Cast:
    load_targets()
    put(cast.units.commune_committee, this_month(), 1, 3)
    return cast


@pytest.fixture
def live(wall: Cast, browse: Callable[..., Page], live_server: Any, settings: Any) -> Iterator[Cast]:
    """The push process beside the site, as the launcher starts it."""
    server = Server(TINHSO_PUBLIC_URL=live_server.url)
    settings.PUSH_URL = server.url("")
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, "connect-src": ["'self'", server.url("")]}}
    yield wall
    server.stop()


def recount(cast: Cast, online: int, received: int) -> None:
    """What the worker does after an act: the cell is counted again and the change is told."""
    for code in ("procedures.dossiers_online_level_3_4", "procedures.dossiers_received_level_3_4"):
        measure = MEASURES[code]
        value = online if "online" in code else received
        Fact.objects.filter(measure=code).update(value=value)
        services._notify(measure, cast.units.commune_committee, Period.of(timezone.localdate()))


def only_the_stream(page: Any, url: str) -> list[str]:
    return [problem for problem in page.problems if not problem.startswith(f"left the site: {url}/day/")]


def test_the_figure_on_the_open_page_follows_within_two_seconds(
    live: Cast, browse: Callable[..., Page], settings: Any
) -> None:
    page = browse(live.provincial_leader)
    page.goto(HOME)
    page.wait_for_selector('[data-state="listening"]')
    assert page.text_content('[data-figure="T25-B04"]') == "33,3\u00a0%"
    started = time.monotonic()
    recount(live, 2, 3)
    page.wait_for_selector('[data-figure="T25-B04"]:has-text("66,7")')
    assert time.monotonic() - started < 2
    assert page.text_content("[data-live-status]") == "Số liệu vừa thay đổi."
    assert only_the_stream(page, settings.PUSH_URL) == []


def test_a_neighbours_change_is_not_even_told(live: Cast, browse: Callable[..., Page]) -> None:
    page = browse(live.leader_elsewhere)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(HOME)
    page.wait_for_selector('[data-state="listening"]')
    page.wait_for_timeout(800)
    before = len(asked)
    recount(live, 2, 3)
    page.wait_for_timeout(1200)
    assert len(asked) == before


def test_rights_taken_away_end_the_stream_with_the_next_pass(live: Cast, browse: Callable[..., Page]) -> None:
    page = browse(live.leader)
    page.goto(HOME)
    page.wait_for_selector('[data-state="listening"]')
    RoleAssignment.objects.filter(account=live.leader).update(valid_to=timezone.localdate())
    assert page.evaluate("fetch('/dieu-hanh/the-nghe/').then((answer) => answer.status)") == 403


def test_with_scripts_off_the_page_says_when_and_how_to_reload(wall: Cast, browse: Callable[..., Page]) -> None:
    page = browse(wall.provincial_leader, scripts=False)
    page.goto(HOME)
    assert "Cập nhật lúc" in (page.text_content("#live-drawn") or "")
    put(wall.units.commune_committee, this_month(), 3, 3)
    page.click("text=tải lại")
    assert page.text_content('[data-figure="T25-B04"]') == "100\u00a0%"
    page.click("text=Hồ sơ thủ tục hành chính thuộc danh mục")
    page.click(f"text={wall.units.commune_committee.name}")
    assert "Theo tháng" in page.content()


def addresses(wall: Cast) -> list[str]:
    unit = wall.units.commune_committee.pk
    month = f"{this_month():%Y-%m}"
    return [HOME, B04, f"{B04}{unit}/", f"{B04}{unit}/{month}/", "/dieu-hanh/chi-tieu/T25-A01/"]


def test_every_page_is_accessible_and_fits(wall: Cast, browse: Callable[..., Page]) -> None:
    page = browse(wall.provincial_leader)
    for url in addresses(wall):
        page.goto(url)
        assert faults(page) == [], url
