"""Every write on processes, cases, branches and opinions, one function per act. Import from here."""

from tinhso.engines.workflow.services.cases import move, rehome, start_case, undo
from tinhso.engines.workflow.services.clocks import pause, reappoint, resume
from tinhso.engines.workflow.services.holders import assign, hand_over_work, reassign, release, take
from tinhso.engines.workflow.services.opinions import (
    answer_opinion,
    ask_opinions,
    assign_opinion,
    withdraw_opinion,
)
from tinhso.engines.workflow.services.processes import check, draft_process, problems, publish_process
from tinhso.engines.workflow.timers import ring

__all__ = [
    "answer_opinion",
    "ask_opinions",
    "assign",
    "assign_opinion",
    "check",
    "draft_process",
    "hand_over_work",
    "move",
    "pause",
    "problems",
    "publish_process",
    "reappoint",
    "reassign",
    "rehome",
    "release",
    "resume",
    "ring",
    "start_case",
    "take",
    "undo",
    "withdraw_opinion",
]
