"""The outbox: at least once, never in the way, in order where promised."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tinhso.foundation.events import bus, dispatch
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.numbering.models import Series

TODAY = timezone.localdate()


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty set of subscriptions, put back afterwards."""
    monkeypatch.setattr(bus, "HANDLERS", {})
    monkeypatch.setattr(bus, "BATCH_HANDLERS", {})
    monkeypatch.setattr(bus, "SUBSCRIPTIONS", {})
    yield


def _named(name: str, fn: Callable[..., None]) -> Callable[..., None]:
    fn.__module__, fn.__qualname__ = "tests", name
    return fn


def subject(number: int = 1) -> Series:
    return Series(pk=number)


def publish(number: int = 1, name: str = "test.happened") -> DomainEvent:
    return bus.publish(name, subject=subject(number), occurred_on=TODAY)


@pytest.mark.django_db
def test_each_handler_gets_each_event_once(shelf: None) -> None:
    seen: list[tuple[str, int]] = []
    bus.subscribe("test.happened", _named("a", lambda e: seen.append(("a", e.pk))))
    bus.subscribe("test.happened", _named("b", lambda e: seen.append(("b", e.pk))))
    events = [publish(n) for n in range(3)]
    assert dispatch.deliver_all() == 3
    assert sorted(seen) == sorted((h, e.pk) for h in "ab" for e in events)
    assert dispatch.deliver_batch() == 0
    assert dispatch.waiting() == 0


@pytest.mark.django_db
def test_an_event_without_subscribers_needs_no_worker(shelf: None) -> None:
    event = publish()
    assert event.handled_at is not None
    assert dispatch.deliver_batch() == 0


@pytest.mark.django_db
def test_a_batch_handler_gets_all_events_of_the_batch_at_once(shelf: None) -> None:
    calls: list[list[int]] = []
    bus.subscribe_batch("test.happened", _named("many", lambda events: calls.append([e.pk for e in events])))
    events = [publish(n) for n in range(5)]
    dispatch.deliver_all()
    assert calls == [[e.pk for e in events]]


@pytest.mark.django_db
def test_a_poisoned_event_is_retried_then_set_aside_and_never_blocks_others(
    shelf: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    good: list[int] = []
    tried: list[int] = []

    def handler(event: DomainEvent) -> None:
        if event.subject_id == "666":
            tried.append(event.pk)
            Series.objects.create(kind="half", unit_id=1, period="2026")
            raise ValueError("hỏng \x00 dữ liệu")
        good.append(event.pk)

    bus.subscribe("test.happened", _named("picky", handler))
    bus.subscribe("test.happened", _named("easy", lambda e: None))
    first, poisoned, last = publish(1), publish(666), publish(3)
    dispatch.deliver_all()
    poisoned.refresh_from_db()
    assert set(good) == {first.pk, last.pk}
    assert poisoned.pending == ["tests.picky"], "the handler that went well is not owed again"
    assert poisoned.attempts == 1 and poisoned.next_attempt_at is not None
    assert not Series.objects.exists(), "what the failed handler wrote is undone"

    real_now = timezone.now()
    for n in range(1, dispatch.MAX_ATTEMPTS):
        monkeypatch.setattr(timezone, "now", lambda n=n: real_now + timedelta(hours=n))
        dispatch.deliver_all()
    poisoned.refresh_from_db()
    assert poisoned.attempts == dispatch.MAX_ATTEMPTS
    assert poisoned.set_aside_at is not None and poisoned.handled_at is None
    assert "hỏng" in poisoned.error and "tests.picky" in poisoned.error
    before = len(tried)
    monkeypatch.setattr(timezone, "now", lambda: real_now + timedelta(days=9))
    assert dispatch.deliver_all() == 0 and len(tried) == before


@pytest.mark.django_db
def test_a_handler_that_fails_waits_before_the_next_try(shelf: None) -> None:
    tried: list[int] = []

    def handler(event: DomainEvent) -> None:
        tried.append(event.pk)
        raise RuntimeError("chưa được")

    bus.subscribe("test.happened", _named("never", handler))
    publish()
    dispatch.deliver_all()
    tries = len(tried)
    assert dispatch.deliver_batch() == 0
    assert len(tried) == tries


@pytest.mark.django_db
def test_a_handler_this_version_does_not_have_leaves_the_event_waiting(shelf: None) -> None:
    bus.subscribe("test.happened", _named("gone", lambda e: None))
    event = publish()
    bus.HANDLERS.clear()
    dispatch.deliver_all()
    event.refresh_from_db()
    assert event.handled_at is None and "UnknownHandler" in event.error


@pytest.mark.django_db(transaction=True)
def test_a_broken_foreign_key_found_only_at_commit_spoils_its_own_event_only(shelf: None) -> None:
    """Django's foreign keys are deferred: unchecked, one bad row would undo every batch for ever."""
    from tinhso.foundation.access.models import RoleAssignment

    def handler(event: DomainEvent) -> None:
        if event.subject_id == "2":
            RoleAssignment.objects.create(account_id=10**9, role="x", unit_id=10**9, valid_from=TODAY)

    seen: list[str] = []
    bus.subscribe("test.happened", _named("fk", handler))
    bus.subscribe("test.happened", _named("innocent", lambda e: seen.append(e.subject_id)))
    events = [publish(n) for n in (1, 2, 3)]
    dispatch.deliver_all()
    states = [DomainEvent.objects.get(pk=e.pk).handled_at is not None for e in events]
    assert states == [True, False, True]
    guilty = DomainEvent.objects.get(pk=events[1].pk)
    assert guilty.pending == ["tests.fk"] and "foreign key" in guilty.error and set(seen) == {"1", "2", "3"}


@pytest.mark.django_db(transaction=True)
def test_an_act_rolled_back_leaves_no_event(shelf: None) -> None:
    bus.subscribe("test.happened", _named("a", lambda e: None))
    with pytest.raises(RuntimeError), transaction.atomic():
        publish()
        raise RuntimeError
    assert not DomainEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_handle_one_event_twice(shelf: None) -> None:
    seen: list[int] = []
    lock = threading.Lock()

    def handler(event: DomainEvent) -> None:
        with lock:
            seen.append(event.pk)
        time.sleep(0.0005)

    bus.subscribe("test.happened", _named("slow", handler))
    events = [publish(n) for n in range(300)]

    def work() -> None:
        try:
            while dispatch.waiting():
                dispatch.deliver_batch(20)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    [w.start() for w in workers]
    [w.join(60) for w in workers]
    assert sorted(seen) == sorted(e.pk for e in events)


@pytest.mark.django_db(transaction=True)
def test_events_of_one_subject_keep_their_order_with_three_workers(shelf: None) -> None:
    order: list[tuple[str, int]] = []
    lock = threading.Lock()

    def handler(event: DomainEvent) -> None:
        time.sleep(0.001 if event.pk % 3 else 0.004)
        with lock:
            order.append((event.subject_id, event.pk))

    bus.subscribe("test.happened", _named("ordered", handler))
    for n in range(120):
        publish(n % 4)

    def work() -> None:
        try:
            while dispatch.waiting():
                dispatch.deliver_batch(7)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    [w.start() for w in workers]
    [w.join(60) for w in workers]
    for number in "0123":
        mine = [pk for who, pk in order if who == number]
        assert mine == sorted(mine) and len(mine) == 30
