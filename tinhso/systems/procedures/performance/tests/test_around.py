"""The index's sources from around dossiers, each against figures counted by hand on a handful of rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.afterwards import services as around_services
from tinhso.systems.procedures.afterwards.models import Feedback, ItemKind, Rating, WalletUse
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.fees import selectors as fee_selectors
from tinhso.systems.procedures.fees import services as fees
from tinhso.systems.procedures.fees.testing import Counter, make_rule
from tinhso.systems.procedures.models import Dossier, DossierPaper
from tinhso.systems.procedures.performance import components, index, scoring, services
from tinhso.systems.procedures.performance.components import COMPONENTS
from tinhso.systems.procedures.performance.rules.spans import Span
from tinhso.systems.procedures.performance.tallies import Asked
from tinhso.systems.procedures.testing import BIRTH, IN_PERSON, Office

pytestmark = pytest.mark.django_db
ZONE = timezone.get_default_timezone()
SEPTEMBER = Asked(Span.parse("2026-09"), datetime(2026, 10, 20, 9, tzinfo=ZONE))


def at(day: int, month: int = 9, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE)


def figure(code: str, asked: Asked = SEPTEMBER) -> tuple[int, int, Decimal | None]:
    found = index.result(code, asked)
    return found.numerator, found.denominator, found.share


@pytest.fixture
def ten(office: Office) -> list[Dossier]:
    """Ten dossiers received on 1 September, promised for the 10th; the first three ended late, the rest in time."""
    template = office.resolving(at=at(1))
    rows = []
    for number in range(10):
        row = Dossier.objects.get(pk=template.pk)
        row.pk, row.case, row.draft, row.code = None, None, None, f"Z99.1-260901-{number:04d}"
        row.promised_at = row.due_at = at(10)
        row.state, row.finished_at = "issued", at(12) if number < 3 else at(8)
        rows.append(row)
    Dossier.objects.bulk_create(rows)
    Dossier.objects.filter(pk=template.pk).update(received_at=at(1, 7), due_at=at(5, 7), finished_at=at(2, 7))
    return list(Dossier.objects.filter(code__startswith="Z99.1").order_by("code"))


def matter(unit: Any, sent: datetime, **more: Any) -> Feedback:
    return around_services.send_feedback(
        actor=Actor.system("kiểm thử"), kind=more.pop("kind", "staff"), unit=unit, body="Chờ lâu",
        sender_name="Trần Thị Lý", address="Thôn 1", phone="0912345678", at=sent, **more,
    )  # fmt: skip


def test_everything_is_not_applicable_when_there_is_nothing(office: Office) -> None:
    empty = Asked(Span.parse("2025-09"), at(20))
    for code in (
        components.DOSSIERS_PAID_ONLINE,
        components.REUSED_DIGITIZED_DATA,
        components.FEEDBACK_CLASSES,
        components.FEEDBACK_ON_TIME,
        components.FEEDBACK_SATISFACTION,
        components.SERVICE_SATISFACTION,
        components.DOSSIER_SYNC,
        components.PUBLIC_UPDATE_ON_TIME,
    ):
        assert index.result(code, empty).is_not_applicable, code


def test_satisfaction_takes_off_the_late_and_the_complained_of_as_the_formula_says(ten: list[Dossier]) -> None:
    """10 received, 3 late; complaints on one late and one in time, one in time disliked, one complaint refused:
    100 − 30 − 30 = 40 %, and 5 rows are in neither share (one row is in both)."""
    desk = ten[0].desk
    for dossier in (ten[0], ten[5]):
        matter(desk, at(15), dossier_code=dossier.code)
    Rating.objects.create(dossier=ten[6], score=1, rated_at=at(16))
    Rating.objects.create(dossier=ten[7], score=2, rated_at=at(16))
    refused = matter(desk, at(15), dossier_code=ten[8].code)
    Feedback.objects.filter(pk=refused.pk).update(state="refused")
    matter(desk, at(15), dossier_code=ten[9].code, kind="rules")
    assert figure(components.SERVICE_SATISFACTION) == (5, 10, Decimal("40.00"))
    [place] = scoring.by_unit(components.SERVICE_SATISFACTION, SEPTEMBER, [ten[0].received_unit])
    assert (place.numerator, place.denominator, place.share) == (5, 10, Decimal("40.00"))
    row = services_row(components.SERVICE_SATISFACTION)
    assert row.score == Decimal("2.67")  # 6 × 40 ÷ 90


def services_row(code: str) -> scoring.Row:
    services.load_points(Actor.system("kiểm thử"))
    table = scoring.table_of(date(2026, 9, 30))
    assert table is not None
    return scoring.row_of(table.rows.get(code=code), index.result(code, SEPTEMBER))


def test_feedback_on_time_by_class_and_content(office: Office) -> None:
    """Seven of September, seen on 1 October: answered in time; answered late; unanswered past 15 working days;
    unanswered within; refused; answered but not published in time; disliked and raised again."""
    unit, other = office.cast.units.commune_centre, office.cast.units.other_centre
    clerk = Actor.system("kiểm thử")

    def answer(one: Feedback, day: datetime, publish: datetime | None = None) -> None:
        around_services.handle_feedback(actor=clerk, feedback_id=one.pk, act="answer", words="Xin lỗi", at=day)
        if publish:
            around_services.handle_feedback(actor=clerk, feedback_id=one.pk, act="publish", words="Tóm tắt", at=publish)

    answer(matter(unit, at(1)), at(4), at(7))
    answer(matter(unit, at(1)), at(28), at(29))
    matter(unit, at(3))
    matter(unit, at(28), kind="rules")
    around_services.handle_feedback(
        actor=clerk, feedback_id=matter(other, at(8)).pk, act="refuse", words="Trùng", at=at(9)
    )
    answer(matter(unit, at(8)), at(9))
    disliked = matter(unit, at(14), kind="rules")
    answer(disliked, at(15), at(16))
    around_services.judge_feedback(actor=clerk, code=disliked.code, verdict="disliked", at=at(17))
    matter(unit, at(18), again=disliked)
    matter(unit, at(1, 8))
    asked = Asked(Span.parse("2026-09"), at(1, 10))
    assert figure(components.FEEDBACK_CLASSES, asked) == (2, 8, Decimal("25.00"))
    # In time: the first, the one within, the refused, the disliked, the one raised again.
    assert figure(components.FEEDBACK_ON_TIME, asked) == (5, 8, Decimal("62.50"))
    # First raised: seven; content: the first, the one within, the refused.
    assert figure(components.FEEDBACK_SATISFACTION, asked) == (3, 7, Decimal("42.86"))
    places = scoring.by_unit(components.FEEDBACK_ON_TIME, asked, [unit, other])
    assert [(one.numerator, one.denominator) for one in places] == [(4, 7), (1, 1)]


def test_the_records_of_feedback_show_no_code_that_would_open_it(office: Office, client: Client) -> None:
    services.load_points(Actor.system("kiểm thử"))
    one = matter(office.cast.units.commune_centre, timezone.now())
    sign_in(client, office.cast.leader)
    month = f"{timezone.localdate():%Y-%m}"
    slug = COMPONENTS[components.FEEDBACK_ON_TIME].slug
    page = client.get(f"/dieu-hanh/chi-so-766/{slug}/ho-so/", {"ky": month})
    assert page.status_code == 200 and page.context["shown"].paginator.count == 1
    body = page.content.decode()
    assert one.code not in body and "Trần Thị Lý" not in body and str(office.cast.units.commune_centre.name) in body
    sign_in(client, office.cast.leader_elsewhere)
    assert client.get(f"/dieu-hanh/chi-so-766/{slug}/ho-so/", {"ky": month}).context["shown"].paginator.count == 0


def test_fees_are_counted_by_procedure_and_by_dossier(counter: Counter) -> None:
    """Three procedures with a fee in force here, one of unknown amount: 2 of 3 may be paid online; one was.
    Of two dossiers with something to pay one was paid online, one at the desk; an exempt one is not counted."""
    make_rule(8_000, procedure_code=BIRTH, name="Lệ phí bản sao")
    make_rule(None, procedure_code="2.000635", name="Lệ phí chưa rõ")
    make_rule(0, procedure_code=IN_PERSON, name="Không thu")
    make_rule(5_000, procedure_code="9.999999", name="Không phục vụ ở đây")
    asked = Asked(Span.of(timezone.localdate()), timezone.now() + timedelta(minutes=5))
    desk = counter.office.cast.actor("desk_officer")
    paid, owing, free = counter.filed(), counter.office.filed(who="other_citizen"), counter.filed()
    for dossier in (paid, owing):
        fees.fix_fee(actor=desk, dossier_id=dossier.pk)
    fees.claim_exemption(actor=desk, dossier_id=free.pk, exemption_id=counter.exemption.pk)
    fees.answer_claim(actor=desk, dossier_id=free.pk, accepted=True)
    for dossier in (paid, owing, free):
        core.receive_dossier(actor=desk, dossier_id=dossier.pk)
    decision = fee_selectors.decision_of(paid)
    assert decision is not None
    counter.pay(decision.bill)
    fees.take_at_desk(actor=desk, dossier_id=owing.pk, way="cash")
    assert figure(components.FEE_PROCEDURES_ONLINE, asked) == (2, 3, Decimal("66.67"))
    assert figure(components.FEE_PROCEDURES_PAID, asked) == (1, 3, Decimal("33.33"))
    assert figure(components.DOSSIERS_PAID_ONLINE, asked) == (1, 2, Decimal("50.00"))


def test_a_paper_used_again_counts_its_dossier_once_and_not_when_taken_off(ten: list[Dossier], office: Office) -> None:
    citizen = office.cast.citizen
    draft = office.draft(code=BIRTH)
    paper = DossierPaper.objects.filter(draft=draft).select_related("file")[0]
    item = around_services.keep_paper(
        actor=Actor.system("x"), dossier=ten[0], kind=ItemKind.PAPER, label="Giấy chứng sinh", file=paper.file
    )
    for dossier, removed in ((ten[1], None), (ten[1], None), (ten[2], at(2))):
        used = DossierPaper.objects.create(dossier=dossier, field="x", label="x", file=paper.file, removed_at=removed)
        WalletUse.objects.create(item=item, paper=used, draft=draft, used_by=citizen, consented_at=at(1))
    assert figure(components.REUSED_DIGITIZED_DATA) == (1, 10, Decimal("10.00"))


def test_digitised_asks_for_a_result_only_where_one_is_due(ten: list[Dossier], office: Office) -> None:
    draft = office.draft(code=BIRTH)
    file = DossierPaper.objects.filter(draft=draft).select_related("file")[0].file
    for dossier in ten[:4]:
        DossierPaper.objects.create(dossier=dossier, field="x", label="x", file=file)
    assert figure(components.DIGITISED) == (0, 10, Decimal("0.00"))
    ten[0].version.__class__.objects.filter(pk=ten[0].version_id).update(result_name="")
    assert figure(components.DIGITISED) == (4, 10, Decimal("40.00"))


def test_synchronised_out_of_received_or_of_a_part_of_last_year(ten: list[Dossier]) -> None:
    Dossier.objects.filter(pk__in=[one.pk for one in ten[:7]]).update(sync_state="sent")
    assert figure(components.DOSSIER_SYNC) == (7, 10, Decimal("70.00"))
    online = Dossier.objects.filter(pk__in=[one.pk for one in ten[:4]])
    Dossier.objects.filter(code__startswith="Z99.1").update(channel="desk")
    online.update(channel="online", state="resolving", finished_at=None)
    # 3.3: 4 of 10 online, times 70 %.
    assert figure(components.ONLINE_DOSSIERS) == (4, 10, Decimal("28.00"))
    quiet = Asked(Span.parse("2027-02"), datetime(2027, 3, 1, tzinfo=ZONE))
    assert figure(components.DOSSIER_SYNC, quiet) == (0, 0, Decimal("0.00"))


def entry(code: str, number: int, decided: date, recorded: datetime, **more: Any) -> None:
    facts: dict[str, Any] = {
        "valid_from": date(2026, 9, number),
        "valid_to": date(2026, 9, number),
        "origin": "file",
        "digest": f"{code}{number}",
        "name": "Thủ tục",
        "level": "commune",
        "online_level": "full",
        "decision": "01/QĐ",
        "decision_on": decided,
    }
    made = CatalogueEntry.objects.create(code=code, number=number, **{**facts, **more})
    CatalogueEntry.objects.filter(pk=made.pk).update(recorded_at=recorded)


def test_made_public_within_five_working_days_of_the_decision(office: Office) -> None:
    """Decided on Monday 7 September, due Monday 14: one shown on the 14th, one on the 15th; a later row of the same
    decision, the list that ships with the product and a decision due in October are not counted."""
    entry("1.1", 1, date(2026, 9, 7), at(14, hour=22))
    entry("1.2", 1, date(2026, 9, 7), at(15, hour=1))
    entry("1.2", 2, date(2026, 9, 7), at(8))
    entry("1.3", 1, date(2026, 9, 7), at(8), origin="seed")
    entry("1.4", 1, date(2026, 9, 29), at(29))
    assert figure(components.PUBLIC_UPDATE_ON_TIME) == (1, 2, Decimal("50.00"))


def test_which_components_still_have_no_source() -> None:
    """Named, so that a new source or a lost one is noticed. 2.2 is worked out for one procedure at a time."""
    assert set(COMPONENTS) - set(index.SOURCES) == {
        components.PUBLISH_ON_TIME,
        components.MEAN_TIME,
        components.PERSONAL_STORE,
        components.CERTIFIED_COPY,
    }
