"""The pages that administer accounts, roles and reviews."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.models import AccountConfirmation, RoleAssignment
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.cast import PASSWORD, Cast, make_account
from tinhso.foundation.testing.sessions import sign_in

LIST = "/quan-tri/tai-khoan/"
TODAY = timezone.localdate()


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.administrator, stepped_up=True)


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize("typed", ["vo minh tuan", "Võ Minh Tuấn", "TUAN", "leader"])
def test_an_officer_is_found_without_marks_or_by_username(admin: Client, typed: str) -> None:
    text = page(admin, f"{LIST}?q={typed}")
    assert "Võ Minh Tuấn" in text and "Lê Thị Mai" not in text


@pytest.mark.parametrize("typed", ["' OR 1=1 --", "<script>x</script>", "%", "\x00", "đ" * 3000])
def test_hostile_searches_find_nobody_and_break_nothing(admin: Client, typed: str) -> None:
    answer = admin.get(LIST, {"q": typed})
    assert answer.status_code == 200 and "<script>x" not in answer.content.decode()


def test_the_list_takes_the_same_queries_for_many_as_for_few(admin: Client, cast: Cast) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(admin, LIST)
        return len(queries)

    page(admin, LIST)
    few = count()
    for number in range(15):
        make_account(f"them{number}", f"Thêm {number}", role="desk_officer", unit=cast.units.commune_centre)
    assert count() == few


def test_a_new_account_gets_a_temporary_password_shown_once(admin: Client) -> None:
    form = {"full_name": "Hoàng Thị Lan", "username": "Lan.HT", "email": "", "kind": "officer"}
    answer = admin.post(LIST + "them/", form)
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    shown = re.search(r'<p class="lead"><code>([^<]+)</code>', answer.content.decode())
    account = Account.objects.get(username="lan.ht")
    assert shown and account.check_password(shown[1]) and account.must_change_password
    assert shown[1] not in str(list(AuditRow.objects.values()))


def test_a_taken_name_comes_back_with_the_form_filled(admin: Client) -> None:
    text = admin.post(LIST + "them/", {"full_name": "Ai Đó", "username": "leader", "kind": "officer"}).content.decode()
    assert "đã có người dùng" in text and "Ai Đó" in text


def test_disabling_and_opening_again(admin: Client, cast: Cast) -> None:
    url = f"{LIST}{cast.leader.pk}/"
    admin.post(url + "khoa/", {"reason": ""})
    cast.leader.refresh_from_db()
    assert cast.leader.is_active, "a reason is required"
    admin.post(url + "khoa/", {"reason": "Nghỉ hưu"})
    assert "Nghỉ hưu" in page(admin, url)
    cast.leader.refresh_from_db()
    assert not cast.leader.is_active
    admin.post(url + "mo/", {"reason": "Nhầm"})
    cast.leader.refresh_from_db()
    assert cast.leader.is_active


def test_a_role_is_granted_by_a_units_name_without_marks(admin: Client, cast: Cast) -> None:
    form = {
        "role": "desk_officer",
        "unit": "trung tam pvhcc xa an binh",
        "valid_from": str(TODAY),
        "valid_to": "",
        "document": "QĐ 1",
    }
    assert admin.post(f"{LIST}{cast.leader.pk}/vai-tro/", form).status_code == 302
    assert RoleAssignment.objects.filter(account=cast.leader, role="desk_officer").exists()
    assert "Cán bộ một cửa" in page(admin, f"{LIST}{cast.leader.pk}/")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"unit": "khong co dau"}, "Không có đơn vị"),
        ({"unit": "xa"}, "Nhiều đơn vị"),
        ({"valid_from": "31/31/2026"}, "<"),
        ({"valid_from": str(TODAY - timedelta(days=3))}, "lùi ngày"),
        ({"valid_to": str(TODAY)}, "sau ngày bắt đầu"),
    ],
)
def test_a_wrong_role_comes_back_with_what_was_typed(
    admin: Client, cast: Cast, change: dict[str, str], sentence: str
) -> None:
    form = {"role": "desk_officer", "unit": "99001.HCC", "valid_from": str(TODAY), "document": "QĐ số 15/QĐ-UBND"}
    text = admin.post(f"{LIST}{cast.leader.pk}/vai-tro/", form | change).content.decode()
    assert sentence in text and "QĐ số 15/QĐ-UBND" in text
    assert RoleAssignment.objects.filter(account=cast.leader).count() == 1


def test_granting_asks_for_a_fresh_proof_and_goes_on_afterwards(client: Client, cast: Cast) -> None:
    sign_in(client, cast.administrator)
    form = {"role": "desk_officer", "unit": "99001.HCC", "valid_from": str(TODAY), "document": "QĐ 2"}
    asked = client.post(f"{LIST}{cast.leader.pk}/vai-tro/", form)
    assert asked["Location"].startswith("/tai-khoan/xac-thuc-lai/")
    target = asked["Location"].split("next=")[1].replace("%2F", "/")
    client.post("/tai-khoan/xac-thuc-lai/", {"by": "password", "password": PASSWORD, "next": target})
    key = re.search(r'name="_kept_post" value="([^"]+)"', page(client, target))
    assert key
    client.post(f"{LIST}{cast.leader.pk}/vai-tro/", {"_kept_post": key[1]})
    assert RoleAssignment.objects.filter(account=cast.leader, role="desk_officer").exists()


def test_roles_are_shown_as_of_a_day(admin: Client, cast: Cast) -> None:
    held = RoleAssignment.objects.get(account=cast.leader)
    admin.post(f"/quan-tri/vai-tro/{held.pk}/ket-thuc/", {"valid_to": str(TODAY), "reason": "nghỉ"})
    assert "Võ Minh Tuấn" not in page(admin, "/quan-tri/vai-tro/")
    assert "Võ Minh Tuấn" in page(admin, f"/quan-tri/vai-tro/?ngay={TODAY - timedelta(days=1)}")
    assert "Võ Minh Tuấn" not in page(admin, f"/quan-tri/vai-tro/?ngay={date(2024, 1, 1)}")
    page(admin, "/quan-tri/vai-tro/?ngay=khong-phai-ngay")


def test_a_lock_out_is_seen_and_ended(admin: Client, cast: Cast) -> None:
    for _ in range(5):
        Client().post("/tai-khoan/dang-nhap/", {"login": "leader", "password": "wrong"})
    assert "khoá vì nhập sai" in page(admin, f"{LIST}{cast.leader.pk}/")
    admin.post(f"{LIST}{cast.leader.pk}/mo-khoa/")
    answer = Client().post("/tai-khoan/dang-nhap/", {"login": "leader", "password": PASSWORD})
    assert answer.status_code == 302


def test_a_review_is_confirmed_one_by_one(admin: Client, cast: Cast) -> None:
    Account.objects.filter(pk=cast.leader.pk).update(created_at=timezone.now() - timedelta(days=300))
    assert "Võ Minh Tuấn" in page(admin, "/quan-tri/ra-soat/")
    admin.post(f"/quan-tri/ra-soat/{cast.leader.pk}/")
    assert "Đã xác nhận quyền của Võ Minh Tuấn" in page(admin, "/quan-tri/ra-soat/")
    assert "Võ Minh Tuấn" not in page(admin, "/quan-tri/ra-soat/")
    assert AccountConfirmation.objects.get().account == cast.leader


def test_every_role_has_its_sentences(admin: Client) -> None:
    text = page(admin, "/quan-tri/vai-tro/quyen/")
    assert "giao và thu hồi vai trò của cán bộ" in text and "Kiểm toán viên hệ thống" in text


def test_resetting_a_password_shows_a_new_one_and_ends_sessions(admin: Client, cast: Cast) -> None:
    officer = Client()
    officer.post("/tai-khoan/dang-nhap/", {"login": "leader", "password": PASSWORD})
    answer = admin.post(f"{LIST}{cast.leader.pk}/mat-khau/")
    shown = re.search(r'<p class="lead"><code>([^<]+)</code>', answer.content.decode())
    cast.leader.refresh_from_db()
    assert shown and cast.leader.check_password(shown[1])
    assert officer.get("/tai-khoan/").status_code == 302


def test_pages_read_in_english_too(admin: Client, cast: Cast, settings: Any) -> None:
    with translation.override("en"):
        assert translation.gettext("Lập tài khoản") != "Lập tài khoản" or not _compiled()


def _compiled() -> bool:
    from pathlib import Path

    return (Path(__file__).parents[1] / "locale/en/LC_MESSAGES/django.mo").exists()


def test_an_administrator_of_one_commune_sees_only_its_accounts(client: Client, cast: Cast) -> None:
    own = make_account("quan.tri.xa", "Quản Trị Xã", role="administrator", unit=cast.units.commune_committee)
    sign_in(client, own)
    text = page(client, LIST)
    assert "Võ Minh Tuấn" in text and "Đặng Thị Thu" not in text
    page(client, f"{LIST}{cast.leader_elsewhere.pk}/", 404)
    assert access.Actor.of(own).grants
