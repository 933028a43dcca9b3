"""Submitting: what stands there is checked, live figures are frozen as of this moment, nothing is typed any more.

Taking back opens it again, while nobody has approved it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.text.rules import normalise_lines
from tinhso.systems.reporting import errors, events, permissions
from tinhso.systems.reporting.errors import CellFault, NotReady
from tinhso.systems.reporting.models import CellValue, Duty, Submission
from tinhso.systems.reporting.rules.content import CellKind
from tinhso.systems.reporting.rules.states import State
from tinhso.systems.reporting.services import acts, judging


@transaction.atomic
def submit(
    *,
    actor: Actor,
    submission_id: int,
    explanations: Mapping[str, str] | None = None,
    seen: int | None = None,
    at: datetime | None = None,
) -> Submission:
    """Trình lãnh đạo. Raises NotReady with every missing figure, failed check and unexplained warning."""
    at = at or timezone.now()
    submission = acts.lock(submission_id, "submit", seen=seen)
    acts.require_for(actor, permissions.FILL, submission.duty.holder)
    if timezone.localdate(at) <= submission.duty.span_last:
        last = f"{submission.duty.span_last:%d/%m/%Y}"
        raise errors.NotDue(_("Kỳ này chốt số liệu hết ngày %(last)s. Sau ngày đó mới trình được.") % {"last": last})
    figures = judging.figures_of(submission)
    verdict = judging.judge(submission, figures)
    said = dict(submission.explanations) | {
        key: normalise_lines(text).strip() for key, text in (explanations or {}).items()
    }
    silent = [
        CellFault(one.code, _("Cần giải trình: %(sentence)s") % {"sentence": one.sentence}, one.check)
        for one in verdict.warnings
        if not said.get(one.check)
    ]
    faults = [*verdict.missing, *verdict.errors, *silent]
    if faults:
        raise NotReady(faults)
    _freeze(submission, figures, at)
    asked = {one.check for one in verdict.warnings}
    submission.explanations = {key: text[:2000] for key, text in said.items() if key in asked}
    submission.state = State.SUBMITTED
    submission.submitted_at, submission.submitted_by_id = at, actor.account_id
    acts.keep(submission, "explanations", "state", "submitted_at", "submitted_by")
    acts.trace(actor, submission, step="submitted", act="reporting.report.submitted", event=events.SUBMITTED, at=at)
    return submission


@transaction.atomic
def take_back(
    *, actor: Actor, submission_id: int, reason: str, seen: int | None = None, at: datetime | None = None
) -> Submission:
    """Rút lại: the unit takes back what it submitted while nobody has approved it, and fills in again.

    Whoever fills in takes back what waits for the leader; what the leader signed and sent only a leader takes back,
    after a fresh proof, and it counts as sent no more: a version sent only to be taken back would stand as in time.
    The signed paper stays in the store. Raises WrongOrder for a report not submitted, or approved.
    """
    at = at or timezone.now()
    submission = acts.lock(submission_id, "take_back", seen=seen)
    duty = submission.duty
    if submission.state == State.SIGNED:
        access.require(actor, permissions.SIGN, unit=duty.holder)
    else:
        acts.require_for(actor, permissions.FILL, duty.holder)
    note = acts.needs_reason(reason)
    if duty.sent_at is not None and duty.sent_at == submission.signed_at:
        Duty.objects.filter(pk=duty.pk).update(sent_at=None)
        duty.sent_at = None
    submission.state = State.DRAFT
    acts.keep(submission, "state")
    acts.trace(
        actor,
        submission,
        step="taken_back",
        act="reporting.report.taken_back",
        event=events.TAKEN_BACK,
        at=at,
        note=note,
    )
    return submission


def _freeze(submission: Submission, figures: judging.Figures, at: datetime) -> None:
    """Live and computed cells are written down with their source; from here on they are counted no more."""
    form = submission.duty.form.form
    codes = [*form.of_kind(CellKind.LIVE), *form.of_kind(CellKind.COMPUTED)]
    CellValue.objects.filter(submission=submission, code__in=codes).delete()
    CellValue.objects.bulk_create(
        CellValue(
            submission=submission,
            code=code,
            value=figures[code].value,
            text=figures[code].source if figures[code].value is not None else "",
            version=1,
            changed_at=at,
            changed_label=str(_("Hệ thống")),
        )
        for code in codes
    )
