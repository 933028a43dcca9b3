"""Rooms as people see them: opened, passes given, events owed again, a secret changed while both sign, an end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tinhso.engines.exchange import sending, services, signatures
from tinhso.engines.exchange.errors import NotInForce, WrongInput
from tinhso.engines.exchange.models import Delivery, Room, Subscription
from tinhso.engines.exchange.services import rooms
from tinhso.engines.exchange.testing import World
from tinhso.faces.exchange.tests.conftest import window_of
from tinhso.foundation.access.guard import Denied
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.people.secrets_at_rest import unseal

LIST = "/lien-thong/phong-tin/"


@pytest.fixture
def heard(world: World) -> Subscription:
    """The asking system hears what the source publishes; one event is out and waits."""
    room = services.open_room(actor=world.owners, subsystem=world.source, title="Tin hộ kinh doanh")
    rooms.make_event_type(caller=world.source, room=room, code="born", schema={"type": "object"})
    services.give_pass(actor=world.owners, room=room, subsystem=world.client, reason="cùng làm", may_subscribe=True)
    url = "https://nghe.example.vn/tin"
    made = rooms.subscribe(caller=world.client, room=room, code="born", way="PUSH", url=url).subscription
    rooms.publish_event(caller=world.source, room=room, code="born", data={"ho_ten": "Nguyễn Thị Hoa"})
    return made


def test_an_owner_opens_a_room_and_gives_a_pass_that_counts_at_once(world: World, owner: Client) -> None:
    made = owner.post(LIST, {"system": world.source.pk, "title": "Tin hộ kinh doanh"})
    room = Room.objects.get()
    assert made["Location"] == f"{LIST}{room.pk}/"
    give = f"{LIST}{room.pk}/quyen/"
    unknown = owner.post(give, {"system": "TS/GOV/99/khong", "may_subscribe": "on", "reason": "cùng làm"})
    assert unknown.status_code == 422 and "Không có hệ thống nào" in unknown.content.decode()
    assert (
        owner.post(give, {"system": world.client.identifier, "may_subscribe": "on", "reason": "cùng làm"}).status_code
        == 302
    )
    assert world.client.identifier in owner.get(f"{LIST}{room.pk}/").content.decode()
    assert owner.post(give, {"system": world.client.identifier}).status_code == 422  # no reason
    assert owner.post(give, {"system": world.client.identifier, "reason": "thôi cùng làm"}).status_code == 302
    assert AuditRow.objects.get(act="exchange.room.pass_ended").details["reason"] == "thôi cùng làm"
    assert not room.passes.filter(ended_at=None).exists()
    assert owner.post(LIST, {"system": world.source.pk, "title": "Phòng thứ hai"}).status_code == 422


def test_each_side_sees_its_own_health_and_nobody_the_content(
    world: World, owner: Client, asker: Client, heard: Subscription
) -> None:
    room = f"{LIST}{heard.event_type.room_id}/"
    assert "1 tin chờ" in owner.get(room).content.decode() and "1 tin chờ" in asker.get(LIST).content.decode()
    stranger = window_of(world.cast.auditor)
    for page in (owner.get(room), asker.get(room), stranger.get(room)):
        assert page.status_code == 200 and "Nguyễn Thị Hoa" not in page.content.decode()
    assert owner.get(f"/lien-thong/nghe-tin/{heard.pk}/").status_code == 404
    Delivery.objects.update(state="dead", ended_at=timezone.now(), attempts=8, error="HTTP 500")
    said = asker.get(f"/lien-thong/nghe-tin/{heard.pk}/").content.decode()
    assert "HTTP 500" in said and "8 lần gửi" in said and "không giao được 1" in said


def test_people_have_events_owed_again_with_a_reason(world: World, asker: Client, heard: Subscription) -> None:
    Delivery.objects.update(state="dead", ended_at=timezone.now(), error="HTTP 500")
    address = f"/lien-thong/nghe-tin/{heard.pk}/giao-lai/"
    local = timezone.localtime().replace(tzinfo=None, microsecond=0)
    since = (local - timedelta(hours=1)).isoformat()
    assert asker.post(address, {"since": since, "reason": ""}).status_code == 422
    assert asker.post(address, {"since": (local + timedelta(days=1)).isoformat(), "reason": "x"}).status_code == 422
    assert Delivery.objects.get().state == "dead"
    assert asker.post(address, {"since": since, "only_dead": "on", "reason": "Máy chủ đã sửa"}).status_code == 302
    assert Delivery.objects.get().state == "waiting"
    row = AuditRow.objects.filter(act="exchange.delivery.replayed").latest("pk")
    assert (row.actor_id, row.details["reason"], row.details["count"]) == (
        world.askers.account_id,
        "Máy chủ đã sửa",
        1,
    )


def test_a_new_secret_is_shown_once_and_both_sign_until_the_old_one_ends(
    world: World, asker: Client, heard: Subscription
) -> None:
    former = unseal(heard.sealed_secret)
    page = asker.post(f"/lien-thong/nghe-tin/{heard.pk}/doi-khoa/", {"reason": "Đổi định kỳ"})
    heard.refresh_from_db()
    fresh = unseal(heard.sealed_secret)
    assert fresh != former and fresh in page.content.decode() and "no-store" in page["Cache-Control"]
    assert fresh not in asker.get(f"/lien-thong/nghe-tin/{heard.pk}/").content.decode()
    assert not AuditRow.objects.filter(details__icontains=fresh).exists()
    job = sending._taken()[0]
    assert job.secrets == (fresh, former)
    marks = signatures.signed(job.secrets, "m", 1, b"{}")["webhook-signature"].split(" ")
    assert marks == [signatures.signed((one,), "m", 1, b"{}")["webhook-signature"] for one in (fresh, former)]
    Subscription.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    Delivery.objects.update(next_attempt_at=timezone.now())
    assert sending._taken()[0].secrets == (fresh,)


def test_only_the_hearing_side_acts_and_an_ended_hearing_takes_nothing_more(
    world: World, owner: Client, asker: Client, heard: Subscription
) -> None:
    for act in (
        lambda: services.replay_for(actor=world.owners, subscription=heard, since=timezone.now(), reason="không dùng"),
        lambda: services.rotate_secret(actor=world.owners, subscription=heard, reason="không dùng"),
        lambda: services.end_hearing(actor=world.owners, subscription=heard, reason="không dùng"),
    ):
        with pytest.raises(Denied):
            act()
    assert asker.post(f"/lien-thong/nghe-tin/{heard.pk}/thoi/", {"reason": ""}).status_code == 302
    heard.refresh_from_db()
    assert heard.cancelled_at is None  # no reason, no act
    asker.post(f"/lien-thong/nghe-tin/{heard.pk}/thoi/", {"reason": "Không còn dùng"})
    assert Delivery.objects.get().state == "stopped"
    with pytest.raises(NotInForce):
        services.rotate_secret(actor=world.askers, subscription=heard, reason="không dùng")
    said = asker.get(f"/lien-thong/nghe-tin/{heard.pk}/").content.decode()
    assert "đã thôi nghe" in said and "Giao lại các tin" not in said


def test_a_pulled_hearing_has_no_secret_to_change(world: World, heard: Subscription) -> None:
    rooms.cancel_subscription(caller=world.client, room=heard.event_type.room, code="born")
    pulled = rooms.subscribe(caller=world.client, room=heard.event_type.room, code="born", way="PULL").subscription
    with pytest.raises(WrongInput):
        services.rotate_secret(actor=world.askers, subscription=pulled, reason="không dùng")


def test_whoever_was_removed_is_sent_nothing_more(world: World, heard: Subscription) -> None:
    services.remove_subsystem(actor=world.askers, subsystem=world.client, reason="Không dùng nữa")
    rooms.publish_event(caller=world.source, room=heard.event_type.room, code="born", data={"code": "2"})
    assert Delivery.objects.count() == 1 and sending._taken() == []


def test_from_a_room_whose_owner_was_removed_nothing_comes_and_nothing_is_owed_again(
    world: World, asker: Client, heard: Subscription
) -> None:
    services.remove_member(actor=world.cast.actor("administrator"), member=world.owner, reason="Đơn vị giải thể")
    assert sending._taken() == []
    with pytest.raises(NotInForce):
        services.replay_for(actor=world.askers, subscription=heard, since=heard.since, reason="Máy chủ đã sửa")
    said = asker.get(f"/lien-thong/nghe-tin/{heard.pk}/").content.decode()
    assert "không tin nào được giao" in said and "Giao lại các tin" not in said


def test_what_ended_by_itself_is_not_said_to_go_on(world: World, asker: Client, heard: Subscription) -> None:
    page = f"/lien-thong/nghe-tin/{heard.pk}/"
    services.rotate_secret(actor=world.askers, subscription=heard, reason="Đổi định kỳ")
    assert "còn ký bên khoá mới" in asker.get(page).content.decode()
    Subscription.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    Delivery.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    said = asker.get(page).content.decode()
    assert "còn ký bên khoá mới" not in said and "không tin nào chờ" in said and "quá hạn giữ 1" in said


def test_a_replay_that_met_its_bound_says_that_more_is_left(
    world: World, asker: Client, heard: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms.publish_event(caller=world.source, room=heard.event_type.room, code="born", data={"code": "2"})
    since = (timezone.localtime() - timedelta(hours=1)).replace(tzinfo=None, microsecond=0).isoformat()
    given = {"since": since, "reason": "Máy chủ đã sửa"}
    for bound, is_left in ((1, True), (2, False)):
        monkeypatch.setattr(rooms, "MOST_REPLAYED", bound)
        said = asker.post(f"/lien-thong/nghe-tin/{heard.pk}/giao-lai/", given, follow=True).content.decode()
        assert f"Sẽ giao lại {bound} tin." in said and ("Còn tin phát sau đó" in said) is is_left
