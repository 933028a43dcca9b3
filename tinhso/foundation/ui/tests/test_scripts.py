"""Each behaviour in a real browser, and the same page with scripts off."""

from collections.abc import Callable
from typing import Any

import pytest

from tinhso.foundation.testing.browser import axe

pytestmark = pytest.mark.browser
Browse = Callable[..., Any]


@pytest.fixture
def page(browse: Browse) -> Any:
    opened = browse(width=1280)
    opened.goto("/ui/")
    opened.wait_for_selector("html.js-ready")
    return opened


def test_a_long_choice_is_found_without_marks(page: Any) -> None:
    box = page.get_by_role("combobox", name="Xã, phường").first
    box.fill("thach")
    page.keyboard.press("Enter")
    assert box.input_value() == "Xã Thạch Hà"
    assert page.locator("select#xa").input_value() == "Xã Thạch Hà"


def test_a_long_choice_says_when_nothing_matches_and_keeps_the_old_one(page: Any) -> None:
    box = page.get_by_role("combobox", name="Xã, phường").first
    box.fill("duc tho")
    page.keyboard.press("Enter")
    box.fill("zzz")
    assert page.get_by_text("Không có mục nào khớp.").first.is_visible()
    page.keyboard.press("Escape")
    assert box.input_value() == "Xã Đức Thọ"


def test_rows_are_walked_by_arrows_and_picked_by_x(page: Any) -> None:
    row = page.locator("#mau-hang-cho tbody tr")
    row.first.focus()
    page.keyboard.press("ArrowDown")
    assert row.nth(1).evaluate("row => row === document.activeElement")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator(".bulk [data-count]").inner_text() == "Đã chọn 2"
    assert axe(page, ".table-frame") == []


def test_pick_all_picks_all(page: Any) -> None:
    page.locator("[data-pick-all]").check()
    assert page.locator("[data-pick]:checked").count() == 5
    page.locator("[data-pick-all]").uncheck()
    assert page.locator(".bulk").is_hidden()


def test_a_hidden_column_is_remembered(page: Any) -> None:
    page.get_by_text("Cột", exact=True).click()
    page.locator(".menu-body").get_by_label("Mã").uncheck()
    page.reload()
    page.wait_for_selector("html.js-ready")
    assert page.locator("#mau-hang-cho th", has_text="Mã").is_hidden()


def test_a_pasted_date_fills_the_boxes(page: Any) -> None:
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData('text', '3/2/1990');
        document.getElementById('ngay-thuong_day')
          .dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    values = [page.locator(f"#ngay-thuong_{part}").input_value() for part in ("day", "month", "year")]
    assert values == ["3", "2", "1990"]


def test_typing_a_day_moves_on_to_the_month(page: Any) -> None:
    page.locator("#ngay-thuong_day").press_sequentially("23")
    assert page.evaluate("document.activeElement.id") == "ngay-thuong_month"


def test_a_file_too_large_or_of_a_wrong_kind_is_refused_in_words(page: Any) -> None:
    field = page.locator("#tep1")
    field.set_input_files({"name": "to.pdf", "mimeType": "application/pdf", "buffer": b"0" * (10 * 1024 * 1024 + 1)})
    assert page.get_by_text("Tệp lớn hơn 10 MB.").last.is_visible()
    field.set_input_files({"name": "x.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"})
    assert page.get_by_text("Loại tệp này không nhận.").is_visible()
    assert field.evaluate("field => field.files.length") == 0


def test_an_error_link_takes_the_reader_to_the_field(page: Any) -> None:
    page.get_by_role("link", name="Ngày sinh: tháng phải từ 1 đến 12.").click()
    assert page.evaluate("document.activeElement.id") == "ngay-loi_day"


def test_tabs_are_walked_by_arrows(page: Any) -> None:
    page.get_by_role("tab", name="Người nộp").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#the-giay").is_visible()
    assert page.locator("#the-nguoi").is_hidden()


def test_dialogs_open_close_and_have_no_fault(page: Any) -> None:
    page.get_by_role("link", name="Mở hộp thoại").click()
    assert page.get_by_role("dialog").is_visible()
    assert axe(page, "#hop-thoai") == []
    page.keyboard.press("Escape")
    assert page.locator("#hop-thoai").is_hidden()
    page.get_by_role("link", name="Mở ngăn kéo").click()
    assert axe(page, "#ngan-keo") == []
    page.locator("#ngan-keo [data-closes]").click()
    assert page.locator("#ngan-keo").is_hidden()


def test_the_palette_opens_by_keyboard(page: Any) -> None:
    page.keyboard.press("Control+k")
    assert page.locator("#lenh").is_visible()
    page.locator("#lenh input").fill("khong co trang nao nhu the")
    page.get_by_text("Không có mục nào khớp.").last.wait_for()
    assert axe(page, "#lenh") == []


def test_the_theme_changes_at_once_and_stays(page: Any) -> None:
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    with page.expect_response("**/ui/giao-dien/"):
        page.get_by_role("button", name="Tối", exact=True).click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_switches_work_with_scripts_off(browse: Browse) -> None:
    plain = browse(scripts=False, width=360)
    plain.goto("/ui/")
    plain.get_by_role("button", name="Tối", exact=True).click()
    plain.get_by_role("button", name="Gọn", exact=True).click()
    assert plain.locator("html").get_attribute("data-theme") == "dark"
    assert plain.locator("html").get_attribute("data-density") == "compact"
    plain.get_by_role("button", name="English").click()
    assert plain.locator("html").get_attribute("lang") == "en"


def test_dialogs_and_choices_work_with_scripts_off(browse: Browse) -> None:
    plain = browse(scripts=False)
    plain.goto("/ui/")
    plain.get_by_role("link", name="Mở hộp thoại").click()
    assert plain.locator("#hop-thoai").is_visible()
    plain.locator("select#xa").select_option("Xã Thạch Hà")
    assert plain.locator(".bulk").is_visible()


def test_the_skip_link_is_the_first_stop(browse: Browse) -> None:
    page = browse()
    page.goto("/khong-co-trang-nay/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "noi-dung"
