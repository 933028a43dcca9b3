"""Definitions hold for the whole province: administrators open them, nobody else does."""

from __future__ import annotations

from tinhso.engines.indicators.models import IndicatorDefinition, MeasureDefinition
from tinhso.engines.indicators.seeds import load_targets
from tinhso.foundation.testing.objects import Sample


def samples_of_indicators() -> list[Sample]:
    load_targets()
    measure = {"measure_id": MeasureDefinition.objects.get(code="nq05.staff").pk}
    indicator = {"indicator_id": IndicatorDefinition.objects.get(code="nq05.T25-A01").pk}
    may = ("administrator",)
    return [
        Sample("admin:measure", measure, may),
        Sample("admin:measure_change", measure, may),
        Sample("admin:indicator", indicator, may),
        Sample("admin:indicator_version", indicator, may),
    ]
