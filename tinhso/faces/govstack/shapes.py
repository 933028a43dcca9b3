"""Dossiers, procedures and forms as GovStack's registration building block words them. Nothing is kept in these words.

A service is a procedure's version in force, an eForm its form, an application a dossier, a task the step where its
process stands.
"""

from __future__ import annotations

import re
from typing import Any

from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.workflow.models import Token
from tinhso.engines.workflow.selectors import process_of
from tinhso.foundation.people.masking import mask_number
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.rules import ENDED_STATES, State
from tinhso.systems.procedures.words import state_name

CODES = {
    State.SUPPLEMENT: "SENDBACK",
    State.ISSUED: "APPROVED",
    State.RETURNED: "APPROVED",
    State.REFUSED: "REJECTED",
    State.WITHDRAWN: "REJECTED",
    State.STOPPED: "REJECTED",
}
_NUMBER = re.compile(r"\d{9,12}")
# What the words below are read from, in one query.
READ = ("version__form", "case__definition", "case__holder", "applicant")


def service(version: ProcedureVersion) -> dict[str, Any]:
    return {
        "id": version.code,
        "name": version.plain_name,
        "version": str(version.version),
        "type": "Public",
        "isExecutable": version.form_id is not None,
        "isClosed": False,
        "description": version.name,
    }


def form_id(form: FormDefinition | None) -> str:
    """A form's version by one name."""
    return f"{form.code}.{form.version}" if form else ""


def eform(form: FormDefinition, latest: bool, *, whole: bool = False) -> dict[str, Any]:
    said = {
        "eFormId": form_id(form),
        "name": form.title,
        "description": form.source,
        "version": str(form.version),
        "latest": latest,
    }
    return said | ({"schema": form.schema} if whole else {})


def status(dossier: Dossier) -> dict[str, str]:
    return {"code": CODES.get(State(dossier.state), "PENDING"), "title": str(state_name(dossier.state))}


def person_id(dossier: Dossier) -> str:
    """The applicant without their number, which stays masked here as on every list."""
    return f"P{dossier.applicant_id}"


def masked(value: Any) -> Any:
    """Answers with the numbers of persons hidden but for their ends."""
    if isinstance(value, dict):
        return {name: masked(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    return mask_number(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def application(dossier: Dossier) -> dict[str, Any]:
    """One application file with its answers."""
    papers = [paper.file.sha256 for paper in dossier.papers.filter(removed_at=None).select_related("file")]
    return {
        "fileId": dossier.code,
        "registered": (dossier.received_at or dossier.submitted_at).isoformat(),
        "serviceId": dossier.version.code,
        "serviceName": dossier.version.plain_name,
        "status": status(dossier),
        "ended": State(dossier.state) in ENDED_STATES,
        "applicationData": {
            "applicationName": dossier.version.plain_name,
            "applicantId": person_id(dossier),
            "created": dossier.submitted_at.isoformat(),
            "formData": {"data": masked(dossier.data), "eFormId": form_id(dossier.version.form)},
            "documentUrls": papers,
        },
    }


def open_branches(dossier: Dossier) -> list[Token]:
    """The branches at which a split dossier stands; none when it is not split."""
    case = dossier.case
    if case is None or not process_of(case.definition).steps[case.step].fork:
        return []
    found = list(case.tokens.open().select_related("holder", "holder_unit").order_by("pk"))
    for token in found:
        token.case = case
    return found


def branch_of(dossier: Dossier, said: str) -> Token | None:
    """The open branch that a task names."""
    return next((token for token in open_branches(dossier) if task_id(dossier, token) == said), None)


def _task(dossier: Dossier, token: Token | None = None) -> dict[str, Any]:
    case = dossier.case
    assert case is not None
    standing = token or case
    step = process_of(case.definition).steps[standing.step]
    return {
        "mainTaskId": dossier.code,
        "roleId": step.permission,
        "assigneeId": str(standing.holder_id or ""),
        "serviceId": dossier.version.code,
        "serviceName": dossier.version.plain_name,
        "fileId": dossier.code,
        "description": step.title,
        "status": status(dossier),
    }


def listed(dossier: Dossier) -> dict[str, Any]:
    """One line of the list of applications."""
    holder = dossier.case.holder if dossier.case else None
    return _task(dossier) | {
        "taskTitle": _task(dossier)["description"],
        "roleName": _task(dossier)["roleId"],
        "operatorName": holder.full_name if holder else "",
        "applicantId": person_id(dossier),
        "created": dossier.submitted_at.isoformat(),
        "registered": (dossier.received_at or dossier.submitted_at).isoformat(),
        "eformId": form_id(dossier.version.form),
        "documentUrls": [],
    }


def task_id(dossier: Dossier, token: Token | None = None) -> str:
    """The step where the dossier or its branch stands, so that a step done is another task than the next one."""
    if token is not None:
        return f"{dossier.code}~{token.step}~{token.pk}"
    return f"{dossier.code}~{dossier.case.step if dossier.case else ''}"


def task_ids(dossier: Dossier) -> list[str]:
    """Every task that a dossier is now."""
    return [task_id(dossier, token) for token in open_branches(dossier)] or [task_id(dossier)]


def tasks(dossier: Dossier) -> list[dict[str, Any]]:
    """The work to do on a dossier: its step, or each of its open branches."""
    return [task(dossier, token=token) for token in open_branches(dossier)] or [task(dossier)]


def task(dossier: Dossier, *, whole: bool = False, token: Token | None = None) -> dict[str, Any]:
    """The step where a dossier or its branch stands, as work to do."""
    said = _task(dossier, token)
    said |= {
        "taskId": task_id(dossier, token),
        "taskName": said["description"],
        "name": said["description"],
        "created": (dossier.handed_over_at or dossier.received_at or dossier.submitted_at).isoformat(),
        "eFormId": form_id(dossier.version.form),
    }
    return said | ({"formVariables": {"data": masked(dossier.data)}, "data": {}} if whole else {})
