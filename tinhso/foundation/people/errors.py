"""Refusals of people: one class each, with a sentence to read."""

from tinhso.foundation.text.errors import Refused


class UsernameTaken(Refused):
    code = "username-taken"


class WeakPassword(Refused):
    code = "weak-password"


class LockedOut(Refused):
    code = "locked-out"


class LevelTooLow(Refused):
    """The identity is not proved well enough for this act."""

    code = "level-too-low"


class NotFound(Refused):
    code = "person-not-found"


class AlreadyLinked(Refused):
    code = "already-linked"


class PurposeMissing(Refused):
    code = "purpose-missing"


class WrongNumber(Refused):
    code = "wrong-number"


class CannotMerge(Refused):
    code = "cannot-merge"


class CannotDisable(Refused):
    code = "cannot-disable"


class MembershipOverlaps(Refused):
    code = "membership-overlaps"


class SignInRefused(Refused):
    """The identity provider's answer cannot be trusted or is not enough."""

    code = "sign-in-refused"
