"""Every write on dossiers, one function per act. Import from here."""

from tinhso.systems.procedures.services.desk import (
    hand_over,
    receive_dossier,
    record_walk_in,
    refuse_dossier,
    return_result,
)
from tinhso.systems.procedures.services.drafts import (
    attach_paper,
    choose_commune,
    remove_paper,
    save_page,
    start_draft,
)
from tinhso.systems.procedures.services.filing import answer_supplement, submit_dossier, withdraw_dossier
from tinhso.systems.procedures.services.issuing import send_back, sign_and_issue
from tinhso.systems.procedures.services.resolving import ask_supplement, draft_result, take_dossier
from tinhso.systems.procedures.services.states import record_sync, set_delivery_state, set_fee_state

__all__ = [
    "answer_supplement",
    "ask_supplement",
    "attach_paper",
    "choose_commune",
    "draft_result",
    "hand_over",
    "receive_dossier",
    "record_sync",
    "record_walk_in",
    "refuse_dossier",
    "remove_paper",
    "return_result",
    "save_page",
    "send_back",
    "set_delivery_state",
    "set_fee_state",
    "sign_and_issue",
    "start_draft",
    "submit_dossier",
    "take_dossier",
    "withdraw_dossier",
]
