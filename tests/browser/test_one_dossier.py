"""One dossier all the way: a citizen's phone without scripts, three officers with them, and the figure that moves.

Nothing is set up by hand but the province, the procedures and the accounts: every step is a page pressed by its user.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from tinhso.engines.indicators import services as figures
from tinhso.engines.indicators.seeds import load_targets
from tinhso.engines.search import vocabulary
from tinhso.foundation.events import dispatch
from tinhso.foundation.testing.browser import axe, overflows
from tinhso.foundation.testing.cast import PASSWORD
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.sample_scan import sample_scan
from tinhso.systems.procedures.testing import Office, office

__all__ = ["office"]

pytestmark = pytest.mark.long

SHOTS = os.environ.get("TINHSO_SHOTS", "")
SCAN = {"name": "giay-chung-sinh.png", "mimeType": "image/png", "buffer": sample_scan().getvalue()}
TARGET = "/dieu-hanh/chi-tieu/T25-B04/"


def apart(act: Callable[[], Any]) -> Any:
    """Runs what the worker would do in a thread of its own."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def shoot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"journey-{name}.png", full_page=True)


@pytest.fixture
def province(office: Office) -> Office:
    """The procedures, the targets, and the citizen's home commune known to the register."""
    cache.clear()
    vocabulary.forget()
    person = office.cast.citizen.person
    assert person is not None
    person.commune = office.cast.units.commune
    person.save()
    load_targets()
    apart(figures.fill_all)
    return office


ANSWERS = {
    "con_ho_ten": "Nguyễn Minh Anh",
    "con_noi_sinh": "Bệnh viện đa khoa tỉnh",
    "con_que_quan": "Xã An Bình",
    "me_ho_ten": "Nguyễn Thị Hoa",
    "me_so_dinh_danh": "042190000017",
    "me_noi_cu_tru": "Thôn 1, xã An Bình",
    # A telephone number is filled in only for who agreed to it; here it is typed.
    "nyc_dien_thoai": "0912345678",
}


def fill_page(page: Any) -> None:
    """Answers what a page still asks, as a person would: required boxes, first choices, dates in three boxes."""
    form = page.locator("main form")
    for box in form.locator("input[type=text], input:not([type]), input[type=tel], input[type=email]").all():
        name = box.get_attribute("name")
        part = {"day": "2", "month": "11", "year": "2026"}.get(name.rpartition("_")[2])
        if name in ANSWERS:
            box.fill(ANSWERS[name])
        elif part and box.get_attribute("inputmode") == "numeric" and not box.input_value():
            if name.startswith("con_"):
                box.fill(part)
            elif name.startswith("me_"):
                box.fill({"2026": "1990"}.get(part, part))
    for group in form.locator("fieldset:has(input[type=radio])").all():
        if not group.locator("input:checked").count():
            group.locator("input[type=radio]").first.check()
    for choice in form.locator("select").all():
        if not choice.input_value() and not choice.get_attribute("name").startswith("cha_"):
            choice.select_option(index=1)
    for tick in form.locator("input[type=checkbox][name=cam_doan]").all():
        tick.check()


def citizen_files(browse: Callable[..., Any], office: Office) -> tuple[Any, str]:
    """From the search box to the receipt, at 360 px and without scripts; (the page, the dossier's code)."""
    page = browse(width=360, scripts=False)
    page.goto("/")
    page.fill("#q", "dang kys khai sihn")
    page.locator("main form[role=search] button, .hero form[role=search] button").first.click()
    page.get_by_role("link", name="Đăng ký khai sinh").first.click()
    assert "Bao lâu" in page.inner_text("main")
    page.get_by_role("link", name="Làm trực tuyến").click()
    assert "/dang-nhap/" in page.url
    page.fill("input[name=login]", office.cast.citizen.username)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).last.click()
    assert "Nộp ở đâu" in page.inner_text("h1"), page.inner_text("main")
    shoot(page, "commune")
    page.get_by_role("button", name="Nộp ở đây").click()
    assert "từ tài khoản định danh" in page.inner_text("main")
    for _number in range(12):
        if "/kiem-tra/" in page.url:
            break
        assert overflows_without_scripts(page), page.url
        fill_page(page)
        upload = page.locator("input[type=file]")
        if upload.count():
            wrong = {"name": "giay.pdf", "mimeType": "application/pdf", "buffer": b"MZ" + b"\0" * 300}
            upload.first.set_input_files(wrong)
            page.get_by_role("button", name="Lưu và tiếp tục").last.click()
            assert "giay.pdf" in page.inner_text("main"), "a file that lies gets a sentence"
            page.locator("input[type=file]").first.set_input_files(SCAN)
        page.get_by_role("button", name="Lưu và tiếp tục").last.click()
        assert not page.locator(".field-error").count(), page.inner_text(".field-error")
    shoot(page, "check")
    assert "Nguyễn Minh Anh" in page.inner_text("main")
    page.get_by_role("button", name="Nộp hồ sơ").click()
    shoot(page, "filed")
    code = Dossier.objects.get().code
    assert page.url.endswith(f"/ho-so/{code}/da-nop/") and code in page.inner_text("main")
    with page.expect_download() as receipt:
        page.get_by_role("link", name="Tải giấy tiếp nhận (PDF)").click()
    assert Path(receipt.value.path()).read_bytes().startswith(b"%PDF")
    return page, code


