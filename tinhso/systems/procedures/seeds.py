"""Loading the procedures from the project's own catalogue files, and playing believable weeks through the services."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from tinhso.engines.forms import services as forms
from tinhso.engines.forms.compose import compose
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.workflow import services as workflow
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.systems.procedures.models import ProcedureVersion
from tinhso.systems.procedures.process import process_of

CATALOGUE = Path(__file__).parent / "catalogue"

PLAIN_FACTS = (
    "name", "plain_name", "life_event", "field_name", "legacy_level", "service_kind", "partial_reason", "channels",
    "term_value", "term_unit", "supplement_policy", "who_may_apply", "papers", "bring", "fee_vnd", "fee_note",
    "legal_basis", "result_name", "result_symbol", "result_layout", "duty", "decision", "source",
)


def load_catalogue(actor: Actor, folder: Path = CATALOGUE) -> list[ProcedureVersion]:
    """Publishes every procedure of the folder that is not there yet; a second run changes nothing."""
    return [version for path in sorted(folder.glob("*.json")) if (version := load_procedure(actor, path)) is not None]


@transaction.atomic
def load_procedure(actor: Actor, path: Path) -> ProcedureVersion | None:
    """One catalogue file as a published version with its form and process; None when it is already loaded."""
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if ProcedureVersion.objects.filter(code=facts["code"], version=facts["version"]).exists():
        return None
    version = ProcedureVersion.objects.create(
        code=facts["code"], version=facts["version"], form=_form(actor, facts), process=_process(actor, facts),
        valid_from=date.fromisoformat(facts["valid_from"]),
        valid_to=date.fromisoformat(facts["valid_to"]) if facts["valid_to"] else None,
        **{name: facts[name] for name in PLAIN_FACTS},
    )
    audit.record(actor, "procedures.version.published", version, code=version.code, version=version.version)
    return version


def _form(actor: Actor, facts: dict[str, Any]) -> FormDefinition | None:
    if not facts["pages"]:
        return None
    schema, ui = compose(facts["pages"])
    drafted = forms.draft_form(
        actor=actor, code=facts["code"], title=facts["plain_name"], schema=schema, ui=ui, source=facts["form_source"]
    )
    return forms.publish_form(actor=actor, definition_id=drafted.pk)


def _process(actor: Actor, facts: dict[str, Any]) -> Any:
    return workflow.publish_process(actor=actor, code=facts["code"], definition=process_of(facts))
