"""The register of purposes, and people whose identity is proved."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.privacy import registry, services
from tinhso.foundation.privacy.models import DataRequest
from tinhso.foundation.testing.cast import Cast

ASKED = "test.asked"
OPEN_LAW = "test.open_law"
CLOSED_LAW = "account.identity"
NOW = timezone.make_aware(datetime(2026, 3, 10, 9, 0))  # a Tuesday


@pytest.fixture
def people(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast with proved identities, the declared register, and two purposes of the tests' own."""
    monkeypatch.setattr(registry, "STOPS", {})
    system = Actor.system("kiểm thử")
    for account in (cast.citizen, cast.other_citizen):
        assert account.person is not None
        account.person.verified_at = timezone.now()
        account.person.save()
    services.publish_declared(system)
    facts: dict[str, Any] = {
        "legal_basis": "Luật 91/2025/QH15, Điều 9",
        "data_fields": ["số điện thoại"],
        "retention": "đến khi rút",
        "receiver": "tỉnh",
    }
    services.publish_purpose(actor=system, code=ASKED, sentence="Điền sẵn số điện thoại.", basis="consent", **facts)
    services.publish_purpose(
        actor=system, code=OPEN_LAW, sentence="Nhắc việc sắp đến hạn.", basis="law", may_object=True, **facts
    )
    return cast


@pytest.fixture
def ask(people: Cast) -> Callable[..., DataRequest]:
    """Files a request as a citizen."""

    def file(kind: str, who: str = "citizen", **more: Any) -> DataRequest:
        given = {"token": uuid.uuid4(), "details": "Tôi muốn biết.", **more}
        return services.file_request(actor=people.actor(who), kind=kind, **given)

    return file
