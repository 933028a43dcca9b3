"""What a proposal holds: the facts of a version by column, its form, its process."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tinhso.systems.procedures.authoring import forming
from tinhso.systems.procedures.fees.tables import rows_of
from tinhso.systems.procedures.models import Channel, ProcedureVersion, ServiceKind, SupplementPolicy, TermUnit
from tinhso.systems.procedures.process import process_of
from tinhso.systems.procedures.seeds import PLAIN_FACTS

FACTS = (*PLAIN_FACTS, "cases", "retention_years", "supplement_days")
# Working hours of a new procedure's usual steps, to be changed by its author.
USUAL_HOURS = {"receive": 1, "resolve": 4, "sign": 2, "give": 1}


def content_of(version: ProcedureVersion) -> dict[str, Any]:
    """A published version as a proposal holds it."""
    form = version.form
    schema, ui = (form.schema, form.ui) if form else ({}, {})
    day = max(version.valid_from, min(timezone.localdate(), _last_day(version)))
    return {
        **facts_of(version),
        "schema": schema,
        "ui": ui,
        "process": version.process.definition,
        **rows_of(version.code, day),
    }


def _last_day(version: ProcedureVersion) -> date:
    return version.valid_to - timedelta(days=1) if version.valid_to else date.max


def facts_of(version: ProcedureVersion) -> dict[str, Any]:
    """The plain columns of a version."""
    return {name: getattr(version, name) for name in FACTS}


def new_content(name: str) -> dict[str, Any]:
    """A procedure that nothing is known of but its name; what is left open is named by the checks."""
    schema, ui = forming.empty()
    blank = ProcedureVersion()
    facts = {column: getattr(blank, column) for column in FACTS}
    return {
        **facts,
        "name": name,
        "plain_name": name[:200],
        "legacy_level": 4,
        "service_kind": str(ServiceKind.FULL),
        "channels": [str(Channel.ONLINE), str(Channel.DESK), str(Channel.POST)],
        "term_value": 1,
        "term_unit": str(TermUnit.WORKING_DAY),
        "supplement_policy": str(SupplementPolicy.RESTART),
        "result_layout": {
            "title": "",
            "rows": [],
            "conclusion": "",
            "signer_title": "CHỦ TỊCH",
            "signer_authority": "TM. ỦY BAN NHÂN DÂN",
        },
        "fee_vnd": None,
        "fees": [],
        "exemptions": [],
        "schema": schema,
        "ui": ui,
        "process": process_of({"step_hours": USUAL_HOURS}),
    }


def form_of(content: dict[str, Any]) -> forming.Form:
    """The form's schema and ui; an empty form where there is none."""
    if content.get("ui"):
        return content["schema"], content["ui"]
    return forming.empty()


def asks_anything(content: dict[str, Any]) -> bool:
    """Whether there is a form at all: some procedures are only done at the counter, without one."""
    return bool((content.get("ui") or {}).get("pages"))
