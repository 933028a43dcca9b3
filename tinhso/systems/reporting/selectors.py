"""Reads for the pages: what is due, what waits for whom, how complete a period is, who works where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.systems.reporting import permissions
from tinhso.systems.reporting.models import CorrectionRequest, Duty, DutyQuerySet, Regime, Submission
from tinhso.systems.reporting.models.duties import OFFICES
from tinhso.systems.reporting.rules.states import OPEN, State

AROUND = ("regime", "regime__owner", "form", "unit", "holder")


def with_state(duties: DutyQuerySet) -> Any:
    """Each duty with the state of its newest version ("" before anybody began)."""
    newest = Submission.objects.filter(duty=OuterRef("pk")).order_by("-number")
    return duties.annotate(
        state=Subquery(newest.values("state")[:1]), number=Subquery(newest.values("number")[:1])
    ).select_related(*AROUND)


def due_for(actor: access.Actor) -> Any:
    """What the actor has to fill in, the most urgent first."""
    mine = with_state(Duty.objects.standing().held_by(actor))
    return mine.filter(Q(state=None) | Q(state__in=OPEN)).order_by("due_at", "regime_id", "pk")


def to_sign(actor: access.Actor) -> Any:
    """What waits for the actor's signature."""
    holders = Unit.objects.filter(access.scope(actor, permissions.SIGN, "")).values("pk")
    waiting = with_state(Duty.objects.standing().filter(holder__in=holders))
    return waiting.filter(state=State.SUBMITTED).order_by("due_at", "pk")


def to_approve(actor: access.Actor) -> Any:
    """What waits for the receiving agency: reports that came in, and wishes to correct."""
    received = Unit.objects.filter(access.scope(actor, permissions.APPROVE, "")).values("pk")
    rows = with_state(Duty.objects.standing().filter(regime__owner__in=received))
    asked = CorrectionRequest.objects.filter(state=CorrectionRequest.State.ASKED).values("submission__duty")
    return rows.filter(Q(state=State.SIGNED) | Q(pk__in=asked)).order_by("due_at", "pk")


def done_by(actor: access.Actor) -> Any:
    """What the actor's units have sent, newest first."""
    mine = with_state(Duty.objects.standing().held_by(actor))
    return mine.filter(state__in=(State.SUBMITTED, State.SIGNED, State.APPROVED)).order_by("-due_at", "-pk")


def newest_of(duty: Duty) -> Submission | None:
    """The version that counts now, with everything around it."""
    rows = Submission.objects.filter(duty=duty).select_related(
        "duty__form", "duty__regime__owner", "duty__holder", "duty__unit", "signed_by", "file"
    )
    return rows.order_by("-number").first()


@dataclass
class Progress:
    """How far the reports of one period have come."""

    regime: Regime
    period: AnyPeriod
    due_at: datetime
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def share_sent(self) -> float | None:
        return 100 * self.counts["sent"] / self.counts["due"] if self.counts["due"] else None

    @property
    def share_on_time(self) -> float | None:
        return 100 * self.counts["on_time"] / self.counts["due"] if self.counts["due"] else None


def progress(duties: QuerySet[Duty], *, limit: int = 60) -> list[Progress]:
    """Per regime and period: due, sent, on time, approved; the newest periods first. One query and the regimes."""
    now = timezone.now()
    rows = (
        duties.order_by()
        .values("regime_id", "period_kind", "period_on")
        .annotate(
            due=Count("pk"),
            sent=Count("pk", filter=Q(sent_at__isnull=False)),
            on_time=Count("pk", filter=Q(sent_at__lte=F("due_at"))),
            approved=Count("pk", filter=Q(approved_at__isnull=False)),
            overdue=Count("pk", filter=Q(sent_at=None, due_at__lt=now)),
            due_at_last=Subquery(
                Duty.objects.filter(
                    regime=OuterRef("regime_id"),
                    period_kind=OuterRef("period_kind"),
                    period_on=OuterRef("period_on"),
                )
                .order_by("-due_at")
                .values("due_at")[:1]
            ),
        )
        .order_by("-period_on", "regime_id")[:limit]
    )
    listed: list[Any] = list(rows)
    regimes = Regime.objects.in_bulk({row["regime_id"] for row in listed})
    return [
        Progress(
            regimes[row["regime_id"]],
            AnyPeriod(PeriodKind(row["period_kind"]), row["period_on"]),
            row["due_at_last"],
            {name: row[name] for name in ("due", "sent", "on_time", "approved", "overdue")},
        )
        for row in listed
    ]


def people_with(code: str, unit: Unit, day: date | None = None, *, offices: bool = False) -> list[Account]:
    """Who holds `code` at the unit itself (and at its own offices when asked) on `day`."""
    roles = [role.code for role in ROLES.values() if code in role.permissions and not role.reaches_below]
    where = Q(unit=unit)
    if offices:
        where |= Q(unit__parent=unit, unit__kind__in=OFFICES)
    held = RoleAssignment.objects.as_of(day or timezone.localdate()).filter(where, role__in=roles)
    return list(Account.objects.filter(pk__in=held.values("account_id"), is_active=True).order_by("pk"))


def sent_to(actor: access.Actor) -> DutyQuerySet:
    """Every duty of the regimes that the actor's agency receives, or of all it sees."""
    return Duty.objects.standing().visible_to(actor)


def regimes_managed(actor: access.Actor) -> QuerySet[Regime]:
    return Regime.objects.filter(
        owner__in=Unit.objects.filter(access.scope(actor, permissions.MANAGE, "")).values("pk")
    )
