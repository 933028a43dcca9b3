"""What passes on when a unit ends: open branches at it, and the questions it was asked.

Cases pass on with their subject, by the act of the system that owns it.
"""

from __future__ import annotations

from datetime import date

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow.models import Opinion, OpinionState, Token, TokenQuerySet
from tinhso.engines.workflow.services.cases import rehome
from tinhso.foundation.orgs.errors import WorkWouldBeLost
from tinhso.foundation.orgs.heirs import Passing
from tinhso.foundation.orgs.models import Unit


def _branches(unit: Unit) -> TokenQuerySet:
    return Token.objects.living().filter(holder_unit=unit)


def count(unit: Unit, day: date) -> int:
    return _branches(unit).count() + Opinion.objects.waiting().filter(unit=unit).count()


def pass_on(passing: Passing) -> int:
    """Branches go to the heir with their case; a question goes to the heir with its deadline unchanged."""
    moved = count(passing.predecessor, passing.day)
    if moved and passing.heir is None:
        raise WorkWouldBeLost(
            _("Còn việc phối hợp đang chờ ở %(unit)s. Hãy chọn đơn vị kế thừa.") % {"unit": passing.predecessor}
        )
    if passing.heir is None:
        return 0
    for case_id in sorted(set(_branches(passing.predecessor).values_list("case_id", flat=True))):
        rehome(actor=passing.actor, case_id=case_id, old=passing.predecessor, new=passing.heir)
    _pass_questions(passing.predecessor, passing.heir)
    return moved


def _pass_questions(old: Unit, heir: Unit) -> None:
    """A question the heir is asked already in the same case is not asked twice: the older office's is withdrawn."""
    asked = Opinion.objects.waiting().filter(unit=old)
    doubled = asked.filter(case__in=Opinion.objects.waiting().filter(unit=heir).values("case"))
    doubled.update(
        state=OpinionState.WITHDRAWN,
        closed_at=timezone.now(),
        closed_reason=_("Đơn vị kế thừa %(unit)s đã được hỏi.") % {"unit": heir},
        remind_at=None,
        escalate_at=None,
        version=F("version") + 1,
    )
    asked.update(unit=heir, holder=None, version=F("version") + 1)
