"""A form ready to be drawn: sections, rows, cells with what they hold, what is wrong with them, who changed them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators.registry import MEASURES
from tinhso.systems.reporting.models import Submission
from tinhso.systems.reporting.rules.content import CellKind, CellSpec, Form
from tinhso.systems.reporting.services.filling import Conflict
from tinhso.systems.reporting.services.judging import EMPTY, Figure, Figures


def field_id(code: str) -> str:
    """The id of a cell's input: what error summaries link to."""
    return "o-" + code.replace(".", "-")


def sections(
    form: Form,
    figures: Figures,
    *,
    is_open: bool,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    conflicts: Mapping[str, Conflict] | None = None,
) -> list[dict[str, Any]]:
    """`typed`: what the person wrote and must find again; `faults`: sentences by cell."""
    look = _Look(form, figures, is_open, typed or {}, faults or {}, conflicts or {})
    return [
        {
            "key": section.key,
            "title": section.title,
            "note": section.note,
            "columns": section.columns,
            "rows": [
                {"row": row, "cells": [look.cell(spec, column.title) for spec, column in pairs]}
                for row in section.rows
                for pairs in [list(zip(section.cells_of(row), section.columns, strict=True))]
            ],
        }
        for section in form.sections
    ]


class _Look:
    """How each cell looks to this person now."""

    def __init__(
        self,
        form: Form,
        figures: Figures,
        is_open: bool,
        typed: Mapping[str, str],
        faults: Mapping[str, str],
        conflicts: Mapping[str, Conflict],
    ) -> None:
        self.form, self.figures, self.is_open = form, figures, is_open
        self.typed, self.faults, self.conflicts = typed, faults, conflicts

    def cell(self, spec: CellSpec, column: str) -> dict[str, Any]:
        figure = self.figures.get(spec.code, EMPTY)
        conflict = self.conflicts.get(spec.code)
        return {
            "code": spec.code,
            "id": field_id(spec.code),
            "label": self.form.names[spec.code],
            "column": column,
            "is_none": spec.kind is CellKind.NONE,
            "is_input": self.is_open and spec.is_filled_by_hand,
            "is_text": spec.kind is CellKind.TEXT,
            "is_live": spec.kind is CellKind.LIVE,
            "is_computed": spec.kind is CellKind.COMPUTED,
            "is_required": spec.is_required,
            "shown": figure.shown,
            "value": self.typed.get(spec.code, figure.shown),
            "base": figure.shown,
            "version": conflict.version if conflict else figure.version,
            "source": self._source(spec, figure),
            "error": self.faults.get(spec.code, ""),
            "conflict": _conflict_sentence(conflict) if conflict else "",
            "inputmode": "decimal" if spec.shape.decimals else "numeric",
        }

    def _source(self, spec: CellSpec, figure: Figure) -> str:
        if spec.kind is CellKind.LIVE:
            measure = MEASURES.get(spec.measure)
            return str(measure.name) if measure else figure.source
        return _("tự tính") if spec.kind is CellKind.COMPUTED else ""


def _conflict_sentence(conflict: Conflict) -> str:
    return _(
        "%(who)s vừa sửa ô này lúc %(at)s thành “%(theirs)s”; bạn ghi “%(mine)s”. Bấm lưu lần nữa để dùng số của bạn, "
        "hoặc ghi lại số kia."
    ) % {
        "who": conflict.who or _("Người khác"),
        "at": f"{timezone.localtime(conflict.at):%H:%M %d/%m}",
        "theirs": conflict.theirs or _("trống"),
        "mine": conflict.mine.strip() or _("trống"),
    }


def steps_of(submission: Submission) -> list[dict[str, Any]]:
    """The course of a report over all its versions, oldest first."""
    from tinhso.systems.reporting import words
    from tinhso.systems.reporting.models import Step

    rows = Step.objects.filter(submission__duty=submission.duty_id).select_related("submission")
    return [
        {
            "title": str(words.STEPS.get(row.act, row.act)),
            "at": row.at,
            "who": row.label,
            "text": row.note,
            "state": "bad" if row.act in ("returned", "sent_back", "refused") else "",
        }
        for row in rows
    ]
