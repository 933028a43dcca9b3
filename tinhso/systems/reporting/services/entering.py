"""From an approved report to the engine's facts, and to the national system's outbox. Inside the approval."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.engines.indicators import entries
from tinhso.foundation.access.guard import Actor
from tinhso.systems.reporting import errors, words
from tinhso.systems.reporting.models import Package, Submission
from tinhso.systems.reporting.rules.content import CellKind
from tinhso.systems.reporting.services import judging


def enter(submission: Submission) -> int:
    """Enters the approved figures whose cells name a measure; how many rows. All of them or no approval: a refused
    figure is a report that must go back. An emptied cell of a correction withdraws its figure, it does not zero it."""
    duty = submission.duty
    wanted = {
        code: spec
        for code, spec in duty.form.form.cells.items()
        if spec.measure and spec.kind in (CellKind.TYPED, CellKind.COMPUTED)
    }
    figures = judging.figures_of(submission)
    source = _("Báo cáo %(regime)s, %(period)s, phiên bản %(number)s") % {
        "regime": duty.regime.code,
        "period": words.period_name(duty.period),
        "number": submission.number,
    }
    told = [code for code in wanted if submission.is_correction or figures.get(code, judging.EMPTY).value is not None]
    rows = [
        entries.Row(
            measure=wanted[code].measure,
            unit=duty.unit,
            period=str(duty.period),
            value=figures.get(code, judging.EMPTY).value,
            source=source,
            evidence=(submission.file,) if submission.file else (),
            reason=submission.reason or _("Báo cáo được duyệt lại"),
        )
        for code in told
    ]
    if not rows:
        return 0
    actor = Actor.system("Chế độ báo cáo", is_simulated=submission.is_simulated)
    # A unit that ended within the period has no figure of its end; what its heir reports is kept as far as it goes.
    results = entries.enter_many(actor, rows=rows, is_all_or_nothing=not duty.is_inherited)
    refused = [result for result in results if result.sentence]
    if refused and not duty.is_inherited:
        raise errors.BadVersion(
            [
                _("Kho chỉ tiêu không nhận “%(cell)s”: %(why)s")
                % {"cell": duty.form.form.names[told[result.index]], "why": result.sentence}
                for result in refused
            ]
        )
    return len(rows) - len(refused)


def queue_package(submission: Submission, at: datetime) -> None:
    """Writes the package for the national system where the regime goes there: its body is that of this approval."""
    if not submission.duty.regime.goes_national:
        return
    from tinhso.systems.reporting.national.composing import body_of

    Package.objects.create(
        submission=submission,
        body=body_of(submission),
        next_attempt_at=at,
        is_simulated=submission.is_simulated,
    )
