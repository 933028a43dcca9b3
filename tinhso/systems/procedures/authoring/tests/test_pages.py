"""The whole way through the pages: begin, edit each part, try, publish; and who may not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures.authoring import services
from tinhso.systems.procedures.authoring.models import Proposal, ProposalState
from tinhso.systems.procedures.models import ProcedureVersion
from tinhso.systems.procedures.testing import MARRIAGE, Office


@pytest.fixture
def author(office: Office, client: Client) -> Client:
    sign_in(client, office.cast.administrator, stepped_up=True)
    return client


@pytest.fixture
def proposal(office: Office) -> Proposal:
    return services.begin_version(actor=office.cast.actor("administrator"), version=office.version(MARRIAGE))


def address(name: str, proposal: Proposal, *more: str) -> str:
    return reverse(f"authoring:{name}", args=[proposal.pk, *more])


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send back unchanged: inputs, text areas, chosen options."""
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            sent[name[1]] = value[1] if value else ""
    return sent


def test_every_page_of_a_proposal_opens(author: Client, proposal: Proposal) -> None:
    pages = ["proposal", "changes", "facts", "papers", "cases", "fees", "result", "form", "process"]
    for name in pages:
        answer = author.get(address(name, proposal))
        assert answer.status_code == 200, name
        assert proposal.code in answer.content.decode()
    assert author.get(reverse("authoring:home")).status_code == 200


def test_the_pages_of_a_proposal_ask_few_questions_of_the_database(
    author: Client, proposal: Proposal, django_assert_max_num_queries: object
) -> None:
    for name in ("proposal", "form", "process", "papers"):
        author.get(address(name, proposal))
        with django_assert_max_num_queries(25):  # type: ignore[operator]
            author.get(address(name, proposal))


def test_a_new_procedure_is_written_from_nothing(author: Client, office: Office) -> None:
    answer = author.post(reverse("authoring:home"), {"code": "1.999999", "name": "Cấp giấy thử"})
    made = Proposal.objects.get(code="1.999999")
    assert answer["Location"] == address("proposal", made)
    page = author.get(answer["Location"]).content.decode()
    assert "Chưa ghi ngày có hiệu lực" in page
    refused = author.post(reverse("authoring:home"), {"code": "1.999999", "name": "Lần nữa"})
    assert refused.status_code == 200 or refused.status_code == 422
    assert "Đang có một bản soạn" in refused.content.decode()


def test_a_page_and_a_question_are_added_seen_in_the_preview_and_taken_away(author: Client, proposal: Proposal) -> None:
    where = address("form", proposal)
    author.post(where, {"add_page": "1", "title": "Trang thêm", "intro": "", "seen": "1"})
    proposal.refresh_from_db()
    key = proposal.content["ui"]["pages"][-1]["key"]
    author.post(
        address("question_new", proposal, key),
        {"label": "Ông bà có mấy con?", "type": "integer", "required": "on", "seen": str(proposal.lock_version)},
    )
    proposal.refresh_from_db()
    assert "ong_ba_co_may_con" in proposal.content["schema"]["required"]
    page = author.get(where).content.decode()
    assert page.count("Ông bà có mấy con?") >= 2, "in the list and in the preview"
    changed = {"label": "Số con", "seen": str(proposal.lock_version)}
    author.post(address("question", proposal, "ong_ba_co_may_con"), changed)
    proposal.refresh_from_db()
    assert proposal.content["ui"]["fields"]["ong_ba_co_may_con"]["label"] == "Số con"
    assert "ong_ba_co_may_con" not in proposal.content["schema"]["required"]
    author.post(where, {"act": "remove:field:ong_ba_co_may_con", "seen": str(proposal.lock_version)})
    proposal.refresh_from_db()
    assert "ong_ba_co_may_con" not in proposal.content["schema"]["properties"]


