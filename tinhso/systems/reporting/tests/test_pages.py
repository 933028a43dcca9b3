"""The pages as people use them, without scripts."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.reporting.models import CellValue, Duty, Submission
from tinhso.systems.reporting.testing import GOOD, type_in

pytestmark = pytest.mark.django_db


def post(client: Client, duty: Duty, data: dict[str, str]):  # type: ignore[no-untyped-def]
    return client.post(reverse("reporting:report", args=[duty.pk]), data)


def test_the_officer_sees_what_is_due_begins_fills_and_submits(cast: Cast, duty: Duty) -> None:
    client = sign_in(Client(), cast.resolving_officer)
    page = client.get("/bao-cao/").content.decode()
    assert "Báo cáo thử" in page and "tháng 9/2026" in page and "quá hạn" in page.lower()
    assert post(client, duty, {}).status_code == 302
    page = client.get(reverse("reporting:report", args=[duty.pk])).content.decode()
    assert 'name="c.di.ky"' in page and 'name="c.ho_so.ky"' not in page and "Hồ sơ đã tiếp nhận" in page
    bad = post(client, duty, {"c.di.ky": "100", "v.di.ky": "0", "c.ky_so.ky": "8o", "v.ky_so.ky": "0", "save": "1"})
    assert (
        bad.status_code == 422 and 'value="8o"' in bad.content.decode() and 'href="#o-ky_so-ky"' in bad.content.decode()
    )
    assert CellValue.objects.get().value == 100
    done = post(client, duty, {"c.ky_so.ky": "80", "v.ky_so.ky": "0", "submit": "1"})
    assert done.status_code == 302 and Submission.objects.get().state == "submitted"


def test_both_writings_are_shown_and_a_second_press_decides(cast: Cast, report: Submission) -> None:
    client = sign_in(Client(), cast.leader)
    type_in(cast.actor("resolving_officer"), report, {"di.ky": "5"})
    type_in(cast.actor("resolving_officer"), report, {"di.ky": "7"}, seen=1)
    told = post(client, report.duty, {"c.di.ky": "9", "v.di.ky": "1", "save": "1"})
    words = told.content.decode()
    assert told.status_code == 422 and "Phan Văn Lực vừa sửa ô này" in words and 'value="9"' in words
    assert '<input type="hidden" name="v.di.ky" value="2">' in words
    assert post(client, report.duty, {"c.di.ky": "9", "v.di.ky": "2", "save": "1"}).status_code == 302
    assert CellValue.objects.get().value == 9


def test_whoever_typed_while_another_submitted_finds_it_again(cast: Cast, submitted: Submission) -> None:
    client = sign_in(Client(), cast.resolving_officer)
    told = post(client, submitted.duty, {"c.phi.ky": "12,5", "v.phi.ky": "0", "save": "1"})
    assert told.status_code == 409 and "12,5" in told.content.decode()


def test_the_leader_confirms_after_proving_who_he_is(cast: Cast, submitted: Submission) -> None:
    address = reverse("reporting:act", args=[submitted.duty_id, "ky"])
    asked = sign_in(Client(), cast.leader).post(address, {"seen": submitted.lock_version})
    submitted.refresh_from_db()
    assert asked.status_code == 302 and submitted.state == "submitted"
    sign_in(Client(), cast.leader, stepped_up=True).post(address, {"seen": submitted.lock_version})
    submitted.refresh_from_db()
    assert submitted.state == "signed"


def test_an_old_page_cannot_sign_what_was_changed_since(cast: Cast, submitted: Submission) -> None:
    client = sign_in(Client(), cast.leader, stepped_up=True)
    client.post(reverse("reporting:act", args=[submitted.duty_id, "ky"]), {"seen": submitted.lock_version - 1})
    submitted.refresh_from_db()
    assert submitted.state == "submitted"


def test_pages_ask_few_questions(cast: Cast, report: Submission, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = sign_in(Client(), cast.resolving_officer)
    for address in ("/bao-cao/", reverse("reporting:report", args=[report.duty_id])):
        client.get(address)
        with django_assert_max_num_queries(25):
            assert client.get(address).status_code == 200


def test_hostile_cell_names_and_versions_break_nothing(cast: Cast, report: Submission) -> None:
    client = sign_in(Client(), cast.resolving_officer)
    wild = {"c.": "1", "c.x' OR 1": "<script>", "c.di.ky": "1", "v.di.ky": "9" * 40, "g." + "z" * 500: "x", "save": "1"}
    answer = post(client, report.duty, wild)
    assert answer.status_code == 422 and "<script>alert" not in answer.content.decode()


def test_the_workbook_goes_round_by_the_pages(cast: Cast, report: Submission) -> None:
    from io import BytesIO

    client = sign_in(Client(), cast.resolving_officer)
    type_in(cast.actor("resolving_officer"), report, GOOD)
    template = client.get(reverse("reporting:template", args=[report.duty_id]))
    assert template.headers["Content-Disposition"].endswith('2026-09-99001.UB.xlsx"')
    file = BytesIO(template.content)
    file.name = "mau.xlsx"
    answer = client.post(reverse("reporting:upload", args=[report.duty_id]), {"tep": file}, follow=True)
    assert "Tệp không thay đổi ô nào." in answer.content.decode()
