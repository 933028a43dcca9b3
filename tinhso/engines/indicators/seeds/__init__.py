"""The Resolution's 56 target rows as data, and the first filling of figures after a demo has been played."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.engines.indicators import definitions, services
from tinhso.engines.indicators.models import Target
from tinhso.engines.indicators.registry import MEASURES
from tinhso.engines.indicators.scorecards.loading import load_scorecards
from tinhso.engines.indicators.seeds import sources
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.jobs.registry import Progress

TARGETS_FILE = Path(__file__).parent / "resolution05_targets.csv"


@transaction.atomic
def load_targets(actor: Actor | None = None, name: str = "", progress: Progress | None = None) -> int:
    """Loads the target rows of a Resolution from CSV (`name`: another file's path); a second run changes nothing.

    Returns how many rows were made or changed.
    """
    actor = actor or Actor.system()
    definitions.sync_declared()
    changed = 0
    known = {target.code: target for target in Target.objects.all()}
    with Path(name or TARGETS_FILE).open(encoding="utf-8", newline="") as stream:
        for order, row in enumerate(csv.DictReader(stream), start=1):
            changed += _load_row(actor, order, row, known.get(row["code"]))
    sources.load_sources()
    load_scorecards(actor)
    return changed


def _load_row(actor: Actor, order: int, row: dict[str, str], known: Target | None) -> int:
    empty_as_none = ("value", "level_ended_on", "start_value", "start_on")
    fields: dict[str, Any] = {name: (text or None) if name in empty_as_none else text for name, text in row.items()}
    wanted = Target(order=order, **fields)
    wanted.clean_fields()
    columns = [field.attname for field in Target._meta.concrete_fields if not field.primary_key]
    if known and all(getattr(known, name) == getattr(wanted, name) for name in columns):
        return 0
    wanted.pk = known.pk if known else None
    wanted.save()
    audit.record(actor, "indicators.target.loaded", wanted, code=wanted.code)
    return 1


def play_targets(actor: Actor, progress: Progress, seed: int) -> None:
    """The demo's first need: the targets themselves."""
    progress.start(str(_("Chỉ tiêu Nghị quyết 05")), 1)
    load_targets(actor)
    progress.advance()


def play_figures(actor: Actor, progress: Progress, seed: int) -> None:
    """After work has been played: counts every cell once, so that zero is told from missing."""
    progress.start(str(_("Đếm số liệu")), len(MEASURES))
    for measure in MEASURES.values():
        services.fill_from_first_record(measure=measure)
        progress.advance()
