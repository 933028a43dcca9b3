"""What is due: opened once, passed on, lapsed, reminded of, counted."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import timezone

from tinhso.engines.indicators import counting
from tinhso.engines.indicators.periods import AnyPeriod
from tinhso.engines.indicators.registry import INDICATORS, MEASURES
from tinhso.engines.indicators.rules import Period
from tinhso.foundation.access.guard import Denied
from tinhso.foundation.notices.models import Notice
from tinhso.foundation.orgs.heirs import HEIRS, Passing
from tinhso.foundation.orgs.models import Succession, Unit, UnitKind
from tinhso.foundation.testing.cast import Cast, make_unit
from tinhso.systems.reporting import errors, measures, services
from tinhso.systems.reporting.models import Duty, FormVersion, Submission
from tinhso.systems.reporting.services import reminding
from tinhso.systems.reporting.testing import GOOD, SYSTEM, make_duty, make_form, type_in

pytestmark = pytest.mark.django_db


def test_a_period_is_opened_once_for_every_unit_with_its_days_and_due_time(cast: Cast, form: FormVersion) -> None:
    assert services.open_regime(actor=SYSTEM, regime=form.regime, day=date(2026, 9, 14)) == 2
    assert services.open_regime(actor=SYSTEM, regime=form.regime, day=date(2026, 9, 14)) == 0
    duty = Duty.objects.get(unit=cast.units.commune_committee)
    assert (duty.span_first, duty.span_last) == (date(2026, 8, 15), date(2026, 9, 14))
    # Monday 14 September closes; the third working day is Thursday the 17th.
    assert timezone.localtime(duty.due_at) == timezone.make_aware(datetime(2026, 9, 17, 17))


def test_on_the_15th_the_next_month_opens_and_none_is_skipped(form: FormVersion) -> None:
    services.open_regime(actor=SYSTEM, regime=form.regime, day=date(2026, 12, 15))
    opened = sorted(set(Duty.objects.values_list("period_on", flat=True)))
    assert [day.isoformat()[:7] for day in opened] == ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01"]


def test_a_new_version_takes_over_from_its_period_and_old_reports_keep_theirs(cast: Cast, duty: Duty) -> None:
    regime = duty.regime
    draft = services.begin_version(actor=SYSTEM, regime=regime)
    with pytest.raises(errors.BadVersion, match="đã có kỳ mở"):
        services.publish_version(actor=SYSTEM, version_id=draft.pk, valid_from=date(2026, 9, 1))
    services.publish_version(actor=SYSTEM, version_id=draft.pk, valid_from=date(2026, 11, 1))
    services.open_regime(actor=SYSTEM, regime=regime, day=date(2026, 11, 14))
    mine = Duty.objects.filter(unit=duty.unit).order_by("period_on")
    assert list(mine.values_list("form__number", flat=True)) == [1, 1, 2]


def ended_on(cast: Cast, day: date) -> Unit:
    """A third committee, without offices, that ended on a day; An Bình's took over from it."""
    unit = make_unit("99003.UB", UnitKind.COMMUNE_COMMITTEE, "UBND Xã Cũ", cast.units.commune, cast.units.commune)
    Unit.objects.filter(pk=unit.pk).update(valid_to=day)
    heir = cast.units.commune_committee
    Succession.objects.create(predecessor=unit, successor=heir, effective_on=day)
    unit.refresh_from_db()
    return unit


def test_a_unit_that_ended_before_the_period_cannot_report(cast: Cast, form: FormVersion) -> None:
    ended = ended_on(cast, date(2026, 8, 1))
    services.open_regime(actor=SYSTEM, regime=form.regime, day=date(2026, 9, 14))
    assert not Duty.objects.filter(unit=ended).exists()
    with pytest.raises(errors.UnitEnded, match="01/08/2026"):
        services.open_for(actor=SYSTEM, form=form, unit=ended, period=AnyPeriod.parse("2026-09"))


def test_a_unit_that_ended_within_the_period_is_reported_by_its_heir(cast: Cast, form: FormVersion) -> None:
    ended = ended_on(cast, date(2026, 9, 1))
    services.open_regime(actor=SYSTEM, regime=form.regime, day=date(2026, 9, 14))
    duty = Duty.objects.get(unit=ended)
    assert duty.holder == cast.units.commune_committee and duty.is_inherited
    report = services.begin(actor=cast.actor("resolving_officer"), duty_id=duty.pk)
    assert type_in(cast.actor("resolving_officer"), report, GOOD).is_clean
    with pytest.raises(Denied):
        services.begin(actor=cast.actor("leader_elsewhere"), duty_id=duty.pk)


