"""Processes, and the cases that run along them."""

from tinhso.engines.workflow.models.alarms import Alarm
from tinhso.engines.workflow.models.cases import (
    Case,
    CaseQuerySet,
    CaseState,
    CaseStep,
    Token,
    TokenQuerySet,
    TokenState,
)
from tinhso.engines.workflow.models.opinions import Opinion, OpinionQuerySet, OpinionState, Verdict
from tinhso.engines.workflow.models.processes import ProcessDefinition

__all__ = [
    "Alarm",
    "Case",
    "CaseQuerySet",
    "CaseState",
    "CaseStep",
    "Opinion",
    "OpinionQuerySet",
    "OpinionState",
    "ProcessDefinition",
    "Token",
    "TokenQuerySet",
    "TokenState",
    "Verdict",
]
