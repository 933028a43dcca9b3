"""Requests and reuses: answered by the unit they were sent to, and by those above it."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.opendata.models import Dataset, Organisation
from tinhso.systems.opendata.services import asking

LEADERS = ("leader", "administrator")


def samples(cast: Cast) -> list[Sample]:
    anyone = Actor.anonymous()
    unit = cast.units.commune_committee
    body = Organisation.objects.create(name="xa-mau", title="Xã mẫu", unit=unit)
    dataset = Dataset.objects.create(name="bo-mau", title="Bộ mẫu", organisation=body)
    asked = asking.ask(anyone, title="Giá nước", body="Theo tháng", unit=unit)
    told = asking.tell_reuse(
        anyone, dataset=dataset, title="Bản đồ", url="https://vi-du.invalid/", body="Bản đồ", author="Một nhóm"
    )
    return [
        Sample("data:answer", {"code": asked.code.lower()}, LEADERS, data={"answer": "Đã có", "how": "provided"}),
        Sample("data:decide", {"pk": told.pk}, LEADERS, data={"how": "show"}),
    ]
