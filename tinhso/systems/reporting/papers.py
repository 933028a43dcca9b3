"""A report as a paper: what its leader signs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.engines.printing.services import render
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.selectors import area_of
from tinhso.foundation.people.models import Account
from tinhso.systems.reporting import printing, words
from tinhso.systems.reporting.models import Submission
from tinhso.systems.reporting.rules.content import CellKind, Form
from tinhso.systems.reporting.services import judging

WIDE_FROM = 4


def report_pdf(submission: Submission, signer: Account | None, at: datetime) -> bytes:
    """The report as it stands, with its signer's name; the same figures give the same paper."""
    duty = submission.duty
    # Official papers are Vietnamese whatever language the signer reads.
    with override("vi"):
        figures = judging.figures_of(submission)
        data = head_of(duty.holder, at) | {
            "title": str(duty.regime.name),
            "period": _("Kỳ báo cáo: %(period)s") % {"period": words.period_name(duty.period)},
            "span": _("số liệu %(span)s") % {"span": words.span_words(duty.span)},
            "version": _("Đính chính lần %(number)s") % {"number": submission.number - 1}
            if submission.is_correction
            else "",
            "reason": submission.reason,
            "basis": _("Căn cứ: %(basis)s") % {"basis": duty.form.legal_basis},
            "sections": sections_of(duty.form.form, figures),
            "notes": _notes(submission),
            "digests": [],
            "signer": signer.full_name if signer else "",
            "signer_title": _("Thủ trưởng đơn vị"),
            "foot": f"{duty.regime.code} · {duty.period} · {duty.unit.code} · {submission.number}",
            "is_demo": submission.is_simulated,
            "is_wide": is_wide(duty.form.form),
        }
    return render(printing.REPORT, data, made_at=at)


def head_of(unit: Unit, at: datetime) -> dict[str, Any]:
    above = unit.parent.name if unit.parent and unit.parent.kind == unit.kind else ""
    return {
        "agency_upper": str(above).upper(),
        "agency": str(unit.name).upper(),
        "place": str(area_of(unit).short_name),
        "date": timezone.localtime(at).strftime("%Y-%m-%d"),
    }


def is_wide(form: Form) -> bool:
    return any(len(section.columns) >= WIDE_FROM for section in form.sections)


def sections_of(form: Form, figures: judging.Figures) -> list[dict[str, Any]]:
    """The form's tables with their figures; an empty cell is an empty cell."""
    return [
        {
            "title": section.title,
            "note": section.note,
            "columns": [column.title for column in section.columns],
            "rows": [
                {
                    "number": row.number,
                    "title": row.title,
                    "unit": row.unit,
                    "heading": row.is_heading,
                    "cells": [
                        {
                            "column": column.title,
                            "shown": "" if spec.kind is CellKind.NONE else figures.get(spec.code, judging.EMPTY).shown,
                            "is_number": spec.is_number,
                        }
                        for column, spec in zip(section.columns, section.cells_of(row), strict=True)
                    ],
                }
                for row in section.rows
            ],
        }
        for section in form.sections
    ]


def _notes(submission: Submission) -> list[str]:
    sentences = {check.key: check.sentence for check in submission.duty.form.form.checks}
    return [
        _("%(sentence)s Giải trình: %(text)s") % {"sentence": sentences.get(key, key), "text": text}
        for key, text in submission.explanations.items()
    ]
