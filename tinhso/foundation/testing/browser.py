"""Debian's Chromium for tests: `browse(...)` opens pages of the live server, `axe(page)` names accessibility faults."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    # Maps keep the drawing of the server: software WebGL on every page would cost seconds. The map's own test has it.
    "--disable-3d-apis",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA and axe's best practices.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (360, 768, 1440)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for the browser carries its mark, so that `-m "not browser"` leaves no browser test behind."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the session; tests that need it are NOT RUN where Chromium is missing."""
    if not Path(CHROMIUM).exists():
        pytest.skip("NOT RUN: chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    # Playwright's loop lives in this thread; the ORM calls of a test are still made one at a time.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture
def browse(chromium: Browser, live_server: Any, settings: Any) -> Iterator[Callable[..., Page]]:
    """browse(account=None, width=1440, scripts=True, dark=False, locale="vi-VN") -> Page with base_url set.

    `page.problems` collects console errors, failed loads and any request that leaves the site; assert it is empty.
    """
    settings.PUBLIC_URL = live_server.url
    contexts: list[Any] = []

    def open_page(
        account: Any = None,
        *,
        width: int = 1440,
        scripts: bool = True,
        dark: bool = False,
        locale: str = "vi-VN",
        stepped_up: bool = False,
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            locale=locale,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if account is not None:
            sign_in(context, live_server.url, account, stepped_up=stepped_up)
        page = context.new_page()
        _watch(page, live_server.url)
        return page

    yield open_page
    for context in contexts:
        context.close()


def sign_in(context: Any, url: str, account: Any, *, stepped_up: bool = False) -> None:
    """Gives the browser a session of the account, without walking through the sign-in page.

    `stepped_up`: as if it had just proved again who it is.
    """
    from django.conf import settings
    from django.test import Client

    from tinhso.foundation.testing.sessions import step_up

    client = Client()
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    if stepped_up:
        step_up(client, account)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}])


def _watch(page: Page, url: str) -> None:
    problems: list[str] = []
    page.problems = problems  # type: ignore[attr-defined]
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))

    def stays(request: Request) -> None:
        if not request.url.startswith((url, "data:", "blob:")):
            problems.append(f"left the site: {request.url}")

    page.on("request", stays)


def axe(page: Page, within: str = "html") -> list[str]:
    """Accessibility faults of the page as sentences; empty is what a test wants. NOT RUN without axe-core."""
    if not AXE.exists():
        pytest.skip("NOT RUN: axe-core is not installed (python -m tinhso.foundation.ui.vendor)")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        # Only violations in full: listing what passed takes longer than judging it.
        """([within, rules]) => axe.run(
            document.querySelector(within), {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']}
        )""",
        [within, RULES],
    )
    return [
        f"{fault['id']}: {fault['help']} → {'; '.join(str(node['target'][0]) for node in fault['nodes'][:4])}"
        + f" ({fault['nodes'][0].get('failureSummary', '')[:200]})"
        for fault in found["violations"]
    ]


def overflows(page: Page) -> int:
    """Pixels by which the page is wider than its window; 0 is what a test wants at 360 px."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def faults(page: Page) -> list[str]:
    """What is wrong with the open page at each width and on both grounds; empty is what a test wants.

    Loaded once, then the window changes: axe judges it wide and light, and narrow and dark; it must fit everywhere.
    """
    found = []
    for width in sorted(WIDTHS, reverse=True):
        page.set_viewport_size({"width": width, "height": 800})
        if wide := overflows(page):
            found.append(f"{wide} px too wide at {width}")
        if width == max(WIDTHS):
            found += axe(page)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {fault}" for fault in axe(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": max(WIDTHS), "height": 800})
    return found
