"""The portal as Chromium draws it: three widths, both grounds, no accessibility fault, nothing too wide."""

import gzip
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tinhso.foundation.testing.browser import WIDTHS, axe, faults
from tinhso.systems.procedures import services
from tinhso.systems.procedures.testing import BIRTH, IN_PERSON, MARRIAGE, Office, office

__all__ = ["office"]

pytestmark = pytest.mark.long

# Set to a folder to look at the pages afterwards.
SHOTS = os.environ.get("TINHSO_SHOTS", "")


def apart(act: Callable[[], Any]) -> Any:
    """Runs an act in a thread of its own: signing starts an event loop, and the browser's holds this thread."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def addresses(office: Office) -> dict[str, str]:
    """Every page of the portal with something on it."""
    issued = apart(office.issued)
    asked = office.resolving(code=BIRTH)
    services.ask_supplement(
        actor=office.cast.actor("resolving_officer"),
        dossier_id=asked.pk,
        items="Giấy chứng sinh, chụp cả hai mặt",
        reason="Ảnh chụp bị mờ, không đọc được ngày sinh.",
    )
    draft = office.draft(BIRTH)
    draft.pages_done = [1, 2, 3, 4, 5, 6]
    draft.save()
    return {
        "home": "/",
        "procedures": "/thu-tuc/",
        "search": "/thu-tuc/?q=khai+sihn",
        "nothing": "/thu-tuc/?q=zzzzqqq",
        "procedure": f"/thu-tuc/{BIRTH}/",
        "at-the-desk": f"/thu-tuc/{IN_PERSON}/",
        "commune": f"/thu-tuc/{MARRIAGE}/bat-dau/",
        "commune-search": f"/thu-tuc/{MARRIAGE}/bat-dau/?tim=dong+hai",
        "page-1": f"/ho-so/soan/{draft.token}/trang/1/",
        "page-2": f"/ho-so/soan/{draft.token}/trang/2/",
        "page-files": f"/ho-so/soan/{draft.token}/trang/5/",
        "check": f"/ho-so/soan/{draft.token}/kiem-tra/",
        "mine": "/ho-so/",
        "filed": f"/ho-so/{asked.code}/da-nop/",
        "dossier-issued": f"/ho-so/{issued.code}/",
        "dossier-asked": f"/ho-so/{asked.code}/",
        "follow": "/tra-cuu/",
        "followed": f"/tra-cuu/?ma={issued.code}",
        "signature": "/kiem-tra-chu-ky/",
    }


def test_every_page_is_accessible_and_fits(browse: Callable[..., Any], office: Office) -> None:
    page = browse(office.cast.citizen)
    wrong: dict[str, list[str]] = {}
    for name, address in addresses(office).items():
        response = page.goto(address)
        assert response.status == 200, name
        if SHOTS:
            shoot(page, name)
        if found := faults(page):
            wrong[name] = found
    assert wrong == {}
    assert page.problems == []


def shoot(page: Any, name: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


def test_errors_are_reached_by_keyboard_and_dependent_questions_hide(
    browse: Callable[..., Any], office: Office
) -> None:
    draft = office.draft(BIRTH)
    page = browse(office.cast.citizen, width=360)
    page.goto(f"/ho-so/soan/{draft.token}/trang/1/")
    page.fill("#nyc_so_dinh_danh", "12")
    page.press("#nyc_so_dinh_danh", "Enter")
    page.wait_for_selector(".error-summary")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "page-wrong-360.png", full_page=True)
    assert "Lỗi" in page.title()
    assert axe(page) == []
    page.locator(".error-summary a").first.press("Enter")
    assert page.evaluate("document.activeElement.id") == "nyc_so_dinh_danh"


def test_the_home_page_weighs_less_than_100_kilobytes(browse: Callable[..., Any], office: Office) -> None:
    weights: dict[str, int] = {}
    page = browse()

    def weigh(response: Any) -> None:
        content = response.body()
        # As the web server sends it: text goes compressed, fonts are already.
        is_packed = response.url.endswith((".woff2", ".png"))
        weights[response.url] = len(content) if is_packed else len(gzip.compress(content, 6))

    page.on("response", weigh)
    page.goto("/", wait_until="networkidle")
    assert len(weights) > 4 and sum(weights.values()) < 100_000, weights
