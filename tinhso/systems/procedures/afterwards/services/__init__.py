"""Every write around a dossier, one function per act. Import from here."""

from tinhso.systems.procedures.afterwards.services.acting import (
    act_for,
    ask_power,
    confirm_own_power,
    confirm_power,
    end_power,
    refuse_power,
)
from tinhso.systems.procedures.afterwards.services.choosing import choose_delivery, note_download
from tinhso.systems.procedures.afterwards.services.feedback import (
    handle_feedback,
    judge_feedback,
    reply_feedback,
    send_feedback,
)
from tinhso.systems.procedures.afterwards.services.rating import rate_dossier
from tinhso.systems.procedures.afterwards.services.talking import mark_read, send_message
from tinhso.systems.procedures.afterwards.services.together import (
    confirm_at_desk,
    invite_co_applicant,
    settle_invitation,
    withdraw_invitation,
)
from tinhso.systems.procedures.afterwards.services.wallet import change_item, keep_paper, reuse_item

__all__ = [
    "act_for",
    "ask_power",
    "change_item",
    "choose_delivery",
    "confirm_at_desk",
    "confirm_own_power",
    "confirm_power",
    "end_power",
    "handle_feedback",
    "invite_co_applicant",
    "judge_feedback",
    "keep_paper",
    "mark_read",
    "note_download",
    "rate_dossier",
    "refuse_power",
    "reply_feedback",
    "reuse_item",
    "send_feedback",
    "send_message",
    "settle_invitation",
    "withdraw_invitation",
]
