"""Events of access. Payloads carry ids and dates only."""

ROLE_GRANTED = "access.role_granted"
ROLE_REVOKED = "access.role_revoked"
ROLE_DELEGATED = "access.role_delegated"
DELEGATION_REVOKED = "access.delegation_revoked"
TOKEN_ISSUED = "access.token_issued"  # noqa: S105 - an event name
TOKEN_REVOKED = "access.token_revoked"  # noqa: S105 - an event name
