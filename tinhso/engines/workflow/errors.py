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


class WhichBranch(NotAllowedNow):
    """Several open branches have that way out; the caller must name one."""

    code = "workflow.which-branch"


class OpinionsAwaited(NotAllowedNow):
    """The step waits for opinions still within their deadline; the message names the offices and when."""

    code = "workflow.opinions-awaited"


class NotUndoable(NotAllowedNow):
    """The move cannot be taken back: the process does not allow it, or work has gone on from it."""

    code = "workflow.not-undoable"


class NoteNeeded(Refused):
    code = "workflow.note-needed"


class NotAtThisUnit(Refused):
    """The account named cannot do the step at the unit that holds the case."""

    code = "workflow.not-at-this-unit"


class CannotBeRead(Refused):
    """A BPMN file that the engine cannot express or that is no BPMN; `refusals` names each element and why."""

    code = "workflow.bpmn-refused"

    def __init__(self, message: str, refusals: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.refusals = refusals
