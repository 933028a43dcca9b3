"""Requests are their person's and the data protection officer's alone."""

from __future__ import annotations

import uuid

from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.privacy import services
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample

HANDLER, CHECKER = ("administrator",), ("auditor",)


def samples(cast: Cast) -> list[Sample]:
    services.publish_declared(Actor.system("kiểm thử"))
    person = cast.citizen.person
    assert person is not None
    if person.verified_at is None:
        person.verified_at = timezone.now()
        person.save()
    mine = services.file_request(actor=cast.actor("citizen"), token=uuid.uuid4(), kind="copy")
    done = services.settle(actor=cast.actor("administrator"), request_id=mine.pk, words="Đã lập.")
    asked = services.file_request(
        actor=cast.actor("citizen"), token=uuid.uuid4(), kind="correct", wanted={"phone": "0987654321"}
    )
    services.propose(
        actor=cast.actor("administrator"), request_id=asked.pk, words="Đã gọi lại.", changes={"phone": "0987654321"}
    )
    open_one = services.file_request(actor=cast.actor("citizen"), token=uuid.uuid4(), kind="know")
    own, pk = {"code": done.code}, {"pk": done.pk}
    everybody = tuple(name for name in Cast.NAMES)
    return [
        Sample("privacy:file", {"kind": "know"}, everybody),
        Sample("privacy:request", own, ("citizen",)),
        Sample("privacy:copy", {**own, "form": "json"}, ("citizen",)),
        Sample("privacy:one", {"pk": open_one.pk}, HANDLER, data={"viec": "phan-hoi"}),
        Sample("privacy:check_one", {"pk": asked.pk}, CHECKER, data={"viec": "duyet"}),
        Sample("privacy:officer_copy", {**pk, "form": "json"}, HANDLER),
    ]
