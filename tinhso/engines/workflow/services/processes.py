"""Drafting, checking and publishing processes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow import permissions, rules, sentences
from tinhso.engines.workflow.errors import AlreadyPublished, BadDefinition
from tinhso.engines.workflow.models import ProcessDefinition
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.registry import PERMISSIONS
from tinhso.foundation.audit import log as audit

Term = tuple[float, str]


@transaction.atomic
def draft_process(
    *, actor: access.Actor, code: str, title: str, definition: dict[str, Any], source: str = ""
) -> ProcessDefinition:
    """A new, unpublished version of the process `code`, numbered after the last. It may still be wrong."""
    access.require(actor, permissions.MANAGE)
    last = ProcessDefinition.objects.filter(code=code).aggregate(last=Max("version"))["last"] or 0
    # A definition without that shape is kept as written; publication names what is wrong with it.
    with suppress(KeyError, TypeError, ValueError, AttributeError):
        definition = rules.listed(definition)
    process = ProcessDefinition.objects.create(
        code=code, version=last + 1, title=title, definition=definition, source=source
    )
    audit.record(actor, "workflow.process.drafted", process, code=code, version=process.version)
    return process


@transaction.atomic
def publish_process(
    *, actor: access.Actor, definition_id: int, term_value: int | None = None, term_unit: str = ""
) -> ProcessDefinition:
    """Opens a version for cases, for good. BadDefinition names every fault: a dead step, no end, over the term."""
    access.require(actor, permissions.MANAGE)
    # Locked: two administrators publishing at once end with one publication.
    process = ProcessDefinition.objects.select_for_update().get(pk=definition_id)
    if process.is_published:
        raise AlreadyPublished(_("Phiên bản này đã công bố. Muốn sửa, hãy lập phiên bản mới."))
    found = check(process.definition, term_value=term_value, term_unit=term_unit)
    if found:
        raise BadDefinition(sentences.all_of(found))
    process.is_published = True
    process.published_at = timezone.now()
    process.save(update_fields=["is_published", "published_at"])
    audit.record(actor, "workflow.process.published", process, code=process.code, version=process.version)
    return process


def check(
    definition: Mapping[str, Any], *, term_value: float | None = None, term_unit: str = ""
) -> list[rules.Problem]:
    """Every fault of a definition, against the declared permissions and the legal term."""
    try:
        process = rules.read(definition)
    except rules.Malformed as wrong:
        return [rules.Problem("malformed", {"where": wrong.where})]
    hours = rules.term_hours(term_value, term_unit) if term_value is not None and term_unit else None
    return rules.problems(process, term_hours=hours, permissions=frozenset(PERMISSIONS))


def problems(definition: Mapping[str, Any], term: Term | None = None) -> list[str]:
    """The faults of a definition as plain sentences, as a builder shows them; empty when it may be published.

    `term` is (value, "working_day" | "working_hour" | "day" | "same_day").
    """
    value, unit = term if term else (None, "")
    return [sentences.sentence(problem) for problem in check(definition, term_value=value, term_unit=unit)]
