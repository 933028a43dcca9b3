"""Every act of the reporting system."""

from tinhso.systems.reporting.services.approving import approve, return_report, send_back, sign
from tinhso.systems.reporting.services.correcting import ask_correction, decide_correction, demand_correction
from tinhso.systems.reporting.services.duties import end_regime, lapse, open_all, open_for, open_regime
from tinhso.systems.reporting.services.filling import Given, Saved, begin, save_cells
from tinhso.systems.reporting.services.judging import figures_of, judge
from tinhso.systems.reporting.services.publishing import publish
from tinhso.systems.reporting.services.regimes import (
    begin_version,
    change_version,
    create_regime,
    drop_version,
    publish_version,
)
from tinhso.systems.reporting.services.releasing import make_public, withdraw
from tinhso.systems.reporting.services.submitting import submit, take_back
from tinhso.systems.reporting.services.uploading import take_workbook, try_workbook

__all__ = [
    "Given",
    "Saved",
    "approve",
    "ask_correction",
    "begin",
    "begin_version",
    "change_version",
    "create_regime",
    "decide_correction",
    "demand_correction",
    "drop_version",
    "end_regime",
    "figures_of",
    "judge",
    "lapse",
    "make_public",
    "open_all",
    "open_for",
    "open_regime",
    "publish",
    "publish_version",
    "return_report",
    "save_cells",
    "send_back",
    "sign",
    "submit",
    "take_back",
    "take_workbook",
    "try_workbook",
    "withdraw",
]
