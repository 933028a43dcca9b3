"""The bell and its pages as people meet them: three widths, keyboard names, nothing sticking out."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.notices import services, texts
from tinhso.foundation.notices.texts import Text
from tinhso.foundation.testing.browser import faults
from tinhso.foundation.testing.cast import make_cast

RECEIVED = Text("test.pages", "Đã nhận hồ sơ %(code)s", "Hồ sơ %(code)s hẹn trả kết quả lúc 16:30 ngày %(due)s.")


@pytest.mark.django_db(transaction=True)
def test_notices_read_well_at_every_width(browse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(texts.TEXTS, RECEIVED.code, RECEIVED)
    # The tree of units is checked when its transaction ends.
    with transaction.atomic():
        cast = make_cast()
    for number in (7, 8):
        values = {"code": f"A01.14-261122-000{number}", "due": "27/11/2026"}
        services.notify(Actor.system(), account=cast.citizen, text=RECEIVED.code, values=values, channels=("web",))
    page = browse(cast.citizen)
    for address in ("/thong-bao/", "/thong-bao/cach-nhan/"):
        page.goto(address)
        assert page.locator(".bell-count").inner_text() == "2"
        assert faults(page) == [], address
    assert page.problems == []
