"""Set-aside events on screen, and the door of the administration."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events import bus, dispatch
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.oversight import services
from tinhso.foundation.oversight.errors import NotSetAside
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in

pytestmark = pytest.mark.django_db


def aside(name: str = "tests.happened") -> DomainEvent:
    return DomainEvent.objects.create(
        name=name,
        subject_type="tests.thing",
        subject_id="1",
        occurred_on=timezone.localdate(),
        pending=["tests.handler"],
        attempts=5,
        set_aside_at=timezone.now(),
        error="tests.handler: ValueError: <b>hỏng</b>",
    )


def test_only_the_administrator_handles_set_aside_events(cast: Cast) -> None:
    event = aside()
    for name in Cast.NAMES:
        client = sign_in(Client(), getattr(cast, name))
        expected = 200 if name == "administrator" else 403
        assert client.get(reverse("admin:events")).status_code == expected, name
        if name != "administrator":
            assert client.post(reverse("admin:event_retry", args=[event.pk])).status_code == 403
            with pytest.raises(access.Denied):
                services.retry_set_aside(cast.actor(name), event_id=event.pk)
    event.refresh_from_db()
    assert event.set_aside_at is not None


def test_a_retried_event_goes_back_to_the_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(bus, "HANDLERS", {"tests.handler": lambda event: seen.append(event.pk)})
    event = aside()
    client = sign_in(Client(), cast.administrator)
    page = client.get(reverse("admin:event", args=[event.pk])).content.decode()
    assert "&lt;b&gt;hỏng" in page
    assert client.post(reverse("admin:event_retry", args=[event.pk])).status_code == 302
    dispatch.deliver_all()
    event.refresh_from_db()
    assert seen == [event.pk] and event.handled_at is not None
    assert AuditRow.objects.filter(act="oversight.event.retried", actor_id=cast.administrator.pk).count() == 1


def test_pressed_twice_the_second_press_is_told(cast: Cast) -> None:
    event = aside()
    actor = cast.actor("administrator")
    services.retry_set_aside(actor, event_id=event.pk)
    with pytest.raises(NotSetAside):
        services.retry_set_aside(actor, event_id=event.pk)
    client = sign_in(Client(), cast.administrator)
    assert client.post(reverse("admin:event_retry", args=[event.pk])).status_code == 409


def test_all_are_given_back_at_once(cast: Cast) -> None:
    events = [aside() for _ in range(3)]
    sign_in(Client(), cast.administrator).post(reverse("admin:events_retry_all"))
    assert DomainEvent.objects.filter(pk__in=[e.pk for e in events], set_aside_at=None, attempts=0).count() == 3


@pytest.mark.parametrize("reason", ["", "   ", "\x00\u200b"])
def test_closing_asks_for_a_reason(cast: Cast, reason: str) -> None:
    event = aside()
    client = sign_in(Client(), cast.administrator)
    response = client.post(reverse("admin:event_close", args=[event.pk]), {"ly-do": reason})
    assert response.status_code == 422 and "lý do" in response.content.decode()
    event.refresh_from_db()
    assert event.handled_at is None


def test_a_closed_event_keeps_its_error_and_its_reason(cast: Cast) -> None:
    event = aside()
    client = sign_in(Client(), cast.administrator)
    client.post(reverse("admin:event_close", args=[event.pk]), {"ly-do": "Đã sửa tay"})
    event.refresh_from_db()
    assert event.handled_at is not None and "hỏng" in event.error
    assert AuditRow.objects.get(act="oversight.event.closed").details["reason"] == "Đã sửa tay"


def test_the_door_shows_each_reader_their_own_areas(cast: Cast) -> None:
    administrator = sign_in(Client(), cast.administrator).get(reverse("admin:home")).content.decode()
    assert reverse("admin:audit") in administrator and reverse("admin:events") in administrator
    auditor = sign_in(Client(), cast.auditor).get(reverse("admin:home")).content.decode()
    assert reverse("admin:audit") in auditor and reverse("admin:events") not in auditor
    assert sign_in(Client(), cast.citizen).get(reverse("admin:home")).status_code == 403
    assert Client().get(reverse("admin:home")).status_code == 302
