"""Every write of the exchange. Import from here."""

from tinhso.systems.procedures.national.services.comparing import reconcile, settle_difference
from tinhso.systems.procedures.national.services.operating import (
    resend_all,
    resend_message,
    resync_dossier,
    skip_message,
)
from tinhso.systems.procedures.national.services.sending import send_round
from tinhso.systems.procedures.national.services.taking import Answer, take_call

__all__ = [
    "Answer",
    "reconcile",
    "resend_all",
    "resend_message",
    "resync_dossier",
    "send_round",
    "settle_difference",
    "skip_message",
    "take_call",
]
