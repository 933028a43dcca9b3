"""Reads for the pages that write procedures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from tinhso.engines.forms import layout
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.preview import Preview, draw_preview
from tinhso.systems.procedures.authoring.content import form_of
from tinhso.systems.procedures.authoring.models import Proposal, ProposalState
from tinhso.systems.procedures.models import ProcedureVersion


def in_writing() -> QuerySet[Proposal]:
    """The proposals still open, the newest edit first."""
    return Proposal.objects.filter(state=ProposalState.WRITING).select_related("based_on").order_by("-updated_at")


def finished(most: int = 20) -> QuerySet[Proposal]:
    """Published and dropped proposals, the newest first."""
    closed = Proposal.objects.exclude(state=ProposalState.WRITING)
    return closed.select_related("published").order_by("-updated_at")[:most]


def served() -> list[dict[str, Any]]:
    """What the province settles itself today: one row a procedure."""
    rows = ProcedureVersion.objects.as_of(timezone.localdate()).order_by("sort_key")
    return [dict(row) for row in rows.values("pk", "code", "version", "plain_name", "field_name", "valid_from")]


def versions_of(code: str) -> QuerySet[ProcedureVersion]:
    """Every version of a procedure, the newest first."""
    return ProcedureVersion.objects.filter(code=code).order_by(F("version").desc())


def definition_of(content: Mapping[str, Any]) -> FormDefinition:
    """The form being written, as the engine reads one; never saved."""
    schema, ui = form_of(dict(content))
    return FormDefinition(code="", version=1, title="", schema=schema, ui=ui)


def preview(content: Mapping[str, Any]) -> Preview:
    """Every page as the citizen will see it; what cannot be drawn is named instead."""
    return draw_preview(*form_of(dict(content)), {})


def asked_before(content: Mapping[str, Any], name: str = "") -> list[tuple[str, str]]:
    """The questions asked before `name` (all of them for a new one): those a condition may look at."""
    found = []
    for field in layout.fields(definition_of(content)).values():
        if field.name == name:
            break
        found.append((field.name, f"{field.label} ({field.name})"))
    return found
