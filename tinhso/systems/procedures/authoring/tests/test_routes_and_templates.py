"""A version of a ministry's system, a form from a workbook, a result template looked at, a dry run gone stale."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from tinhso.foundation.orgs.models import UnitKind
from tinhso.foundation.testing.cast import Units, make_unit
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.authoring import checks, dryrun, services
from tinhso.systems.procedures.authoring.errors import NotReady, WrongEdit
from tinhso.systems.procedures.authoring.models import Proposal
from tinhso.systems.procedures.errors import HandledElsewhere
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.testing import MARRIAGE, Office

MINISTRY = {
    "route": "ministry",
    "system_name": "Hệ thống thử của Bộ",
    "system_url": "https://example.gov.vn/nop",
    "route_basis": "Quyết định thử 1/QĐ-B",
}


@pytest.fixture
def proposal(office: Office) -> Proposal:
    return services.begin_version(actor=office.cast.actor("administrator"), version=office.version(MARRIAGE))


def edit(office: Office, proposal: Proposal, **changes: Any) -> Proposal:
    day = timezone.localdate()
    ProcedureVersion.objects.filter(code=MARRIAGE).update(valid_from=day - timedelta(days=9))
    actor = office.cast.actor("administrator")
    return services.edit(actor=actor, proposal_id=proposal.pk, changes=changes, valid_from=day)


def publish(office: Office, proposal: Proposal) -> ProcedureVersion:
    return services.publish(actor=office.cast.actor("administrator"), proposal_id=proposal.pk)


def said(proposal: Proposal) -> str:
    proposal.refresh_from_db()
    return " ".join(fault.sentence for fault in checks.faults(proposal))


def test_a_version_of_a_ministry_names_its_system_and_is_received_by_no_way(
    office: Office, proposal: Proposal, client: Client
) -> None:
    edit(office, proposal, route="ministry", system_url="http://khong-an-toan.vn")
    for missing in ("tên hệ thống", "https://", "căn cứ chuyển"):
        assert missing in said(proposal)
    with pytest.raises(NotReady):
        publish(office, proposal)
    edit(office, proposal, **MINISTRY)
    with pytest.raises(WrongEdit, match="không có gì để chạy thử"):
        dryrun.dry_run(actor=office.cast.actor("administrator"), proposal_id=proposal.pk)
    version = publish(office, proposal)
    assert version.is_elsewhere
    with pytest.raises(HandledElsewhere, match="Hệ thống thử của Bộ"):
        core.start_draft(actor=office.cast.actor("citizen"), version=version)
    assert office.cast.citizen.person is not None
    with pytest.raises(HandledElsewhere):
        core.record_walk_in(
            actor=office.cast.actor("desk_officer"),
            version=version,
            desk=office.cast.units.commune_centre,
            person=office.cast.citizen.person,
            data={},
        )
    assert not Dossier.objects.exists()
    page = client.get(reverse("portal:procedure", args=[MARRIAGE])).content.decode()
    assert "https://example.gov.vn/nop" in page and "Quyết định thử 1/QĐ-B" in page and "Làm trực tuyến" not in page


def test_a_draft_begun_before_the_move_is_refused_at_filing(office: Office, proposal: Proposal) -> None:
    draft = office.draft()
    ProcedureVersion.objects.filter(pk=draft.version_id).update(**MINISTRY)
    with pytest.raises(HandledElsewhere):
        core.submit_dossier(actor=office.cast.actor("citizen"), token=draft.token)
    assert not Dossier.objects.exists()


def make_province(units: Units) -> None:
    """A department with a division for a duty, and the province's desk."""
    department = make_unit("99.SYT", UnitKind.DEPARTMENT, "Sở Y tế", units.committee, units.province)
    division = make_unit("99.SYT.D", UnitKind.OFFICE, "Phòng Dược", department, units.province)
    division.attributes = {"duties": "pharmacy"}
    division.save()
    make_unit("99.HCC", UnitKind.SERVICE_CENTRE, "Trung tâm PVHCC tỉnh", units.committee, units.province)


