"""Breaches, assessments and alarms: hours that do not wait, lateness written down, nothing closed half done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tinhso.foundation.access.guard import Denied
from tinhso.foundation.notices.models import Notice
from tinhso.foundation.people.models import Person
from tinhso.foundation.privacy import services
from tinhso.foundation.privacy.errors import LateNeedsReason, WrongBreach, WrongRegister
from tinhso.foundation.privacy.models import Assessment, AssessmentFiling, Breach, BreachNotice, DataRequest
from tinhso.foundation.privacy.services.alarms import raise_alarms
from tinhso.foundation.privacy.tests.conftest import CLOSED_LAW, NOW
from tinhso.foundation.privacy.tests.objects import BREACH
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in

pytestmark = pytest.mark.django_db


def record(people: Cast, **more: Any) -> Breach:
    return services.record_breach(actor=people.actor("administrator"), **{**BREACH, **more})


def send(people: Cast, notice: BreachNotice, **more: Any) -> BreachNotice:
    return services.send_notice(
        actor=people.actor("administrator"), notice_id=notice.pk, **{"reference": "15/UBND", **more}
    )


def test_the_clocks_run_from_when_it_was_known(people: Cast) -> None:
    plain = record(people, known_at=timezone.now() - timedelta(hours=70))
    assert [(one.kind, one.due_at - plain.known_at) for one in plain.notices.all()] == [
        ("authority", timedelta(hours=72))
    ]
    serious = record(people, is_serious=True)
    assert {one.kind for one in serious.notices.all()} == {"first", "authority", "report"}
    assert (plain.code, serious.code) != (serious.code, plain.code)


def test_found_graver_it_owes_more_and_never_less(people: Cast) -> None:
    found = record(people)
    more: dict[str, Any] = {"people_count": 5, "cause": "Mã độc.", "measures": "Ngắt máy."}
    officer = people.actor("administrator")
    services.update_breach(actor=officer, breach_id=found.pk, is_serious=True, **more)
    assert found.notices.get(kind="first").due_at == found.known_at + timedelta(hours=24)
    services.update_breach(actor=officer, breach_id=found.pk, is_grave=True, **more)
    assert found.notices.get(kind="first").due_at == found.known_at + timedelta(hours=1)
    services.update_breach(actor=officer, breach_id=found.pk, **more)
    found.refresh_from_db()
    assert found.is_serious and found.is_grave and found.notices.count() == 3


def test_a_late_notice_needs_its_reason_and_keeps_the_facts_of_its_hour(people: Cast) -> None:
    found = record(people, known_at=timezone.now() - timedelta(hours=80))
    notice = found.notices.get()
    with pytest.raises(LateNeedsReason):
        send(people, notice)
    sent = send(people, notice, late_reason="Chờ xác minh số người.")
    assert sent.is_late and sent.content["people_count"] == 3
    services.update_breach(
        actor=people.actor("administrator"), breach_id=found.pk, people_count=999, cause="x", measures="y"
    )
    assert BreachNotice.objects.get(pk=notice.pk).content["people_count"] == 3
    with pytest.raises(WrongBreach):
        send(people, notice)


@pytest.mark.parametrize(
    "bad",
    [
        {"title": " "},
        {"categories": [" "]},
        {"people_count": -1},
        {"known_at": timezone.now() + timedelta(hours=5)},
        {"happened_at": timezone.now()},
    ],
)
def test_what_cannot_be_is_refused(people: Cast, bad: dict[str, Any]) -> None:
    with pytest.raises(WrongBreach):
        record(people, **bad)


@pytest.mark.parametrize("who", ["citizen", "auditor", "leader", "provincial_leader", "desk_officer"])
def test_who_may_not_record(people: Cast, who: str) -> None:
    with pytest.raises(Denied):
        services.record_breach(actor=people.actor(who), **BREACH)


def test_people_are_told_once_and_those_without_account_by_hand(people: Cast) -> None:
    found, officer = record(people), people.actor("administrator")
    alone = Person.objects.create(full_name="Lê Thị Không", personal_number="042050000001", is_simulated=True)
    numbers = ["042190000017", "042050000001", "000000000000"]
    new, unknown = services.name_people(actor=officer, breach_id=found.pk, personal_numbers=numbers)
    assert (new, unknown) == (2, ["000000000000"])
    with pytest.raises(WrongBreach):
        services.tell_people(actor=officer, breach_id=found.pk)
    services.update_breach(actor=officer, breach_id=found.pk, people_count=3, cause="Nhầm", measures="Đổi mật khẩu")
    assert services.tell_people(actor=officer, breach_id=found.pk) == (1, 1)
    assert services.tell_people(actor=officer, breach_id=found.pk) == (0, 0)
    told = Notice.objects.filter(account=people.citizen, channel="web", text="privacy.breach")
    assert told.count() == 1 and "Đổi mật khẩu" in told.get().body
    row = found.people.get(person=alone)
    services.told_by_hand(actor=officer, breach_id=found.pk, row_id=row.pk, words="Thư bảo đảm")
    with pytest.raises(WrongBreach):
        services.told_by_hand(actor=officer, breach_id=found.pk, row_id=row.pk, words="Thư bảo đảm")


def test_it_closes_only_when_everybody_was_told_and_measures_stand(people: Cast) -> None:
    found, officer = record(people), people.actor("administrator")

    def close(measures: str = "Đã xoá tệp.") -> Breach:
        return services.close_breach(actor=officer, breach_id=found.pk, measures=measures)

    with pytest.raises(WrongBreach):
        close()
    send(people, found.notices.get())
    services.name_people(actor=officer, breach_id=found.pk, personal_numbers=["042190000017"])
    with pytest.raises(WrongBreach):
        close()
    services.update_breach(actor=officer, breach_id=found.pk, people_count=3, cause="Nhầm", measures="Đổi")
    services.tell_people(actor=officer, breach_id=found.pk)
    assert close().closed_at is not None
    with pytest.raises(WrongBreach):
        close()


def test_the_notice_is_a_paper_and_the_pages_show_hostile_words_as_words(
    people: Cast, django_assert_max_num_queries: Callable[..., object]
) -> None:
    found = record(people, scope="<script>alert(1)</script>")
    client = sign_in(Client(), people.administrator, stepped_up=True)
    home = "/quan-tri/du-lieu-ca-nhan/"
    for address in ("vi-pham/", f"vi-pham/{found.pk}/", "muc-dich/", "danh-gia/"):
        with django_assert_max_num_queries(25):  # type: ignore[attr-defined]
            page = client.get(f"{home}{address}").content.decode()
        assert "<script>alert" not in page
    paper = client.get(f"{home}vi-pham/{found.pk}/thong-bao/{found.notices.get().pk}.pdf")
    assert paper.content.startswith(b"%PDF-")


def test_recording_by_the_page(people: Cast) -> None:
    client = sign_in(Client(), people.administrator, stepped_up=True)
    sent = {
        "ten": "Mất máy tính xách tay",
        "biet_luc": "hôm qua",
        "pham_vi": "Một máy",
        "loai": "họ tên\nsố điện thoại",
    }
    home = "/quan-tri/du-lieu-ca-nhan/vi-pham/"
    assert client.post(home, sent).status_code == 422
    known = timezone.localtime(timezone.now() - timedelta(hours=2))
    good = {**sent, "biet_luc": f"{known:%Y-%m-%dT%H:%M}", "so_nguoi": "1.200", "nguyen_nhan": "Mất trộm"}
    assert client.post(home, good).status_code == 302
    assert Breach.objects.get().people_count == 1200


def test_an_assessment_is_filed_reviewed_or_exempt(people: Cast) -> None:
    officer = people.actor("administrator")

    def start(on: date) -> Assessment:
        return services.record_assessment(
            actor=officer, title="Hồ sơ", purposes=[CLOSED_LAW], risks="Lộ", started_on=on
        )

    today = timezone.localdate()
    made = start(today - timedelta(days=100))
    file = {"actor": officer, "assessment_id": made.pk, "filed_on": today}
    with pytest.raises(LateNeedsReason):
        services.file_assessment(**file, reference="1/CV")  # type: ignore[arg-type]
    with pytest.raises(WrongRegister):
        services.file_assessment(**{**file, "filed_on": today + timedelta(days=1)}, reference="1/CV")  # type: ignore[arg-type]
    services.file_assessment(**file, reference="1/CV", late_reason="Thiếu người")  # type: ignore[arg-type]
    with pytest.raises(WrongRegister):
        services.exempt(actor=officer, assessment_id=made.pk, basis="Điều 21")
    with pytest.raises(Exception, match="thay đổi"):
        services.file_assessment(**file, reference="2/CV")  # type: ignore[arg-type]
    other = services.exempt(actor=officer, assessment_id=start(today).pk, basis="Luật 91/2025, Điều 21")
    with pytest.raises(WrongRegister):
        services.file_assessment(actor=officer, assessment_id=other.pk, filed_on=today, reference="3/CV")
    assert AssessmentFiling.objects.count() == 1
    with pytest.raises(Denied):
        services.record_assessment(
            actor=people.actor("leader"), title="x", purposes=[CLOSED_LAW], risks="y", started_on=today
        )


def test_alarms_ring_once_before_and_once_after(people: Cast, ask: Callable[..., DataRequest]) -> None:
    made = ask("copy", at=NOW)  # Tuesday: nothing ends within a day
    assert raise_alarms(at=NOW) == 0
    soon = made.act_due_at - timedelta(hours=30)
    raise_alarms(at=soon)
    ours = Notice.objects.filter(account=people.administrator, channel="web")
    assert ours.filter(text="privacy.alarm", title__contains=f"thực hiện yêu cầu {made.code}").count() == 1
    assert ours.filter(text="privacy.overdue", title__contains=f"phản hồi yêu cầu {made.code}").count() == 1
    assert raise_alarms(at=soon) == 0
    raise_alarms(at=made.act_due_at + timedelta(hours=1))
    assert ours.filter(text="privacy.overdue", title__contains="thực hiện").count() == 1
    assert not Notice.objects.filter(account=people.citizen).exists()


def test_alarms_of_a_breach_and_an_assessment(people: Cast) -> None:
    found = record(people, known_at=timezone.now() - timedelta(hours=66))
    services.record_assessment(
        actor=people.actor("administrator"),
        title="Điền sẵn",
        purposes=[CLOSED_LAW],
        risks="Lộ",
        started_on=timezone.localdate() - timedelta(days=55),
    )
    raise_alarms()
    titles = " ".join(
        Notice.objects.filter(account=people.administrator, channel="web").values_list("title", flat=True)
    )
    assert found.code in titles and "Điền sẵn" in titles
