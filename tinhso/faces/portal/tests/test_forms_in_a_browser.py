"""A form with a repeating group in Chromium: rows and verdicts at once with scripts, by round trips without."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinhso.foundation.testing.browser import axe, overflows
from tinhso.systems.procedures.models import Draft
from tinhso.systems.procedures.testing import MARRIAGE, Office, office

__all__ = ["office"]

SHOTS = os.environ.get("TINHSO_SHOTS", "")
PLACES = 3


def shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def opened(browse: Callable[..., Any], office: Office, **kind: Any) -> tuple[Any, Draft, str]:
    draft = office.draft(MARRIAGE)
    draft.pages_done = [1, 2]
    draft.data = {name: value for name, value in draft.data.items() if name not in ("cu_tru", "tinh_trang", "muc_dich")}
    draft.save()
    page = browse(office.cast.citizen, **kind)
    address = f"/ho-so/soan/{draft.token}/trang/{PLACES}/"
    page.goto(address)
    return page, draft, address


def put_day(page: Any, name: str, day: str) -> None:
    for part, text in zip(("day", "month", "year"), day.split("/"), strict=True):
        page.fill(f"#{name}_{part}", text)


def test_rows_and_verdicts_come_at_once(browse: Callable[..., Any], office: Office) -> None:
    page, draft, _address = opened(browse, office, width=360)
    assert page.locator("[data-row]:visible").count() == 1, "a required group begins with one row"
    page.fill("#cu_tru-0-noi", "Phường Đông Hải, tỉnh Thử Nghiệm")
    put_day(page, "cu_tru-0-tu", "1/2/2015")
    page.check("#cu_tru-0-con_o")
    assert not page.locator("#cu_tru-0-den").is_visible(), "the end is not asked while one still lives there"
    page.click("[data-row-add]")
    assert page.evaluate("document.activeElement.id") == "cu_tru-1-noi"
    assert page.locator("#cu_tru-1 [data-row-title]").inner_text() == "Nơi cư trú 2"
    assert page.locator("#cu_tru-1-den").is_visible(), "conditions hold row by row"
    page.fill("#cu_tru-1-noi", "Xã An Bình")
    put_day(page, "cu_tru-1-tu", "31/2/2010")
    page.press("#cu_tru-1-tu_year", "Tab")
    assert "không có ngày 31/2/2010" in page.locator("#cu_tru-1-tu-error").inner_text()
    shot(page, "group-typed-360")
    page.get_by_role("button", name="Lưu và tiếp tục").last.click()
    assert "Nơi cư trú 2 (Xã An Bình): Hãy nhập đủ ngày" in page.locator(".error-summary").inner_text()
    assert Draft.objects.get(pk=draft.pk).data.get("cu_tru") is None, "the wrong page has not travelled yet"
    assert axe(page) == [] and overflows(page) == 0
    shot(page, "group-wrong-360")
    page.click("#cu_tru-0 [data-row-remove]")
    assert page.locator("#cu_tru-1 [data-row-title]").inner_text() == "Nơi cư trú 1"
    put_day(page, "cu_tru-1-tu", "28/2/2010")
    put_day(page, "cu_tru-1-den", "1/1/2015")
    page.press("#cu_tru-1-den_year", "Tab")
    assert page.locator("#cu_tru-1-tu-error").count() == 0, "a mended answer loses its error"
    page.get_by_label("Chưa đăng ký kết hôn với ai").check()
    page.get_by_label("Mục đích khác").check()
    page.get_by_role("button", name="Lưu và tiếp tục").last.click()
    page.wait_for_url("**/trang/4/")
    saved = Draft.objects.get(pk=draft.pk)
    assert saved.data["cu_tru"] == [{"noi": "Xã An Bình", "tu": "2010-02-28", "con_o": False, "den": "2015-01-01"}]
    assert page.problems == []


def test_without_scripts_rows_travel_and_nothing_typed_is_lost(browse: Callable[..., Any], office: Office) -> None:
    page, draft, address = opened(browse, office, width=768, scripts=False)
    page.fill("#cu_tru-0-noi", "Phường Đông Hải")
    put_day(page, "cu_tru-0-tu", "31/2/2015")
    page.click("#cu_tru-them")
    assert page.url.endswith("#cu_tru-them")
    assert page.locator("[data-row]:visible").count() == 2
    assert page.input_value("#cu_tru-0-noi") == "Phường Đông Hải" and page.input_value("#cu_tru-0-tu_day") == "31"
    page.fill("#cu_tru-1-noi", "Xã An Bình")
    page.click("#cu_tru-0 [data-row-remove]")
    assert page.locator("[data-row]:visible").count() == 1 and page.input_value("#cu_tru-0-noi") == "Xã An Bình"
    page.get_by_role("button", name="Lưu và tiếp tục").last.click()
    assert "Nơi cư trú 1 (Xã An Bình): Hãy nhập đủ ngày" in page.locator(".error-summary").inner_text()
    shot(page, "group-noscript-768")
    assert Draft.objects.get(pk=draft.pk).pages_done == [1, 2]
    page.goto(address)
    assert page.input_value("#cu_tru-0-noi") == "Xã An Bình"


@pytest.mark.skipif(not SHOTS, reason="NOT RUN: only draws pictures, when TINHSO_SHOTS names a folder")
def test_pictures(browse: Callable[..., Any], office: Office) -> None:
    page, draft, address = opened(browse, office, width=1440)
    draft.data["cu_tru"] = [{"noi": "Phường Đông Hải", "tu": "2015-02-01", "con_o": True}, {"noi": "Xã An Bình"}]
    draft.save()
    page.goto(address)
    shot(page, "group-1440")
    page.goto(f"/ho-so/soan/{draft.token}/kiem-tra/")
    shot(page, "group-check-1440")