def test_a_paper_is_added_and_a_cleared_row_is_taken_away(author: Client, proposal: Proposal) -> None:
    where = address("papers", proposal)
    sent = fields_of(author.get(where).content.decode())
    count = len(proposal.content["papers"])
    sent[f"papers-{count}-name"], sent[f"papers-{count}-originals"] = "Bản đồ khu đất", "1"
    assert author.post(where, sent).status_code == 302
    proposal.refresh_from_db()
    assert proposal.content["papers"][-1] == {"name": "Bản đồ khu đất", "originals": 1, "copies": 0}
    assert len(proposal.content["papers"]) == count + 1
    sent = fields_of(author.get(where).content.decode())
    sent |= {name: "" for name in sent if name.startswith(f"papers-{count}-")}
    author.post(where, sent)
    proposal.refresh_from_db()
    assert len(proposal.content["papers"]) == count


def test_a_step_and_a_way_are_added_and_taken_away(author: Client, proposal: Proposal) -> None:
    new = {"title": "Thẩm định", "place": "office", "permission": "procedures.dossier.resolve", "hours": "1,5"}
    author.post(address("step_new", proposal, "resolving"), {**new, "seen": "1"})
    proposal.refresh_from_db()
    made = next(step for step in proposal.content["process"]["steps"] if step["title"] == "Thẩm định")
    assert made["hours"] == 1.5
    way = {"code": "hoi_lai", "title": "Hỏi lại", "to": "resolving", "back": "on", "seen": str(proposal.lock_version)}
    author.post(address("way", proposal, made["code"]), way)
    proposal.refresh_from_db()
    assert "Hỏi lại" in author.get(address("step", proposal, made["code"])).content.decode()
    author.post(address("process", proposal), {"remove": made["code"], "seen": str(proposal.lock_version)})
    proposal.refresh_from_db()
    assert proposal.content["process"]["steps"] and not any(
        step["title"] == "Thẩm định" for step in proposal.content["process"]["steps"]
    )


def test_what_another_saved_meanwhile_is_not_written_over(author: Client, office: Office, proposal: Proposal) -> None:
    old_page = fields_of(author.get(address("facts", proposal)).content.decode())
    services.edit(actor=office.cast.actor("administrator"), proposal_id=proposal.pk, changes={"fee_note": "mới"})
    answer = author.post(address("facts", proposal), {**old_page, "fee_note": "cũ"}, follow=True)
    proposal.refresh_from_db()
    assert proposal.fact("fee_note") == "mới"
    assert answer.status_code == 200


def test_it_is_tried_and_published_from_the_page(author: Client, office: Office, proposal: Proposal) -> None:
    services.edit(
        actor=office.cast.actor("administrator"),
        proposal_id=proposal.pk,
        changes={},
        valid_from=timezone.localdate() + timedelta(days=3),
    )
    tried = author.post(address("trial", proposal), {"commune": str(office.cast.units.commune.pk)}, follow=True)
    assert "ra kết quả" in tried.content.decode()
    done = author.post(address("publish", proposal), follow=True)
    assert "Đã ban hành phiên bản 2" in done.content.decode()
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.PUBLISHED
    versions = list(ProcedureVersion.objects.filter(code=MARRIAGE).order_by("version").values_list("pk", flat=True))
    assert author.get(reverse("authoring:compare", args=versions)).status_code == 200


def test_publication_with_faults_says_each_and_changes_nothing(author: Client, proposal: Proposal) -> None:
    page = author.post(address("publish", proposal), follow=True).content.decode()
    assert "Chưa ghi ngày có hiệu lực" in page
    assert ProcedureVersion.objects.filter(code=MARRIAGE).count() == 1


def test_markup_in_names_is_text(author: Client, proposal: Proposal) -> None:
    hostile = "<script>alert(1)</script>{{ 7|add:7 }}"
    author.post(address("form", proposal), {"add_page": "1", "title": hostile, "seen": "1"})
    page = author.get(address("form", proposal)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
