"""Tables of the plan: its tasks, who answers, what was explained, what is being mended."""

from tinhso.systems.resolution.models.answering import Explanation, TargetHead
from tinhso.systems.resolution.models.evidence import Evidence
from tinhso.systems.resolution.models.plan import (
    Milestone,
    ProgressEntry,
    ResolutionTask,
    TaskBody,
    TaskBudget,
)
from tinhso.systems.resolution.models.remedies import RemedialStep, RemedialTask

__all__ = [
    "Evidence",
    "Explanation",
    "Milestone",
    "ProgressEntry",
    "RemedialStep",
    "RemedialTask",
    "ResolutionTask",
    "TargetHead",
    "TaskBody",
    "TaskBudget",
]
