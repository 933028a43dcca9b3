"""Sources of the index's components from what stands around dossiers: fees, feedback, ratings, the wallet, the list."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.procedures.afterwards.models import (
    Feedback,
    FeedbackKind,
    FeedbackStep,
    Rating,
    Score,
    Verdict,
    WalletUse,
)
from tinhso.systems.procedures.afterwards.rules import FeedbackState
from tinhso.systems.procedures.catalogue.models import CatalogueEntry, Origin
from tinhso.systems.procedures.fees import selectors as fees
from tinhso.systems.procedures.models import Dossier, ProcedureVersion, SyncState
from tinhso.systems.procedures.performance import components
from tinhso.systems.procedures.performance.index import Source, register_source
from tinhso.systems.procedures.performance.rules import scores
from tinhso.systems.procedures.performance.sources import in_force, on_time, received
from tinhso.systems.procedures.performance.tallies import Asked, at_midnight, of_unit

NOT_OURS = (FeedbackState.REFUSED, FeedbackState.SENT_BACK)
# Component 1.2, a province: working days from the decision to its being public.
PUBLIC_DAYS = 5


# --- 1.2, 1.4: the list, synchronisation ---


def due_to_be_public(asked: Asked) -> QuerySet[CatalogueEntry]:
    """Decisions whose five working days end in the period, once each.

    Only what came in after the list that ships with the product: its rows do not tell when they were first public.
    """
    return CatalogueEntry.objects.filter(pk__in=list(_limits(asked)))


def public_in_time(asked: Asked) -> QuerySet[CatalogueEntry]:
    return CatalogueEntry.objects.filter(pk__in=[pk for pk, (limit, shown) in _limits(asked).items() if shown <= limit])


def _limits(asked: Asked) -> dict[int, tuple[date, date]]:
    """Per entry due in the period: the last day to be public, and the day it was."""
    earlier = CatalogueEntry.objects.filter(
        code=OuterRef("code"), decision=OuterRef("decision"), number__lt=OuterRef("number")
    )
    near = CatalogueEntry.objects.filter(
        origin=Origin.FILE,
        decision_on__gte=asked.span.first_day - timedelta(days=60),
        decision_on__lt=asked.span.end,
    ).exclude(Exists(earlier))
    rows = list(near.values_list("pk", "decision_on", "recorded_at"))
    province = Unit.objects.filter(kind=UnitKind.PROVINCE, valid_to=None).order_by("pk").first() if rows else None
    if province is None:
        return {}
    calendar, limits = calendar_for(province), {}
    for pk, decided, at in rows:
        day = decided or asked.span.end
        for _count in range(PUBLIC_DAYS):
            day = calendar.next_working_day(day)
        if asked.span.first_day <= day < asked.span.end:
            limits[pk] = (day, timezone.localdate(at))
    return limits


def synchronised(asked: Asked) -> QuerySet[Dossier]:
    return received(asked).filter(sync_state=SyncState.SENT)


def out_of_last_year(asked: Asked, above: int, below: int) -> Decimal | None:
    """1.4: when nothing was received, a twelfth, a quarter or the whole of last year's stands below."""
    first = asked.span.first_day.replace(month=1, day=1)
    span = Q(received_at__gte=at_midnight(first.replace(year=first.year - 1)), received_at__lt=at_midnight(first))
    last_year = 0 if below else of_unit(Dossier.objects.filter(span), asked.unit).count()
    whole = scores.synchronised_out_of(below, below, last_year, asked.span.kind)
    return scores.rounded(Fraction(above) * 100 / whole) if whole else None


# --- 3.5, 3.5b, 3.6: fees ---


def with_fee(asked: Asked) -> QuerySet[ProcedureVersion]:
    return in_force(asked).filter(code__in=fees.rules_asking_money(_day(asked)).values("procedure_code"))


def payable_online(asked: Asked) -> QuerySet[ProcedureVersion]:
    """Every amount is known, so a bill with a payment code can be made."""
    unknown = fees.rules_asking_money(_day(asked)).filter(amount=None)
    return with_fee(asked).exclude(code__in=unknown.values("procedure_code"))


def paid_online(asked: Asked) -> QuerySet[ProcedureVersion]:
    paid = fees.bills_paid_online(asked.span.first_day, asked.span.last_day)
    return with_fee(asked).filter(code__in=paid.values("fee_decision__dossier__version__code"))


def _day(asked: Asked) -> date:
    return min(asked.span.last_day, asked.now.date())


def dossiers_with_fee(asked: Asked) -> QuerySet[Dossier]:
    return received(asked).filter(pk__in=fees.dossiers_with_fee().values("pk"))


def dossiers_paid_online(asked: Asked) -> QuerySet[Dossier]:
    return received(asked).filter(pk__in=fees.dossiers_paid_online().values("pk"))


# --- 4.3: papers used again ---


