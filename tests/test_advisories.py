"""Five families of faults that case systems were found to have, as permanent negative tests.

Related objects leaked by expansion; lists that forget who asks; denial of service by an expression the user gives;
stored script in names that administrators type; secrets in error reports.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures import selectors, services
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.selectors import Wanted
from tinhso.systems.procedures.testing import Office

pytestmark = pytest.mark.django_db

SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"
ELSEWHERE = ("desk_officer_elsewhere", "resolving_officer_elsewhere", "leader_elsewhere")


def client_of(office: Office, who: str, *, stepped_up: bool = True, raising: bool = True) -> Client:
    client = Client(raise_request_exception=raising)
    sign_in(client, getattr(office.cast, who), stepped_up=stepped_up)
    return client


# 1. Related objects leaked by expansion ------------------------------------------------------------------------------


def test_asking_for_related_objects_brings_none(office: Office) -> None:
    """No address takes the name of a relation to follow: an unknown question is not an answer."""
    dossier = office.issued()
    person = office.cast.citizen.person
    assert person is not None
    for query in ("expand=applicant", "fields=*", "include=filed_by,applicant", "depth=9", "applicant__isnull=0"):
        shown = Client().get(f"/tra-cuu/?ma={dossier.code}&{query}").content.decode()
        assert str(person.personal_number) not in shown and person.full_name not in shown
        answer = Client().get(f"/api/v1/ho-so/{dossier.code}/?{query}")
        assert str(person.personal_number) not in answer.content.decode()


def test_what_anyone_may_see_of_a_dossier_holds_nothing_of_the_person(office: Office) -> None:
    dossier = office.issued()
    public = selectors.public_status(dossier.code)
    assert public is not None
    said = json.dumps({name: str(value) for name, value in public.items()}, ensure_ascii=False)
    person = office.cast.citizen.person
    assert person is not None
    for secret in (person.personal_number, person.full_name, person.phone, person.address):
        assert str(secret) not in said


def test_a_paper_of_another_dossier_is_not_reached_through_ones_own(office: Office) -> None:
    """The nested object is looked up under its parent: a right to one dossier opens no other's papers."""
    mine, other = office.issued(), office.issued(who="other_citizen")
    paper = other.papers.first()
    citizen = client_of(office, "citizen")
    if paper is not None:
        assert citizen.get(reverse("portal:paper", args=[mine.code, paper.pk])).status_code == 404
        desk = client_of(office, "desk_officer")
        assert desk.get(reverse("desk:paper", args=[mine.pk, paper.pk])).status_code == 404
    assert citizen.get(reverse("portal:result", args=[other.code])).status_code == 404


# 2. Lists that forget who asks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ELSEWHERE)
def test_no_list_of_another_office_shows_a_dossier_however_it_is_filtered(office: Office, who: str) -> None:
    dossiers = [office.filed(), office.received(), office.resolving(), office.drafted()]
    client = client_of(office, who)
    for name in (selectors.TODAY, *selectors.queues_of(office.cast.actor(who))):
        for query in ("", f"tu={dossiers[0].code}", "cua=mine", "cua=nobody", "han=late", "cach=online", "trang=99"):
            shown = client.get(f"/can-bo/?ds={name}&{query}").content.decode()
            body = shown.split("<main", 1)[1]
            assert not any(f"/can-bo/ho-so/{one.pk}/" in body for one in dossiers), (name, query)
            assert not any(one.code in body for one in dossiers[1:]), (name, query)


@pytest.mark.parametrize("who", ["citizen", "administrator", "auditor", "provincial_leader", *ELSEWHERE])
def test_counts_and_lists_agree_and_are_empty_for_who_may_see_nothing(office: Office, who: str) -> None:
    office.filed(who="other_citizen")
    office.resolving(who="other_citizen")
    actor = office.cast.actor(who)
    assert not any(selectors.queue_counts(actor).values())
    assert not selectors.queue(actor, selectors.TODAY).exists()
    assert not selectors.my_dossiers(actor).exists()


def test_many_at_once_reaches_only_what_the_officer_sees(office: Office) -> None:
    dossier = office.filed()
    actor = office.cast.actor("desk_officer_elsewhere")
    assert services.do_many(actor, [dossier.pk], lambda pk: pytest.fail("reached")) == []


# 3. Denial of service by an expression the user gives ----------------------------------------------------------------

HEAVY = [
    "(a+)+$" + "a" * 50 + "!",
    "(.*)*" * 20,
    "%" * 60,
    "_" * 60,
    "\\" * 60,
    "[" * 60,
    "(?=" * 20,
    "a" * 100_000,
]


