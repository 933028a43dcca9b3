"""Asking for data needs no account, so anything at all is sent."""

from __future__ import annotations

import pytest

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.opendata.errors import Invalid
from tinhso.systems.opendata.models import DataRequest
from tinhso.systems.opendata.services import asking


@pytest.mark.django_db
@pytest.mark.parametrize(
    "email", ["ễ" * 12_000, "khong-phai", "a@b", "a@" + "b" * 300 + ".vn", "a@b.vn\r\nBcc: c@d.vn"]
)
def test_what_is_no_address_is_refused_in_words_and_nothing_is_written(cast: Cast, email: str) -> None:
    with pytest.raises(Invalid) as refusal:
        asking.ask(
            Actor.anonymous(), title="Giá nước", body="Theo tháng", email=email, unit=cast.units.commune_committee
        )
    assert set(refusal.value.faults) == {"email"} and not DataRequest.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["", "  ", " dan@tinh.example.vn "])
def test_an_answer_may_be_sent_there_or_nowhere(cast: Cast, email: str) -> None:
    asked = asking.ask(
        Actor.anonymous(), title="Giá nước", body="Theo tháng", email=email, unit=cast.units.commune_committee
    )
    assert asked.email == email.strip() and asked.due_at > asked.asked_at
