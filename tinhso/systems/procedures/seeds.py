"""Loading the procedures from the project's own catalogue files."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.engines.forms import services as forms
from tinhso.engines.forms.compose import compose
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.workflow import services as workflow
from tinhso.engines.workflow.models import ProcessDefinition
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.jobs.registry import Progress
from tinhso.systems.procedures.errors import PartialWithoutReason
from tinhso.systems.procedures.models import ProcedureVersion
from tinhso.systems.procedures.process import process_of
from tinhso.systems.procedures.rules import owes_a_reason
from tinhso.systems.procedures.searching import make_findable

CATALOGUE = Path(__file__).parent / "catalogue"

PLAIN_FACTS = (
    "name",
    "plain_name",
    "life_event",
    "field_name",
    "legacy_level",
    "service_kind",
    "partial_reason",
    "partial_ground",
    "partial_basis",
    "channels",
    "term_value",
    "term_unit",
    "supplement_policy",
    "who_may_apply",
    "papers",
    "bring",
    "fee_vnd",
    "fee_note",
    "legal_basis",
    "result_name",
    "result_symbol",
    "result_layout",
    "duty",
    "authority",
    "route",
    "system_name",
    "system_url",
    "route_basis",
    "decision",
    "source",
)


def load_catalogue(
    actor: Actor, folder: Path = CATALOGUE, only: Collection[str] | None = None
) -> list[ProcedureVersion]:
    """Publishes every procedure of the folder (or those codes `only`) not there yet; a second run changes nothing."""
    paths = [path for path in sorted(folder.glob("*.json")) if only is None or path.stem in only]
    return [version for path in paths if (version := load_procedure(actor, path)) is not None]


@transaction.atomic
def load_procedure(actor: Actor, path: Path) -> ProcedureVersion | None:
    """One catalogue file as a published version with its form and process; None when it is already loaded."""
    facts: dict[str, Any] = {"partial_ground": "", "partial_basis": "", **json.loads(path.read_text(encoding="utf-8"))}
    if ProcedureVersion.objects.filter(code=facts["code"], version=facts["version"]).exists():
        return None
    if owes_a_reason(facts["service_kind"], facts["partial_ground"], facts["partial_reason"], facts["partial_basis"]):
        raise PartialWithoutReason(facts["code"])
    version = ProcedureVersion.objects.create(
        code=facts["code"],
        version=facts["version"],
        form=_form(actor, facts),
        process=_process(actor, facts),
        valid_from=date.fromisoformat(facts["valid_from"]),
        valid_to=date.fromisoformat(facts["valid_to"]) if facts["valid_to"] else None,
        cases=facts.get("cases", []),
        **{name: facts[name] for name in PLAIN_FACTS if name in facts},
    )
    make_findable(version)
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


def _process(actor: Actor, facts: dict[str, Any]) -> ProcessDefinition:
    drafted = workflow.draft_process(
        actor=actor, code=facts["code"], title=facts["plain_name"], definition=process_of(facts), source=facts["source"]
    )
    # The calendar days of a term leave fewer working days; the check of hours takes the term as it is written.
    unit = "working_hour" if facts["term_unit"] == "working_hour" else "working_day"
    return workflow.publish_process(
        actor=actor, definition_id=drafted.pk, term_value=facts["term_value"], term_unit=unit
    )


def load(actor: Actor, name: str = "", progress: Progress | None = None) -> str:
    """`tinhso load procedures [FOLDER]`: what was published, in a sentence."""
    made = load_catalogue(actor, Path(name) if name else CATALOGUE)
    if progress is not None:
        progress.advance()
    return _("Đã ban hành %(count)s thủ tục.") % {"count": len(made)} if made else _("Không có thủ tục nào mới.")


def seed_catalogue(actor: Actor, progress: Progress, seed: int) -> None:
    """The procedures of the demo."""
    progress.start(str(_("Nạp thủ tục hành chính")), 1)
    load(actor, progress=progress)
