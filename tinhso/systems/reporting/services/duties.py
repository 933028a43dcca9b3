"""Opening what is due, passing it on when a unit ends, letting it lapse with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.heirs import Passing
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.selectors import successors_of
from tinhso.systems.reporting import errors, events, permissions
from tinhso.systems.reporting.models import Duty, DutyQuerySet, FormVersion, Regime, Step, VersionState
from tinhso.systems.reporting.rules.periods import Span, period_closing_on_or_after
from tinhso.systems.reporting.services import acts

# A regime switched on late does not open years of periods that nobody will fill in.
MOST_PERIODS = 60


def open_all(*, actor: Actor, day: date | None = None) -> int:
    """Opens every period that has begun by `day`, for every regime; how many duties. Safe to run again."""
    day = day or timezone.localdate()
    living = Regime.objects.filter(Q(ended_on=None) | Q(ended_on__gt=day)).order_by("pk")
    return sum(open_regime(actor=actor, regime=regime, day=day) for regime in living)


@transaction.atomic
def open_regime(*, actor: Actor, regime: Regime, day: date) -> int:
    """Opens the periods of one regime from the last opened one up to the one that holds `day`."""
    access.require(actor, permissions.MANAGE, unit=regime.owner)
    # The regime's row is the queue, so two workers open a period once.
    Regime.objects.select_for_update().get(pk=regime.pk)
    versions = list(regime.versions.filter(state=VersionState.PUBLISHED).order_by("valid_from", "number"))
    opened = 0
    for form, period in _begun(regime, versions, day):
        opened += _open_period(actor, form, period)
    return opened


def _begun(regime: Regime, versions: list[FormVersion], day: date) -> list[tuple[FormVersion, AnyPeriod]]:
    """(version, period) from where the opened ones end up to the period that holds `day`, each with its version."""
    found: list[tuple[FormVersion, AnyPeriod]] = []
    for number, form in enumerate(versions):
        if form.valid_from is None:
            continue
        frequency = PeriodKind(form.frequency)
        until = versions[number + 1].valid_from if number + 1 < len(versions) else None
        period = AnyPeriod.of(frequency, form.valid_from)
        last_opened = regime.duties.filter(form=form).aggregate(last=Max("period_on"))["last"]
        if last_opened is not None:
            period = AnyPeriod.of(frequency, last_opened)  # its late-comers too: opening is idempotent
        current = period_closing_on_or_after(day, frequency, form.rule)
        while period <= current and (until is None or period.first_day < until) and len(found) < MOST_PERIODS:
            found.append((form, period))
            period = period.plus(1)
    return found


def _open_period(actor: Actor, form: FormVersion, period: AnyPeriod) -> int:
    span = form.span_of(period)
    known = set(
        Duty.objects.filter(regime=form.regime, period_kind=str(period.kind), period_on=period.first_day).values_list(
            "unit_id", flat=True
        )
    )
    due_at = due_of(form, span)
    new = [
        Duty(
            regime=form.regime,
            form=form,
            unit=unit,
            holder=holder,
            period_kind=str(period.kind),
            period_on=period.first_day,
            span_first=span.first,
            span_last=span.last,
            due_at=due_at,
            is_simulated=form.is_simulated or actor.is_simulated,
        )
        for unit, holder in reporters(form, span)
        if unit.pk not in known
    ]
    for duty in Duty.objects.bulk_create(new):
        acts.publish(events.DUTY_OPENED, duty)
    if new:
        audit.record(
            actor,
            "reporting.duty.opened",
            form,
            unit_id=form.regime.owner_id,
            regime=form.regime.code,
            period=str(period),
            duties=len(new),
        )
    return len(new)


def due_of(form: FormVersion, span: Span) -> datetime:
    """The end of the n-th working day after the closing day, by the receiver's own calendar."""
    closed = timezone.make_aware(datetime.combine(span.last, time(12)))
    return calendar_for(form.regime.owner).add_days(closed, max(form.due_days, 1))


def reporters(form: FormVersion, span: Span) -> list[tuple[Unit, Unit]]:
    """(whose figures, who must send them). A unit that ended before the period is not among them: its heir reports
    for itself; one that ended within the period is reported by its heir."""
    alive = Q(valid_from__lte=span.last) & (Q(valid_to=None) | Q(valid_to__gt=span.first))
    if form.reporter_ids:
        named = Unit.objects.filter(pk__in=form.reporter_ids)
        ids = {unit.pk for one in named for unit in _standing_for(one, span.first)}
        units = Unit.objects.filter(alive, pk__in=ids)
    else:
        units = Unit.objects.filter(alive, kind__in=form.reporter_kinds)
    found = []
    for unit in units.order_by("sort_key", "pk"):
        holder = holder_of(unit)
        if holder is not None:
            found.append((unit, holder))
    return found


def _standing_for(unit: Unit, day: date) -> Iterable[Unit]:
    if unit.valid_to is None or unit.valid_to > day:
        return [unit]
    return [heir for heir, _share in successors_of(unit, day)]


def holder_of(unit: Unit, day: date | None = None) -> Unit | None:
    """Who answers for the unit now: itself, or the heir that took over the most of it; None when nobody did."""
    day = day or timezone.localdate()
    if unit.valid_to is None or unit.valid_to > day:
        return unit
    heirs = [(share or 0, heir) for heir, share in successors_of(unit, day) if heir.pk != unit.pk]
    return max(heirs, key=lambda pair: pair[0])[1] if heirs else None


