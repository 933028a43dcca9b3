"""A regime that ends and a unit that is let off: what stays due, what is refused, who may, what stays on record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access.guard import Denied
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.reporting import errors, services
from tinhso.systems.reporting.models import Duty, FormVersion
from tinhso.systems.reporting.testing import GOOD, SYSTEM, make_duty, make_form, type_in

pytestmark = pytest.mark.django_db
WHY = "Thông tư mới thay chế độ này"


@pytest.fixture
def administrator(cast: Cast) -> Client:
    client = Client()
    sign_in(client, cast.administrator, stepped_up=True)
    return client


def test_from_its_end_on_nothing_is_opened_and_what_began_later_lapses(cast: Cast, form: FormVersion) -> None:
    today = timezone.localdate()
    services.open_regime(actor=SYSTEM, regime=form.regime, day=today + timedelta(days=70))
    before = set(Duty.objects.filter(span_first__lt=today).values_list("pk", flat=True))
    assert before and Duty.objects.filter(span_first__gte=today).exists()
    services.end_regime(actor=SYSTEM, regime_id=form.regime_id, on=today, reason=WHY)
    assert set(Duty.objects.standing().values_list("pk", flat=True)) == before
    assert set(Duty.objects.filter(span_first__gte=today).values_list("lapsed_reason", flat=True)) == {WHY}
    known = Duty.objects.count()
    services.open_all(actor=SYSTEM, day=today + timedelta(days=200))
    assert Duty.objects.count() == known
    with pytest.raises(errors.NotDue, match="đã thôi áp dụng"):
        services.end_regime(actor=SYSTEM, regime_id=form.regime_id, on=today, reason=WHY)
    with pytest.raises(errors.BadVersion, match="đã thôi áp dụng"):
        services.begin_version(actor=SYSTEM, regime=form.regime)


def test_a_report_that_was_sent_stands_after_the_end(cast: Cast, duty: Duty) -> None:
    officer = cast.actor("resolving_officer")
    report = services.begin(actor=officer, duty_id=duty.pk)
    type_in(officer, report, GOOD)
    services.submit(actor=officer, submission_id=report.pk)
    services.sign(actor=cast.actor("leader"), submission_id=report.pk)
    services.end_regime(actor=SYSTEM, regime_id=duty.regime_id, on=timezone.localdate(), reason=WHY)
    duty.refresh_from_db()
    assert duty.sent_at and duty.lapsed_at is None


@pytest.mark.parametrize(("shift", "why"), [(-1, WHY), (0, " ")])
def test_a_past_day_or_no_reason_ends_nothing(form: FormVersion, shift: int, why: str) -> None:
    with pytest.raises((errors.NotDue, errors.ReasonMissing)):
        services.end_regime(
            actor=SYSTEM, regime_id=form.regime_id, on=timezone.localdate() + timedelta(days=shift), reason=why
        )
    form.regime.refresh_from_db()
    assert form.regime.ended_on is None


@pytest.mark.parametrize("name", ["leader", "provincial_leader", "auditor", "resolving_officer", "stranger"])
def test_only_the_reporting_department_ends_or_lets_off(cast: Cast, duty: Duty, name: str) -> None:
    for act in (
        lambda: services.end_regime(actor=cast.actor(name), regime_id=duty.regime_id, on=date(2099, 1, 1), reason=WHY),
        lambda: services.lapse(actor=cast.actor(name), duty_id=duty.pk, reason=WHY),
    ):
        with pytest.raises(Denied):
            act()


def test_the_pages_end_a_regime_and_say_what_is_wrong(administrator: Client, form: FormVersion) -> None:
    home, end = reverse("reporting:regimes"), reverse("reporting:end_regime", args=[form.regime_id])
    assert "Kết thúc chế độ" in administrator.get(home).content.decode()
    for wrong in ({"tu-ngay": "2099-02-31", "ly-do": WHY}, {"tu-ngay": "2020-01-01", "ly-do": WHY}, {"tu-ngay": ""}):
        administrator.post(end, wrong)
        form.regime.refresh_from_db()
        assert form.regime.ended_on is None
    text = administrator.post(end, {"tu-ngay": "2099-01-01", "ly-do": WHY}, follow=True).content.decode()
    assert "thôi áp dụng từ 01/01/2099" in text and "Kết thúc chế độ" not in text
    assert AuditRow.objects.filter(act="reporting.regime.ended").count() == 1


def test_a_unit_is_let_off_on_the_page_with_a_reason(administrator: Client, cast: Cast) -> None:
    form_duty = make_duty(make_form(cast.units.committee, code="bc-thoi"), cast.units.commune_committee)
    page = f"{reverse('reporting:progress')}?che-do={form_duty.regime.code}&ky={form_duty.period}"
    off = reverse("reporting:let_off", args=[form_duty.pk])
    assert off in administrator.get(page).content.decode()
    administrator.post(off, {"ly-do": " "})
    form_duty.refresh_from_db()
    assert form_duty.lapsed_at is None
    answer = administrator.post(off, {"ly-do": "Xã không có đối tượng báo cáo"}, follow=True)
    assert "không phải gửi báo cáo này nữa" in answer.content.decode()
    form_duty.refresh_from_db()
    assert form_duty.lapsed_reason == "Xã không có đối tượng báo cáo"
    assert off not in administrator.get(page).content.decode()
