"""A walk-in by keyboard, counted; the hall's pages at their widths; appointments with scripts off."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tinhso.foundation.testing.browser import axe, overflows
from tinhso.systems.procedures.counter import services
from tinhso.systems.procedures.counter.models import Reception
from tinhso.systems.procedures.counter.testing import Hall, next_slot
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.testing import Office, office

__all__ = ["office"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
CARD = "099190000123|190000001|Trần Thị Bưởi|17051990|Nữ|Thôn Đông, Xã An Bình|01012022"
# A practised officer types three keys a second; a minute holds 180.
MOST_KEYS = 60


class Keyboard:
    """Presses keys and counts them; what a scanner types is not typed by hand."""

    def __init__(self, page: Any) -> None:
        self.page, self.keys = page, 0

    def scan(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Enter")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1


def test_a_walk_in_by_keyboard_alone(office: Office, browse: Any, capsys: Any) -> None:
    page = browse(office.cast.desk_officer, width=1440)
    page.goto("/can-bo/nhan-truc-tiep/")
    assert axe(page) == [] and overflows(page) == 0
    hand, started = Keyboard(page), time.monotonic()
    hand.scan(CARD)
    page.wait_for_selector("#thu_tuc:focus")
    assert page.input_value("#ho_ten") == "Trần Thị Bưởi"
    hand.type("khai sinh")
    hand.press("Enter")
    page.wait_for_selector("[name=giay_to_cua]", state="attached")
    page.wait_for_selector("[data-tick-all]:focus, #truong_hop:focus, [name=ten-them]:focus")
    if page.locator("#truong_hop:focus").count():
        hand.press("Tab")
    hand.press("Space")
    assert axe(page) == []
    hand.press("Control+Enter")
    page.wait_for_url("**/xong/")
    took = time.monotonic() - started
    dossier = Dossier.objects.get()
    assert dossier.applicant.full_name == "Trần Thị Bưởi" and dossier.state == "received"
    assert dossier.received_papers.exists() and Reception.objects.get().card_read
    page.wait_for_selector("a[href$='.pdf']:focus")
    assert hand.keys <= MOST_KEYS and took < 60 and page.problems == []
    with capsys.disabled():
        print(f"\nwalk-in: {hand.keys} keys by hand, {took:.1f} s on the machine")


def test_the_hall_is_read_from_afar_and_appointments_need_no_scripts(hall: Hall, browse: Any) -> None:
    officer = hall.cast.actor("desk_officer")
    hall.take()
    screen = browse(width=1440)
    screen.goto(f"/man-hinh-goi-so/{hall.desk.pk}/")
    services.call_next(actor=officer, counter=hall.counter)
    screen.wait_for_selector("text=A001", timeout=8000)
    assert "Mời số A001 đến quầy 1" in screen.locator("[data-said]").inner_text()
    assert axe(screen) == [] and overflows(screen) == 0 and screen.problems == []
    plain = browse(hall.cast.citizen, width=360, scripts=False)
    for address in ("/dat-lich/", f"/dat-lich/?nhom={hall.group.pk}", f"/lay-so/{hall.setup.kiosk_key}/"):
        plain.goto(address)
    slot = next_slot(hall.group)
    plain.goto(f"/dat-lich/?nhom={hall.group.pk}&ngay={slot:%Y-%m-%d}")
    plain.locator("input[name=gio]").first.check()
    plain.get_by_role("button", name="Đặt lịch").click()
    plain.wait_for_url("**/cua-toi/")
    phone = browse(hall.cast.citizen, width=360)
    for address in (
        "/dat-lich/",
        "/dat-lich/cua-toi/",
        "/giay-to-cua-toi/",
        "/lam-thay/",
        "/lam-thay/moi/",
        "/phan-anh/",
    ):
        phone.goto(address)
        assert axe(phone) == [] and overflows(phone) == 0, address
