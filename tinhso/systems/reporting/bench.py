"""A workbook of five thousand rows, tried and taken: printed by `tinhso bench workbooks`. Everything is taken back."""

from __future__ import annotations

import io
import time
from typing import Any

from django.db import transaction
from django.utils import timezone
from openpyxl import load_workbook

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.reporting import services, workbooks
from tinhso.systems.reporting.models import Submission
from tinhso.systems.reporting.testing import make_duty, make_form

WHAT, UNIT, BUDGET, SECONDS = "an Excel file of 5,000 rows tried and taken, 10 wrong cells named", "s", "≤ 5", 5.0
ROWS, WRONG_EVERY = 5_000, 500


def bench() -> list[BenchRow]:
    """Seconds from the upload to the cells written; NOT RUN without an officer of a commune."""
    day = timezone.localdate()
    officers = RoleAssignment.objects.as_of(day).filter(role="resolving_officer", unit__area__kind=UnitKind.COMMUNE)
    officer = officers.select_related("account", "unit__area").order_by("pk").first()
    owner = Unit.objects.as_of(day).filter(kind=UnitKind.PROVINCIAL_COMMITTEE).first()
    if officer is None or owner is None:
        return [BenchRow(f"{WHAT}: NOT RUN, no officer of a commune", 0, UNIT, BUDGET, False)]
    holder = Unit.objects.as_of(day).get(area=officer.unit.area, kind=UnitKind.COMMUNE_COMMITTEE)
    with transaction.atomic():
        took = _measure(Actor.of(officer.account), owner, holder)
        transaction.set_rollback(True)
    return [BenchRow(WHAT, took, UNIT, BUDGET, took <= SECONDS)]


def _measure(actor: Actor, owner: Unit, holder: Unit) -> float:
    duty = make_duty(make_form(owner, code="do-toc-do", content=_content()), holder)
    report = services.begin(actor=actor, duty_id=duty.pk)
    uploaded = _filled(report)
    began = time.perf_counter()
    upload = services.try_workbook(
        actor=actor, submission_id=report.pk, stream=io.BytesIO(uploaded), name="bao-cao.xlsx"
    )
    services.take_workbook(actor=actor, upload_id=upload.pk)
    return time.perf_counter() - began


def _content() -> dict[str, Any]:
    rows = [{"key": f"r{number}", "title": f"Thôn {number}", "unit": "hộ"} for number in range(ROWS)]
    columns = [{"key": "a", "title": "Tổng số"}, {"key": "b", "title": "Có internet"}]
    return {"sections": [{"key": "thon", "title": "Thôn", "columns": columns, "rows": rows}], "checks": []}


def _filled(report: Submission) -> bytes:
    full = Submission.objects.select_related("duty__form", "duty__regime", "duty__unit").get(pk=report.pk)
    book = load_workbook(io.BytesIO(workbooks.template(full, services.figures_of(full))))
    sheet = book["Thôn"]
    for row in range(workbooks.FIRST_ROW, workbooks.FIRST_ROW + ROWS):
        sheet.cell(row, 5, row)
        sheet.cell(row, 6, "x" if row % WRONG_EVERY == 0 else 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
