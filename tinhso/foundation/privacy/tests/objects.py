"""Requests are their person's and the data protection officer's alone."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.privacy import services
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample

BREACH: dict[str, Any] = {
    "title": "Gửi nhầm tệp",
    "known_at": timezone.now() - timedelta(hours=1),
    "scope": "Một tệp.",
    "categories": ["họ tên"],
    "people_count": 3,
    "cause": "Nhầm người nhận.",
}
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
    officer = cast.actor("administrator")
    breach = services.record_breach(actor=officer, **BREACH)
    notice = breach.notices.all()[0]
    assessment = services.record_assessment(
        actor=officer,
        title="Hồ sơ trực tuyến",
        purposes=["account.identity"],
        risks="Lộ dữ liệu.",
        started_on=timezone.localdate(),
    )
    at_desk = services.file_at_desk(
        actor=cast.actor("desk_officer"),
        unit=cast.units.commune_centre,
        token=uuid.uuid4(),
        personal_number="042190000017",
        document="Thẻ căn cước",
        kind="know",
    )
    own, pk = {"code": done.code}, {"pk": done.pk}
    everybody = tuple(name for name in Cast.NAMES)
    return [
        Sample("privacy:file", {"kind": "know"}, everybody),
        Sample("privacy:request", own, ("citizen",)),
        Sample("privacy:copy", {**own, "form": "json"}, ("citizen",)),
        Sample("privacy:one", {"pk": open_one.pk}, HANDLER, data={"viec": "phan-hoi"}),
        Sample("privacy:check_one", {"pk": asked.pk}, CHECKER, data={"viec": "duyet"}),
        Sample("privacy:officer_copy", {**pk, "form": "json"}, HANDLER),
        Sample("privacy:breach", {"pk": breach.pk}, HANDLER, data={"viec": "bao"}),
        Sample("privacy:notice_paper", {"pk": breach.pk, "notice": notice.pk}, HANDLER),
        Sample("privacy:assessment", {"pk": assessment.pk}, HANDLER, data={"viec": "mien", "can_cu": "Điều 21"}),
        Sample("privacy:take", {"kind": "know"}, ("desk_officer", "desk_officer_elsewhere")),
        Sample("privacy:slip", {"pk": at_desk.pk}, ("desk_officer",)),
    ]
