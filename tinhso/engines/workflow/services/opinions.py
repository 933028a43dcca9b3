"""Opinions asked of other offices, each with its own clock (Decree 61/2018 art. 19.5 to 19.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow import clock, permissions
from tinhso.engines.workflow.errors import AlreadyMoved, NotAllowedNow, NotAtThisUnit, NoteNeeded
from tinhso.engines.workflow.models import Case, CaseState, Opinion, OpinionState, Token, Verdict
from tinhso.engines.workflow.services.standing import Standing, lock_standing, must_be
from tinhso.foundation.access import guard as access

if TYPE_CHECKING:
    from tinhso.foundation.files.models import StoredFile
    from tinhso.foundation.orgs.models import Unit
    from tinhso.foundation.people.models import Account


@transaction.atomic
def ask_opinions(
    *,
    actor: access.Actor,
    case_id: int,
    units: Sequence[Unit],
    question: str,
    term: tuple[float, str] = (3, "working_day"),
    due_at: datetime | None = None,
    document: str = "",
    token_id: int | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> list[Opinion]:
    """Asks other offices in writing, all at once, with content and deadline. Who asks does the step now.

    The deadline is `due_at`, or `term` on each office's own calendar. The step goes on when all have answered or their
    deadlines have passed. Refusals: NoteNeeded, NotAllowedNow (asked already, one's own office, no time to answer).
    """
    case, standing = lock_standing(case_id, token_id, version)
    access.require(actor, standing.step_permission or permissions.DISTRIBUTE, unit=standing.holder_unit)
    must_be(case, CaseState.RUNNING, CaseState.WAITING)
    if not question.strip():
        raise NoteNeeded(_("Hãy ghi rõ nội dung cần lấy ý kiến."))
    at = max(at or timezone.now(), standing.entered_at)
    _may_be_asked(case, standing, units)
    batch = (case.opinions.aggregate(last=models.Max("batch"))["last"] or 0) + 1
    return [
        _ask(actor, case, standing, unit, question.strip(), document.strip(), batch, term, due_at, at) for unit in units
    ]


def _may_be_asked(case: Case, standing: Standing, units: Sequence[Unit]) -> None:
    if not units:
        raise NoteNeeded(_("Hãy chọn ít nhất một cơ quan để lấy ý kiến."))
    if len({unit.pk for unit in units}) < len(units):
        raise NotAllowedNow(_("Một cơ quan được chọn hai lần. Mỗi cơ quan chỉ hỏi một lần trong một đợt."))
    if any(unit.pk == standing.holder_unit_id for unit in units):
        raise NotAllowedNow(_("Không lấy ý kiến của chính đơn vị đang xử lý."))
    waiting = case.opinions.waiting().filter(unit__in=units).select_related("unit").first()
    if waiting is not None:
        raise NotAllowedNow(_("%(unit)s đang được hỏi và chưa trả lời.") % {"unit": waiting.unit})


def _ask(
    actor: access.Actor,
    case: Case,
    standing: Standing,
    unit: Unit,
    question: str,
    document: str,
    batch: int,
    term: tuple[float, str],
    due_at: datetime | None,
    at: datetime,
) -> Opinion:
    due = due_at or clock.due_in(unit, at, *term)
    if due <= at:
        raise NotAllowedNow(_("Hạn trả lời phải sau lúc hỏi."))
    calendar = clock.calendar_of(unit)
    working = calendar.working_seconds_between(at, due)
    return Opinion.objects.create(
        case=case,
        token=standing if isinstance(standing, Token) else None,
        batch=batch,
        step=standing.step,
        asking_unit=standing.holder_unit,
        asked_by_id=actor.account_id,
        asked_by_label=actor.label,
        unit=unit,
        question=question,
        document=document,
        asked_at=at,
        due_at=due,
        remind_at=calendar.add_seconds(at, working * 3 // 4) if working >= clock.REMIND_FROM_HOURS * 3600 else None,
        escalate_at=due,
        is_simulated=case.is_simulated or actor.is_simulated,
    )


@transaction.atomic
def answer_opinion(
    *,
    actor: access.Actor,
    opinion_id: int,
    verdict: str,
    answer: str,
    document: str = "",
    file: StoredFile | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Opinion:
    """The office asked answers, once, for good. A late answer is taken too and marked late, while the case is open."""
    opinion, case = _lock(opinion_id, version)
    access.require(actor, permissions.ANSWER, unit=opinion.unit)
    if opinion.state not in (OpinionState.ASKED, OpinionState.UNANSWERED) or case.state == CaseState.ENDED:
        raise NotAllowedNow(
            _("Câu hỏi này không còn chờ trả lời (%(state)s).") % {"state": OpinionState(opinion.state).label}
        )
    if verdict not in Verdict.values:
        raise NoteNeeded(_("Hãy chọn ý kiến: thống nhất, có điều kiện, không thống nhất hay ý kiến khác."))
    if verdict != Verdict.AGREE and not answer.strip():
        raise NoteNeeded(_("Hãy ghi rõ nội dung trả lời."))
    opinion.state, opinion.verdict, opinion.answer = OpinionState.ANSWERED, verdict, answer.strip()
    opinion.answer_document, opinion.answer_file = document.strip(), file
    opinion.answered_at = max(at or timezone.now(), opinion.asked_at)
    opinion.answered_by_id, opinion.answered_by_label = actor.account_id, actor.label
    # A delay still to be told stays so when the answer itself came late.
    opinion.remind_at = None
    opinion.escalate_at = opinion.escalate_at if opinion.was_late else None
    _keep(opinion)
    return opinion


@transaction.atomic
def withdraw_opinion(
    *, actor: access.Actor, opinion_id: int, note: str, version: int | None = None, at: datetime | None = None
) -> Opinion:
    """Who asked no longer needs the answer, and says why; the step may go on."""
    opinion, case = _lock(opinion_id, version)
    standing: Standing = opinion.token or case
    access.require(actor, standing.step_permission or permissions.DISTRIBUTE, unit=opinion.asking_unit)
    if opinion.state != OpinionState.ASKED:
        raise NotAllowedNow(
            _("Câu hỏi này không còn chờ trả lời (%(state)s).") % {"state": OpinionState(opinion.state).label}
        )
    if not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do rút câu hỏi."))
    opinion.state, opinion.closed_reason = OpinionState.WITHDRAWN, note.strip()
    opinion.closed_at = max(at or timezone.now(), opinion.asked_at)
    opinion.remind_at = opinion.escalate_at = None
    _keep(opinion)
    return opinion


@transaction.atomic
def assign_opinion(*, actor: access.Actor, opinion_id: int, account: Account, version: int | None = None) -> Opinion:
    """Names who prepares the answer in the office asked."""
    opinion, _case = _lock(opinion_id, version)
    access.require(actor, permissions.ANSWER, unit=opinion.unit)
    if not access.allowed(access.Actor.of(account), permissions.ANSWER, opinion.unit):
        raise NotAtThisUnit(
            _("%(name)s không làm được bước này ở %(unit)s. Hãy chọn người khác.")
            % {"name": account, "unit": opinion.unit}
        )
    if opinion.state not in (OpinionState.ASKED, OpinionState.UNANSWERED):
        raise NotAllowedNow(
            _("Câu hỏi này không còn chờ trả lời (%(state)s).") % {"state": OpinionState(opinion.state).label}
        )
    opinion.holder = account
    _keep(opinion)
    return opinion


def _lock(opinion_id: int, version: int | None) -> tuple[Opinion, Case]:
    """The case first, then the opinion: the same order as every other act, so that none waits on another for ever."""
    case_id = Opinion.objects.values_list("case_id", flat=True).get(pk=opinion_id)
    case = Case.objects.select_for_update().get(pk=case_id)
    opinion = Opinion.objects.select_for_update(of=("self",)).select_related("unit", "asking_unit").get(pk=opinion_id)
    if version is not None and version != opinion.version:
        raise AlreadyMoved(_("Câu hỏi này vừa được người khác xử lý. Hãy tải lại trang."))
    return opinion, case


def _keep(opinion: Opinion) -> None:
    opinion.version += 1
    opinion.save()
