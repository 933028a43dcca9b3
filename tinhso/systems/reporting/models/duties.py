"""What is due: one row per regime, unit and period, opened by the program, never by the one who owes it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.foundation.access import guard as access
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.reporting import permissions
from tinhso.systems.reporting.models.regimes import FormVersion, Regime
from tinhso.systems.reporting.rules import states
from tinhso.systems.reporting.rules.periods import Span

# A holder's own offices work for it: an officer of the culture office fills in the committee's report.
OFFICES = (UnitKind.OFFICE, UnitKind.SERVICE_CENTRE)


def holders_served(actor: access.Actor, code: str) -> Q:
    """The Q over units for which the actor works under `code`: own units, and those whose office is the actor's."""
    here = access.reach(actor, code).units
    offices = Unit.objects.filter(pk__in=here, kind__in=OFFICES)
    return access.scope(actor, code, "") | Q(pk__in=offices.values("parent_id"))


class DutyQuerySet(models.QuerySet["Duty"]):
    """Reads of duties by right and state."""

    def visible_to(self, actor: access.Actor) -> Self:
        """Of units that the actor works for or sees, and of regimes that the actor's agency receives."""
        if actor.kind == "system":
            return self
        mine = Unit.objects.filter(holders_served(actor, permissions.VIEW)).values("pk")
        received = Unit.objects.filter(access.scope(actor, permissions.APPROVE, "")).values("pk")
        return self.filter(Q(holder__in=mine) | Q(unit__in=mine) | Q(regime__owner__in=received))

    def held_by(self, actor: access.Actor) -> Self:
        """Those that the actor fills in."""
        return self.filter(holder__in=Unit.objects.filter(holders_served(actor, permissions.FILL)).values("pk"))

    def standing(self) -> Self:
        return self.filter(lapsed_at=None)

    def unsent(self) -> Self:
        return self.standing().filter(sent_at=None)


class Duty(models.Model):
    """A report that is due. `unit` is whose figures they are, `holder` who must report them now: the same unit, or the
    heir of one that ended after its period began."""

    regime = models.ForeignKey(Regime, models.PROTECT, related_name="duties", verbose_name=_("chế độ báo cáo"))
    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="duties", verbose_name=_("phiên bản biểu mẫu"))
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị báo cáo"))
    holder = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị phải gửi"))
    period_kind = models.CharField(_("loại kỳ"), max_length=8)
    period_on = models.DateField(_("ngày đầu kỳ"))
    span_first = models.DateField(_("số liệu từ ngày"))
    span_last = models.DateField(_("số liệu đến ngày"))
    due_at = models.DateTimeField(_("hạn gửi"))
    # First signed and sent up; a later correction does not move it.
    sent_at = models.DateTimeField(_("gửi lần đầu lúc"), null=True, blank=True)
    approved_at = models.DateTimeField(_("duyệt lần đầu lúc"), null=True, blank=True)
    lapsed_at = models.DateTimeField(_("thôi phải gửi từ"), null=True, blank=True)
    lapsed_reason = models.TextField(_("lý do thôi phải gửi"), blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("báo cáo phải gửi")
        verbose_name_plural = _("báo cáo phải gửi")
        constraints = [
            models.UniqueConstraint(
                fields=["regime", "unit", "period_kind", "period_on"], name="reporting_one_duty_per_period"
            ),
            models.CheckConstraint(condition=Q(span_first__lte=F("span_last")), name="reporting_span_in_order"),
            models.CheckConstraint(
                condition=Q(lapsed_at=None) | ~Q(lapsed_reason=""), name="reporting_lapsed_says_why"
            ),
        ]
        indexes = [
            # Readers: the list of what is due, the reminders, the rates of a month.
            models.Index(fields=["holder", "due_at"], name="reporting_due_of_holder"),
            models.Index(fields=["due_at"], name="reporting_unsent", condition=Q(sent_at=None, lapsed_at=None)),
            models.Index(fields=["regime", "period_on"], name="reporting_of_period"),
        ]

    def __str__(self) -> str:
        return f"{self.regime} {self.period} {self.unit}"

    @property
    def period(self) -> AnyPeriod:
        return AnyPeriod(PeriodKind(self.period_kind), self.period_on)

    @property
    def span(self) -> Span:
        return Span(self.span_first, self.span_last)

    @property
    def timeliness(self) -> states.Timeliness:
        return states.timeliness(self.due_at, self.sent_at, timezone.now())

    @property
    def is_inherited(self) -> bool:
        return self.unit_id != self.holder_id
