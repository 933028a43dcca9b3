"""A reminder is its person's alone; a rule is the administrator's."""

from __future__ import annotations

from tinhso.foundation.events.dispatch import deliver_all
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures.proactive.models import Reminder
from tinhso.systems.procedures.proactive.testing import Reminding

OFFICERS = ("desk_officer", "resolving_officer", "leader", "desk_officer_elsewhere", "resolving_officer_elsewhere",
            "leader_elsewhere", "provincial_leader", "administrator", "auditor")  # fmt: skip


def samples(cast: Cast) -> list[Sample]:
    Reminding(cast).birth()
    deliver_all()
    pk = Reminder.objects.filter(code="khai-sinh-bhyt").values_list("pk", flat=True)[0]
    return [
        Sample("proactive:one", {"pk": pk}, ("citizen",)),
        Sample("proactive:answer", {"pk": pk, "act": "de-sau"}, ("citizen",)),
        Sample("proactive:behind", {"kind": "birth"}, OFFICERS),
        Sample("proactive:rule", {"code": "khai-sinh-bhyt"}, ("administrator",)),
    ]
