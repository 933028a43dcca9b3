"""Second factors: set up after a fresh proof, one's own only, recovery codes once each, sessions listed and ended."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tinhso.foundation.testing.cast import PASSWORD, Cast
from tinhso.foundation.testing.sessions import sign_in, totp_code


def key_of(cast: Cast) -> Authenticator:
    return Authenticator.objects.create(
        user=cast.administrator, type=Authenticator.Type.WEBAUTHN, data={"name": "Máy cơ quan", "credential": {}}
    )


def test_an_officer_sets_up_an_authenticator_app_and_uses_it(client: Client, cast: Cast) -> None:
    sign_in(client, cast.leader)
    assert client.get("/tai-khoan/hai-lop/ung-dung/bat/")["Location"].startswith("/tai-khoan/xac-thuc-lai/")
    client.post("/tai-khoan/xac-thuc-lai/", {"by": "password", "password": PASSWORD})
    page = client.get("/tai-khoan/hai-lop/ung-dung/bat/").content.decode()
    secret = re.search(r'<code class="nowrap">([A-Z2-7]+)</code>', page)
    assert secret and "data:image/svg" in page
    done = client.post("/tai-khoan/hai-lop/ung-dung/bat/", {"code": totp_code(secret[1])})
    assert done["Location"] == "/tai-khoan/hai-lop/ma-du-phong/"
    codes = re.findall(r"<li><code>(\d{8})</code>", client.get(done["Location"]).content.decode())
    assert len(codes) == 10
    for expected in (302, 200):  # each recovery code works once
        fresh = Client()
        fresh.post("/tai-khoan/dang-nhap/", {"login": "leader", "password": PASSWORD})
        assert fresh.post("/tai-khoan/hai-lop/nhap-ma/", {"code": codes[0]}).status_code == expected


def test_a_wrong_code_switches_nothing_on(client: Client, cast: Cast) -> None:
    sign_in(client, cast.leader, stepped_up=True)
    client.get("/tai-khoan/hai-lop/ung-dung/bat/")
    answer = client.post("/tai-khoan/hai-lop/ung-dung/bat/", {"code": "000000"})
    assert answer.status_code == 200 and "Mã không đúng" in answer.content.decode()
    assert not Authenticator.objects.filter(user=cast.leader).exists()


@pytest.mark.parametrize("name", ["leader", "citizen", "auditor"])
@pytest.mark.parametrize("act", ["xoa", "sua"])
def test_nobody_touches_anothers_passkey(client: Client, cast: Cast, name: str, act: str) -> None:
    key = key_of(cast)
    sign_in(client, getattr(cast, name), stepped_up=True)
    url = f"/tai-khoan/hai-lop/khoa/{key.pk}/{act}/"
    assert client.get(url).status_code == 404 and client.post(url, {"name": "x"}).status_code == 404
    key.refresh_from_db()
    assert key.data["name"] == "Máy cơ quan"


@pytest.mark.parametrize(
    "url",
    ["hai-lop/", "hai-lop/khoa/", "hai-lop/khoa/them/", "hai-lop/ma-du-phong/tao/", "phien/", "mat-khau/", "quyen/"],
)
def test_account_pages_open_for_their_owner(client: Client, cast: Cast, url: str) -> None:
    sign_in(client, cast.administrator, stepped_up=True)
    answer = client.get(f"/tai-khoan/{url}")
    assert answer.status_code == 200
    assert 'lang="vi"' in answer.content.decode() and "script-src 'self'" in answer["Content-Security-Policy"]


def test_a_passkey_is_offered_without_breaking_the_page_when_scripts_are_off(client: Client, db: None) -> None:
    page = client.get("/tai-khoan/dang-nhap/").content.decode()
    assert "<noscript>" in page and 'name="password"' in page and "VNeID" in page


def test_a_forged_passkey_answer_is_refused(client: Client, cast: Cast) -> None:
    sign_in(client, cast.administrator)
    for forged in ("", "{}", '{"id": "x"}', "not json", '{"rawId": 1, "response": null}'):
        answer = client.post("/tai-khoan/xac-thuc-lai/khoa-truy-cap/", {"credential": forged, "next": "/"})
        assert answer.status_code == 302 and answer["Location"].startswith("/tai-khoan/xac-thuc-lai/"), forged
        stranger = Client().post("/tai-khoan/hai-lop/khoa/dang-nhap/", {"credential": forged})
        assert stranger.status_code == 302 and stranger["Location"].startswith("/tai-khoan/dang-nhap/"), forged
    assert "reauthenticated" not in str(client.session.get("account_authentication_methods"))


def test_other_sessions_are_listed_and_ended(client: Client, cast: Cast) -> None:
    other = Client(headers={"User-Agent": "Điện thoại <b>cũ</b>"})
    for one in (client, other):
        one.post("/tai-khoan/dang-nhap/", {"login": "leader", "password": PASSWORD})
    page = client.get("/tai-khoan/phien/").content.decode()
    assert "cũ" in page and "<b>cũ" not in page
    client.post("/tai-khoan/phien/")
    assert other.get("/tai-khoan/").status_code == 302 and client.get("/tai-khoan/").status_code == 200


def test_the_demo_code_shows_only_in_a_demo_for_the_demo_secret(cast: Cast, settings: object) -> None:
    from tinhso.foundation.people import seeds

    assert seeds.demo_code(cast.administrator) == "", "the cast's secret is not the demo's"
    Authenticator.objects.all().delete()
    seeds._second_factor(cast.administrator)
    assert len(seeds.demo_code(cast.administrator)) == 6
    settings.DEMO = False  # type: ignore[attr-defined]
    assert seeds.demo_code(cast.administrator) == ""
    settings.DEMO = True  # type: ignore[attr-defined]
    cast.administrator.is_simulated = False
    assert seeds.demo_code(cast.administrator) == ""
