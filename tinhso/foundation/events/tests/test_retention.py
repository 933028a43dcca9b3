"""Handled events are forgotten after a time; owed and set-aside ones never."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.events.retention import forget_handled

pytestmark = pytest.mark.django_db


def _event(**fields: object) -> DomainEvent:
    return DomainEvent.objects.create(
        name="x", subject_type="t", subject_id="1", occurred_on=timezone.localdate(), **fields
    )


def test_only_events_handled_long_ago_go() -> None:
    long_ago = timezone.now() - timedelta(days=91)
    old = _event(handled_at=long_ago)
    young = _event(handled_at=timezone.now() - timedelta(days=89))
    owed = _event(pending=["h"])
    aside = _event(set_aside_at=long_ago, pending=["h"])
    DomainEvent.objects.update(created_at=long_ago)
    assert forget_handled() == 1
    assert set(DomainEvent.objects.values_list("pk", flat=True)) == {young.pk, owed.pk, aside.pk} - {old.pk}
