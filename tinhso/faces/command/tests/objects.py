"""Figures of one commune: its leader and those above open them, another commune's leader does not."""

from __future__ import annotations

from django.utils import timezone

from tinhso.engines.indicators.rules import Period
from tinhso.engines.indicators.seeds import load_targets
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample

SEEING_ALL = ("provincial_leader", "administrator", "auditor")


def samples(cast: Cast) -> list[Sample]:
    load_targets()
    here = {"code": "T25-B04", "unit_id": cast.units.other_committee.pk}
    month = {**here, "period": Period.of(timezone.localdate())}
    inside = (*SEEING_ALL, "leader_elsewhere")
    return [Sample("command:unit", here, inside, ()), Sample("command:records", month, inside, ())]