@transaction.atomic
def open_for(*, actor: Actor, form: FormVersion, unit: Unit, period: AnyPeriod) -> Duty:
    """Asks one more unit for a period. Raises UnitEnded for a unit that ended before it."""
    access.require(actor, permissions.MANAGE, unit=form.regime.owner)
    span = form.span_of(period)
    if unit.valid_to is not None and unit.valid_to <= span.first:
        raise errors.UnitEnded(str(unit), f"{unit.valid_to:%d/%m/%Y}")
    if unit.valid_from > span.last:
        raise errors.NotDue(_("%(unit)s chưa thành lập trong kỳ này.") % {"unit": unit})
    if form.state != VersionState.PUBLISHED:
        raise errors.NotDue(_("Phiên bản này chưa ban hành."))
    duty, is_new = Duty.objects.get_or_create(
        regime=form.regime,
        unit=unit,
        period_kind=str(period.kind),
        period_on=period.first_day,
        defaults={
            "form": form,
            "holder": holder_of(unit) or unit,
            "span_first": span.first,
            "span_last": span.last,
            "due_at": due_of(form, span),
            "is_simulated": actor.is_simulated,
        },
    )
    if is_new:
        audit.record(actor, "reporting.duty.opened", duty, unit_id=unit.pk, period=str(period))
        acts.publish(events.DUTY_OPENED, duty)
    return duty


def open_at(unit: Unit) -> DutyQuerySet:
    """Duties of a holder that are not approved yet."""
    return Duty.objects.standing().filter(holder=unit, approved_at=None)


def count(unit: Unit, day: date) -> int:
    return open_at(unit).count()


def pass_on(passing: Passing) -> int:
    """When a unit ends, its heir owes what it owed; without an heir the duty lapses with the document as reason."""
    moved = 0
    for duty in open_at(passing.predecessor).select_for_update(of=("self",)).order_by("pk"):
        if passing.heir is None:
            _lapse(passing.actor, duty, _("Đơn vị kết thúc theo %(document)s.") % {"document": passing.document})
        else:
            hand_to(passing.actor, duty, passing.heir)
        moved += 1
    return moved


def hand_to(actor: Actor, duty: Duty, heir: Unit) -> None:
    """Moves the duty; both units' rates are counted again."""
    acts.publish(events.DUTY_PASSED_ON, duty)
    duty.holder = heir
    duty.save(update_fields=["holder"])
    audit.record(actor, "reporting.duty.passed_on", duty, unit_id=heir.pk, period=str(duty.period))
    acts.publish(events.DUTY_PASSED_ON, duty)
    newest = duty.submissions.order_by("-number").first()
    if newest is not None:
        Step.objects.create(
            submission=newest,
            act="passed_on",
            at=timezone.now(),
            account_id=actor.account_id,
            label=actor.label[:200],
            note=str(heir),
        )


@transaction.atomic
def lapse(*, actor: Actor, duty_id: int, reason: str) -> Duty:
    """The receiving agency asks for this report no more."""
    duty = Duty.objects.select_for_update(of=("self",)).select_related("regime__owner", "holder").get(pk=duty_id)
    access.require(actor, permissions.MANAGE, unit=duty.regime.owner)
    if duty.sent_at is not None:
        raise errors.NotDue(_("Báo cáo này đã gửi."))
    _lapse(actor, duty, acts.needs_reason(reason))
    return duty


@transaction.atomic
def end_regime(*, actor: Actor, regime_id: int, on: date, reason: str) -> Regime:
    """Thôi áp dụng chế độ từ một ngày. No period opens from that day on; unsent reports of periods that begin on it or
    later lapse with the reason; those of periods begun before it stay due. Raises NotDue for a regime that has ended
    and for a day that is past."""
    regime = Regime.objects.select_for_update(of=("self",)).select_related("owner").get(pk=regime_id)
    access.require(actor, permissions.MANAGE, unit=regime.owner)
    if regime.ended_on is not None:
        raise errors.NotDue(_("Chế độ này đã thôi áp dụng từ %(day)s.") % {"day": f"{regime.ended_on:%d/%m/%Y}"})
    if on < timezone.localdate():
        raise errors.NotDue(_("Ngày thôi áp dụng không được là ngày đã qua."))
    reason = acts.needs_reason(reason)
    regime.ended_on = on
    regime.save(update_fields=["ended_on"])
    # Nobody fills in what is let off: the duty's row is locked as every act on it does.
    unsent = regime.duties.unsent().filter(span_first__gte=on)
    for duty in unsent.select_for_update(of=("self",)).select_related("regime__owner", "holder").order_by("pk"):
        _lapse(actor, duty, reason)
    audit.record(actor, "reporting.regime.ended", regime, unit_id=regime.owner_id, on=str(on), reason=reason)
    bus.publish(
        events.REGIME_ENDED, subject=regime, unit=regime.owner, occurred_on=timezone.localdate(), regime=regime.pk
    )
    return regime


def _lapse(actor: Actor, duty: Duty, reason: str) -> None:
    duty.lapsed_at, duty.lapsed_reason = timezone.now(), reason
    duty.save(update_fields=["lapsed_at", "lapsed_reason"])
    audit.record(actor, "reporting.duty.lapsed", duty, unit_id=duty.holder_id, reason=reason, period=str(duty.period))
    acts.publish(events.DUTY_LAPSED, duty)


def remaining_days(form: FormVersion, due_at: datetime, day: date) -> int:
    """Working days left until the due day; negative when it is past."""
    return calendar_for(form.regime.owner).working_days_between(day, timezone.localdate(due_at))
