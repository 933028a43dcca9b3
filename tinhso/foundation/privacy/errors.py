"""Refusals of privacy: one class each, with a sentence to read."""

from tinhso.foundation.text.errors import Refused


class NotAsked(Refused):
    """The processing rests on law, or no such purpose holds today: there is nothing to agree to."""

    code = "consent-not-asked"


class WordingChanged(Refused):
    """The wording that was read is no longer the one in force."""

    code = "wording-changed"


class WrongRequest(Refused):
    """What was asked is not complete or does not fit the right."""

    code = "wrong-data-request"


class AlreadySettled(Refused):
    """The request was answered or taken back before."""

    code = "request-settled"


class HeldByAnother(Refused):
    """A colleague is at work on it."""

    code = "request-held"


class LateNeedsReason(Refused):
    """Past its clock: done all the same, with the reason written down."""

    code = "late-needs-reason"


class CannotExtend(Refused):
    """Once, before the end, at most 15 days, with a reason."""

    code = "cannot-extend"


class SecondOfficer(Refused):
    """Whoever proposed it may not be the one who checks it."""

    code = "second-officer-needed"


class WrongBreach(Refused):
    """Facts of a breach that cannot be, or a step out of order."""

    code = "wrong-breach"


class WrongRegister(Refused):
    """An entry of the register that cannot be."""

    code = "wrong-register-entry"
