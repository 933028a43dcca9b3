"""A fresh proof before signing, and nothing typed lost on the way: kept forms in their own browser and account only."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.gates import public, signed_in
from tinhso.foundation.access.permissions import MANAGE_ROLES
from tinhso.foundation.people.models import KeptFile, KeptPost, SignInAttempt
from tinhso.foundation.testing.cast import PASSWORD, Cast
from tinhso.foundation.testing.sessions import sign_in, step_up, totp_code
from tinhso.foundation.text.errors import Refused

STEP_UP = "/tai-khoan/xac-thuc-lai/"
SEEN: list[dict[str, Any]] = []


@signed_in
def sensitive(request: HttpRequest) -> HttpResponse:
    """Stands for any page whose act asks for a fresh proof."""
    access.require(request.actor, MANAGE_ROLES)  # type: ignore[attr-defined]
    files = {name: file.read() for name, file in request.FILES.items()}
    SEEN.append({"fields": request.POST.dict(), "lists": request.POST.getlist("many"), "files": files})
    return HttpResponse("done")


@signed_in
def plain(request: HttpRequest) -> HttpResponse:
    SEEN.append({"fields": request.POST.dict()})
    return HttpResponse("done")


@public
def refusing(request: HttpRequest) -> HttpResponse:
    raise Refused("Hồ sơ <b>này</b> đã có người nhận.")


@public
def denied(request: HttpRequest) -> HttpResponse:
    access.require(access.Actor.anonymous(), MANAGE_ROLES)
    return HttpResponse("never")


urlpatterns = [
    path("sensitive/", sensitive),
    path("plain/", plain),
    path("refusing/", refusing),
    path("denied/", denied),
    path("api/v1/sensitive/", sensitive),
    path("api/v1/refusing/", refusing),
    path("api/v1/denied/", denied),
    path("", include("tinhso.config.urls")),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    SEEN.clear()


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.administrator)


def button(client: Client, url: str) -> HttpResponse:
    """Follows a kept form's page and presses its one button."""
    page = client.get(url)
    assert page.status_code == 200, page.status_code
    text = page.content.decode()
    form = text[text.index("<main") :]
    action = re.search(r'<form method="post" action="([^"]+)"', form)
    key = re.search(r'name="_kept_post" value="([^"]+)"', form)
    assert action and key
    return client.post(action[1].replace("&amp;", "&"), {"_kept_post": key[1]})


def test_a_proof_by_password_then_the_form_goes_on_with_all_it_held(admin: Client) -> None:
    scan = SimpleUploadedFile("giấy.pdf", b"%PDF-1.4 \x00\xff", "application/pdf")
    typed = {"name": "Nguyễn Thị Hoa <b>&", "many": ["1", "2"], "scan": scan, "password": "never kept"}
    asked = admin.post("/sensitive/?x=1", typed)
    assert asked.status_code == 302 and asked["Location"].startswith(STEP_UP) and not SEEN
    target = asked["Location"].split("next=")[1].replace("%2F", "/")
    proved = admin.post(STEP_UP, {"by": "password", "password": PASSWORD, "next": target})
    assert proved.status_code == 302 and proved["Location"] == target
    assert button(admin, target).content == b"done"
    assert SEEN[0]["fields"]["name"] == "Nguyễn Thị Hoa <b>&" and SEEN[0]["lists"] == ["1", "2"]
    assert SEEN[0]["files"] == {"scan": b"%PDF-1.4 \x00\xff"}
    assert "never kept" not in str(SEEN) and not KeptPost.objects.exists() and not KeptFile.objects.exists()


def test_a_kept_form_is_sent_once(admin: Client, cast: Cast) -> None:
    target = admin.post("/sensitive/", {"a": "1"})["Location"].split("next=")[1].replace("%2F", "/")
    step_up(admin, cast.administrator)
    assert button(admin, target).content == b"done"
    assert admin.get(target).status_code == 404
    key = target.rstrip("/").split("/")[-1]
    assert admin.post("/sensitive/", {"_kept_post": key}).status_code == 409
    assert len(SEEN) == 1


def test_a_proof_by_code(admin: Client) -> None:
    assert admin.post(STEP_UP, {"by": "code", "code": totp_code(), "next": "/plain/"})["Location"] == "/plain/"
    assert admin.post("/sensitive/", {"a": "1"}).content == b"done"


