"""Feedback and its clocks: 2, 5, 15, 2 working days; who may not; wrong order; holidays between."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.access.guard import Denied
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures.afterwards import services
from tinhso.systems.procedures.afterwards.errors import (
    AskedBefore,
    FeedbackIncomplete,
    FeedbackMoved,
    SaySomething,
    TooLate,
)
from tinhso.systems.procedures.afterwards.models import Feedback
from tinhso.systems.procedures.afterwards.rules import LONGEST_POWER_DAYS, covers, power_holds
from tinhso.systems.procedures.afterwards.testing import Beside

pytestmark = pytest.mark.django_db


@pytest.fixture
def beside(cast: Cast) -> Beside:
    return Beside(cast)


def at(*moment: int) -> datetime:
    return timezone.make_aware(datetime(*moment))  # type: ignore[arg-type]


def handle(beside: Beside, one: Feedback, act: str, who: str = "desk_officer", **more: object) -> Feedback:
    given = {"words": "Nội dung", **more}
    return services.handle_feedback(actor=beside.cast.actor(who), feedback_id=one.pk, act=act, **given)  # type: ignore[arg-type]


def test_the_clocks_count_working_days_over_tet(beside: Beside) -> None:
    one = beside.feedback(at=at(2027, 2, 3, 9))  # the Wednesday before Tết
    assert timezone.localdate(one.refuse_due_at) > at(2027, 2, 4).date()
    usual = beside.feedback(at=at(2026, 11, 2, 9))
    assert [timezone.localdate(due).isoformat() for due in (usual.refuse_due_at, usual.ask_due_at)] == [
        "2026-11-04",
        "2026-11-09",
    ]
    assert timezone.localdate(usual.answer_due_at).isoformat() == "2026-11-23"


def test_answered_then_published_then_judged(beside: Beside) -> None:
    start = at(2026, 11, 2, 9)
    one = beside.feedback(at=start)
    with pytest.raises(FeedbackMoved):
        handle(beside, one, "publish", at=start)
    one = handle(beside, one, "answer", at=start + timedelta(days=1))
    assert one.publish_due_at is not None and timezone.localdate(one.publish_due_at).isoformat() == "2026-11-05"
    one = handle(beside, one, "publish", words="Người dân phản ánh chờ lâu.", at=start + timedelta(days=2))
    services.judge_feedback(actor=beside.cast.actor("stranger"), code=one.code, verdict="disliked")
    with pytest.raises(FeedbackMoved):
        services.judge_feedback(actor=beside.cast.actor("stranger"), code=one.code, verdict="liked")
    assert [step.is_late for step in one.steps.all()] == [False] * 4
    page = Client().get("/phan-anh/cong-khai/").content.decode()
    assert "Người dân phản ánh chờ lâu." in page and "0912345678" not in page and "Chờ lâu quá hẹn." not in page


def test_late_is_said_and_what_is_too_late_is_refused(beside: Beside) -> None:
    start = at(2026, 11, 2, 9)
    one = beside.feedback(at=start)
    for act, day in (("refuse", 5), ("send_back", 5), ("ask", 10)):
        with pytest.raises(TooLate):
            handle(beside, one, act, at=at(2026, 11, day, 8))
    one = handle(beside, one, "answer", at=at(2026, 11, 24, 8))
    assert one.steps.get(act="answer").is_late


def test_asked_once_and_answered_by_the_sender(beside: Beside) -> None:
    one = handle(beside, beside.feedback(), "ask")
    one = services.reply_feedback(actor=beside.cast.actor("stranger"), code=one.code, words="Hôm thứ Hai")
    with pytest.raises(AskedBefore):
        handle(beside, one, "ask")
    with pytest.raises(FeedbackMoved):
        services.reply_feedback(actor=beside.cast.actor("stranger"), code=one.code, words="nữa")


def test_passed_on_its_clocks_start_anew_elsewhere(beside: Beside) -> None:
    one = beside.feedback(at=at(2026, 11, 2, 9))
    there = beside.cast.units.other_centre
    with pytest.raises(SaySomething):
        handle(beside, one, "transfer")
    one = handle(beside, one, "transfer", unit=there, at=at(2026, 11, 4, 9))
    assert one.unit == there and timezone.localdate(one.refuse_due_at).isoformat() == "2026-11-06"
    with pytest.raises(Denied):
        handle(beside, one, "answer")
    handle(beside, one, "answer", "desk_officer_elsewhere")


@pytest.mark.parametrize("who", ["citizen", "desk_officer_elsewhere", "resolving_officer", "auditor", "stranger"])
def test_others_do_not_handle(beside: Beside, who: str) -> None:
    with pytest.raises(Denied):
        handle(beside, beside.feedback(), "answer", who)


def test_name_address_and_phone_are_needed(beside: Beside) -> None:
    for box in ("body", "sender_name", "address", "phone"):
        with pytest.raises(FeedbackIncomplete):
            beside.feedback(**{box: "  "})  # type: ignore[arg-type]
    assert not Feedback.objects.exists()


def test_through_the_pages_without_an_account(beside: Beside) -> None:
    client, desk = Client(), sign_in(Client(), beside.cast.desk_officer)
    typed = {
        "loai": "staff",
        "noi": beside.cast.units.commune_centre.pk,
        "noi_dung": "<b>Chờ</b> lâu",
        "ten": "Hoa",
        "dia_chi": "Thôn 1",
        "dien_thoai": "0912345678",
    }
    assert client.post("/phan-anh/", {**typed, "ten": ""}).status_code == 422
    followed = client.post("/phan-anh/", typed)["Location"]
    assert "&lt;b&gt;Chờ" in client.get(followed).content.decode()
    one = Feedback.objects.get()
    assert one.code in followed and "Chờ" in desk.get("/can-bo/phan-anh/").content.decode()
    address = f"/can-bo/phan-anh/{one.pk}/"
    assert desk.post(address, {"viec": "answer", "noi_dung": " "}).status_code == 409
    assert desk.post(address, {"viec": "xoa"}).status_code == 404
    assert desk.post(address, {"viec": "answer", "noi_dung": "Đã nhắc cán bộ"}).status_code == 302
    assert "Đã nhắc cán bộ" in client.get(followed).content.decode()
    assert client.post(followed, {"viec": "nhan-xet", "y_kien": "liked"}).status_code == 302
    assert sign_in(Client(), beside.cast.desk_officer_elsewhere).get(address).status_code == 404
    assert client.get("/phan-anh/KHONGCOMA9/").status_code == 404


@given(st.dates(), st.integers(0, LONGEST_POWER_DAYS), st.integers(-800, 800))
def test_a_power_holds_within_its_term_and_nowhere_else(start: object, days: int, shift: int) -> None:
    from datetime import date

    assert isinstance(start, date)
    if not 800 < start.toordinal() < date.max.toordinal() - 2000:
        return
    end, day = start + timedelta(days=days), start + timedelta(days=shift)
    assert power_holds("confirmed", start, end, day) == (0 <= shift <= days)
    assert not any(power_holds(state, start, end, day) for state in ("asked", "refused", "revoked"))
    assert covers([], "1.1") and covers(["1.1"], "1.1") and not covers(["1.2"], "1.1")
