"""A published version is everybody's once somebody opens it, and never while it may point at a person."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tinhso.engines.signing.services import issue_demo_certificate
from tinhso.foundation.access.guard import Denied, StepUpNeeded
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.reporting import errors, events, services
from tinhso.systems.reporting.models import Publication, Release, Submission
from tinhso.systems.reporting.rules.content import read
from tinhso.systems.reporting.rules.disclosing import Risk, tellings
from tinhso.systems.reporting.testing import CONTENT, SYSTEM, make_duty, make_form, type_in

pytestmark = pytest.mark.django_db
LIST, PAGE = "/bao-cao-cong-khai/", "/bao-cao-cong-khai/bc-thu/2026-09/"
BASIS = "Điều 17 Luật Tiếp cận thông tin"


def frozen(cast: Cast, given: dict[str, str]) -> Publication:
    duty = make_duty(make_form(cast.units.committee), cast.units.commune_committee)
    officer, province = cast.actor("resolving_officer"), cast.actor("provincial_leader")
    report = services.begin(actor=officer, duty_id=duty.pk)
    type_in(officer, report, given)
    services.submit(actor=officer, submission_id=report.pk)
    services.sign(actor=cast.actor("leader"), submission_id=report.pk)
    services.approve(actor=province, submission_id=report.pk)
    issue_demo_certificate(SYSTEM, account=cast.provincial_leader)
    return services.publish(actor=province, regime=duty.regime, period=duty.period, level="B-B")


def open_it(cast: Cast, one: Publication, **more: Any) -> Release:
    given = {"actor": cast.actor("provincial_leader"), "basis": BASIS} | more
    return services.make_public(publication_id=one.pk, **given)


@pytest.fixture
def published(cast: Cast) -> Publication:
    return frozen(cast, {"di.ky": "100", "ky_so.ky": "80"})


def test_what_is_not_public_answers_like_what_does_not_exist(published: Publication) -> None:
    stranger = Client()
    here, nowhere = stranger.get(PAGE), stranger.get("/bao-cao-cong-khai/khong-co/2026-09/")
    assert here.status_code == nowhere.status_code == 404
    for address in (
        f"{PAGE}lan-1/",
        f"{PAGE}lan-1/pdf/",
        "/bao-cao-cong-khai/bc-thu/x/",
        f"/bao-cao/da-cong-bo/{published.pk}/",
    ):
        assert stranger.get(address).status_code in (302, 404)
        assert "Báo cáo thử" not in stranger.get(address).content.decode()
    assert "Chưa có báo cáo nào được công khai" in stranger.get(LIST).content.decode()


def test_anybody_opens_what_was_made_public_and_downloads_the_very_frozen_bytes(
    cast: Cast, published: Publication
) -> None:
    release = open_it(cast, published)
    stranger = Client()
    assert "Báo cáo thử" in stranger.get(LIST).content.decode()
    page = stranger.get(PAGE).content.decode()
    assert BASIS in page and published.pdf.sha256 in page and "sha256sum" in page and f"{PAGE}lan-1/" in page
    for kind in ("pdf", "xlsx", "json"):
        answer = stranger.get(f"{PAGE}lan-1/{kind}/")
        assert b"".join(answer.streaming_content) == getattr(published, kind).read()  # type: ignore[attr-defined]
    assert stranger.get(f"{PAGE}lan-1/json/")["Content-Type"] == "application/json"
    for wrong in ("lan-2/", "lan-0/", "lan-1/exe/", "lan-99999999999999/", "lan-2/pdf/"):
        assert stranger.get(PAGE + wrong).status_code == 404
    told = AuditRow.objects.get(act="reporting.figures.made_public")
    assert told.details["basis"] == BASIS
    event = DomainEvent.objects.get(name=events.MADE_PUBLIC)
    assert event.payload["release"] == release.pk


def test_the_list_is_narrowed_and_hostile_words_break_nothing(cast: Cast, published: Publication) -> None:
    open_it(cast, published)
    stranger, commune = Client(), cast.units.commune_committee.pk
    for asked, is_found in (
        (f"?che-do=bc-thu&ky=2026-09&don-vi={commune}", True),
        (f"?don-vi={cast.units.other_committee.pk}", False),
        ("?ky=2026-10", False),
        ("?che-do=bc%00thu&ky=%27&don-vi=99999999999999999999&trang=-5", False),
        ("?che-do=%3Cscript%3Ealert(1)%3C/script%3E", False),
    ):
        answer = stranger.get(LIST + asked)
        words = answer.content.decode()
        assert answer.status_code == 200 and (f'href="{PAGE}"' in words) is is_found and "<script>alert" not in words


def test_it_is_opened_once_by_whoever_publishes_on_a_basis(cast: Cast, published: Publication) -> None:
    for name in ("leader", "resolving_officer", "administrator", "auditor"):
        with pytest.raises(Denied):
            open_it(cast, published, actor=cast.actor(name))
    with pytest.raises(StepUpNeeded):
        open_it(cast, published, actor=cast.actor("provincial_leader", stepped_up=False))
    with pytest.raises(errors.ReasonMissing):
        open_it(cast, published, basis=" \n")
    assert not Release.objects.exists() and not DomainEvent.objects.filter(name=events.MADE_PUBLIC).exists()
    open_it(cast, published)
    with pytest.raises(errors.AlreadyPublic):
        open_it(cast, published)


def test_taken_back_it_says_since_when_and_why_and_no_more(cast: Cast, published: Publication) -> None:
    province = cast.actor("provincial_leader")
    with pytest.raises(errors.NotPublic):
        services.withdraw(actor=province, publication_id=published.pk, reason="x")
    release = open_it(cast, published)
    with pytest.raises(errors.ReasonMissing):
        services.withdraw(actor=province, publication_id=published.pk, reason="")
    with pytest.raises(Denied):
        services.withdraw(actor=cast.actor("leader"), publication_id=published.pk, reason="x")
    services.withdraw(actor=province, publication_id=published.pk, reason="Nhầm kỳ số liệu")
    stranger = Client()
    for address in (PAGE, f"{PAGE}lan-1/", f"{PAGE}lan-1/pdf/"):
        answer = stranger.get(address)
        words = answer.content.decode()
        assert answer.status_code == 410 and "Nhầm kỳ số liệu" in words and published.pdf.sha256 not in words
    assert "thôi công khai" in stranger.get(LIST).content.decode()
    for change in ({"withdrawn_reason": "khác"}, {"withdrawn_at": None, "withdrawn_by": None, "withdrawn_reason": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Release.objects.filter(pk=release.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.filter(pk=release.pk).delete()
    again = open_it(cast, published)
    assert again.pk != release.pk and stranger.get(PAGE).status_code == 200


def test_a_newer_version_is_shown_first_and_the_older_says_so(cast: Cast, published: Publication) -> None:
    province, officer = cast.actor("provincial_leader"), cast.actor("resolving_officer")
    open_it(cast, published)
    (old,) = Submission.objects.all()
    new = services.demand_correction(actor=province, submission_id=old.pk, reason="Số nhầm")
    type_in(officer, new, {"di.ky": "90"}, seen=1)
    services.submit(actor=officer, submission_id=new.pk)
    services.sign(actor=cast.actor("leader"), submission_id=new.pk)
    services.approve(actor=province, submission_id=new.pk)
    second = services.publish(
        actor=province, regime=published.regime, period=old.duty.period, level="B-B", reason="Đính chính"
    )
    stranger = Client()
    assert stranger.get(f"{PAGE}lan-2/").status_code == 404 and "lan-2" not in stranger.get(PAGE).content.decode()
    open_it(cast, second)
    assert "Đính chính" in stranger.get(PAGE).content.decode()
    assert f'href="{PAGE}lan-2/"' in stranger.get(f"{PAGE}lan-1/").content.decode()
    assert stranger.get(LIST).content.decode().count(f'href="{PAGE}"') == 1
    services.withdraw(actor=province, publication_id=second.pk, reason="Ký nhầm")
    assert stranger.get(PAGE).status_code == 200 and stranger.get(f"{PAGE}lan-2/").status_code == 410


def test_cells_that_may_point_at_persons_are_named_and_somebody_answers_for_each(cast: Cast) -> None:
    one = frozen(cast, {"di.ky": "100", "ky_so.ky": "3", "kien_nghi.ky": "Ông A chưa được hướng dẫn"})
    with pytest.raises(errors.WouldDisclose) as refused:
        open_it(cast, one, vouched=["di.ky"])
    assert any("Văn bản đi ký số" in cell and "An Bình" in cell for cell in refused.value.cells)
    assert any("Kiến nghị" in cell for cell in refused.value.cells)
    assert any("Tổng hợp" in cell for cell in refused.value.cells) and not Release.objects.exists()
    client = sign_in(Client(), cast.provincial_leader, stepped_up=True)
    address = f"/bao-cao/da-cong-bo/{one.pk}/"
    words = client.get(address).content.decode()
    assert 'value="ky_so.ky"' in words and 'value="kien_nghi.ky"' in words and 'value="di.ky"' not in words
    told = client.post(f"{address}cong-khai/", {"can-cu": BASIS}, follow=True).content.decode()
    assert "Chưa công khai được" in told and not Release.objects.exists()
    cells = ["ky_so.ky", "ty_le.ky", "kien_nghi.ky"]
    client.post(f"{address}cong-khai/", {"can-cu": BASIS, "xac-nhan": cells})
    assert sorted(row["code"] for row in Release.objects.get().vouched) == sorted(cells)
    assert client.post(f"{address}thoi-cong-khai/", {"ly-do": "Nhầm"}).status_code == 302
    assert Release.objects.get().withdrawn_reason == "Nhầm"


def test_numbers_of_persons_in_words_are_never_vouched_for(cast: Cast) -> None:
    one = frozen(cast, {"di.ky": "100", "ky_so.ky": "80", "kien_nghi.ky": "Gọi bà B, 0912 345 678"})
    with pytest.raises(errors.WouldDisclose):
        open_it(cast, one, vouched=["kien_nghi.ky"])
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("part", "whole", "risks"),
    [
        (80, 100, {}),
        (0, 100, {}),
        (100, 100, {}),
        (98, 100, {"ty_le.ky": Risk.SHARE}),
        (2, 100, {"ky_so.ky": Risk.SMALL, "ty_le.ky": Risk.SHARE}),
        (4, 4, {"di.ky": Risk.SMALL, "ky_so.ky": Risk.SMALL, "ty_le.ky": Risk.SHARE}),
        (None, 100, {}),
    ],
)
def test_which_counts_and_shares_may_point_at_somebody(part: int | None, whole: int, risks: dict[str, Risk]) -> None:
    from decimal import Decimal

    share = None if part is None else Decimal(100 * part) / whole
    values = {"di.ky": Decimal(whole), "ky_so.ky": None if part is None else Decimal(part), "ty_le.ky": share}
    money = values | {"phi.ky": Decimal("1.5")}
    assert {one.code: one.risk for one in tellings(read(CONTENT), "Xã", money, {})} == risks