def reused(asked: Asked) -> QuerySet[Dossier]:
    """At least one paper came from what the person had filed or received before."""
    return received(asked).filter(
        Exists(WalletUse.objects.filter(paper__dossier=OuterRef("pk"), paper__removed_at=None))
    )


# --- 5.1 to 5.4: feedback, satisfaction ---


def feedback(asked: Asked) -> QuerySet[Feedback]:
    """Received in the period, by the unit that handles it or one above."""
    found = Feedback.objects.filter(sent_at__gte=asked.begin, sent_at__lt=asked.end)
    if asked.unit is None or asked.unit.kind == UnitKind.PROVINCE:
        return found
    return found.filter(unit__in=Unit.objects.under(asked.unit).values("pk"))


def about_rules(asked: Asked) -> QuerySet[Feedback]:
    return feedback(asked).filter(kind=FeedbackKind.RULES)


def first_raised(asked: Asked) -> QuerySet[Feedback]:
    """Each matter once: what raises an earlier one again belongs to that one."""
    return feedback(asked).filter(re_raised=None)


def in_time(found: QuerySet[Feedback], asked: Asked) -> QuerySet[Feedback]:
    """No step was late and no limit has passed at the moment looked at (2, 5, 15 and 2 working days)."""
    moment = asked.moment
    late_step = FeedbackStep.objects.filter(feedback=OuterRef("pk"), is_late=True, at__lt=moment)
    unanswered = Q(answered_at=None) | Q(answered_at__gte=moment)
    unpublished = Q(published_at=None) | Q(published_at__gte=moment)
    found = found.exclude(Exists(late_step))
    found = found.exclude(unanswered & Q(answer_due_at__lt=moment) & ~Q(state__in=NOT_OURS))
    return found.exclude(unpublished & Q(answered_at__lt=moment, publish_due_at__lt=moment))


def feedback_in_time(asked: Asked) -> QuerySet[Feedback]:
    return in_time(feedback(asked), asked)


def content(asked: Asked) -> QuerySet[Feedback]:
    """Not disliked, not raised again, not overdue; each once."""
    again = Feedback.objects.filter(re_raised=OuterRef("pk"))
    return in_time(first_raised(asked), asked).exclude(verdict=Verdict.DISLIKED).exclude(Exists(again))


def overdue(asked: Asked) -> QuerySet[Dossier]:
    return received(asked).exclude(pk__in=on_time(received(asked), asked.moment).order_by().values("pk"))


def complained_of(asked: Asked) -> QuerySet[Dossier]:
    """A complaint about the handling, or rated as not content."""
    complaint = Feedback.objects.filter(dossier=OuterRef("pk"), kind=FeedbackKind.STAFF).exclude(state__in=NOT_OURS)
    disliked = Rating.objects.filter(dossier=OuterRef("pk"), score=Score.BAD)
    return received(asked).filter(Exists(complaint) | Exists(disliked))


def neither(asked: Asked) -> QuerySet[Dossier]:
    """Neither overdue nor complained of."""
    return on_time(received(asked), asked.moment).exclude(pk__in=complained_of(asked).order_by().values("pk"))


def satisfied(asked: Asked, above: int, below: int, late: int, complained: int) -> Decimal | None:
    """5.4 by its formula: who is in both shares is taken off twice."""
    return scores.satisfied(below, late, complained)


def feedback_line(one: Any) -> str:
    """A matter without its code: whoever holds the code may follow it."""
    return f"{one.get_kind_display()}, {timezone.localdate(one.sent_at):%d/%m/%Y}, {one.unit.name}"


def register() -> None:
    """Plugs in what stands around dossiers; called once at start."""
    register_source(components.PUBLIC_UPDATE_ON_TIME, Source(public_in_time, due_to_be_public, unit_path=""))
    register_source(components.DOSSIER_SYNC, Source(synchronised, received, share=out_of_last_year))
    procedures: dict[str, Any] = {"unit_path": "", "distinct": "code"}
    register_source(components.FEE_PROCEDURES_ONLINE, Source(payable_online, with_fee, **procedures))
    register_source(components.FEE_PROCEDURES_PAID, Source(paid_online, with_fee, **procedures))
    register_source(components.DOSSIERS_PAID_ONLINE, Source(dossiers_paid_online, dossiers_with_fee))
    register_source(components.REUSED_DIGITIZED_DATA, Source(reused, received))
    matters: dict[str, Any] = {"unit_path": "unit", "line": feedback_line}
    register_source(components.FEEDBACK_CLASSES, Source(about_rules, feedback, **matters))
    register_source(components.FEEDBACK_ON_TIME, Source(feedback_in_time, feedback, **matters))
    register_source(components.FEEDBACK_SATISFACTION, Source(content, first_raised, **matters))
    register_source(
        components.SERVICE_SATISFACTION, Source(neither, received, also=(overdue, complained_of), share=satisfied)
    )
