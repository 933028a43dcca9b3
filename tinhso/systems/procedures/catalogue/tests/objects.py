"""A procedure of the list: officers may open it, only those who control procedures may confirm."""

from __future__ import annotations

from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures.catalogue.testing import load, newest, raw

READERS = (
    "desk_officer", "resolving_officer", "leader", "desk_officer_elsewhere", "resolving_officer_elsewhere",
    "leader_elsewhere", "administrator",
)  # fmt: skip


def samples(cast: Cast) -> list[Sample]:
    load(raw("9.000009", fee_v="zero", fee_vnd=0))
    code, seen = {"code": "9.000009"}, str(newest("9.000009").pk)
    fee = {"phan": "fee", "phien-ban": seen, "fee-fee_vnd": "0", "fee-source": "Nghị quyết thử nghiệm"}
    return [
        Sample("catalogue:entry", code, READERS),
        Sample("catalogue:confirm", code, ("administrator",), data=fee),
        Sample("catalogue:reason", code, ("administrator",), data={"phien-ban": seen, "reason": "a", "basis": "b"}),
    ]