def test_a_proof_lasts_fifteen_minutes(admin: Client, cast: Cast) -> None:
    session = admin.session
    record = {"method": "password", "at": time.time() - 15 * 60 - 1, "reauthenticated": True}
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = str(cast.administrator.pk)
    session.save()
    assert admin.post("/sensitive/", {"a": "1"}).status_code == 302
    record["at"] = time.time() - 15 * 60 + 30
    session["account_authentication_methods"] = [record]
    session.save()
    assert admin.post("/sensitive/", {"a": "1"}).status_code == 200


def test_a_proof_dated_in_the_future_counts_for_nothing(admin: Client, cast: Cast) -> None:
    session = admin.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time() + 3600, "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(cast.administrator.pk)
    session.save()
    assert admin.post("/sensitive/", {"a": "1"}).status_code == 302


def test_signing_in_is_no_fresh_proof(client: Client, cast: Cast) -> None:
    client.post("/tai-khoan/dang-nhap/", {"login": "administrator", "password": PASSWORD})
    client.post("/tai-khoan/hai-lop/nhap-ma/", {"code": totp_code()})
    assert client.post("/sensitive/", {"a": "1"}).status_code == 302


def test_a_proof_of_another_account_counts_for_nothing(client: Client, cast: Cast) -> None:
    sign_in(client, cast.administrator)
    step_up(client, cast.leader)
    assert client.post("/sensitive/", {"a": "1"}).status_code == 302


def test_wrong_proofs_lock_like_wrong_sign_ins(admin: Client) -> None:
    for _ in range(5):
        assert admin.post(STEP_UP, {"by": "password", "password": "wrong"}).status_code == 200
    assert admin.post(STEP_UP, {"by": "password", "password": PASSWORD, "next": "/plain/"}).status_code == 200
    assert SignInAttempt.objects.get(key="user:administrator").locked_until is not None


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "evil"]
)
def test_the_way_back_stays_on_this_site(admin: Client, target: str) -> None:
    answer = admin.post(STEP_UP, {"by": "password", "password": PASSWORD, "next": target})
    assert answer.status_code == 302 and answer["Location"] == "/tai-khoan/"


def test_a_kept_form_opens_in_no_other_browser(admin: Client, cast: Cast) -> None:
    """Else a link would send a victim's browser a form that the attacker filled: a forged request."""
    target = admin.post("/sensitive/", {"a": "attacker"})["Location"].split("next=")[1].replace("%2F", "/")
    victim = sign_in(Client(), cast.administrator, stepped_up=True)
    assert victim.get(target).status_code == 404
    key = target.rstrip("/").split("/")[-1]
    assert victim.post("/sensitive/", {"_kept_post": key}).status_code == 409
    assert not SEEN


def test_a_kept_form_opens_for_no_other_account(admin: Client, cast: Cast) -> None:
    target = admin.post("/sensitive/", {"a": "1"})["Location"].split("next=")[1].replace("%2F", "/")
    admin.post("/tai-khoan/dang-xuat/")
    sign_in(admin, cast.leader)
    assert admin.get(target).status_code == 404


def test_a_kept_form_goes_only_to_its_own_address(admin: Client, cast: Cast) -> None:
    target = admin.post("/sensitive/", {"a": "1"})["Location"].split("next=")[1].replace("%2F", "/")
    key = target.rstrip("/").split("/")[-1]
    assert admin.post("/plain/", {"_kept_post": key}).status_code == 409 and not SEEN


def test_a_kept_form_is_forgotten_after_a_day(admin: Client, cast: Cast) -> None:
    from tinhso.foundation.people import kept_posts

    target = admin.post("/sensitive/", {"a": "1"})["Location"].split("next=")[1].replace("%2F", "/")
    KeptPost.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert admin.get(target).status_code == 404
    kept_posts.forget_old()
    assert not KeptPost.objects.exists()


def test_the_key_is_not_in_the_database(admin: Client) -> None:
    target = admin.post("/sensitive/", {"a": "1"})["Location"].split("next=")[1].replace("%2F", "/")
    assert target.rstrip("/").split("/")[-1] not in str(KeptPost.objects.values().get())


def _age_session(client: Client, minutes: float) -> None:
    session = client.session
    session["seen_at"] = time.time() - minutes * 60
    session.save()


