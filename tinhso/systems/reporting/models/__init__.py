"""Tables of the reporting system, by noun."""

from tinhso.systems.reporting.models.cells import CellChange, CellValue
from tinhso.systems.reporting.models.duties import Duty, DutyQuerySet
from tinhso.systems.reporting.models.packages import Package, PackageState
from tinhso.systems.reporting.models.publications import Publication, Release
from tinhso.systems.reporting.models.regimes import FormVersion, Regime, SigningWay, VersionState
from tinhso.systems.reporting.models.submissions import CorrectionRequest, Step, Submission, SubmissionQuerySet, Upload

__all__ = [
    "CellChange",
    "CellValue",
    "CorrectionRequest",
    "Duty",
    "DutyQuerySet",
    "FormVersion",
    "Package",
    "PackageState",
    "Publication",
    "Regime",
    "Release",
    "SigningWay",
    "Step",
    "Submission",
    "SubmissionQuerySet",
    "Upload",
    "VersionState",
]
