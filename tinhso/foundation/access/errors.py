"""Refusals of access beyond Denied: one class each, with a sentence to read."""

from tinhso.foundation.text.errors import Refused


class CannotGrant(Refused):
    code = "cannot-grant"


class CannotDelegate(Refused):
    code = "cannot-delegate"


class AlreadyEnded(Refused):
    code = "already-ended"


class CannotIssueToken(Refused):
    code = "cannot-issue-token"