@pytest.mark.parametrize(("who", "minutes", "ends"), [
    ("leader", 14.9, False), ("leader", 15.1, True), ("administrator", 4.9, False), ("administrator", 5.1, True),
])  # fmt: skip
def test_an_idle_session_ends(client: Client, cast: Cast, who: str, minutes: float, ends: bool) -> None:
    sign_in(client, getattr(cast, who))
    client.get("/tai-khoan/")
    _age_session(client, minutes)
    answer = client.get("/tai-khoan/quyen/")
    assert (answer.status_code == 302) is ends
    if ends:
        assert answer["Location"] == "/tai-khoan/dang-nhap/?next=%2Ftai-khoan%2Fquyen%2F"
        assert "_auth_user_id" not in client.session


def test_a_session_that_ends_mid_form_loses_nothing(client: Client, cast: Cast) -> None:
    sign_in(client, cast.citizen)
    client.get("/tai-khoan/")
    _age_session(client, 16)
    answer = client.post("/plain/", {"story": "ba trang đã gõ"})
    assert answer.status_code == 302 and not SEEN
    target = answer["Location"].split("next=")[1].replace("%2F", "/")
    back = client.post("/tai-khoan/dang-nhap/", {"login": "citizen", "password": PASSWORD, "next": target})
    assert back.status_code == 302 and back["Location"] == target
    assert button(client, target).content == b"done"
    assert SEEN[0]["fields"]["story"] == "ba trang đã gõ"


def test_a_session_revoked_elsewhere_mid_form_loses_nothing(client: Client, cast: Cast) -> None:
    """No trace of the account is left in the session: the browser's own mark says whose form it was."""
    sign_in(client, cast.citizen)
    client.get("/tai-khoan/")
    client.session.delete()
    answer = client.post("/plain/", {"story": "còn nguyên"})
    target = answer["Location"].split("next=")[1].replace("%2F", "/")
    sign_in(client, cast.other_citizen)
    assert client.get(target).status_code == 404, "the next person at the same computer must not get it"
    sign_in(client, cast.citizen)
    assert button(client, target).content == b"done" and SEEN[0]["fields"]["story"] == "còn nguyên"


def test_polling_in_the_background_does_not_keep_a_session_open(client: Client, cast: Cast) -> None:
    sign_in(client, cast.leader)
    client.get("/tai-khoan/")
    _age_session(client, 10)
    before = client.session["seen_at"]
    client.get("/tai-khoan/", headers={"X-Background": "1"})
    assert client.session["seen_at"] == before
    client.get("/tai-khoan/")
    assert client.session["seen_at"] > before


def test_machines_get_problem_details(client: Client, cast: Cast) -> None:
    sign_in(client, cast.administrator)
    for url, status, kind in (
        ("/api/v1/sensitive/", 403, "step-up-needed"),
        ("/api/v1/denied/", 403, "denied"),
        ("/api/v1/refusing/", 409, "refused"),
    ):
        answer = client.post(url, {"a": "1"})
        assert answer.status_code == status and answer["Content-Type"] == "application/problem+json"
        assert answer.json()["type"].endswith(kind) and answer.json()["status"] == status and answer.json()["detail"]
    assert not KeptPost.objects.exists()


def test_people_get_the_sentence(client: Client, db: None) -> None:
    answer = client.get("/refusing/")
    assert answer.status_code == 409 and "đã có người nhận" in answer.content.decode()
    assert "<b>này" not in answer.content.decode()
    answer = client.get("/denied/")
    assert answer.status_code == 403 and "giao và thu hồi vai trò" in answer.content.decode()


def test_htmx_is_told_to_leave_the_page(admin: Client) -> None:
    answer = admin.post("/sensitive/", {"a": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and answer["HX-Redirect"].startswith(STEP_UP)


def test_json_response_is_what_problem_makes() -> None:
    from tinhso.foundation.text.problems import problem

    assert isinstance(problem(403, "x", "y"), JsonResponse)


def test_no_template_of_accounts_holds_inline_style_or_script() -> None:
    folder = Path(__file__).resolve().parents[1] / "templates"
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        text = page.read_text()
        assert " style=" not in text and "onclick" not in text, page
        assert not re.search(r"<script(?![^>]*(src=|application/json))", text), page
