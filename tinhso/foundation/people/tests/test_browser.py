"""Account pages in a real browser: readable by everyone, on a phone, and passkeys under the strict policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.people.lookups import record_lookup
from tinhso.foundation.testing.browser import faults, overflows
from tinhso.foundation.testing.cast import BEGINNING, PASSWORD, Cast, make_cast
from tinhso.foundation.testing.sessions import totp_code

Browse = Callable[..., Any]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OWN = ["", "ai-da-xem/", "quyen/", "uy-quyen/", "phien/", "hai-lop/", "mat-khau/", "xac-thuc-lai/"]
ADMIN = ["tai-khoan/", "tai-khoan/them/", "vai-tro/", "vai-tro/quyen/", "ra-soat/"]


@pytest.fixture
def people(db: None) -> Cast:
    from django.db import transaction

    with transaction.atomic():
        cast = make_cast()
        record_lookup(cast.actor("desk_officer"), person=cast.citizen.person, purpose="Tiếp nhận hồ sơ")
    return cast


def arrive(page: Any, path: str) -> None:
    page.wait_for_url(lambda url: urlsplit(url).path == path)


def look(page: Any, url: str) -> None:
    page.goto(url)
    assert faults(page) == [], url


def test_a_citizens_account_is_readable_by_everyone(browse: Browse, people: Cast) -> None:
    look(browse(), "/tai-khoan/dang-nhap/")
    page = browse(people.citizen)
    for url in OWN:
        look(page, f"/tai-khoan/{url}")
    assert page.problems == []


@pytest.mark.parametrize("width", [360, 768])
def test_the_band_holds_every_door_of_one_who_has_them_all(browse: Browse, people: Cast, width: int) -> None:
    for role in ("desk_officer", "unit_leader", "provincial_leader", "auditor"):
        RoleAssignment.objects.create(
            account=people.administrator, role=role, unit=people.units.province, valid_from=BEGINNING
        )
    page = browse(people.administrator, width=width)
    for url in ("/", "/tai-khoan/", "/can-bo/"):
        page.goto(url)
        assert overflows(page) == 0, url
        assert page.locator(".brand-name").bounding_box()["height"] < 40, url


def test_administration_is_readable_by_everyone(browse: Browse, people: Cast) -> None:
    page = browse(people.administrator)
    for url in [*ADMIN, f"tai-khoan/{people.leader.pk}/"]:
        look(page, f"/quan-tri/{url}")
    assert page.problems == []


def test_signing_in_with_scripts_off_on_a_phone(browse: Browse, people: Cast) -> None:
    page = browse(width=360, scripts=False)
    page.goto("/tai-khoan/dang-nhap/?next=/tai-khoan/ai-da-xem/")
    page.fill("[name=login]", "administrator")
    page.fill("[name=password]", PASSWORD)
    page.click("form[novalidate] button")
    page.fill("[name=code]", totp_code())
    page.click("form[novalidate] button")
    arrive(page, "/tai-khoan/ai-da-xem/")
    assert page.locator("h1").inner_text() == "Ai đã xem dữ liệu của tôi"


def test_a_passkey_is_added_signs_in_and_proves_again(browse: Browse, people: Cast) -> None:
    page = browse(people.leader)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    page.goto("/tai-khoan/xac-thuc-lai/?next=/tai-khoan/hai-lop/khoa/them/")
    page.fill("[name=password]", PASSWORD)
    page.click("form[novalidate] button")
    arrive(page, "/tai-khoan/hai-lop/khoa/them/")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    arrive(page, "/tai-khoan/hai-lop/ma-du-phong/")
    page.goto("/tai-khoan/dang-xuat/")
    page.click("main form button")
    page.goto("/tai-khoan/dang-nhap/?next=/tai-khoan/quyen/")
    page.click("#passkey_login")
    arrive(page, "/tai-khoan/quyen/")
    page.goto("/tai-khoan/xac-thuc-lai/?next=/tai-khoan/phien/")
    page.click("#mfa_webauthn_reauthenticate")
    arrive(page, "/tai-khoan/phien/")
    assert page.problems == []
