"""What an operator did about the exchange. Payloads carry ids and dates only."""

MESSAGE_RESENT = "national.message_resent"
MESSAGE_SKIPPED = "national.message_skipped"
DOSSIER_RESYNCED = "national.dossier_resynced"
DIFFERENCE_SETTLED = "national.difference_settled"
