"""A person's word, tried like an opponent: never assumed, never for another, gone at once, never rewritten."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.people.models import LookUp, Person
from tinhso.foundation.privacy import registry, selectors, services
from tinhso.foundation.privacy.errors import NotAsked, WordingChanged, WrongRegister, WrongRequest
from tinhso.foundation.privacy.models import Consent, DataRequest, Purpose
from tinhso.foundation.privacy.tests.conftest import ASKED, CLOSED_LAW
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in

pytestmark = pytest.mark.django_db


def person(cast: Cast) -> Person:
    assert cast.citizen.person is not None
    return cast.citizen.person


def give(cast: Cast, who: str = "citizen") -> Consent:
    return services.decide(actor=cast.actor(who), code=ASKED, decision="given")


def test_nothing_is_consented_by_silence(people: Cast) -> None:
    assert not selectors.may_use(person(people).pk, ASKED)
    assert selectors.may_use(person(people).pk, CLOSED_LAW)
    assert not selectors.may_use(person(people).pk, "no.such.purpose") and not selectors.may_use(None, CLOSED_LAW)


def test_given_and_withdrawn_at_once_and_both_kept(people: Cast) -> None:
    give(people)
    assert selectors.may_use(person(people).pk, ASKED)
    services.decide(actor=people.actor("citizen"), code=ASKED, decision="withdrawn")
    assert not selectors.may_use(person(people).pk, ASKED)
    assert [one.decision for one in selectors.history_of(person(people).pk)] == ["withdrawn", "given"]
    names = list(DomainEvent.objects.filter(name__startswith="privacy.").values_list("name", flat=True))
    assert names == ["privacy.consent_given", "privacy.consent_withdrawn"]
    assert not selectors.may_use(people.other_citizen.person_id, ASKED)


def test_the_use_stops_in_the_transaction_of_the_withdrawal(people: Cast) -> None:
    stopped: list[int] = []
    registry.on_stop(ASKED, lambda _actor, whom: stopped.append(whom.pk))
    give(people)
    assert stopped == []
    services.decide(actor=people.actor("citizen"), code=ASKED, decision="withdrawn")
    assert stopped == [person(people).pk]


def test_when_stopping_fails_nothing_was_withdrawn(people: Cast) -> None:
    def broken(_actor: object, _whom: object) -> None:
        raise RuntimeError("disk full")

    give(people)
    registry.on_stop(ASKED, broken)
    with pytest.raises(RuntimeError):
        services.decide(actor=people.actor("citizen"), code=ASKED, decision="withdrawn")
    assert selectors.may_use(person(people).pk, ASKED) and Consent.objects.count() == 1


def test_what_rests_on_law_is_not_asked(people: Cast) -> None:
    for decision in ("given", "withdrawn", "declined"):
        with pytest.raises(NotAsked):
            services.decide(actor=people.actor("citizen"), code=CLOSED_LAW, decision=decision)


def test_nobody_withdraws_what_was_not_given(people: Cast) -> None:
    with pytest.raises(WrongRequest):
        services.decide(actor=people.actor("citizen"), code=ASKED, decision="withdrawn")


def test_an_account_without_a_person_has_nothing_to_say(people: Cast) -> None:
    with pytest.raises(WrongRequest):
        services.decide(actor=people.actor("auditor"), code=ASKED, decision="given")
    with pytest.raises(Denied):
        services.decide(actor=Actor.anonymous(), code=ASKED, decision="given")


def renew(*, asks_again: bool) -> Purpose:
    Purpose.objects.filter(code=ASKED).update(valid_from=timezone.localdate() - timedelta(days=9))
    old = Purpose.objects.get(code=ASKED)
    return services.publish_purpose(
        actor=Actor.system("kiểm thử"),
        code=ASKED,
        sentence="Điền sẵn số điện thoại và gửi cho đối tác.",
        basis="consent",
        legal_basis=old.legal_basis,
        data_fields=list(old.data_fields),
        retention=old.retention,
        receiver="đối tác",
        asks_again=asks_again,
    )


def test_a_wider_wording_asks_again_a_clearer_one_does_not(people: Cast) -> None:
    give(people)
    renew(asks_again=False)
    assert selectors.may_use(person(people).pk, ASKED)
    Purpose.objects.filter(code=ASKED, version=2).update(asks_again=True)
    assert not selectors.may_use(person(people).pk, ASKED)
    standing = next(one for one in selectors.standings_of(person(people).pk) if one.purpose.code == ASKED)
    assert standing.is_undecided and standing.word is not None


def test_a_wording_changed_under_the_open_page_is_not_agreed_to(people: Cast) -> None:
    read = Purpose.objects.get(code=ASKED)
    renew(asks_again=True)
    with pytest.raises(WordingChanged):
        services.decide(actor=people.actor("citizen"), code=ASKED, decision="given", purpose_id=read.pk)
    assert not Consent.objects.exists()


def test_an_ended_purpose_uses_nobodys_data(people: Cast) -> None:
    give(people)
    Purpose.objects.filter(code=ASKED).update(valid_from=timezone.localdate() - timedelta(days=9))
    services.end_purpose(actor=Actor.system("x"), code=ASKED, on=timezone.localdate(), reason="Thôi dịch vụ")
    assert not selectors.may_use(person(people).pk, ASKED)


def test_words_are_never_changed_nor_removed(people: Cast) -> None:
    word = give(people)
    for change in (
        lambda: Consent.objects.filter(pk=word.pk).update(decision="declined"),
        lambda: Consent.objects.filter(pk=word.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_at_the_counter_the_paper_is_named_and_the_look_is_logged(people: Cast) -> None:
    given = {"unit": people.units.commune_centre, "personal_number": "042190000017", "code": ASKED}
    desk = people.actor("desk_officer")
    with pytest.raises(WrongRequest):
        services.decide_at_desk(actor=desk, document="  ", decision="given", **given)
    word = services.decide_at_desk(actor=desk, document="Thẻ căn cước", decision="given", **given)
    assert (word.channel, word.person) == ("desk", person(people))
    assert LookUp.objects.filter(person=person(people), account_id=people.desk_officer.pk).exists()
    for other in ("desk_officer_elsewhere", "citizen", "administrator"):
        with pytest.raises(Denied):
            services.decide_at_desk(actor=people.actor(other), document="Thẻ", decision="given", **given)


def test_the_proof_says_who_when_which_wording_and_is_ones_own(people: Cast) -> None:
    give(people)
    client = sign_in(Client(), people.citizen)
    found = json.loads(client.get("/tai-khoan/du-lieu/bang-chung.json").content)
    assert found["words"][0]["wording"] == "Điền sẵn số điện thoại." and found["words"][0]["wording_version"] == 1
    assert AuditRow.objects.filter(act="privacy.consent.exported").count() == 1
    with pytest.raises(Denied):
        services.export_proof(actor=people.actor("other_citizen"), person=person(people))


def test_the_page_ticks_nothing_and_a_press_without_the_tick_gives_nothing(
    people: Cast, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = sign_in(Client(), people.citizen)
    with django_assert_max_num_queries(25):  # type: ignore[attr-defined]
        page = client.get("/tai-khoan/du-lieu/").content.decode()
    assert "Điền sẵn số điện thoại." in page and "checked" not in page
    purpose = Purpose.objects.get(code=ASKED)
    sent = {"muc_dich": ASKED, "noi_dung": purpose.pk, "y_kien": "given"}
    client.post("/tai-khoan/du-lieu/y-kien/", sent)
    assert not Consent.objects.exists()
    client.post("/tai-khoan/du-lieu/y-kien/", {**sent, "doc": "1"})
    client.post("/tai-khoan/du-lieu/y-kien/", {**sent, "doc": "1"})
    assert Consent.objects.count() == 1
    client.post("/tai-khoan/du-lieu/y-kien/", {"muc_dich": ASKED, "y_kien": "withdrawn"})
    assert not selectors.may_use(person(people).pk, ASKED)


def test_hostile_words_in_the_register_are_shown_as_words(people: Cast) -> None:
    renew(asks_again=True)
    Purpose.objects.filter(code=ASKED, version=2).update(sentence="<script>alert(1)</script>")
    page = sign_in(Client(), people.citizen).get("/tai-khoan/du-lieu/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


@pytest.mark.parametrize("bad", [{"sentence": " "}, {"code": "có dấu"}, {"basis": "maybe"}, {"data_fields": [" "]}])
def test_the_register_refuses_what_says_nothing(people: Cast, bad: dict[str, object]) -> None:
    good: dict[str, object] = {
        "code": "test.more",
        "sentence": "Một việc.",
        "basis": "law",
        "legal_basis": "Điều 19",
        "data_fields": ["họ tên"],
        "retention": "1 năm",
        "receiver": "tỉnh",
    }
    with pytest.raises(WrongRegister):
        services.publish_purpose(actor=people.actor("administrator"), **{**good, **bad})  # type: ignore[arg-type]
    with pytest.raises(Denied):
        services.publish_purpose(actor=people.actor("leader"), **good)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_word(people: Cast) -> None:
    def press() -> None:
        try:
            give(people)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert Consent.objects.count() == 1


def test_withdrawing_by_a_request_takes_effect_when_it_is_filed(people: Cast, ask: Callable[..., DataRequest]) -> None:
    give(people)
    made = ask("withdraw", purposes=[ASKED])
    assert made.is_open and not selectors.may_use(person(people).pk, ASKED)
    with pytest.raises(WrongRequest):
        ask("withdraw", purposes=[ASKED])
