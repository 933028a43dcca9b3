"""Refusals of the workflow engine."""

from tinhso.foundation.text.errors import Refused


class BadDefinition(Refused):
    """A process that could hang, hide a step or take longer than the law allows; the message names the faults."""

    code = "workflow.bad-definition"


class AlreadyPublished(Refused):
    code = "workflow.already-published"


class AlreadyMoved(Refused):
    """Someone else moved the case first; the message says who and when."""

    code = "workflow.already-moved"


class NotAllowedNow(Refused):
    """The case is not at a step, or not in a state, where this may be done."""

    code = "workflow.not-allowed-now"


class NoteNeeded(Refused):
    code = "workflow.note-needed"


class NotAtThisUnit(Refused):
    """The account named cannot do the step at the unit that holds the case."""

    code = "workflow.not-at-this-unit"
