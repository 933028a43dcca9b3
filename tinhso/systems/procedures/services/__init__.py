"""Every write on dossiers, one function per act. Import from here."""

from tinhso.systems.procedures.services.apologies import decline_apology, propose_apology, send_apology
from tinhso.systems.procedures.services.batches import BatchOutcome, sign_batch
from tinhso.systems.procedures.services.bulk import Outcome, do_many
from tinhso.systems.procedures.services.correcting import correct_result
from tinhso.systems.procedures.services.desk import (
    hand_over,
    receive_dossier,
    record_walk_in,
    reroute_dossier,
    undo_hand_over,
    undo_receive,
)
from tinhso.systems.procedures.services.drafts import (
    attach_paper,
    choose_commune,
    remove_paper,
    save_page,
    start_draft,
)
from tinhso.systems.procedures.services.endings import (
    refuse_dossier,
    refuse_settling,
    stop_dossier,
    withdraw_dossier,
)
from tinhso.systems.procedures.services.filing import submit_dossier
from tinhso.systems.procedures.services.hand_overs import (
    accept_dossier,
    make_hand_over_list,
    receive_hand_over_list,
)
from tinhso.systems.procedures.services.issuing import send_back, sign_and_issue
from tinhso.systems.procedures.services.looking import reveal_numbers
from tinhso.systems.procedures.services.papers import tie_papers
from tinhso.systems.procedures.services.resolving import (
    assign_dossier,
    draft_result,
    forward_dossier,
    return_to_desk,
    take_dossier,
    undo_draft,
)
from tinhso.systems.procedures.services.returning import announce_result, post_result, return_result
from tinhso.systems.procedures.services.states import record_sync, set_delivery_state, set_fee_state
from tinhso.systems.procedures.services.supplements import answer_supplement, ask_supplement, keep_supplement_page

__all__ = [
    "BatchOutcome",
    "Outcome",
    "accept_dossier",
    "announce_result",
    "answer_supplement",
    "ask_supplement",
    "assign_dossier",
    "attach_paper",
    "choose_commune",
    "correct_result",
    "decline_apology",
    "do_many",
    "draft_result",
    "forward_dossier",
    "hand_over",
    "keep_supplement_page",
    "make_hand_over_list",
    "post_result",
    "propose_apology",
    "receive_dossier",
    "receive_hand_over_list",
    "record_sync",
    "record_walk_in",
    "refuse_dossier",
    "refuse_settling",
    "remove_paper",
    "reroute_dossier",
    "return_result",
    "return_to_desk",
    "reveal_numbers",
    "save_page",
    "send_apology",
    "send_back",
    "set_delivery_state",
    "set_fee_state",
    "sign_and_issue",
    "sign_batch",
    "start_draft",
    "stop_dossier",
    "submit_dossier",
    "take_dossier",
    "tie_papers",
    "undo_draft",
    "undo_hand_over",
    "undo_receive",
    "withdraw_dossier",
]
