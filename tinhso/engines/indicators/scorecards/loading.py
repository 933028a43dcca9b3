"""The versions of weight tables that the product knows, with their sources; the unseen stay empty and say so."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from tinhso.engines.indicators.models import Scorecard
from tinhso.engines.indicators.scorecards import services
from tinhso.foundation.access.guard import Actor

FOLDER = Path(__file__).parent / "seeds"


def load_scorecards(actor: Actor | None = None) -> int:
    """Publishes versions not yet there, oldest first; a second run changes nothing. Returns how many."""
    actor, made = actor or Actor.system(), 0
    for path in sorted(FOLDER.glob("*.json")):
        for facts in json.loads(path.read_text(encoding="utf-8")):
            day = date.fromisoformat(facts["valid_from"])
            if Scorecard.objects.filter(code=facts["code"], valid_from__gte=day).exists():
                continue
            names = ("number", "name", "points", "components")
            rows = [dict(zip(names, row, strict=True)) for row in facts["rows"]]
            services.publish_scorecard(
                actor,
                code=facts["code"],
                valid_from=day,
                title=facts["title"],
                source=facts["source"],
                is_certain=facts["is_certain"],
                rows=rows,
            )
            made += 1
    return made
