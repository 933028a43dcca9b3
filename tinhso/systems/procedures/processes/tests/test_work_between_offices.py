"""Opinions and parallel steps of dossiers: who asks, who answers, who is told, what the screens show."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.engines.workflow import timers
from tinhso.engines.workflow.errors import NotAllowedNow, OpinionsAwaited
from tinhso.engines.workflow.models import Case, Opinion, OpinionState, Verdict
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.notices.models import Notice
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.errors import OutOfOrder
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.processes import playing, services
from tinhso.systems.procedures.processes.tests.objects import asked, parallel
from tinhso.systems.procedures.sample_scan import sample_scan
from tinhso.systems.procedures.testing import Office

pytestmark = pytest.mark.django_db


def told(account: Any) -> list[str]:
    return list(Notice.objects.filter(account=account).order_by("pk").values_list("text", flat=True))


def test_the_offices_asked_and_who_asked_are_told(office: Office) -> None:
    dossier, (first, _second) = asked(office)
    cast = office.cast
    assert "procedures.opinion_asked" in told(cast.resolving_officer_elsewhere)
    assert "procedures.opinion_asked" in told(cast.leader_elsewhere)
    services.answer_opinion(
        actor=cast.actor("resolving_officer_elsewhere"), opinion_id=first.pk, verdict=Verdict.AGREE, answer="Không."
    )
    assert "procedures.opinion_answered" in told(cast.resolving_officer)
    assert dossier.pk == services.dossier_of(first.pk)


def test_the_draft_waits_for_opinions_and_a_late_one_is_told_to_the_head_of_the_desk(office: Office) -> None:
    dossier, opinions = asked(office)
    cast = office.cast
    drafted = {"dossier_id": dossier.pk, "rows": [], "conclusion": "x"}
    with pytest.raises(OpinionsAwaited):
        core.draft_result(actor=cast.actor("resolving_officer"), **drafted)
    late = max(opinion.due_at for opinion in opinions) + timedelta(minutes=5)
    timers.ring(now=late)
    assert "procedures.opinion_late" in told(cast.leader)
    assert "procedures.opinion_late" in told(cast.resolving_officer)
    assert "procedures.opinion_late" in told(cast.resolving_officer_elsewhere)
    assert told(cast.leader).count("procedures.opinion_late") == 2
    timers.ring(now=late + timedelta(days=1))
    assert told(cast.leader).count("procedures.opinion_late") == 2
    core.draft_result(actor=cast.actor("resolving_officer"), at=late, **drafted)
    assert set(Opinion.objects.values_list("state", flat=True)) == {OpinionState.UNANSWERED}


def test_a_late_step_is_told_to_the_heads_once(office: Office) -> None:
    dossier = office.resolving()
    case = Case.objects.get(pk=dossier.case_id)
    assert case.escalate_at is not None
    timers.ring(now=case.escalate_at)
    timers.ring(now=case.escalate_at + timedelta(days=1))
    assert told(office.cast.leader).count("procedures.step_late") == 1
    assert told(office.cast.resolving_officer).count("procedures.step_soon") == 1


@pytest.mark.parametrize("state", ["filed", "received", "issued"])
def test_opinions_are_asked_only_while_settling(office: Office, state: str) -> None:
    dossier = getattr(office, state)()
    with pytest.raises(OutOfOrder):
        services.ask_opinions(
            actor=Actor.system(), dossier_id=dossier.pk, units=[office.cast.units.other_office], question="x"
        )


@pytest.mark.parametrize("days", [0, -1, 61, float("inf")])
def test_a_deadline_is_sensible(office: Office, days: float) -> None:
    dossier = office.resolving()
    with pytest.raises(services.WrongDays):
        services.ask_opinions(
            actor=Actor.system(),
            dossier_id=dossier.pk,
            units=[office.cast.units.other_office],
            question="x",
            days=days,
        )


def test_the_page_asks_and_keeps_what_was_typed_on_a_refusal(office: Office, client: Client) -> None:
    dossier, cast = office.resolving(), office.cast
    sign_in(client, cast.resolving_officer)
    page = client.get(reverse("processes:work", args=[dossier.pk]))
    assert page.status_code == 200 and "Đang ở bước này" in page.content.decode()
    typed = {"noi_dung": "Có <b>tranh chấp</b> không?", "so_ngay": "0,5", "seen": dossier.lock_version}
    refused = client.post(reverse("processes:ask", args=[dossier.pk]), typed)
    assert refused.status_code == 409 and "Có &lt;b&gt;tranh chấp" in refused.content.decode()
    done = client.post(
        reverse("processes:ask", args=[dossier.pk]), {**typed, "don_vi": [cast.units.other_office.pk, ""]}
    )
    assert done.status_code == 302
    opinion = Opinion.objects.get()
    assert opinion.unit == cast.units.other_office and opinion.is_late_at(timezone.now() + timedelta(days=9))
    assert client.post(reverse("processes:ask", args=[dossier.pk]), typed).status_code == 409


@pytest.mark.parametrize("days", ["", "abc", "nan", "1e9", "9" * 50, "-3", "٣"])
def test_nonsense_for_a_deadline_is_refused(office: Office, client: Client, days: str) -> None:
    dossier = office.resolving()
    sign_in(client, office.cast.resolving_officer)
    answer = client.post(
        reverse("processes:ask", args=[dossier.pk]),
        {"noi_dung": "x", "so_ngay": days, "don_vi": office.cast.units.other_office.pk, "seen": dossier.lock_version},
    )
    assert answer.status_code in (302, 409)
    assert Opinion.objects.count() == (1 if answer.status_code == 302 else 0)


def test_the_office_asked_reads_and_answers_without_seeing_the_dossier(office: Office, client: Client) -> None:
    dossier, (first, _second) = asked(office)
    sign_in(client, office.cast.resolving_officer_elsewhere)
    listed = client.get(reverse("processes:opinions")).content.decode()
    assert first.question in listed and dossier.code in listed
    page = client.get(reverse("processes:opinion", args=[first.pk])).content.decode()
    assert dossier.applicant.full_name not in page and "Gửi trả lời" in page
    assert client.get(reverse("desk:dossier", args=[dossier.pk])).status_code == 404
    assert client.get(reverse("processes:work", args=[dossier.pk])).status_code == 404
    wrong = client.post(reverse("processes:opinion", args=[first.pk]), {"y_kien": "disagree", "seen": first.version})
    assert wrong.status_code == 409
    paper = SimpleUploadedFile("tra-loi.png", sample_scan().read(), content_type="image/png")
    right = {"y_kien": "disagree", "noi_dung": "Đang tranh chấp.", "seen": first.version, "tep": paper}
    assert client.post(reverse("processes:opinion", args=[first.pk]), right).status_code == 302
    first.refresh_from_db()
    assert first.verdict == Verdict.DISAGREE and first.answer_file is not None
    assert client.get(reverse("processes:answer_file", args=[first.pk])).status_code == 200


def test_a_question_is_withdrawn_on_its_page_by_the_office_that_asked(office: Office, client: Client) -> None:
    _dossier, (first, _second) = asked(office)
    sign_in(client, office.cast.resolving_officer_elsewhere)
    assert client.post(reverse("processes:withdraw", args=[first.pk]), {"ly_do": "x"}).status_code in (403, 404)
    sign_in(client, office.cast.resolving_officer)
    assert client.post(reverse("processes:withdraw", args=[first.pk]), {"ly_do": ""}).status_code == 409
    assert client.post(reverse("processes:withdraw", args=[first.pk]), {"ly_do": "Đã rõ"}).status_code == 302
    with pytest.raises(NotAllowedNow):
        services.withdraw_opinion(actor=Actor.system(), opinion_id=first.pk, reason="lần nữa")


def test_an_office_elsewhere_does_its_branch_on_the_page_and_sees_the_dossier_meanwhile(
    office: Office, client: Client
) -> None:
    dossier, cast = parallel(office), office.cast
    assert dossier.case is not None
    theirs = dossier.case.tokens.get(step="theirs")
    sign_in(client, cast.resolving_officer_elsewhere)
    assert "Xác minh" in client.get(reverse("processes:opinions")).content.decode()
    assert client.get(reverse("desk:dossier", args=[dossier.pk])).status_code == 200
    page = client.get(reverse("processes:work", args=[dossier.pk])).content.decode()
    assert page.count("Đang ở bước này") == 2
    address = reverse("processes:branch", args=[dossier.pk, theirs.pk])
    ours = dossier.case.tokens.get(step="ours")
    foreign = reverse("processes:branch", args=[dossier.pk, ours.pk])
    assert client.post(foreign, {"buoc": "ok", "seen": ours.version}).status_code == 403
    assert client.post(address, {"buoc": "nonsense", "seen": theirs.version}).status_code == 409
    assert client.post(address, {"buoc": "ok", "seen": theirs.version, "ghi_chu": "Khớp"}).status_code == 302
    assert client.get(reverse("desk:dossier", args=[dossier.pk])).status_code == 404
    with pytest.raises(access.Denied):
        services.move_branch(actor=cast.actor("desk_officer"), dossier_id=dossier.pk, token_id=ours.pk, transition="ok")
    services.move_branch(
        actor=cast.actor("resolving_officer"), dossier_id=dossier.pk, token_id=ours.pk, transition="ok"
    )
    case = Case.objects.get(pk=dossier.case_id)
    assert case.step == "resolving"
    core.draft_result(actor=cast.actor("resolving_officer"), dossier_id=dossier.pk, rows=[], conclusion="Đủ")


def test_the_pages_take_a_bounded_number_of_queries(
    office: Office, client: Client, django_assert_max_num_queries: Any
) -> None:
    dossier, _opinions = asked(office)
    sign_in(client, office.cast.resolving_officer)
    client.get(reverse("processes:work", args=[dossier.pk]))
    with django_assert_max_num_queries(25):
        client.get(reverse("processes:work", args=[dossier.pk]))
    with django_assert_max_num_queries(14):
        client.get(reverse("processes:opinions"))


def test_the_demo_asks_through_the_acts(office: Office) -> None:
    from tinhso.foundation.jobs.registry import Progress

    class Silent(Progress):
        def start(self, *args: Any) -> None: ...
        def advance(self, *args: Any) -> None: ...

    dossier = office.resolving()
    core.take_dossier(actor=office.cast.actor("resolving_officer"), dossier_id=dossier.pk)
    Dossier.objects.filter(pk=dossier.pk).update(is_simulated=True)
    playing.play(Actor.system(is_simulated=True), Silent(), 1)
    assert Opinion.objects.filter(case=dossier.case_id).exists()