def test_what_a_dissolved_unit_owed_its_heir_owes_with_what_was_typed(cast: Cast, report: Submission) -> None:
    ended, heir = cast.units.commune_committee, cast.units.other_committee
    type_in(cast.actor("resolving_officer"), report, {"di.ky": "7"})
    assert HEIRS["reporting"].count(ended, timezone.localdate()) == 1
    HEIRS["reporting"].pass_on(Passing(SYSTEM, ended, heir, timezone.localdate(), "NQ thử", False))
    duty = Duty.objects.get(pk=report.duty_id)
    assert duty.holder == heir and duty.unit == ended
    assert type_in(cast.actor("leader_elsewhere"), report, {"ky_so.ky": "3"}).is_clean
    assert report.cells.get(code="di.ky").value == 7
    with pytest.raises(Denied):
        type_in(cast.actor("resolving_officer"), report, {"ky_so.ky": "4"})


def test_without_an_heir_the_duty_lapses_with_the_document(cast: Cast, duty: Duty) -> None:
    HEIRS["reporting"].pass_on(Passing(SYSTEM, duty.holder, None, timezone.localdate(), "NQ thử", False))
    duty.refresh_from_db()
    assert duty.lapsed_at is not None and "NQ thử" in duty.lapsed_reason


def test_rates_are_counted_by_the_engine_and_open_the_very_reports(cast: Cast, signed: Submission) -> None:
    make_duty(signed.duty.form, cast.units.other_committee)
    due = Period.of(timezone.localdate(signed.duty.due_at))
    unit = cast.units.commune_committee
    assert counting.count(measures.DUE, unit, due) == 1
    assert counting.count(measures.SENT, unit, due) == 1
    assert counting.count(measures.ON_TIME, unit, due) == 0  # signed today, due in September
    shown = measures.visible_to(cast.actor("provincial_leader"), measures.due())
    assert {duty.holder for duty in shown} == {unit, cast.units.other_committee}
    assert not measures.visible_to(cast.actor("citizen"), measures.due()).exists()
    assert INDICATORS["reporting.on_time_rate"].denominator == measures.DUE.code
    assert measures.DUE.code in MEASURES


def test_officers_are_reminded_once_a_day_named_and_leaders_told_when_overdue(cast: Cast, duty: Duty) -> None:
    before = timezone.make_aware(datetime(2026, 9, 14, 7))
    assert reminding.remind(duty, before) == 1 and reminding.remind(duty, before) == 1
    told = Notice.objects.filter(text="reporting.reminded", channel="web")
    assert sorted(row.account.username for row in told) == ["leader", "resolving_officer"]
    assert reminding.remind(duty, timezone.make_aware(datetime(2026, 9, 15, 7))) == 0
    late = timezone.make_aware(datetime(2026, 9, 18, 7))
    assert reminding.remind(duty, late) == 1
    assert [row.account.username for row in Notice.objects.filter(text="reporting.overdue", channel="web")] == [
        "leader"
    ]


def test_what_was_sent_is_reminded_of_no_more(cast: Cast, signed: Submission) -> None:
    reminding.remind_all(timezone.now())
    assert not Notice.objects.filter(link__endswith=f"/{signed.duty_id}/", text="reporting.overdue").exists()


def test_a_lapsed_duty_says_why_and_cannot_be_begun(cast: Cast, duty: Duty) -> None:
    with pytest.raises(Denied):
        services.lapse(actor=cast.actor("leader"), duty_id=duty.pk, reason="Không muốn")
    services.lapse(actor=cast.actor("administrator"), duty_id=duty.pk, reason="Thiên tai")
    with pytest.raises(errors.NotDue, match="Thiên tai"):
        services.begin(actor=cast.actor("resolving_officer"), duty_id=duty.pk)


def test_named_units_only(cast: Cast) -> None:
    form = make_form(cast.units.committee, code="bc-rieng", reporter_ids=[cast.units.other_committee.pk])
    services.open_regime(actor=SYSTEM, regime=form.regime, day=date(2026, 9, 14))
    assert [duty.unit for duty in Duty.objects.filter(form=form)] == [cast.units.other_committee]
