"""What privacy tells the house: ids and dates only."""

CONSENT_GIVEN = "privacy.consent_given"
CONSENT_WITHDRAWN = "privacy.consent_withdrawn"
REQUEST_RECEIVED = "privacy.request_received"
REQUEST_SETTLED = "privacy.request_settled"
BREACH_RECORDED = "privacy.breach_recorded"
BREACH_CLOSED = "privacy.breach_closed"
