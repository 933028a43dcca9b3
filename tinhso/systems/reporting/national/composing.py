"""A report in the words of the national system. The shape is our proposal: no public description was at hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tinhso.systems.reporting.models import Submission
from tinhso.systems.reporting.services import judging


def body_of(submission: Submission) -> dict[str, Any]:
    """The package of one approved report; numbers travel as text with a point, empty cells as null."""
    duty = submission.duty
    figures = judging.figures_of(submission)
    return {
        "cheDo": duty.regime.code,
        "phienBanBieuMau": duty.form.number,
        "donVi": duty.unit.identifier or duty.unit.code,
        "ky": str(duty.period),
        "tuNgay": duty.span_first.isoformat(),
        "denNgay": duty.span_last.isoformat(),
        "lan": submission.number,
        "lyDoDinhChinh": submission.reason,
        "soLieu": {
            code: _exact(figures.get(code, judging.EMPTY).value)
            for code, spec in duty.form.form.cells.items()
            if spec.is_number
        },
    }


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
