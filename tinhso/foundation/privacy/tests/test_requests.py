"""The request desk, tried like an opponent: another's request, late answers, two officers, hostile words."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from tinhso.foundation.access.guard import Denied
from tinhso.foundation.notices.models import Notice
from tinhso.foundation.people.errors import LevelTooLow
from tinhso.foundation.people.models import LookUp, Person, PersonChange
from tinhso.foundation.privacy import registry, selectors, services
from tinhso.foundation.privacy.errors import (
    AlreadySettled,
    CannotExtend,
    HeldByAnother,
    LateNeedsReason,
    SecondOfficer,
    WrongRequest,
)
from tinhso.foundation.privacy.models import DataCopy, DataRequest, PartDecision, RequestStep, Restriction
from tinhso.foundation.privacy.registry import Principal
from tinhso.foundation.privacy.tests.conftest import ASKED, CLOSED_LAW, NOW, OPEN_LAW
from tinhso.foundation.testing.cast import Cast, make_account
from tinhso.foundation.testing.sessions import sign_in

pytestmark = pytest.mark.django_db
Ask = Callable[..., DataRequest]


def settle(people: Cast, found: DataRequest, **more: object) -> DataRequest:
    given = {"words": "Đã thực hiện.", **more}
    return services.settle(actor=people.actor("administrator"), request_id=found.pk, **given)  # type: ignore[arg-type]


def test_a_request_starts_both_clocks_and_tells_its_way(people: Cast, ask: Ask) -> None:
    made = ask("copy", at=NOW)  # Tuesday 10 March 2026
    assert timezone.localtime(made.acknowledge_due_at) == timezone.make_aware(datetime(2026, 3, 12, 17, 0))
    assert timezone.localtime(made.act_due_at) == timezone.make_aware(datetime(2026, 3, 20, 17, 0))
    officer = people.actor("administrator")
    services.acknowledge(actor=officer, request_id=made.pk, words="Sẽ gửi trong tuần.", at=NOW + timedelta(days=1))
    told = Notice.objects.filter(account=people.citizen, channel="web")
    assert made.code in told.get().title and "20/03/2026" in told.get().body
    with pytest.raises(WrongRequest):
        services.acknowledge(actor=officer, request_id=made.pk)


def test_a_late_acknowledgement_is_marked_late(people: Cast, ask: Ask) -> None:
    made = ask("know", at=NOW)
    services.acknowledge(actor=people.actor("administrator"), request_id=made.pk, at=NOW + timedelta(days=3))
    assert RequestStep.objects.get(request=made, act="acknowledged").is_late


def test_an_answer_after_the_deadline_needs_its_reason_and_says_so(people: Cast, ask: Ask) -> None:
    made = ask("know", at=NOW)
    after = NOW + timedelta(days=11)
    with pytest.raises(LateNeedsReason):
        settle(people, made, at=after)
    done = settle(people, made, at=after, late_reason="Phải hỏi hai cơ quan.")
    assert done.state == "done" and done.late_reason and done.steps.filter(act="done", is_late=True).exists()
    with pytest.raises(AlreadySettled):
        settle(people, made)


def test_one_extension_of_at_most_15_days_before_the_end(people: Cast, ask: Ask) -> None:
    officer = people.actor("administrator")
    made = ask("copy", at=NOW)

    def extend(days: int, at: datetime, reason: str = "Nhiều nguồn.") -> DataRequest:
        return services.extend(actor=officer, request_id=made.pk, days=days, reason=reason, at=at)

    for days in (0, 16, 99):
        with pytest.raises(CannotExtend):
            extend(days, NOW)
    with pytest.raises(WrongRequest):
        extend(5, NOW, " ")
    with pytest.raises(CannotExtend):
        extend(5, made.act_due_at + timedelta(minutes=1))
    found = extend(15, NOW)
    assert timezone.localtime(found.act_due_at) == timezone.make_aware(datetime(2026, 4, 6, 17, 0))  # 4 April: Saturday
    with pytest.raises(CannotExtend):
        extend(1, NOW)


def test_a_third_party_makes_it_twenty_days_only_for_stopping(people: Cast, ask: Ask) -> None:
    officer = people.actor("administrator")
    stop = ask("object", purposes=[OPEN_LAW], at=NOW)
    found = services.add_third_party(actor=officer, request_id=stop.pk, name="Đơn vị nhắn tin", at=NOW)
    assert timezone.localtime(found.act_due_at).date() == (NOW + timedelta(days=20)).date()
    with pytest.raises(WrongRequest):
        services.add_third_party(actor=officer, request_id=ask("copy", at=NOW).pk, name="Ai đó", at=NOW)


def test_the_same_form_twice_is_one_request(people: Cast, ask: Ask) -> None:
    token = uuid.uuid4()
    assert ask("know", token=token).pk == ask("know", token=token).pk
    other = ask("know", who="other_citizen", token=uuid.uuid4())
    assert DataRequest.objects.count() == 2 and other.person != people.citizen.person


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_answer_once(people: Cast, ask: Ask) -> None:
    second = make_account("dpo2", "Ngô Thị Hai", role="administrator", unit=people.units.province)
    made = ask("copy")
    outcomes: list[str] = []

    def press(account: object) -> None:
        from tinhso.foundation.access.guard import Actor

        try:
            actor = Actor.of(account, stepped_up=True)  # type: ignore[arg-type]
            services.settle(actor=actor, request_id=made.pk, words="Đây.")
            outcomes.append("done")
        except (AlreadySettled, HeldByAnother) as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(one,)) for one in (people.administrator, second)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(outcomes) == ["AlreadySettled", "done"] and DataCopy.objects.count() == 1


def test_a_colleagues_request_is_not_taken_without_a_reason(people: Cast, ask: Ask) -> None:
    second = make_account("dpo2", "Ngô Thị Hai", role="administrator", unit=people.units.province)
    made, officer = ask("know"), people.actor("administrator")
    services.assign(actor=officer, request_id=made.pk, account_id=second.pk)
    with pytest.raises(HeldByAnother):
        settle(people, made)
    with pytest.raises(HeldByAnother):
        services.assign(actor=officer, request_id=made.pk, account_id=people.administrator.pk)
    services.assign(actor=officer, request_id=made.pk, account_id=people.administrator.pk, reason="Nghỉ phép")
    with pytest.raises(WrongRequest):
        services.assign(actor=officer, request_id=made.pk, account_id=people.desk_officer.pk, reason="x")
    assert settle(people, made).state == "done"


@pytest.mark.parametrize("who", ["citizen", "desk_officer", "leader", "auditor", "provincial_leader", "stranger"])
def test_who_may_not_answer(people: Cast, ask: Ask, who: str) -> None:
    made = ask("know")
    with pytest.raises(Denied):
        services.settle(actor=people.actor(who), request_id=made.pk, words="x")
    assert DataRequest.objects.get(pk=made.pk).state == "received"


def test_anothers_request_is_not_there(people: Cast, ask: Ask) -> None:
    made = ask("copy")
    settle(people, made)
    client = sign_in(Client(), people.other_citizen)
    for address in ("", "ban-sao.json", "ban-sao.pdf"):
        assert client.get(f"/tai-khoan/du-lieu/yeu-cau/{made.code}/{address}").status_code == 404
    assert client.post(f"/tai-khoan/du-lieu/yeu-cau/{made.code}/").status_code == 404
    with pytest.raises(DataRequest.DoesNotExist):
        services.take_back(actor=people.actor("other_citizen"), code=made.code)


def test_identity_must_be_proved(people: Cast, ask: Ask) -> None:
    Person.objects.filter(pk=people.citizen.person_id).update(verified_at=None)
    with pytest.raises(LevelTooLow):
        ask("copy")


def test_for_another_only_with_the_right_to(people: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    child = Person.objects.create(full_name="Nguyễn Văn Bé", is_simulated=True)
    with pytest.raises(WrongRequest):
        ask("copy", for_person_id=child.pk)
    source = [lambda actor: [Principal(child, "cha mẹ")] if actor.account_id == people.citizen.pk else []]
    monkeypatch.setattr(registry, "PRINCIPALS", source)
    made = ask("copy", for_person_id=child.pk)
    assert (made.person, made.acting_basis) == (child, "cha mẹ")
    with pytest.raises(WrongRequest):
        ask("copy", who="other_citizen", for_person_id=child.pk)


def test_the_copy_is_whole_frozen_and_the_same_in_both_forms(people: Cast, ask: Ask) -> None:
    made = ask("copy", details="Tiếng Việt: Đỗ Thuỳ <b>&")
    settle(people, made)
    client = sign_in(Client(), people.citizen)
    raw = client.get(f"/tai-khoan/du-lieu/yeu-cau/{made.code}/ban-sao.json").content
    found = json.loads(raw)
    titles = {one["code"]: one for one in found["sections"]}
    assert set(titles) == set(registry.COLLECTORS)
    assert titles["people.record"]["rows"][0]["số định danh cá nhân"] == "042190000017"
    copy = DataCopy.objects.get()
    import hashlib

    assert hashlib.sha256(raw).hexdigest() == copy.sha256
    pdf = client.get(f"/tai-khoan/du-lieu/yeu-cau/{made.code}/ban-sao.pdf").content
    assert pdf.startswith(b"%PDF-") and _words(pdf, "Nguyễn Thị Hoa", "042190000017", copy.sha256[:20])
    with pytest.raises(DatabaseError), transaction.atomic():
        DataCopy.objects.update(content={})
    assert made.steps.filter(act="collected").count() == 1


def _words(pdf: bytes, *wanted: str) -> bool:
    import shutil
    import subprocess
    import unicodedata

    if shutil.which("pdftotext") is None:
        pytest.skip("NOT RUN: pdftotext (poppler-utils) is not installed")
    out = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    text = unicodedata.normalize("NFC", out)
    return all(one in text for one in wanted)


def test_what_is_held_is_read_on_the_page_too(people: Cast, ask: Ask) -> None:
    Person.objects.filter(pk=people.citizen.person_id).update(address="<script>alert(1)</script>")
    made = ask("access")
    settle(people, made)
    page = sign_in(Client(), people.citizen).get(f"/tai-khoan/du-lieu/yeu-cau/{made.code}/").content.decode()
    assert "042190000017" in page and "&lt;script&gt;" in page and "<script>alert" not in page


def test_a_correction_needs_two_officers_and_keeps_what_was(people: Cast, ask: Ask) -> None:
    made = ask("correct", wanted={"phone": "0987654321", "full_name": ""})
    officer, second = people.actor("administrator"), people.actor("auditor")
    with pytest.raises(WrongRequest):
        settle(people, made)
    services.propose(actor=officer, request_id=made.pk, words="Đã gọi.", changes={"phone": "0987654321"})
    with pytest.raises(Denied):
        services.check(actor=officer, request_id=made.pk, agrees=True)
    assert Person.objects.get(pk=made.person_id).phone == "0912345678"
    done = services.check(actor=second, request_id=made.pk, agrees=True)
    assert done.state == "done" and Person.objects.get(pk=made.person_id).phone == "0987654321"
    assert PersonChange.objects.get(person_id=made.person_id).before == {"phone": "0912345678"}


def test_nobody_checks_their_own_proposal(people: Cast, ask: Ask) -> None:
    both = make_account("dpo", "Hà Cả Hai", role="data_protection_officer", unit=people.units.province)
    from tinhso.foundation.access.guard import Actor

    actor, made = Actor.of(both, stepped_up=True), ask("correct", wanted={"phone": "0987654321"})
    services.propose(actor=actor, request_id=made.pk, words="Đã gọi.", changes={"phone": "0987654321"})
    with pytest.raises(SecondOfficer):
        services.check(actor=actor, request_id=made.pk, agrees=True)
    back = services.check(actor=people.actor("auditor"), request_id=made.pk, agrees=False, words="Chưa gọi được.")
    assert back.state == "at_work" and back.proposal == {}
    with pytest.raises(WrongRequest):
        services.check(actor=people.actor("auditor"), request_id=made.pk, agrees=True)


def test_objecting_is_honoured_where_the_law_leaves_it_open(people: Cast, ask: Ask) -> None:
    made = ask("object", purposes=[OPEN_LAW, CLOSED_LAW])
    done = settle(people, made)
    parts = {one.part: one for one in PartDecision.objects.filter(request=made)}
    assert done.state == "partly" and parts[OPEN_LAW].is_honoured and "Luật" in parts[CLOSED_LAW].reason
    assert not selectors.may_use(made.person_id, OPEN_LAW) and selectors.may_use(made.person_id, CLOSED_LAW)
    assert selectors.may_use(people.other_citizen.person_id, OPEN_LAW)
    services.lift_restriction(actor=people.actor("citizen"), code=OPEN_LAW)
    assert selectors.may_use(made.person_id, OPEN_LAW) and Restriction.objects.get().lifted_at is not None


def test_objecting_only_to_what_law_demands_is_refused_with_the_reason(people: Cast, ask: Ask) -> None:
    done = settle(people, ask("restrict", purposes=[CLOSED_LAW]))
    assert (done.state, done.refusal) == ("refused", "law") and not Restriction.objects.exists()


def test_a_withdrawal_is_never_refused(people: Cast, ask: Ask) -> None:
    services.decide(actor=people.actor("citizen"), code=ASKED, decision="given")
    made = ask("withdraw", purposes=[ASKED])
    with pytest.raises(WrongRequest):
        services.refuse(actor=people.actor("administrator"), request_id=made.pk, reason="law", words="Không")
    services.take_back(actor=people.actor("citizen"), code=made.code)
    assert not selectors.may_use(made.person_id, ASKED)


def test_a_refusal_names_a_reason_of_the_law(people: Cast, ask: Ask) -> None:
    made, officer = ask("complain"), people.actor("administrator")
    for reason, words in (("because", "Không"), ("", "Không"), ("law", " ")):
        with pytest.raises(WrongRequest):
            services.refuse(actor=officer, request_id=made.pk, reason=reason, words=words)
    done = services.refuse(actor=officer, request_id=made.pk, reason="others", words="Vì lý do sau.")
    page = sign_in(Client(), people.citizen).get(f"/tai-khoan/du-lieu/yeu-cau/{done.code}/").content.decode()
    assert "Điều 4" in page and "khiếu nại" in page


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("steal", {}),
        ("complain", {"details": "  "}),
        ("correct", {"wanted": {"personal_number": "042190000099"}}),
        ("correct", {"wanted": {"born_on": "1990-02-31"}}),
        ("correct", {"wanted": {"email": "khong phai"}}),
        ("correct", {"wanted": {"phone": "gọi tôi"}}),
        ("object", {"purposes": []}),
        ("object", {"purposes": ["no.such"]}),
        ("withdraw", {"purposes": [ASKED]}),
    ],
)
def test_what_is_not_complete_is_refused_with_a_sentence(people: Cast, ask: Ask, kind: str, more: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(WrongRequest):
        ask(kind, **more)
    assert not DataRequest.objects.exists()


def test_hostile_words_are_shown_as_words_to_everybody(people: Cast, ask: Ask) -> None:
    made = ask("complain", details="<script>alert(1)</script>\x00 '; DROP TABLE people_person; --")
    for client, address in (
        (sign_in(Client(), people.citizen), f"/tai-khoan/du-lieu/yeu-cau/{made.code}/"),
        (sign_in(Client(), people.administrator, stepped_up=True), f"/quan-tri/du-lieu-ca-nhan/yeu-cau/{made.pk}/"),
    ):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_too_many_open_requests_wait(people: Cast, ask: Ask) -> None:
    for _ in range(10):
        ask("know")
    with pytest.raises(WrongRequest):
        ask("know")


def test_an_officers_look_is_in_the_persons_log_and_the_pages_are_cheap(
    people: Cast, ask: Ask, django_assert_max_num_queries: Callable[..., object]
) -> None:
    made = ask("know")
    client = sign_in(Client(), people.administrator, stepped_up=True)
    for address in ("yeu-cau/", f"yeu-cau/{made.pk}/", "yeu-cau/so.csv"):
        with django_assert_max_num_queries(25):  # type: ignore[attr-defined]
            assert client.get(f"/quan-tri/du-lieu-ca-nhan/{address}").status_code == 200
    assert LookUp.objects.filter(person_id=made.person_id, subject_id=str(made.pk)).count() == 1


def test_the_register_file_carries_no_formula_and_no_number(people: Cast, ask: Ask) -> None:
    made = ask("know", at=timezone.now() - timedelta(days=30))
    settle(people, made, late_reason="=HYPERLINK(1)")
    text = (
        sign_in(Client(), people.administrator, stepped_up=True)
        .get("/quan-tri/du-lieu-ca-nhan/yeu-cau/so.csv")
        .content.decode("utf-8-sig")
    )
    assert "'=HYPERLINK" in text and "042190000017" not in text and made.code in text


def test_the_whole_way_by_the_pages_without_scripts(people: Cast) -> None:
    citizen, officer = sign_in(Client(), people.citizen), sign_in(Client(), people.administrator, stepped_up=True)
    assert citizen.get("/tai-khoan/du-lieu/yeu-cau/moi/").status_code == 200
    form = citizen.get("/tai-khoan/du-lieu/yeu-cau/moi/copy/").content.decode()
    token = form.split('name="phieu" value="')[1].split('"')[0]
    first = citizen.post("/tai-khoan/du-lieu/yeu-cau/moi/copy/", {"phieu": token})
    again = citizen.post("/tai-khoan/du-lieu/yeu-cau/moi/copy/", {"phieu": token})
    assert first.status_code == 302 and first["Location"] == again["Location"]
    made = DataRequest.objects.get()
    page = f"/quan-tri/du-lieu-ca-nhan/yeu-cau/{made.pk}/"
    assert officer.post(page, {"viec": "phan-hoi", "noi_dung": "Chào bạn"}).status_code == 302
    assert officer.post(page, {"viec": "tra-loi", "noi_dung": ""}).status_code == 409
    assert officer.post(page, {"viec": "tra-loi", "noi_dung": "Đây là bản sao."}).status_code == 302
    shown = citizen.get(first["Location"]).content.decode()
    assert "Đây là bản sao." in shown and "ban-sao.pdf" in shown