@pytest.mark.parametrize("words", HEAVY, ids=range(len(HEAVY)))
def test_what_is_typed_is_never_run_as_a_pattern(office: Office, words: str) -> None:
    office.filed()
    client = client_of(office, "desk_officer")
    started = time.perf_counter()
    for address in ("/can-bo/?ds=tiep-nhan&tu=", "/can-bo/tim/?ma=", "/thu-tuc/?q=", "/tra-cuu/?ma="):
        answer = client.get(address.split("?")[0], {address.split("?")[1].split("=")[-2].split("&")[-1]: words})
        assert answer.status_code < 500, address
    assert time.perf_counter() - started < 5


def test_the_words_of_a_list_match_letters_not_wildcards(office: Office) -> None:
    dossier = office.filed()
    actor = office.cast.actor("desk_officer")
    assert not selectors.queue(actor, "tiep-nhan", Wanted(words="%")).exists()
    assert not selectors.queue(actor, "tiep-nhan", Wanted(words="_")).exists()
    assert selectors.queue(actor, "tiep-nhan", Wanted(words=dossier.code[-4:])).exists()


# 4. Stored script in names that administrators type ------------------------------------------------------------------


@pytest.fixture
def scripted(office: Office) -> Iterator[Dossier]:
    """A dossier whose unit, officer and procedure carry script in their names."""
    units = Unit.objects.filter(pk__in=[office.cast.units.commune_centre.pk, office.cast.units.commune_office.pk])
    units.update(name=f"Phòng {SCRIPT}", short_name=SCRIPT)
    for account in (office.cast.resolving_officer, office.cast.desk_officer):
        account.full_name = f"Lê {SCRIPT}"
        account.save(update_fields=["full_name"])
    version = office.version()
    version.plain_name = f"Thủ tục {SCRIPT}"
    version.save(update_fields=["plain_name", "sort_key"])
    dossier = office.resolving()
    services.take_dossier(actor=Actor.of(office.cast.resolving_officer), dossier_id=dossier.pk)
    yield dossier


def test_script_in_a_name_is_shown_as_text_on_every_page(office: Office, scripted: Dossier) -> None:
    pages = {
        "desk_officer": [
            "/can-bo/?ds=hom-nay",
            "/can-bo/ban-giao/",
            "/can-bo/nghi-phep/",
            f"/can-bo/ho-so/{scripted.pk}/",
        ],
        "resolving_officer": ["/can-bo/?ds=thu-ly", f"/can-bo/ho-so/{scripted.pk}/"],
        "leader": [f"/can-bo/ho-so/{scripted.pk}/", "/can-bo/ky-nhieu/"],
        "citizen": ["/ho-so/", f"/ho-so/{scripted.code}/", "/thu-tuc/", "/"],
        "administrator": ["/quan-tri/tai-khoan/", "/quan-tri/don-vi/", "/quan-tri/nhat-ky/"],
    }
    for who, addresses in pages.items():
        client = client_of(office, who)
        for address in addresses:
            answer = client.get(address, follow=True)
            shown = answer.content.decode()
            assert "<img src=x" not in shown and "<script>alert" not in shown, (who, address)
            assert "unsafe-inline" not in answer.get("Content-Security-Policy", ""), address


# 5. Secrets in error reports -----------------------------------------------------------------------------------------

SECRETS = re.compile(r"SECRET_KEY|DATABASE_URL|postgresql://|sessionid|csrfmiddlewaretoken\W+\w{20}|Traceback", re.I)


class Kept(logging.Handler):
    """What is logged, as it is."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def test_a_fault_shows_no_secret_and_its_log_none_either(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = office.drafted()
    client = client_of(office, "leader", raising=False)

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("key store unreachable at postgresql://tinhso:mat-khau@10.0.0.1/kho")

    monkeypatch.setattr("tinhso.engines.signing.services.sign_pdf", broken)
    kept = Kept()
    logging.getLogger().addHandler(kept)
    try:
        answer = client.post(
            reverse("desk:act", args=[dossier.pk, "ky"]), {"seen": dossier.lock_version, "password": "mat-khau-bi-mat"}
        )
    finally:
        logging.getLogger().removeHandler(kept)
    shown = answer.content.decode()
    assert answer.status_code == 500 and not SECRETS.search(shown), shown[:400]
    assert "mat-khau" not in shown and "key store" not in shown
    logged = " ".join(f"{record.getMessage()} {record.__dict__.get('request', '')}" for record in kept.records)
    assert kept.records and "mat-khau-bi-mat" not in logged
    number = str(office.cast.citizen.person.personal_number)  # type: ignore[union-attr]
    assert number not in logged


def test_a_machine_gets_a_problem_without_inner_words(office: Office) -> None:
    answer = Client(raise_request_exception=False).get("/api/v1/ho-so/%00%ff/", headers={"accept": "application/json"})
    assert answer.status_code in (400, 404) and not SECRETS.search(answer.content.decode())
