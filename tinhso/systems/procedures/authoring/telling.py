"""Differences and dry runs in words, for the screens."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from tinhso.systems.procedures.authoring.differing import Change
from tinhso.systems.procedures.authoring.dryrun import moment
from tinhso.systems.procedures.authoring.models import Proposal
from tinhso.systems.procedures.authoring.words import FACTS, PLACES, SECTIONS

MOST_SHOWN = 400


def grouped(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The differences by part, each as a row that people read."""
    parts = groupby(changes, key=lambda change: change.section)
    return [{"name": SECTIONS[section], "rows": [row(change) for change in found]} for section, found in parts]


def row(change: Change) -> dict[str, str]:
    """One difference: what, before, after, and whether it came or went."""
    name = str(FACTS.get(change.what, change.what)).capitalize()
    words = {"added": _("thêm"), "removed": _("bỏ"), "changed": _("sửa")}
    tones = {"added": "ok", "removed": "danger", "changed": "info"}
    return {
        "what": f"{name}: {change.part}" if change.part else name,
        "kind": words[change.kind],
        "tone": tones[change.kind],
        "before": shown(change.before),
        "after": shown(change.after),
    }


def shown(value: Any) -> str:
    """A value of any shape in words; nothing for what was not there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, dict):
        return _of_dict(value)
    if isinstance(value, list):
        return "; ".join(shown(one) for one in value)[:MOST_SHOWN]
    return str(value)[:MOST_SHOWN]


def _of_dict(value: dict[str, Any]) -> str:
    if "ui" in value:
        label = value["ui"].get("label", "")
        kind = _("bắt buộc") if value.get("required") else _("không bắt buộc")
        options = value["schema"].get("enum") or value["schema"].get("items", {}).get("enum") or []
        extra = [
            f"{key}: {shown(value['ui'][key])}"
            for key in ("help", "when", "prefill", "concept", "of_kind", "about")
            if value["ui"].get(key)
        ]
        return ". ".join([f"{label} ({kind})", *([", ".join(options)] if options else []), *extra])[:MOST_SHOWN]
    if "transitions" in value or "place" in value:
        ways = ", ".join(way.get("title", "") for way in value.get("transitions", []))
        place = PLACES.get(value.get("place", ""), "")
        hours = _("%(hours)s giờ") % {"hours": f"{value.get('hours', 0):g}"}
        return f"{value.get('title', '')}: {place}, {hours}. {ways}"[:MOST_SHOWN]
    return ", ".join(f"{key}: {shown(one)}" for key, one in value.items() if one not in (None, "", []))[:MOST_SHOWN]


def trial(proposal: Proposal) -> dict[str, Any] | None:
    """The last dry run as the page shows it; `is_old` when something was edited since."""
    kept = proposal.trial
    if not kept:
        return None
    trials = [
        {**one, "due": moment(one["due"]), "steps": [{**step, "at": moment(step["at"])} for step in one["steps"]]}
        for one in kept["trials"]
    ]
    return {
        "at": moment(kept["at"]),
        "commune": kept["commune"],
        "commune_id": kept.get("commune_id", ""),
        "trials": trials,
        "is_old": kept["edit"] != proposal.lock_version,
    }
