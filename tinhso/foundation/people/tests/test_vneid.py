"""Sign-in by a real provider on loopback: a separate process, real HTTP, real signatures; and one that lies."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from django.conf import settings
from django.test import Client

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.people.errors import LevelTooLow
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.people.services import require_proved_identity
from tinhso.foundation.people.vneid_simulator.tokens import challenge_of
from tinhso.foundation.testing.cast import Cast

CALLBACK = "http://testserver/tai-khoan/dinh-danh/vneid/tro-ve/"
START = "/tai-khoan/dinh-danh/vneid/"
HOA, ANH = "042190000117", "042199000559"


@contextmanager
def running(data: Path, *more: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tinhso.foundation.people.vneid_simulator", "--port", str(port)]
    command += ["--data", str(data), "--redirect-uri", CALLBACK, "--issuer", f"http://127.0.0.1:{port}", *more]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/jwks")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.05)
    pytest.fail("the simulator did not start")


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("vneid")) as url:
        yield url


@pytest.fixture(scope="module")
def liar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A provider that misbehaves as its file says: where it answers, and the file."""
    folder = tmp_path_factory.mktemp("liar")
    (folder / "fault").write_text("")
    with running(folder, "--fault", "told") as url:
        yield url, folder / "fault"


@pytest.fixture
def point(settings: Any) -> Any:
    """Points the site at a provider."""

    def to(url: str) -> None:
        providers = {**settings.SOCIALACCOUNT_PROVIDERS}
        app = providers["openid_connect"]["APPS"][0]
        changed = {**app, "settings": {**app["settings"], "server_url": url}}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**providers["openid_connect"], "APPS": [changed]}}

    return to


def ask(client: Client, next_url: str = "") -> str:
    """Presses the button; answers the address at the provider."""
    answer = client.post(START + (f"?{urlencode({'next': next_url})}" if next_url else ""))
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def consent(address: str, number: str = HOA, level: str = "", answer: str = "yes") -> str:
    """The person chooses and agrees at the provider; answers the address back to the site."""
    page = requests.get(address, timeout=5)
    assert page.status_code == 200 and "MÔ PHỎNG" in page.text and "<script" not in page.text
    key = re.search(r'name="request" value="([^"]+)"', page.text)
    assert key
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    form = {"request": key[1], "number": number, "level": level, "answer": answer}
    back = requests.post(f"{origin}/authorize", form, timeout=5, allow_redirects=False)
    assert back.status_code == 302
    return str(back.headers["Location"])


def sign_in(client: Client, **given: str) -> Any:
    return client.get(consent(ask(client), **given))


@pytest.mark.django_db
def test_the_first_sign_in_records_and_verifies_the_person(client: Client, honest: str, point: Any) -> None:
    point(honest)
    answer = client.get(consent(ask(client, "/tai-khoan/ai-da-xem/")))
    assert answer.status_code == 302 and answer["Location"] == "/tai-khoan/ai-da-xem/"
    account = Account.objects.get()
    person = account.person
    assert person is not None and person.personal_number == HOA and person.full_name == "Nguyễn Thị Hoa"
    assert person.verified_at and account.assurance_level == 2 and person.is_simulated
    assert str(person.born_on) == "1990-05-17" and "Thành Sen" in person.address
    assert HOA not in account.username, "the number is not a name seen by others"
    assert require_proved_identity(access.Actor.of(account)) == person
    acts = set(AuditRow.objects.values_list("act", flat=True))
    assert {"people.person.recorded", "people.person.verified", "people.account.created"} <= acts


@pytest.mark.django_db
def test_the_second_sign_in_opens_the_same_account(client: Client, honest: str, point: Any) -> None:
    point(honest)
    sign_in(client)
    client.post("/tai-khoan/dang-xuat/")
    sign_in(client)
    assert Account.objects.count() == Person.objects.count() == 1
    assert client.get("/tai-khoan/").status_code == 200


def test_a_person_already_known_by_number_keeps_their_account(
    client: Client, honest: str, point: Any, cast: Cast
) -> None:
    Person.objects.filter(pk=cast.citizen.person_id).update(personal_number=HOA)
    point(honest)
    sign_in(client)
    assert client.session["_auth_user_id"] == str(cast.citizen.pk)


@pytest.mark.django_db
def test_level_1_signs_in_but_cannot_file(client: Client, honest: str, point: Any) -> None:
    point(honest)
    assert sign_in(client, number=ANH).status_code == 302
    account = Account.objects.get()
    assert account.assurance_level == 1 and account.person is None
    with pytest.raises(LevelTooLow, match="mức độ 2"):
        require_proved_identity(access.Actor.of(account))


def test_level_1_opens_nobodys_record(client: Client, honest: str, point: Any, cast: Cast) -> None:
    """Knowing a number and holding an unproved account must not show that person's data."""
    Person.objects.filter(pk=cast.citizen.person_id).update(personal_number=HOA)
    point(honest)
    sign_in(client, number=HOA, level="1")
    assert client.session["_auth_user_id"] != str(cast.citizen.pk)


@pytest.mark.django_db
def test_a_level_2_account_is_not_opened_by_level_1(client: Client, honest: str, point: Any) -> None:
    point(honest)
    sign_in(client)
    client.post("/tai-khoan/dang-xuat/")
    answer = sign_in(client, level="1")
    assert answer.status_code == 403 and "mức độ 2" in answer.content.decode()
    assert client.get("/tai-khoan/").status_code == 302


@pytest.mark.django_db
def test_raising_the_level_later_ties_the_same_account_to_the_person(client: Client, honest: str, point: Any) -> None:
    point(honest)
    sign_in(client, level="1")
    client.post("/tai-khoan/dang-xuat/")
    sign_in(client)
    account = Account.objects.get()
    assert account.person is not None and account.person.verified_at and account.assurance_level == 2


