"""Refusals of oversight."""

from tinhso.foundation.text.errors import Refused


class NotSetAside(Refused):
    """The event is no longer set aside: somebody was quicker, or it never was."""

    code = "oversight-not-set-aside"


class ReasonMissing(Refused):
    """Closing an event without handling asks for a reason."""

    code = "oversight-reason-missing"
