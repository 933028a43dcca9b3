"""A version is written and published in a real browser, at three widths, with the pages looked at on the way."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.testing.browser import overflows
from tinhso.systems.procedures.authoring.models import Proposal
from tinhso.systems.procedures.models import ProcedureVersion
from tinhso.systems.procedures.testing import MARRIAGE, Office, office

__all__ = ["office"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("TINHSO_SHOTS", "")
PARTS = ("proposal", "facts", "papers", "fees", "form", "workbook", "process", "result")


def look(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    assert overflows(page) == 0 and page.problems == [], name


def test_from_a_new_version_to_its_publication(office: Office, browse: Callable[..., Any]) -> None:
    page = browse(office.cast.administrator, width=360, stepped_up=True)
    page.set_default_timeout(20000)
    page.goto(reverse("authoring:home"))
    look(page, "author-home-360")
    page.locator(f'form[action="{reverse("authoring:begin", args=[office.version(MARRIAGE).pk])}"] button').click()
    page.get_by_text("Chưa ghi ngày có hiệu lực.").first.wait_for()
    one = Proposal.objects.get(code=MARRIAGE)
    page.goto(reverse("authoring:facts", args=[one.pk]))
    tomorrow = timezone.localdate() + timedelta(days=1)
    page.locator('input[name="valid_from"]').fill(f"{tomorrow:%Y-%m-%d}")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_role("button", name="Chạy thử với hồ sơ mẫu").click()
    page.get_by_text("ra kết quả").first.wait_for()
    for width in (360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for name in PARTS:
            page.goto(reverse(f"authoring:{name}", args=[one.pk]))
            look(page, f"author-{name}-{width}")
        page.goto(reverse("fees:procedure", args=[MARRIAGE]))
        look(page, f"fees-{width}")
    page.goto(reverse("authoring:proposal", args=[one.pk]))
    page.get_by_role("button", name="Ban hành phiên bản").click()
    page.get_by_text("Đã ban hành phiên bản 2").first.wait_for()
    assert ProcedureVersion.objects.get(code=MARRIAGE, version=2).valid_from == tomorrow
