from tinhso.engines.indicators.models.definitions import (
    Dimension,
    IndicatorDefinition,
    MeasureDefinition,
    SourceKind,
    UnitOfMeasure,
)
from tinhso.engines.indicators.models.entries import Entry
from tinhso.engines.indicators.models.facts import (
    MONTH,
    PERIOD_KINDS,
    Fact,
    FactQuerySet,
    FactVersion,
    FigureAlert,
    MeasureFill,
)
from tinhso.engines.indicators.models.reports import PublishedFact, PublishedReport
from tinhso.engines.indicators.models.scorecards import Scorecard, ScorecardRow, SelfScore
from tinhso.engines.indicators.models.sums import FactSum, FactSumFill, FactTouch
from tinhso.engines.indicators.models.targets import Target

__all__ = [
    "MONTH",
    "PERIOD_KINDS",
    "Dimension",
    "Entry",
    "Fact",
    "FactQuerySet",
    "FactSum",
    "FactSumFill",
    "FactTouch",
    "FactVersion",
    "FigureAlert",
    "IndicatorDefinition",
    "MeasureDefinition",
    "MeasureFill",
    "PublishedFact",
    "PublishedReport",
    "Scorecard",
    "ScorecardRow",
    "SelfScore",
    "SourceKind",
    "Target",
    "UnitOfMeasure",
]