def overflows_without_scripts(page: Any) -> bool:
    """Nothing hangs out of a 360 px window (asked through the browser itself: the page runs no script)."""
    boxes = [one.bounding_box() for one in page.locator("main input:visible, main button:visible").all()]
    return all(box is None or box["x"] + box["width"] <= 361 for box in boxes)


def officer_presses(browse: Callable[..., Any], account: Any, code: str, *buttons: str) -> Any:
    """An officer finds the dossier on the desk and presses the buttons one after another."""
    page = browse(account, width=1440)
    dossier = Dossier.objects.get(code=code)
    page.goto("/can-bo/")
    assert code in page.inner_text("main"), f"{account} does not find {code} on the desk"
    page.goto(f"/can-bo/ho-so/{dossier.pk}/")
    for button in buttons:
        page.get_by_role("button", name=button, exact=True).first.click()
        page.wait_for_load_state()
    shoot(page, f"desk-{account.username}")
    return page


def proved_again(page: Any) -> None:
    """The password once more, then the kept press goes on by itself when its owner says so."""
    assert "Xác thực lại" in page.inner_text("h1")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Xác thực", exact=True).first.click()
    page.wait_for_load_state()
    go_on = page.get_by_role("button", name="Tiếp tục")
    if go_on.count():
        go_on.first.click()
        page.wait_for_load_state()


def figure(browse: Callable[..., Any], office: Office) -> str:
    """What the command centre says of the target, after the worker has delivered what happened."""
    apart(dispatch.deliver_all)
    page = browse(office.cast.provincial_leader, width=1440)
    page.goto(TARGET)
    shoot(page, "target")
    return str(page.inner_text("main"))


def test_a_dossier_travels_from_a_phone_to_a_signed_result_and_moves_the_target(
    browse: Callable[..., Any], province: Office
) -> None:
    cast = province.cast
    before = figure(browse, province)
    phone, code = citizen_files(browse, province)

    officer_presses(browse, cast.desk_officer, code, "Tiếp nhận", "Chuyển thụ lý")
    assert Dossier.objects.get(code=code).state == "resolving"
    after = figure(browse, province)
    assert after != before and "100" in after

    officer_presses(browse, cast.resolving_officer, code, "Trình ký")
    leader = officer_presses(browse, cast.leader, code, "Ký và ban hành")
    proved_again(leader)
    dossier = Dossier.objects.get(code=code)
    assert dossier.state in ("issued", "returned"), leader.inner_text("main")
    assert axe(leader) == []

    phone.goto(f"/tra-cuu/?ma={code}")
    assert "Nguyễn" not in phone.inner_text("main") and code in phone.inner_text("main")
    phone.goto(f"/ho-so/{code}/")
    shoot(phone, "result")
    with phone.expect_download() as result:
        phone.get_by_role("link", name="Tải kết quả có chữ ký số").click()
    signed = Path(result.value.path()).read_bytes()
    check(phone, signed, "Hợp lệ")
    check(phone, re.sub(rb"/Producer", rb"/Producez", signed, count=1), "Không hợp lệ")
    phone.goto("/tai-khoan/ai-da-xem/")
    assert str(cast.resolving_officer) in phone.inner_text("main")
    # The one answer that the browser remarks on is the refusal of the file that lied.
    assert [fault for fault in phone.problems if "422" not in fault] == [] and leader.problems == []
    assert overflows(leader) == 0


def check(page: Any, content: bytes, verdict: str) -> None:
    """The public page's verdict on a file."""
    page.goto("/kiem-tra-chu-ky/")
    page.locator("input[type=file]").set_input_files(
        {"name": "ket-qua.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    assert verdict in page.inner_text("main")
