"""What was published stands; what came later is a new version; any day answers with what stood published that day."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from tinhso.engines.indicators.definitions import define_measure, define_unit_of_measure
from tinhso.engines.indicators.models import Entry, Fact, UnitOfMeasure
from tinhso.engines.signing.services import issue_demo_certificate, verify_pdf
from tinhso.foundation.access.guard import Denied, StepUpNeeded
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.reporting import errors, services
from tinhso.systems.reporting.models import Publication, Submission
from tinhso.systems.reporting.services import publishing
from tinhso.systems.reporting.testing import CONTENT, GOOD, SYSTEM, make_duty, make_form, type_in

pytestmark = pytest.mark.django_db


def publish(cast: Cast, report: Submission, **more: str) -> Publication:
    regime, period = report.duty.regime, report.duty.period
    return services.publish(actor=cast.actor("provincial_leader"), regime=regime, period=period, level="B-B", **more)  # type: ignore[arg-type]


@pytest.fixture
def keyed(cast: Cast, approved: Submission) -> Submission:
    issue_demo_certificate(SYSTEM, account=cast.provincial_leader)
    return approved


def correct(cast: Cast, approved: Submission, value: str) -> Submission:
    province, officer = cast.actor("provincial_leader"), cast.actor("resolving_officer")
    new = services.demand_correction(actor=province, submission_id=approved.pk, reason="Số nhầm")
    type_in(officer, new, {"di.ky": value}, seen=1)
    services.submit(actor=officer, submission_id=new.pk)
    services.sign(actor=cast.actor("leader"), submission_id=new.pk)
    return services.approve(actor=province, submission_id=new.pk)


def test_a_publication_is_a_signed_pdf_a_workbook_and_facts_with_their_digests(cast: Cast, keyed: Submission) -> None:
    one = publish(cast, keyed)
    assert verify_pdf(one.pdf.read()).is_valid
    told = json.loads(one.json.read())
    values = told["facts"][0]["values"]
    assert values == {
        "di.ky": "100",
        "ky_so.ky": "80",
        "ty_le.ky": "80",
        "phi.ky": None,
        "ho_so.ky": "0",
    }
    assert {row["sha256"] for row in one.digests} == {one.pdf.sha256, one.xlsx.sha256, one.json.sha256}
    assert one.report.facts.count() == 4 and one.report.version == 1


def test_a_later_correction_changes_nothing_published_until_a_new_version_says_why(
    cast: Cast, keyed: Submission
) -> None:
    first = publish(cast, keyed)
    with pytest.raises(errors.AlreadyPublished):
        publish(cast, keyed, reason="Lần nữa")
    correct(cast, keyed, "90")
    assert publishing.corrected_since(first) == 1
    assert first.report.facts.get(measure="bc-thu.di.ky").value == 100
    with pytest.raises(errors.ReasonMissing):
        publish(cast, keyed)
    second = publish(cast, keyed, reason="Đính chính của xã")
    assert (second.report.version, second.report.corrects) == (2, first.report)
    assert first.report.facts.get(measure="bc-thu.di.ky").value == 100
    assert second.report.facts.get(measure="bc-thu.di.ky").value == 90
    with pytest.raises(DatabaseError), transaction.atomic():
        Publication.objects.filter(pk=first.pk).update(digests=[])


def test_what_was_known_on_a_day_is_what_stood_published_then(cast: Cast, keyed: Submission) -> None:
    first = publish(cast, keyed)
    today = timezone.localdate()
    assert publishing.known_on(today) == [first]
    assert publishing.known_on(today - timedelta(days=1)) == []
    correct(cast, keyed, "90")
    second = publish(cast, keyed, reason="Đính chính của xã")
    assert publishing.known_on(today) == [second]


def test_totals_are_added_first_and_divided_last(cast: Cast, approved: Submission) -> None:
    duty = make_duty(approved.duty.form, cast.units.other_committee)
    elsewhere = cast.actor("leader_elsewhere")
    report = services.begin(actor=elsewhere, duty_id=duty.pk)
    type_in(elsewhere, report, {"di.ky": "300", "ky_so.ky": "20"})
    services.submit(actor=elsewhere, submission_id=report.pk)
    services.sign(actor=elsewhere, submission_id=report.pk)
    services.approve(actor=cast.actor("provincial_leader"), submission_id=report.pk)
    gathered = publishing.gather(approved.duty.regime, approved.duty.period)
    assert gathered.totals["ty_le.ky"].value == 25 and "phi.ky" not in gathered.totals


def test_who_may_not_publish_and_what_is_not_approved_is_not_published(cast: Cast, signed: Submission) -> None:
    regime, period = signed.duty.regime, signed.duty.period
    for name in ("leader", "resolving_officer", "administrator"):
        with pytest.raises(Denied):
            services.publish(actor=cast.actor(name), regime=regime, period=period)
    with pytest.raises(StepUpNeeded):
        services.publish(actor=cast.actor("provincial_leader", stepped_up=False), regime=regime, period=period)
    with pytest.raises(errors.NothingToPublish):
        publish(cast, signed)


def test_approved_figures_become_facts_and_a_correction_replaces_them_with_its_reason(cast: Cast) -> None:
    code = "test.van_ban_di"
    unit = UnitOfMeasure.objects.filter(dimension="count").first() or define_unit_of_measure(
        SYSTEM, code="van-ban", name="văn bản", dimension="count"
    )
    define_measure(SYSTEM, code=code, name="Văn bản đi", sentence="Số văn bản đi.", unit_of_measure=unit, kind="flow")
    content = json.loads(json.dumps(CONTENT))
    content["sections"][0]["cells"]["di.ky"] = {"kind": "typed", "measure": code}
    form = make_form(cast.units.committee, code="bc-so", content=content)
    duty = make_duty(form, cast.units.commune_committee)
    officer, leader, province = (cast.actor(one) for one in ("resolving_officer", "leader", "provincial_leader"))
    report = services.begin(actor=officer, duty_id=duty.pk)
    type_in(officer, report, GOOD)
    services.submit(actor=officer, submission_id=report.pk)
    services.sign(actor=leader, submission_id=report.pk)
    assert not Fact.objects.filter(measure=code).exists()
    services.approve(actor=province, submission_id=report.pk)
    assert Fact.objects.get(measure=code).value == Decimal(100)
    correct(cast, report, "140")
    assert Fact.objects.get(measure=code).value == Decimal(140)
    assert list(Entry.objects.filter(measure=code).order_by("pk").values_list("value", "reason")) == [
        (100, ""),
        (140, "Số nhầm"),
    ]


def test_the_pages_show_progress_publish_and_answer_for_a_day(cast: Cast, keyed: Submission) -> None:
    client = sign_in(Client(), cast.provincial_leader, stepped_up=True)
    page = client.get("/bao-cao/tinh-hinh/").content.decode()
    assert "Báo cáo thử" in page and re.search(r"50(,0)?\s%", page)
    assert "UBND Xã An Bình" in client.get("/bao-cao/tinh-hinh/?che-do=bc-thu&ky=2026-09&loc=da-gui").content.decode()
    answer = client.post("/bao-cao/tinh-hinh/cong-bo/", {"che-do": "bc-thu", "ky": "2026-09"}, follow=True)
    words = answer.content.decode()
    assert "SHA-256" in words and "bc-thu-2026-09-v1.pdf" in words
    one = Publication.objects.get()
    assert client.get(f"/bao-cao/da-cong-bo/{one.pk}/pdf/").status_code == 200
    assert "Báo cáo thử" in client.get("/bao-cao/da-cong-bo/").content.decode()
    before = (timezone.localdate() - timedelta(days=3)).isoformat()
    assert "chưa công bố số nào" in client.get(f"/bao-cao/da-cong-bo/?ngay={before}").content.decode()
