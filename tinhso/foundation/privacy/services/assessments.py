"""Impact assessments: written down when processing starts, filed in 60 days, looked at again every six months."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.calendar.selectors import calendar_for
from tinhso.foundation.privacy import permissions, rules, selectors
from tinhso.foundation.privacy.errors import LateNeedsReason, WrongRegister
from tinhso.foundation.privacy.models import Assessment, AssessmentFiling
from tinhso.foundation.privacy.services.steps import words_of
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise


@transaction.atomic
def record_assessment(
    *, actor: access.Actor, title: str, purposes: list[str], risks: str, started_on: date
) -> Assessment:
    """A processing activity that must be assessed: due 60 days after it starts (a last day off moves on)."""
    unit = selectors.controller()
    access.require(actor, permissions.REGISTER, unit=unit)
    known = set(selectors.purposes_on().values_list("code", flat=True))
    named = [code for code in dict.fromkeys(purposes) if code in known]
    if not normalise(title) or not named:
        raise WrongRegister(_("Hãy ghi tên hoạt động xử lý và chọn ít nhất một mục đích."))
    if not date(2020, 1, 1) <= started_on <= timezone.localdate().replace(month=12, day=31):
        raise WrongRegister(_("Ngày bắt đầu xử lý chưa đúng."))
    made = Assessment.objects.create(
        title=fitting(normalise(title), 200),
        unit=unit,
        purposes=named,
        risks=words_of(risks, _("Hãy ghi rủi ro và biện pháp giảm rủi ro.")),
        started_on=started_on,
        due_on=rules.assessment_due(calendar_for(unit), started_on),
        is_simulated=actor.is_simulated,
    )
    audit.record(actor, "privacy.assessment.recorded", made, unit_id=unit.pk, due_on=made.due_on)
    return made


def _locked(actor: access.Actor, assessment_id: int) -> Assessment:
    found = Assessment.objects.select_for_update(of=("self",)).select_related("unit").get(pk=assessment_id)
    access.require(actor, permissions.REGISTER, unit=found.unit)
    if found.ended_on is not None:
        raise WrongRegister(_("Hoạt động xử lý này đã thôi."))
    return found


@transaction.atomic
def file_assessment(
    *,
    actor: access.Actor,
    assessment_id: int,
    filed_on: date,
    reference: str,
    changes: str = "",
    late_reason: str = "",
) -> Assessment:
    """The assessment went to the authority, the first time or as an update; the next review is six months on."""
    found = _locked(actor, assessment_id)
    if found.exempt_basis:
        raise WrongRegister(_("Hoạt động này đã ghi là không phải đánh giá."))
    last = found.filings.first()
    if filed_on > timezone.localdate() or filed_on < (last.filed_on if last else found.started_on):
        raise WrongRegister(_("Ngày gửi phải sau lần gửi trước và không ở tương lai."))
    if not normalise(reference):
        raise WrongRegister(_("Hãy ghi số, ký hiệu văn bản gửi."))
    limit = found.review_due_on or found.due_on
    late = words_of(late_reason) if filed_on > limit else ""
    if filed_on > limit and not late:
        raise LateNeedsReason(_("Đã quá hạn %(due)s. Hãy ghi lý do.") % {"due": f"{limit:%d/%m/%Y}"})
    AssessmentFiling.objects.create(
        assessment=found,
        filed_on=filed_on,
        reference=fitting(normalise(reference), 100),
        changes=words_of(changes, _("Hãy ghi nội dung thay đổi so với lần trước.") if last else ""),
        late_reason=late,
        by_id=actor.account_id,
        by_label=actor.label[:200],
    )
    found.review_due_on = rules.review_due(filed_on)
    found.save(update_fields=["review_due_on"])
    audit.record(actor, "privacy.assessment.filed", found, unit_id=found.unit_id, filed_on=filed_on, late=bool(late))
    return found


@transaction.atomic
def exempt(*, actor: access.Actor, assessment_id: int, basis: str) -> Assessment:
    """Names the provision by which no assessment is owed; the due date no longer counts."""
    found = _locked(actor, assessment_id)
    if found.filings.exists():
        raise WrongRegister(_("Đã gửi hồ sơ đánh giá nên không ghi miễn được nữa."))
    found.exempt_basis = fitting(normalise(basis), 300)
    if not found.exempt_basis:
        raise WrongRegister(_("Hãy ghi điều khoản cho phép không đánh giá."))
    found.save(update_fields=["exempt_basis"])
    audit.record(actor, "privacy.assessment.exempted", found, unit_id=found.unit_id, basis=found.exempt_basis)
    return found
