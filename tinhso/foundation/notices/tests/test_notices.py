"""Telling people: in their language, by their channels, once, without personal numbers, whatever a gateway does."""

from __future__ import annotations

import json
import smtplib
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.access import guard as access
from tinhso.foundation.notices import checks, delivery, selectors, services, texts
from tinhso.foundation.notices.models import Notice, NoticePreference
from tinhso.foundation.notices.texts import Text
from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in

RECEIVED = Text(
    "test.received",
    "Đã nhận hồ sơ %(code)s",
    "Chào %(name)s. Hồ sơ %(code)s hẹn trả %(due)s.",
    "Ho so %(code)s da nhan, hen tra %(due)s.",
)
VALUES = {"code": "H27.14-261122-0007", "name": "Nguyễn Thị Hoa", "due": "27/11/2026"}


@pytest.fixture(autouse=True)
def words(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    monkeypatch.setitem(texts.TEXTS, RECEIVED.code, RECEIVED)
    yield


def tell(cast: Cast, **more: Any) -> list[Notice]:
    arguments = {"account": cast.citizen, "text": RECEIVED.code, "values": VALUES} | more
    return services.notify(cast.actor("desk_officer"), **arguments)


def states() -> dict[str, str]:
    return dict(Notice.objects.values_list("channel", "state"))


def test_one_occasion_reaches_the_person_by_every_channel(cast: Cast, tmp_path: Path) -> None:
    tell(cast, link="/ho-so/H27.14-261122-0007/")
    assert states() == {"web": "sent", "email": "queued", "sms": "queued"}
    assert delivery.deliver_due() == 2
    assert set(states().values()) == {"sent"}
    (letter,) = mail.outbox
    assert letter.to == ["citizen@example.vn"] and letter.subject == "Đã nhận hồ sơ H27.14-261122-0007"
    assert "/ho-so/H27.14-261122-0007/" in letter.body and "Message-ID" in letter.extra_headers
    (spooled,) = (tmp_path / "spool" / "sms").glob("*.json")
    message = json.loads(spooled.read_text())
    assert message["mark"] == "mô phỏng" and message["to"] == "0912345678"
    assert delivery.deliver_due() == 0


def test_the_same_occasion_is_told_once(cast: Cast) -> None:
    tell(cast, key="received:7")
    tell(cast, key="received:7")
    assert Notice.objects.count() == 3
    tell(cast, key="received:8")
    assert Notice.objects.count() == 6


def test_a_refused_act_tells_nobody(cast: Cast) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(cast)
        raise RuntimeError("the act failed")
    assert not Notice.objects.exists()


def test_preferences_close_channels_but_never_the_web(cast: Cast) -> None:
    services.set_preference(cast.actor("citizen"), language="vi", wants_email=False, wants_sms=False)
    tell(cast)
    assert list(states()) == ["web"]


def test_the_persons_language_is_respected(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import translation

    spoken = Text("test.spoken", translation.gettext_lazy("Thông báo"), translation.gettext_lazy("Thông báo"))
    monkeypatch.setitem(texts.TEXTS, spoken.code, spoken)
    NoticePreference.objects.create(account=cast.citizen, language="en")
    (notice, *_rest) = tell(cast, text=spoken.code)
    assert (notice.language, notice.title) == ("en", "Notices")
    (other, *_rest) = tell(cast, text=spoken.code, account=cast.other_citizen)
    assert (other.language, other.title) == ("vi", "Thông báo")


def test_personal_numbers_never_leave(cast: Cast) -> None:
    tell(cast, values=VALUES | {"name": "Hoa, số 042190000017", "code": "042190000017"})
    for notice in Notice.objects.all():
        assert "042190000017" not in notice.title + notice.body


@given(st.dictionaries(st.sampled_from(["code", "name", "due"]), st.text(), min_size=3))
def test_any_value_stays_one_line_of_plain_text(values: dict[str, str]) -> None:
    title, body, sms = texts.compose(RECEIVED, {"code": "", "name": "", "due": ""} | values, "vi")
    assert not any(ch in title + body + sms for ch in "\r\n\x00")
    assert len(title) <= texts.MAX_TITLE and len(sms) <= texts.MAX_SMS


def test_texts_are_declared_once_and_name_their_placeholders() -> None:
    with pytest.raises(RuntimeError, match="twice"):
        texts.register_text(RECEIVED)
    with pytest.raises(RuntimeError, match="unnamed"):
        texts.register_text(Text("test.bad", "Còn %s ngày", "x"))


# --- gateways that fail ---------------------------------------------------------------------------------------------


def test_a_failing_gateway_is_tried_again_with_growing_pauses_and_then_set_aside(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(cast, channels=("email",))

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    for attempt, pause in enumerate(delivery.PAUSES, start=1):
        assert delivery.deliver_due() == 0
        notice = Notice.objects.get()
        assert (notice.state, notice.attempts) == ("queued", attempt) and "gone" in notice.error
        assert notice.next_attempt_at is not None
        assert abs(notice.next_attempt_at - timezone.now() - pause) < timedelta(seconds=30)
        assert delivery.deliver_due() == 0 and Notice.objects.get().attempts == attempt
        Notice.objects.update(next_attempt_at=timezone.now())
    delivery.deliver_due()
    assert Notice.objects.get().state == "set_aside"
    assert not checks.check_outbox().is_fine
    monkeypatch.undo()
    services.retry_set_aside(cast.actor("administrator"), notice_id=Notice.objects.get().pk)


def test_a_poisoned_notice_does_not_stop_the_others(cast: Cast) -> None:
    cast.other_citizen.email = "không phải địa chỉ"
    cast.other_citizen.save()
    tell(cast, account=cast.other_citizen, channels=("email",))
    tell(cast, channels=("email",))
    assert delivery.deliver_due() == 1
    assert Notice.objects.get(account=cast.other_citizen).state == "set_aside"
    assert Notice.objects.get(account=cast.citizen).state == "sent"


def test_a_wrong_phone_number_is_set_aside(cast: Cast) -> None:
    assert cast.citizen.person is not None
    cast.citizen.person.phone = "12"
    cast.citizen.person.save()
    tell(cast, channels=("sms",))
    assert delivery.deliver_due() == 0
    assert Notice.objects.get().error == "số điện thoại không đúng"


def test_a_notice_whose_worker_died_comes_back_after_its_lease(cast: Cast) -> None:
    tell(cast, channels=("email",))
    assert delivery._claim() is not None
    assert delivery.deliver_due() == 0
    Notice.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert delivery.deliver_due() == 1


def test_a_worker_whose_lease_ran_out_does_not_overwrite_the_other(cast: Cast) -> None:
    tell(cast, channels=("email",))
    slow = delivery._claim()
    assert slow is not None
    Notice.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert delivery.deliver_due() == 1
    delivery._fail(slow, "too late")
    assert Notice.objects.get().state == "sent"


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_each_notice_once(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account.objects.create_user("many", "x", full_name="Người Nhận", email="a@example.vn")
    for _number in range(20):
        services.notify(access.Actor.system(), account=account, text=RECEIVED.code, values=VALUES, channels=("email",))
    taken: list[int] = []
    monkeypatch.setattr(delivery, "adapter_for", lambda channel: lambda notice: taken.append(notice.pk))

    def work() -> None:
        delivery.deliver_due()
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == sorted(Notice.objects.values_list("pk", flat=True)) and len(taken) == 20


# --- the bell -------------------------------------------------------------------------------------------------------


def test_the_bell_counts_what_is_mine_and_unread(cast: Cast) -> None:
    (web, *_rest) = tell(cast)
    assert selectors.unread_count(cast.actor("citizen")) == 1
    assert selectors.unread_count(cast.actor("other_citizen")) == 0
    assert selectors.unread_count(cast.actor("stranger")) == 0
    with pytest.raises(Notice.DoesNotExist):
        services.mark_read(cast.actor("other_citizen"), notice_id=web.pk)
    with pytest.raises(access.Denied):
        services.mark_read(cast.actor("stranger"), notice_id=web.pk)
    services.mark_read(cast.actor("citizen"), notice_id=web.pk)
    assert selectors.unread_count(cast.actor("citizen")) == 0


def test_the_list_shows_marks_and_opens(cast: Cast, client: Client) -> None:
    (web, *_rest) = tell(cast, link="/tai-khoan/", values=VALUES | {"name": "<script>alert(1)</script>"})
    assert client.get("/thong-bao/").status_code == 302
    sign_in(client, cast.citizen)
    page = client.get("/thong-bao/").content.decode()
    assert "chưa đọc" in page and "&lt;script&gt;" in page and "<script>alert" not in page
    assert client.post(f"/thong-bao/{web.pk}/")["Location"] == "/tai-khoan/"
    assert "chưa đọc" not in client.get("/thong-bao/").content.decode()
    sign_in(client, cast.other_citizen)
    assert client.post(f"/thong-bao/{web.pk}/").status_code == 404
    assert "Chưa có thông báo" in client.get("/thong-bao/").content.decode()


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_notice_never_sends_the_reader_to_a_foreign_place(cast: Cast, client: Client, link: str) -> None:
    (web, *_rest) = tell(cast, link=link)
    sign_in(client, cast.citizen)
    assert client.post(f"/thong-bao/{web.pk}/")["Location"] == "/thong-bao/"


def test_the_way_of_being_told_is_chosen_on_a_page(cast: Cast, client: Client) -> None:
    sign_in(client, cast.citizen)
    assert "Cách nhận thông báo" in client.get("/thong-bao/cach-nhan/").content.decode()
    client.post("/thong-bao/cach-nhan/", {"language": "en", "wants_sms": "on"})
    kept = NoticePreference.objects.get()
    assert (kept.language, kept.wants_email, kept.wants_sms) == ("en", False, True)
    assert client.post("/thong-bao/cach-nhan/", {"language": "xx"}).status_code == 200
    client.post("/thong-bao/da-doc/")
