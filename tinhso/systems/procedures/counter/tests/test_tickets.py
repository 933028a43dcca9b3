"""The line: numbers without gap or duplicate, one person at one counter, who may not."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures.counter import services
from tinhso.systems.procedures.counter.errors import CallOnceMore, NobodyWaits, NoTickets, TicketMoved, WrongCounter
from tinhso.systems.procedures.counter.models import Ticket
from tinhso.systems.procedures.counter.rules import TicketState
from tinhso.systems.procedures.counter.testing import Hall

pytestmark = pytest.mark.django_db
WRITERS = 50


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_get_fifty_numbers_and_two_counters_never_the_same_person(hall: Hall) -> None:
    gate = threading.Barrier(10)

    def take() -> None:
        try:
            gate.wait(30)
            for _ in range(WRITERS // 10):
                hall.take()
        finally:
            connection.close()

    run([take] * 10)
    numbers = sorted(Ticket.objects.values_list("number", flat=True))
    assert numbers == list(range(1, WRITERS + 1))
    called: list[int] = []

    def call(counter: object) -> None:
        try:
            for _ in range(10):
                called.append(services.call_next(actor=hall.cast.actor("desk_officer"), counter=counter).pk)  # type: ignore[arg-type]
        finally:
            connection.close()

    run([lambda: call(hall.counter), lambda: call(hall.second)])
    assert len(called) == len(set(called)) == 20


def run(works: list) -> None:  # type: ignore[type-arg]
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_numbers_begin_anew_each_day_and_per_group(hall: Hall) -> None:
    today = timezone.now()
    assert [hall.take(at=today).label, hall.take(at=today).label] == ["A001", "A002"]
    assert hall.take(hall.other, at=today).label == "B001"
    assert hall.take(at=today + timedelta(days=1)).label == "A001"


def test_call_again_skip_transfer_no_show(hall: Hall) -> None:
    officer, first, second = hall.cast.actor("desk_officer"), hall.take(), hall.take()
    called = services.call_next(actor=officer, counter=hall.counter)
    assert called == first
    with pytest.raises(CallOnceMore):
        services.end_ticket(actor=officer, ticket=called, came=False)
    services.call_again(actor=officer, ticket=called, counter=hall.counter)
    assert services.end_ticket(actor=officer, ticket=called, came=False).state == TicketState.NO_SHOW
    services.call_next(actor=officer, counter=hall.counter)
    services.transfer_ticket(actor=officer, ticket=second, group=hall.other)
    with pytest.raises(NobodyWaits):
        services.call_next(actor=officer, counter=hall.counter)
    assert services.call_next(actor=officer, counter=hall.second).label == "A002"
    services.skip_ticket(actor=officer, ticket=second)
    with pytest.raises(TicketMoved):
        services.skip_ticket(actor=officer, ticket=second)
    services.call_again(actor=officer, ticket=second, counter=hall.counter)
    with pytest.raises(WrongCounter):
        services.call_again(actor=officer, ticket=second, counter=hall.second)


def test_calling_the_next_ends_the_one_before(hall: Hall) -> None:
    officer = hall.cast.actor("desk_officer")
    first = hall.take()
    hall.take()
    services.call_next(actor=officer, counter=hall.counter)
    services.call_next(actor=officer, counter=hall.counter)
    first.refresh_from_db()
    assert first.state == TicketState.DONE


@pytest.mark.parametrize("who", ["citizen", "desk_officer_elsewhere", "leader", "resolving_officer", "stranger"])
def test_others_may_not_call_or_arrange(hall: Hall, who: str) -> None:
    hall.take()
    actor = hall.cast.actor(who)
    with pytest.raises(Denied):
        services.call_next(actor=actor, counter=hall.counter)
    with pytest.raises(Denied):
        services.arrange_group(actor=actor, desk=hall.desk, letter="C", name="x")


def test_a_closed_desk_gives_no_numbers(hall: Hall) -> None:
    services.set_up_desk(actor=hall.cast.actor("desk_officer"), desk=hall.desk, gives_tickets=False)
    with pytest.raises(NoTickets):
        services.take_ticket(actor=Actor.system(), group=hall.group)


def test_the_hall_through_its_pages(hall: Hall) -> None:
    hall_client, desk = Client(), sign_in(Client(), hall.cast.desk_officer)
    kiosk = reverse("counter:kiosk", args=[hall.setup.kiosk_key])
    assert "Hộ tịch, chứng thực" in hall_client.get(kiosk).content.decode()
    answer = hall_client.post(kiosk, {"nhom": "A", "uu_tien": "elderly"})
    assert "A001" in hall_client.get(answer["Location"]).content.decode()
    assert hall_client.post(kiosk, {"nhom": "Z"}).status_code == 404
    desk.get("/can-bo/hang-cho/?quay=1")
    assert desk.post(reverse("counter:call", args=[hall.counter.pk]), follow=True).status_code == 200
    screen = hall_client.get(reverse("counter:screen", args=[hall.desk.pk])).content.decode()
    assert "A001" in screen and "Quầy 1" in screen and "Mời số A001 đến quầy 1" in screen
    news = reverse("counter:calling", args=[hall.desk.pk])
    tag = hall_client.get(news)["ETag"]
    assert hall_client.get(news, headers={"if-none-match": tag}).status_code == 304
    services.set_up_desk(actor=hall.cast.actor("desk_officer"), desk=hall.desk, new_key=True)
    assert hall_client.get(kiosk).status_code == 404


def test_the_line_takes_a_bounded_number_of_queries(hall: Hall, django_assert_max_num_queries: object) -> None:
    for _ in range(12):
        hall.take()
    desk = sign_in(Client(), hall.cast.desk_officer)
    desk.get("/can-bo/hang-cho/?quay=2")
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        desk.get("/can-bo/hang-cho/")
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        Client().get(reverse("counter:calling", args=[hall.desk.pk]))
