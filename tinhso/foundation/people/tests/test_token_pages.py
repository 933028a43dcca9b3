"""The page of machine tokens: shown once, used, taken back by its holder or the administrator, closed to others."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access import tokens
from tinhso.foundation.access.models import MachineToken
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/tai-khoan/the-may/"


def client_of(cast: Cast, name: str, *, stepped_up: bool = True) -> Client:
    client = Client()
    sign_in(client, getattr(cast, name), stepped_up=stepped_up)
    return client


def wish(days: int = 30, name: str = "Kho dữ liệu") -> dict[str, str]:
    return {"name": name, "expires_on": (timezone.localdate() + timedelta(days=days)).isoformat()}


def test_the_secret_is_shown_once_and_opens_the_door_until_taken_back(cast: Cast) -> None:
    client = client_of(cast, "leader")
    answer = client.post(PAGE, wish())
    [secret] = re.findall(r"tinhso_[0-9a-f]{48}", answer.content.decode())
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert tokens.account_of_token(secret) == cast.leader
    text = client.get(PAGE).content.decode()
    assert secret not in text and "Kho dữ liệu" in text and secret[-4:] in text
    token = MachineToken.objects.get()
    back = reverse("people:machine_token_revoke", args=[token.pk])
    assert client_of(cast, "leader_elsewhere").post(back).status_code == 404
    assert client.post(back, follow=True).status_code == 200
    assert tokens.account_of_token(secret) is None
    assert "đã thu hồi" in client.get(PAGE).content.decode()


def test_without_a_fresh_proof_none_is_issued(cast: Cast) -> None:
    client = client_of(cast, "leader", stepped_up=False)
    assert "/xac-thuc-lai/" in client.post(PAGE, wish()).headers.get("Location", "")
    assert not MachineToken.objects.exists()


@pytest.mark.parametrize("wrong", [wish(0), wish(400), wish(name=" "), {"name": "x", "expires_on": "31/02/2027"}])
def test_a_wrong_wish_stays_typed_and_issues_nothing(cast: Cast, wrong: dict[str, str]) -> None:
    answer = client_of(cast, "leader").post(PAGE, wrong)
    assert answer.status_code == 422 and not MachineToken.objects.exists()
    assert f'value="{wrong["expires_on"]}"' in answer.content.decode()


@pytest.mark.parametrize("name", ["citizen", "desk_officer"])
def test_who_may_issue_none_finds_no_page_and_no_door(cast: Cast, name: str) -> None:
    client = client_of(cast, name)
    assert client.post(PAGE, wish()).status_code == 403 and not MachineToken.objects.exists()
    assert PAGE not in client.get("/tai-khoan/").content.decode()
    assert PAGE in client_of(cast, "leader").get("/tai-khoan/").content.decode()


def test_the_administrator_takes_anybodys_token(cast: Cast) -> None:
    token, secret = tokens.issue_token(
        cast.actor("leader"), account=cast.leader, name="Máy lạ", expires_on=timezone.localdate() + timedelta(days=9)
    )
    page = reverse("admin:account", args=[cast.leader.pk])
    admin = client_of(cast, "administrator")
    assert "Máy lạ" in admin.get(page).content.decode()
    act = reverse("admin:account_token_revoke", args=[cast.leader.pk, token.pk])
    assert client_of(cast, "provincial_leader").post(act).status_code == 403
    assert admin.post(act).status_code == 302
    assert act not in admin.get(page).content.decode()
    assert tokens.account_of_token(secret) is None