def test_a_procedure_of_the_province_needs_a_department_with_its_duty_and_is_tried_there(
    office: Office, proposal: Proposal
) -> None:
    edit(office, proposal, authority="department", duty="pharmacy")
    assert "không phòng, sở nào có nhiệm vụ" in said(proposal)
    make_province(office.cast.units)
    assert said(proposal) == ""
    trials = dryrun.dry_run(actor=office.cast.actor("administrator"), proposal_id=proposal.pk)
    assert trials and all(one.is_whole for one in trials), [one.problem for one in trials]
    assert any("Phòng Dược" in step["unit"] for step in trials[0].steps)
    assert not Dossier.objects.exists()


def test_a_name_nothing_stands_for_stops_the_result_template(office: Office, proposal: Proposal) -> None:
    held = proposal.fact("result_layout")
    edit(office, proposal, result_layout={**held, "kind": "decision", "grounds": ["Theo {khong_co}"]})
    assert "“khong_co”" in said(proposal) and "chưa có điều nào" in said(proposal)
    with pytest.raises(NotReady, match="khong_co"):
        publish(office, proposal)


def workbook(*rows: tuple[str, str, str]) -> SimpleUploadedFile:
    book = Workbook()
    sheet = book.active
    sheet.title = "survey"
    for row in (("type", "name", "label"), *rows):
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return SimpleUploadedFile("bieu-mau.xlsx", kept.getvalue())


def test_a_workbook_becomes_the_form_or_is_refused_by_row(office: Office, proposal: Proposal, client: Client) -> None:
    sign_in(client, office.cast.administrator, stepped_up=True)
    address = reverse("authoring:workbook", args=[proposal.pk])
    before = dict(proposal.content["schema"]["properties"])
    bad = client.post(address, {"workbook": workbook(("text", "ten", "Tên"), ("geopoint", "vi_tri", "Ở đâu"))})
    assert bad.status_code == 422 and "“survey”, dòng 3" in bad.content.decode()
    for hostile in (b"", b"PK\x03\x04 khong phai", b"\x00" * 5000):
        assert client.post(address, {"workbook": SimpleUploadedFile("x.xlsx", hostile)}).status_code == 422
    proposal.refresh_from_db()
    assert proposal.content["schema"]["properties"] == before
    good = client.post(address, {"workbook": workbook(("text", "ho_ten", "Họ tên"), ("date", "ngay", "Ngày"))})
    assert good.status_code == 302
    proposal.refresh_from_db()
    assert set(proposal.content["schema"]["properties"]) == {"ho_ten", "ngay"}


def test_the_result_is_seen_as_a_pdf_and_a_stale_dry_run_is_repeated_by_one_press(
    office: Office, proposal: Proposal, client: Client
) -> None:
    sign_in(client, office.cast.administrator, stepped_up=True)
    seen = client.get(reverse("authoring:result_preview", args=[proposal.pk]))
    assert seen.status_code == 200 and seen["Content-Type"] == "application/pdf" and seen.content[:5] == b"%PDF-"
    page = reverse("authoring:proposal", args=[proposal.pk])
    client.post(reverse("authoring:trial", args=[proposal.pk]), {"commune": office.cast.units.other_commune.pk})
    assert "Chạy thử lại" not in client.get(page).content.decode()
    edit(office, proposal, term_value=4)
    stale = client.get(page).content.decode()
    assert "là của bản cũ" in stale and "Chạy thử lại như lần trước" in stale
    assert f'name="commune" value="{office.cast.units.other_commune.pk}"' in stale
    client.post(reverse("authoring:trial", args=[proposal.pk]), {"commune": office.cast.units.other_commune.pk})
    assert "là của bản cũ" not in client.get(page).content.decode()