@pytest.mark.django_db
def test_a_closed_account_stays_closed(client: Client, honest: str, point: Any) -> None:
    point(honest)
    sign_in(client)
    client.post("/tai-khoan/dang-xuat/")
    Account.objects.update(is_active=False)
    assert sign_in(client).status_code == 403


@pytest.mark.django_db
def test_refusing_at_the_provider_leads_back_kindly(client: Client, honest: str, point: Any) -> None:
    point(honest)
    answer = client.get(consent(ask(client), answer="no"), follow=True)
    assert answer.status_code == 200 and not Account.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fault",
    [
        "wrong_nonce",
        "no_nonce",
        "alg_none",
        "alg_hs256",
        "wrong_key",
        "expired",
        "wrong_audience",
        "wrong_issuer",
        "other_subject",
        "bad_number",
        "no_level",
    ],
)
def test_a_provider_that_lies_is_refused(client: Client, liar: tuple[str, Path], point: Any, fault: str) -> None:
    url, told = liar
    told.write_text(fault)
    point(url)
    answer = sign_in(client)
    assert answer.status_code == 403, fault
    assert not Account.objects.exists() and not Person.objects.exists()
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_the_liar_lets_in_when_told_not_to_lie(client: Client, liar: tuple[str, Path], point: Any) -> None:
    """Or its refusals prove nothing."""
    url, told = liar
    told.write_text("")
    point(url)
    sign_in(client)
    assert "_auth_user_id" in client.session


@pytest.mark.django_db
def test_a_wrong_or_foreign_state_is_refused(client: Client, honest: str, point: Any) -> None:
    point(honest)
    back = consent(ask(client))
    query = parse_qs(urlsplit(back).query)
    forged = f"{urlsplit(back).path}?{urlencode({'code': query['code'][0], 'state': 'forged'})}"
    assert client.get(forged).status_code == 403
    assert Client().get(back).status_code == 403, "another browser: login forgery"
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_the_same_answer_twice_is_refused(client: Client, honest: str, point: Any) -> None:
    point(honest)
    back = consent(ask(client))
    assert client.get(back).status_code == 302
    client.post("/tai-khoan/dang-xuat/")
    assert client.get(back).status_code == 403


@pytest.mark.django_db
def test_an_expired_code_is_refused(client: Client, tmp_path: Path, point: Any) -> None:
    with running(tmp_path, "--code-seconds", "0") as url:
        point(url)
        assert sign_in(client).status_code == 403


@pytest.mark.django_db
def test_a_provider_that_is_down_gets_a_sentence(client: Client, point: Any) -> None:
    point("http://127.0.0.1:9")
    answer = client.post(START)
    assert answer.status_code == 503 and "đang không trả lời" in answer.content.decode()


def _code(honest: str, verifier: str = "v" * 50) -> dict[str, str]:
    given = {
        "client_id": "tinhso-demo",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid",
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    back = consent(f"{honest}/authorize?{urlencode(given)}")
    return {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(back).query)["code"][0],
        "redirect_uri": CALLBACK,
        "code_verifier": verifier,
        "client_id": "tinhso-demo",
        "client_secret": "demo-only-client-secret",
    }


def test_the_provider_gives_a_code_away_once_and_then_takes_the_token_back(honest: str) -> None:
    form = _code(honest)
    first = requests.post(f"{honest}/token", form, timeout=5)
    assert first.status_code == 200
    bearer = {"Authorization": f"Bearer {first.json()['access_token']}"}
    assert requests.get(f"{honest}/userinfo", headers=bearer, timeout=5).json()["personal_number"] == HOA
    assert requests.post(f"{honest}/token", form, timeout=5).json() == {"error": "invalid_grant"}
    assert requests.get(f"{honest}/userinfo", headers=bearer, timeout=5).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [{"code_verifier": "x" * 50}, {"code_verifier": ""}, {"redirect_uri": "http://testserver/"}, {"code": "guess"}],
)
def test_the_provider_refuses_a_stolen_code(honest: str, wrong: dict[str, str]) -> None:
    assert requests.post(f"{honest}/token", _code(honest) | wrong, timeout=5).status_code == 400


def test_the_provider_refuses_a_wrong_client_secret(honest: str) -> None:
    assert requests.post(f"{honest}/token", _code(honest) | {"client_secret": "x"}, timeout=5).status_code == 401


def test_the_provider_redirects_to_no_unregistered_address(honest: str) -> None:
    given = {"client_id": "tinhso-demo", "redirect_uri": "https://evil.example/", "response_type": "code"}
    answer = requests.get(f"{honest}/authorize?{urlencode(given)}", timeout=5, allow_redirects=False)
    assert answer.status_code == 400 and "Location" not in answer.headers


@pytest.mark.django_db
def test_the_policy_of_the_sign_in_page_lets_the_form_reach_the_provider(client: Client) -> None:
    policy = client.get("/tai-khoan/dang-nhap/")["Content-Security-Policy"]
    assert f"form-action 'self' {settings.VNEID_ORIGIN}" in policy


@pytest.mark.django_db
def test_nothing_in_the_address_changes_what_is_asked_of_the_provider(client: Client, honest: str, point: Any) -> None:
    """allauth lets ?process=, ?scope= and ?auth_params= through; here a link must not tie or widen anything."""
    point(honest)
    answer = client.post(START + "?process=connect&scope=admin&auth_params=nonce%3Dmine%26prompt%3Dnone")
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert set(query["scope"][0].split()) == {"openid", "profile", "identity"}
    assert query["nonce"] != ["mine"] and "prompt" not in query
