"""What waits for the money: asked by the core before each act on a dossier."""

from __future__ import annotations

from tinhso.systems.procedures.fees.errors import FeeUnpaid
from tinhso.systems.procedures.fees.explaining import dong
from tinhso.systems.procedures.fees.models import DueBefore
from tinhso.systems.procedures.fees.selectors import decision_of
from tinhso.systems.procedures.models import Dossier, FeeState

WAITS = {
    "receive": (DueBefore.RECEPTION,),
    "hand_over": (DueBefore.RECEPTION, DueBefore.WORK),
    "return": (DueBefore.RECEPTION, DueBefore.WORK, DueBefore.RESULT),
}


def wait_for_money(dossier: Dossier, act: str) -> None:
    """FeeUnpaid when the rule of an unpaid fee holds this act back. Free for dossiers that owe nothing."""
    if dossier.fee_state != FeeState.DUE or act not in WAITS:
        return
    decision = decision_of(dossier)
    if decision is None or decision.bill is None or not decision.bill.is_open:
        return
    if decision.due_before in WAITS[act]:
        raise FeeUnpaid(dong(decision.amount), str(DueBefore(decision.due_before).label))
