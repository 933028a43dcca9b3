"""The cases of one procedure: the same name, but another term, other papers, another fee. Reads of a version.

A version holds its cases as published, so a received dossier keeps them. The applicant chooses by answering one plain
question, the form's field `truong_hop`, whose options are the cases' titles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinhso.engines.workflow.models import ProcessDefinition
    from tinhso.systems.procedures.models import ProcedureVersion

# The question of the form that chooses the case.
CASE_FIELD = "truong_hop"


@dataclass(frozen=True)
class Facts:
    """What applies to one case: the case's own facts where it has them, else the version's."""

    code: str
    title: str
    when: str
    term_value: int
    term_unit: str
    papers: list[dict[str, Any]]
    bring: list[dict[str, Any]]
    fee_vnd: int | None
    fee_note: str


def facts_of(version: ProcedureVersion, case_code: str = "") -> Facts:
    """The facts of one case of a version; those of the version itself for "" and for a code it does not know."""
    own: dict[str, Any] = next((case for case in version.cases if case["code"] == case_code), {})
    return Facts(
        code=own.get("code", ""),
        title=own.get("title", ""),
        when=own.get("when", ""),
        term_value=own.get("term_value", version.term_value),
        term_unit=own.get("term_unit", version.term_unit),
        papers=own.get("papers", version.papers),
        bring=own.get("bring", version.bring),
        fee_vnd=own.get("fee_vnd", version.fee_vnd),
        fee_note=own.get("fee_note", version.fee_note),
    )


def every_case(version: ProcedureVersion) -> list[Facts]:
    """The facts of all cases, in the order published; empty for a procedure with one way only."""
    return [facts_of(version, case["code"]) for case in version.cases]


def chosen(version: ProcedureVersion, data: Mapping[str, Any]) -> str:
    """The code of the case that the answers name; "" when none is named."""
    answer = data.get(CASE_FIELD)
    return next((case["code"] for case in version.cases if answer and answer in (case["title"], case["code"])), "")


def process_for(version: ProcedureVersion, case_code: str) -> ProcessDefinition:
    """The process of a case: its own (`process_id`) where the decision gives it one, else the version's."""
    from tinhso.engines.workflow.selectors import definition_of

    own = next((case.get("process_id") for case in version.cases if case["code"] == case_code), None)
    found = definition_of(version.process_id if own is None else own)
    if own is not None and not found.is_published:
        raise type(found).DoesNotExist
    return found
