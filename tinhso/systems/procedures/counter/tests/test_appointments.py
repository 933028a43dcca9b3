"""Appointments: never on a holiday, never two in one place, one's own alone."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.calendar.services import set_day_override
from tinhso.foundation.notices.models import Notice
from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.cast import make_account
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures.counter import selectors, services
from tinhso.systems.procedures.counter.errors import AppointmentOver, NoSuchSlot, SlotTaken, TooManyAppointments
from tinhso.systems.procedures.counter.models import Appointment
from tinhso.systems.procedures.counter.rules import AppointmentState
from tinhso.systems.procedures.counter.testing import Hall, next_slot

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_fill_two_places(hall: Hall) -> None:
    slot = next_slot(hall.group)
    people = [make_account(f"nguoi{n}", f"Người {n}", citizen_number=f"0990900000{n:02d}") for n in range(12)]
    got: list[str] = []

    def book(account: Account) -> None:
        try:
            services.book_appointment(actor=Actor.of(account), group=hall.group, starts_at=slot)
            got.append("booked")
        except SlotTaken:
            got.append("taken")
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=[one]) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(got) == ["booked"] * 2 + ["taken"] * 10
    assert sorted(Appointment.objects.values_list("place", flat=True)) == [1, 2]


def test_a_holiday_is_never_bookable(hall: Hall) -> None:
    slot = timezone.localtime(next_slot(hall.group))
    set_day_override(
        Actor.system(), unit=hall.desk, day=slot.date(), kind="off", reason="Nghỉ bù", document="15/TB-UBND"
    )
    assert slot.date() not in selectors.bookable_days(hall.group, now=timezone.now())
    assert selectors.free_slots(hall.group, slot.date(), now=timezone.now()) == []
    with pytest.raises(NoSuchSlot):
        services.book_appointment(actor=hall.cast.actor("citizen"), group=hall.group, starts_at=slot)


def test_tet_has_no_hours(hall: Hall) -> None:
    before = timezone.make_aware(datetime(2027, 2, 3, 8))
    tet = timezone.make_aware(datetime(2027, 2, 8, 8))
    assert date(2027, 2, 8) not in selectors.bookable_days(hall.group, now=before)
    with pytest.raises(NoSuchSlot):
        services.book_appointment(actor=hall.cast.actor("citizen"), group=hall.group, starts_at=tet, at=before)


@pytest.mark.parametrize("shift", [timedelta(minutes=7), timedelta(days=-400), timedelta(days=40), timedelta(hours=12)])
def test_hours_that_are_no_slot_are_refused(hall: Hall, shift: timedelta) -> None:
    with pytest.raises(NoSuchSlot):
        services.book_appointment(
            actor=hall.cast.actor("citizen"), group=hall.group, starts_at=next_slot(hall.group) + shift
        )


def test_move_gives_the_old_place_back_only_for_a_new_one(hall: Hall) -> None:
    citizen = hall.cast.actor("citizen")
    first, second = next_slot(hall.group), next_slot(hall.group, 1)
    booked = services.book_appointment(actor=citizen, group=hall.group, starts_at=first)
    with pytest.raises(NoSuchSlot):
        services.move_appointment(actor=citizen, appointment_id=booked.pk, starts_at=first + timedelta(minutes=1))
    booked.refresh_from_db()
    assert booked.state == AppointmentState.BOOKED
    moved = services.move_appointment(actor=citizen, appointment_id=booked.pk, starts_at=second)
    booked.refresh_from_db()
    assert booked.state == AppointmentState.CANCELLED and moved.moved_from == booked
    with pytest.raises(AppointmentOver):
        services.cancel_appointment(actor=citizen, appointment_id=booked.pk)
    with pytest.raises(TooManyAppointments):
        services.book_appointment(actor=citizen, group=hall.other, starts_at=second)


def test_nobody_cancels_for_another(hall: Hall) -> None:
    booked = services.book_appointment(
        actor=hall.cast.actor("citizen"), group=hall.group, starts_at=next_slot(hall.group)
    )
    for who in ("other_citizen", "desk_officer"):
        with pytest.raises(Appointment.DoesNotExist):
            services.cancel_appointment(actor=hall.cast.actor(who), appointment_id=booked.pk)
    with pytest.raises(Denied):
        services.book_appointment(actor=Actor.anonymous(), group=hall.group, starts_at=booked.starts_at)


def test_the_reminder_is_told_once_and_coming_gives_one_ticket(hall: Hall) -> None:
    citizen = hall.cast.actor("citizen")
    booked = services.book_appointment(actor=citizen, group=hall.group, starts_at=next_slot(hall.group))
    day_before = booked.starts_at - timedelta(days=1)
    services.remind_tomorrow(actor=Actor.system(), at=day_before)
    services.remind_tomorrow(actor=Actor.system(), at=day_before + timedelta(hours=1))
    assert Notice.objects.filter(text="counter.reminder", channel="web").count() == 1
    with pytest.raises(AppointmentOver):
        services.arrive(actor=Actor.system(), code=booked.code, desk_id=hall.desk.pk, at=day_before)
    ticket = services.arrive(actor=Actor.system(), code=booked.code.lower(), desk_id=hall.desk.pk, at=booked.starts_at)
    again = services.arrive(actor=Actor.system(), code=booked.code, desk_id=hall.desk.pk, at=booked.starts_at)
    assert again == ticket and ticket.appointment == booked


def test_nobody_comes(hall: Hall) -> None:
    booked = services.book_appointment(
        actor=hall.cast.actor("citizen"), group=hall.group, starts_at=next_slot(hall.group)
    )
    assert services.mark_missed(actor=Actor.system(), at=booked.starts_at) == 0
    assert services.mark_missed(actor=Actor.system(), at=booked.starts_at + timedelta(days=1)) == 1


def test_booking_through_the_pages_without_scripts(hall: Hall, django_assert_max_num_queries: object) -> None:
    client, slot = Client(), next_slot(hall.group)
    assert hall.desk.name in client.get("/dat-lich/").content.decode()
    address = f"/dat-lich/?nhom={hall.group.pk}&ngay={timezone.localdate(slot)}"
    assert slot.isoformat() in client.get(address).content.decode()
    typed = {"nhom": hall.group.pk, "gio": slot.isoformat(), "viec": "Chứng thực"}
    assert client.post("/dat-lich/", typed)["Location"].startswith("/tai-khoan/dang-nhap/")
    sign_in(client, hall.cast.citizen)
    assert client.post("/dat-lich/", typed)["Location"] == "/dat-lich/cua-toi/"
    assert client.post("/dat-lich/", typed).status_code == 409
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        assert "Chứng thực" in client.get("/dat-lich/cua-toi/").content.decode()
    booked = Appointment.objects.get()
    assert client.post(reverse("counter:cancel", args=[booked.pk]), follow=True).status_code == 200
    for wrong in ("xyz", "2026-13-45T99:00:00+07:00", "9999999999999"):
        assert client.post("/dat-lich/", {**typed, "gio": wrong}).status_code == 404
    assert client.get("/dat-lich/?nhom=99999999").status_code == 404
