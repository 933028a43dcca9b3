"""A version is written, tried, compared, refused with its faults, and published; dossiers keep theirs."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tinhso.foundation.access.guard import Denied, StepUpNeeded
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.procedures.authoring import checks, content, differing, dryrun, forming, processing, services
from tinhso.systems.procedures.authoring.errors import (
    AlreadyInWriting,
    BadCode,
    ChangedMeanwhile,
    NotOpen,
    NotReady,
    WrongEdit,
)
from tinhso.systems.procedures.authoring.models import Proposal, ProposalState
from tinhso.systems.procedures.fees import tables
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.testing import MARRIAGE, Office

pytestmark = pytest.mark.long


@pytest.fixture
def proposal(office: Office) -> Proposal:
    return services.begin_version(actor=office.cast.actor("administrator"), version=office.version(MARRIAGE))


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def edit(office: Office, proposal: Proposal, valid_from: date | None = None, **changes: Any) -> Proposal:
    actor = office.cast.actor("administrator")
    return services.edit(actor=actor, proposal_id=proposal.pk, changes=changes, valid_from=valid_from)


def sentences(proposal: Proposal, section: str) -> str:
    proposal.refresh_from_db()
    return " ".join(fault.sentence for fault in checks.faults(proposal) if fault.section == section)


def publish(office: Office, proposal: Proposal) -> ProcedureVersion:
    return services.publish(actor=office.cast.actor("administrator", stepped_up=True), proposal_id=proposal.pk)


def test_a_copy_of_the_version_in_force_differs_in_nothing_and_only_lacks_its_day(
    office: Office, proposal: Proposal
) -> None:
    base = content.content_of(office.version(MARRIAGE))
    assert differing.differences(base, proposal.content) == []
    assert [fault.section for fault in checks.faults(proposal)] == ["facts"]


def test_a_published_version_begins_on_its_day_and_a_filed_dossier_keeps_the_old_one(
    office: Office, proposal: Proposal
) -> None:
    dossier = office.received(code=MARRIAGE)
    edit(office, proposal, tomorrow(), term_value=4)
    version = publish(office, proposal)
    old = ProcedureVersion.objects.get(code=MARRIAGE, version=1)
    assert (old.valid_to, version.valid_from, version.version) == (tomorrow(), tomorrow(), 2)
    assert ProcedureVersion.objects.as_of(timezone.localdate()).get(code=MARRIAGE) == old
    assert ProcedureVersion.objects.as_of(tomorrow()).get(code=MARRIAGE) == version
    dossier.refresh_from_db()
    assert dossier.version == old
    assert AuditRow.objects.filter(act="procedures.version.published", object_id=str(version.pk)).exists()


def test_an_unchanged_form_and_process_are_not_published_again(office: Office, proposal: Proposal) -> None:
    edit(office, proposal, tomorrow(), fee_note="Theo nghị quyết mới")
    version = publish(office, proposal)
    base = ProcedureVersion.objects.get(code=MARRIAGE, version=1)
    assert (version.form_id, version.process_id) == (base.form_id, base.process_id)


@pytest.mark.parametrize("who", ["citizen", "desk_officer", "leader", "auditor"])
def test_others_neither_begin_nor_publish(office: Office, proposal: Proposal, who: str) -> None:
    with pytest.raises(Denied):
        services.begin_version(actor=office.cast.actor(who), version=office.version(MARRIAGE))
    with pytest.raises(Denied):
        services.publish(actor=office.cast.actor(who, stepped_up=True), proposal_id=proposal.pk)
    with pytest.raises(Denied):
        dryrun.dry_run(actor=office.cast.actor(who), proposal_id=proposal.pk)


def test_publishing_asks_for_a_fresh_proof(office: Office, proposal: Proposal) -> None:
    edit(office, proposal, tomorrow())
    with pytest.raises(StepUpNeeded):
        services.publish(actor=office.cast.actor("administrator", stepped_up=False), proposal_id=proposal.pk)


def test_one_procedure_is_written_once_at_a_time(office: Office, proposal: Proposal) -> None:
    actor = office.cast.actor("administrator")
    with pytest.raises(AlreadyInWriting):
        services.begin_version(actor=actor, version=office.version(MARRIAGE))
    services.drop(actor=actor, proposal_id=proposal.pk, reason="Chờ thông tư mới")
    again = services.begin_version(actor=actor, version=office.version(MARRIAGE))
    assert Proposal.objects.get(pk=proposal.pk).state == ProposalState.DROPPED
    assert again.pk != proposal.pk


def test_the_second_of_two_authors_is_told(office: Office, proposal: Proposal) -> None:
    actor = office.cast.actor("administrator")
    services.edit(actor=actor, proposal_id=proposal.pk, changes={"fee_note": "một"}, seen=1)
    with pytest.raises(ChangedMeanwhile):
        services.edit(actor=actor, proposal_id=proposal.pk, changes={"fee_note": "hai"}, seen=1)
    assert Proposal.objects.get(pk=proposal.pk).fact("fee_note") == "một"


def test_a_published_proposal_changes_no_more(office: Office, proposal: Proposal) -> None:
    edit(office, proposal, tomorrow())
    publish(office, proposal)
    for act in (
        lambda: edit(office, proposal, fee_note="x"),
        lambda: publish(office, proposal),
        lambda: services.drop(actor=office.cast.actor("administrator"), proposal_id=proposal.pk, reason="x"),
    ):
        with pytest.raises(NotOpen):
            act()


@pytest.mark.parametrize("code", ["", "4873", "1.4873", "1.004873'; DROP TABLE", "１.004873", "1.004873.h 27"])
def test_a_code_has_the_national_shape(office: Office, code: str) -> None:
    with pytest.raises(BadCode):
        services.begin_procedure(actor=office.cast.actor("administrator"), code=code, name="Thủ tục mới")


def test_a_served_procedure_is_not_begun_anew(office: Office) -> None:
    with pytest.raises(WrongEdit):
        services.begin_procedure(actor=office.cast.actor("administrator"), code=MARRIAGE, name="Thủ tục mới")


def test_nothing_but_a_versions_own_parts_is_written(office: Office, proposal: Proposal) -> None:
    with pytest.raises(WrongEdit):
        edit(office, proposal, valid_to="2030-01-01")


def test_a_step_that_cannot_end_is_refused_with_its_name(office: Office, proposal: Proposal) -> None:
    process = proposal.content["process"]
    stuck = {
        "code": "stuck",
        "title": "Chờ mãi",
        "place": "office",
        "permission": "procedures.dossier.resolve",
        "hours": 1,
    }
    stuck["transitions"] = [{"code": "again", "title": "Lại", "to": "stuck", "back": True}]
    process["steps"].append(stuck)
    edit(
        office,
        proposal,
        tomorrow(),
        process=processing.change_way(process, "resolving", "wait", {"title": "Chờ", "to": "stuck"}),
    )
    assert "“Chờ mãi” không thể kết thúc" in sentences(proposal, "process")
    with pytest.raises(NotReady, match="không thể kết thúc"):
        publish(office, proposal)
    assert ProcedureVersion.objects.filter(code=MARRIAGE).count() == 1


def test_hours_beyond_the_legal_term_are_refused_for_the_procedure_and_for_a_case(
    office: Office, proposal: Proposal
) -> None:
    edit(office, proposal, tomorrow(), term_value=1)
    proposal = edit(
        office, proposal, process=processing.change_step(proposal.content["process"], "resolving", {"hours": 9})
    )
    assert "quá thời hạn" in sentences(proposal, "process")
    edit(office, proposal, term_value=5, cases=[{"code": "nhanh", "title": "Làm nhanh", "term_value": 1}])
    assert "Trường hợp “Làm nhanh”" in sentences(proposal, "process")


def test_a_commune_without_an_office_on_that_day_is_named(office: Office, proposal: Proposal) -> None:
    commune = office.cast.units.commune
    lonely = Unit.objects.get(area=commune, kind=UnitKind.SERVICE_CENTRE, valid_to=None)
    Unit.objects.filter(pk=lonely.pk).update(valid_to=tomorrow())
    edit(office, proposal, tomorrow() + timedelta(days=1))
    assert str(commune.name) in sentences(proposal, "process")


def test_a_question_without_a_label_and_an_unknown_source_are_named(office: Office, proposal: Proposal) -> None:
    form = forming.add_page(content.form_of(proposal.content), title="Trang thêm")
    form = forming.add_question(form, form[1]["pages"][-1]["key"], {"name": "moi", "label": "", "type": "text"})
    edit(office, proposal, tomorrow(), schema=form[0], ui=form[1])
    assert "“moi” chưa có nhãn" in sentences(proposal, "form")
    layout = {**proposal.content["result_layout"], "rows": [{"label": "Số", "field": "khong_co"}]}
    edit(office, proposal, result_layout=layout)
    assert "khong_co" in sentences(proposal, "result")


@pytest.mark.parametrize(
    ("changes", "section", "words"),
    [
        ({"service_kind": "partial", "partial_reason": ""}, "facts", "Nghị định 224/2026"),
        ({"service_kind": "partial", "partial_ground": ""}, "facts", "Nghị định 224/2026"),
        ({"service_kind": "partial", "partial_basis": " "}, "facts", "quy định chuyên ngành"),
        ({"channels": []}, "facts", "cách nộp"),
        ({"legal_basis": []}, "facts", "căn cứ pháp lý"),
        ({"papers": [{"name": "Đơn", "originals": 0, "copies": 0}]}, "papers", "bản chính hay bản sao"),
        ({"papers": [{"name": "Đơn", "originals": 1}, {"name": "Đơn", "originals": 1}]}, "papers", "hai lần"),
        ({"cases": [{"code": "a", "title": "A"}, {"code": "a", "title": "B"}]}, "cases", "cùng mã"),
        ({"result_symbol": ""}, "result", "ký hiệu"),
        ({"schema": {}, "ui": {}}, "form", "biểu mẫu điện tử"),
    ],
)
def test_what_is_lacking_is_said(
    office: Office, proposal: Proposal, changes: dict[str, Any], section: str, words: str
) -> None:
    edit(office, proposal, tomorrow(), **changes)
    assert words in sentences(proposal, section)


def test_a_day_already_past_is_refused(office: Office, proposal: Proposal) -> None:
    edit(office, proposal, timezone.localdate() - timedelta(days=1))
    assert "đã qua" in sentences(proposal, "facts")


def test_differences_name_what_was_added_removed_and_changed(office: Office, proposal: Proposal) -> None:
    base = content.content_of(office.version(MARRIAGE))
    form = forming.add_question(
        content.form_of(proposal.content),
        proposal.content["ui"]["pages"][0]["key"],
        {"name": "moi", "label": "Mới", "type": "text"},
    )
    process = processing.add_step(
        proposal.content["process"],
        "resolving",
        {
            "code": "tham_dinh",
            "title": "Thẩm định",
            "place": "office",
            "permission": "procedures.dossier.resolve",
            "hours": 1,
        },
    )
    new = edit(office, proposal, papers=[], term_value=9, schema=form[0], ui=form[1], process=process).content
    found = {(change.section, change.what, change.part): change.kind for change in differing.differences(base, new)}
    assert found[("facts", "term_value", "")] == "changed"
    assert found[("form", "question", "moi")] == "added"
    assert found[("process", "step", "tham_dinh")] == "added"
    assert "removed" in {kind for (section, _what, _part), kind in found.items() if section == "papers"}


def test_samples_go_all_the_way_and_nothing_of_them_stays(office: Office, proposal: Proposal) -> None:
    before = (Dossier.objects.count(), ProcedureVersion.objects.count(), AuditRow.objects.count())
    process = processing.add_step(
        proposal.content["process"],
        "resolving",
        {
            "code": "tham_dinh",
            "title": "Thẩm định",
            "place": "office",
            "permission": "procedures.dossier.resolve",
            "hours": 1,
        },
    )
    edit(office, proposal, tomorrow(), process=process, term_value=5)
    trials = dryrun.dry_run(
        actor=office.cast.actor("administrator"), proposal_id=proposal.pk, commune=office.cast.units.commune
    )
    assert [trial.problem for trial in trials] == [""] * dryrun.SAMPLES
    assert all(trial.is_whole and trial.due for trial in trials)
    assert "Thẩm định" in [step["title"] for step in trials[0].steps]
    assert (Dossier.objects.count(), ProcedureVersion.objects.count()) == before[:2]
    # The edit and the dry run themselves are on record, the samples are not.
    assert AuditRow.objects.count() == before[2] + 2
    proposal.refresh_from_db()
    assert proposal.trial["edit"] == proposal.lock_version


def test_a_sample_says_where_it_is_stopped(office: Office, proposal: Proposal) -> None:
    process = processing.remove_way(proposal.content["process"], "resolving", "draft")
    edit(office, proposal, tomorrow(), process=process)
    trials = dryrun.dry_run(
        actor=office.cast.actor("administrator"), proposal_id=proposal.pk, commune=office.cast.units.commune
    )
    assert trials[0].problem
    assert not trials[0].is_whole


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_at_once_one_is_told(office: Office) -> None:
    actor, version = office.cast.actor("administrator"), office.version(MARRIAGE)
    told: list[str] = []

    def begin() -> None:
        try:
            services.begin_version(actor=actor, version=version)
            told.append("begun")
        except AlreadyInWriting:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told) == ["begun", "refused"]


def test_fees_begin_with_the_version_and_the_old_ones_end_then(office: Office, proposal: Proposal) -> None:
    fee = {"name": "Lệ phí thử", "kind": "fee", "amount": 8000, "legal_basis": "Nghị quyết thử"}
    relief = {"group": "ngheo", "name": "Hộ nghèo", "percent": 100, "legal_basis": "Nghị quyết thử"}
    edit(office, proposal, tomorrow(), fees=[fee], exemptions=[relief])
    before = tables.rows_of(MARRIAGE, timezone.localdate())
    publish(office, proposal)
    assert tables.rows_of(MARRIAGE, timezone.localdate()) == before
    assert [one["amount"] for one in tables.rows_of(MARRIAGE, tomorrow())["fees"]] == [8000]
    again = services.begin_version(
        actor=office.cast.actor("administrator"), version=ProcedureVersion.objects.get(code=MARRIAGE, version=2)
    )
    assert again.content["fees"] == tables.rows_of(MARRIAGE, tomorrow())["fees"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"exemptions": [{"group": "a", "name": "A", "percent": 50, "legal_basis": "x"}] * 2}, "chồng lên nhau"),
        ({"exemptions": [{"group": "a", "name": "A", "percent": 50}]}, "chưa ghi căn cứ"),
        ({"fees": [{"name": "Phí", "amount": 1}, {"name": "Phí", "amount": 2}]}, "hai lần"),
        ({"fees": [{"name": "Phí", "case": "la", "amount": 1}]}, "không có"),
    ],
)
def test_a_fee_table_that_contradicts_itself_is_refused(
    office: Office, proposal: Proposal, changes: dict[str, Any], words: str
) -> None:
    edit(office, proposal, tomorrow(), **changes)
    assert words in sentences(proposal, "fees")
    with pytest.raises(NotReady):
        publish(office, proposal)
