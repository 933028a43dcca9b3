"""Refusals of the plan and of those who answer for it: one class each, with a sentence to read."""

from tinhso.foundation.text.errors import Refused


class OutOfOrder(Refused):
    """The step does not follow from where the task is."""

    code = "remedy-out-of-order"


class WrongEntry(Refused):
    """What was typed is not complete or cannot be."""

    code = "wrong-plan-entry"


class NotAnswering(Refused):
    """The unit does not answer for this target or task on that day."""

    code = "not-answering"


class EvidenceNeeded(Refused):
    """What is reported as done comes with something to look at."""

    code = "evidence-needed"


class NotBelow(Refused):
    """Work is given to oneself or to units below, not to neighbours."""

    code = "assignee-not-below"


class AlreadyHeaded(Refused):
    """Somebody answers for it already; end that first."""

    code = "already-headed"


class NothingMissed(Refused):
    """The figure is not behind: there is nothing to explain."""

    code = "nothing-missed"
