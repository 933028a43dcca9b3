"""Figures of one commune: its leader and those above open them, another commune's leader does not."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from tinhso.engines.indicators import entries
from tinhso.engines.indicators.entries import Row
from tinhso.engines.indicators.models import Entry, ScorecardRow
from tinhso.engines.indicators.rules import Period
from tinhso.engines.indicators.scorecards import services
from tinhso.engines.indicators.seeds import load_targets
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.files import services as files
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)
SEEING_ALL = ("provincial_leader", "administrator", "auditor")


def _evidence(actor: Actor) -> StoredFile:
    return files.store_bytes(actor, content=PNG, name="bien-ban.png", purpose="indicators.evidence")


def samples(cast: Cast) -> list[Sample]:
    load_targets()
    here = {"code": "T25-B04", "unit_id": cast.units.other_committee.pk}
    month = {**here, "period": Period.of(timezone.localdate())}
    inside = (*SEEING_ALL, "leader_elsewhere")
    leader = cast.actor("leader_elsewhere")
    rank = [Row("nq05.residential_areas", here["unit_id"], "2026Q3", 5, "BC", (_evidence(leader),))]
    [told] = entries.enter_many(leader, rows=rank)
    kept = {"entry_id": told.entry_id, "file_id": Entry.objects.get(pk=told.entry_id).evidence.get().pk}
    row = ScorecardRow.objects.filter(scorecard__code="dti", points__gt=0)[0]
    score = services.assess(
        leader, row=row, unit=cast.units.other_committee, year=2024, points=Decimal(5), explanation="x",
        evidence=[_evidence(leader)],
    )  # fmt: skip
    scored = {"score_id": score.pk, "file_id": score.evidence.get().pk}
    return [
        Sample("command:assess", {"row_id": row.pk}, ("leader", "leader_elsewhere", "provincial_leader"), ()),
        Sample("command:score_evidence", scored, inside, ()),
        Sample("command:scorecard", {"code": "dti"}, (*SEEING_ALL, "leader", "leader_elsewhere"), ()),
        Sample("command:publish_scorecard", {"code": "dti"}, ("administrator",), ()),
        Sample("command:enter", {"code": "T25-A07"}, ("leader", "leader_elsewhere", "provincial_leader"), ()),
        Sample("command:evidence", kept, inside, ()),
        Sample("command:unit", here, inside, ()),
        Sample("command:records", month, inside, ()),
    ]
