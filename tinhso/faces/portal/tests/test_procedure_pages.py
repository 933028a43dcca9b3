"""The list of procedures and their pages: found, filtered without scripts, light, honest about what is not sure."""

import pytest
import pytest_django
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tinhso.foundation.testing.kept import Kept
from tinhso.systems.procedures import seeds
from tinhso.systems.procedures.catalogue.testing import SYSTEM, load, raw
from tinhso.systems.procedures.testing import BIRTH

MOST_QUERIES = 25
MOST_BYTES = 100_000


@pytest.fixture(scope="module")
def kept_list(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Kept:
    with django_db_blocker.unblock():
        return Kept(lambda _nothing: make_list())


@pytest.fixture
def listed(kept_list: Kept, db: None) -> None:
    """Forty rows of an invented list, one of them vertical, one unsure; the procedures served here."""
    cache.clear()
    kept_list.give()


def make_list() -> None:
    seeds.load_catalogue(SYSTEM)
    rows = [raw(f"8.{number:06d}", name_vi=f"Thủ tục thử số {number}") for number in range(1, 41)]
    rows.append(raw("8.000100", name_vi="Thủ tục ngành dọc", vertical=True, issuer="Bộ Công an", level="tỉnh"))
    unsure = {"fee_vnd": 0, "fee_v": "zero", "term_v": "no", "papers": [], "papers_total": 4}
    rows.append(raw("8.000200", name_vi="Thủ tục chưa chắc", online_level="trực tiếp", **unsure))
    rows.append(raw("8.000300", name_vi='Thủ tục <script>alert("x")</script>', papers=[{"name": "<b>Đơn</b>"}]))
    rows.append(raw(BIRTH, name_vi="Thủ tục đăng ký khai sinh"))
    load(*rows)


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/thu-tuc/", "/thu-tuc/?q=thu+so+7", "/thu-tuc/?cap=province", f"/thu-tuc/{BIRTH}/", "/thu-tuc/8.000001/", "/"],
)
def test_a_page_is_light_and_asks_little(client: Client, listed: None, path: str) -> None:
    client.get("/")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200
    assert len(asked) <= MOST_QUERIES and len(answer.content) < MOST_BYTES


def test_the_list_is_paged_and_filters_are_plain_links_and_a_form(client: Client, listed: None) -> None:
    first, second = text_of(client, "/thu-tuc/"), text_of(client, "/thu-tuc/?trang=2")
    assert "trang=2" in first and 'rel="prev"' in second
    assert "8.000100" in text_of(client, "/thu-tuc/?cap=province")
    assert "8.000001" not in text_of(client, "/thu-tuc/?cap=province")
    here = text_of(client, "/thu-tuc/?o-day=1")
    assert BIRTH in here and "8.000001" not in here


@pytest.mark.parametrize(
    "query", ["?trang=999999", "?trang=x", "?cap=khong-co", "?nhom=%00", "?q=%F0%9F%98%80", "?muc='"]
)
def test_hostile_addresses_answer_quietly(client: Client, listed: None, query: str) -> None:
    text_of(client, "/thu-tuc/" + query)


def test_the_same_page_is_not_sent_twice_until_the_list_changes(client: Client, listed: None) -> None:
    tag = client.get("/thu-tuc/8.000001/")["ETag"]
    assert client.get("/thu-tuc/8.000001/", headers={"if-none-match": tag}).status_code == 304
    load(raw("8.000001", fee_vnd=1, as_of="2026-09-01"))
    assert client.get("/thu-tuc/8.000001/", headers={"if-none-match": tag}).status_code == 200


def test_a_vertical_procedure_says_where_to_go_and_offers_no_form(client: Client, listed: None) -> None:
    page = text_of(client, "/thu-tuc/8.000100/")
    assert "dichvucong.bocongan.gov.vn" in page and "bat-dau" not in page


def test_one_without_a_form_here_says_every_way_to_file(client: Client, listed: None) -> None:
    page = text_of(client, "/thu-tuc/8.000001/")
    assert "https://example.test/1" in page and "Tại quầy một cửa" in page and "Qua bưu chính công ích" in page
    assert "bat-dau" not in page


def test_what_is_not_sure_is_marked(client: Client, listed: None) -> None:
    page = text_of(client, "/thu-tuc/8.000200/")
    assert page.count("cần kiểm tra") >= 3 and "Nguồn ghi 0 đồng" in page and "Nguồn còn ghi 4 giấy tờ nữa" in page
    assert "cần kiểm tra" not in text_of(client, "/thu-tuc/8.000001/")


def test_names_from_a_file_are_text_and_never_script(client: Client, listed: None) -> None:
    for path in ("/thu-tuc/8.000300/", "/thu-tuc/?q=8.000300", "/thu-tuc/8.000300/thay-doi/"):
        page = text_of(client, path)
        assert "<script>alert" not in page and "<b>Đơn</b>" not in page


def test_the_changes_of_a_procedure_are_public_and_name_nobody(client: Client, listed: None) -> None:
    load(raw("8.000001", name_vi="Thủ tục thử số 1", fee_vnd=99000, as_of="2026-09-01"))
    page = text_of(client, "/thu-tuc/8.000001/thay-doi/")
    assert "15.000" in page and "99.000" in page
    text_of(client, "/thu-tuc/8.999999/thay-doi/", 404)


def test_served_here_and_now_vertical_the_button_is_gone(client: Client, listed: None) -> None:
    assert "bat-dau" in text_of(client, f"/thu-tuc/{BIRTH}/")
    load(raw(BIRTH, name_vi="Thủ tục đăng ký khai sinh", vertical=True, as_of="2026-09-01"))
    assert "bat-dau" not in text_of(client, f"/thu-tuc/{BIRTH}/")
