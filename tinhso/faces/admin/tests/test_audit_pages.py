"""The audit log on screen: who may read it, filters, a row's place in the chain, verification."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.numbering.models import Series
from tinhso.foundation.oversight import services
from tinhso.foundation.oversight.models import AuditCheck
from tinhso.foundation.testing.cast import BEGINNING, Cast
from tinhso.foundation.testing.sessions import sign_in

HOA = Actor(7, "Nguyễn Thị Hoa", "account")


@pytest.fixture(autouse=True)
def own_data_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.mark.django_db
def test_only_the_auditor_and_the_administrator_read_the_log(cast: Cast) -> None:
    may = set()
    for name in Cast.NAMES:
        client = sign_in(Client(), getattr(cast, name))
        if client.get(reverse("admin:audit")).status_code == 200:
            may.add(name)
    assert may == {"auditor", "administrator"}
    assert Client().get(reverse("admin:audit")).status_code == 302


@pytest.mark.django_db
def test_an_auditor_of_one_commune_sees_rows_of_its_units_alone(cast: Cast) -> None:
    from tinhso.foundation.access.models import RoleAssignment

    u = cast.units
    RoleAssignment.objects.create(account=cast.leader, role="auditor", unit=u.commune_committee, valid_from=BEGINNING)
    ours = log.record(HOA, "tests.ours", Series(pk=1), unit_id=u.commune_office.pk)
    theirs = log.record(HOA, "tests.theirs", Series(pk=2), unit_id=u.other_office.pk)
    client = sign_in(Client(), cast.leader)
    page = client.get(reverse("admin:audit")).content.decode()
    assert "tests.ours" in page and reverse("admin:audit_row", args=[theirs.pk]) not in page
    assert client.get(reverse("admin:audit_row", args=[ours.pk])).status_code == 200
    assert client.get(reverse("admin:audit_row", args=[theirs.pk])).status_code == 404
    exported = b"".join(client.get(reverse("admin:audit_export")).streaming_content)
    assert b"tests.ours" in exported and b"tests.theirs" not in exported


@pytest.mark.django_db
def test_filters_and_paging_reach_every_row_once(cast: Cast) -> None:
    rows = [log.record(HOA, "tests.step", Series(pk=n)) for n in range(120)]
    client = sign_in(Client(), cast.auditor)
    seen: list[int] = []
    url = reverse("admin:audit") + "?hanh-vi=tests.step"
    while url:
        context = client.get(url).context
        seen += [row["id"] for row in context["rows"]]
        url = context["next_url"]
    assert seen == [row.pk for row in reversed(rows)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "nguoi=%00",
        "nguoi=%27%3B+DROP+TABLE+x",
        "loai=%3Cscript%3Ealert(1)%3C/script%3E",
        "ma=" + "9" * 500,
        "truoc=99999999999999999999999",
        "truoc=%D9%A3",
        "tu=0001-01-01",
        "tu=31/12/2026",
        "den=9999-12-31",
        "tu=2026-02-30",
        "hanh-vi=" + "%F0%9F%98%80" * 50,
    ],
)
def test_hostile_addresses_get_an_answer(cast: Cast, query: str) -> None:
    response = sign_in(Client(), cast.auditor).get(reverse("admin:audit") + "?" + query)
    assert response.status_code == 200
    assert b"<script>alert" not in response.content


@pytest.mark.django_db
def test_numbers_beyond_the_database_are_simply_not_found(cast: Cast) -> None:
    client = sign_in(Client(), cast.administrator)
    for name in ("admin:audit_row", "admin:audit_check_result", "admin:event"):
        assert client.get(reverse(name, args=[10**30])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_rows_page_says_whether_it_still_fits_its_seal(cast: Cast) -> None:
    with transaction.atomic():
        row = log.record(HOA, "tests.step", Series(pk=1), note="<b>Đã nhận</b>")
    client = sign_in(Client(), cast.auditor)
    page = client.get(reverse("admin:audit_row", args=[row.pk])).content.decode()
    assert "khớp với niêm phong" in page and "&lt;b&gt;Đã nhận" in page
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_auditrow SET actor_label = 'X' WHERE id = %s", [row.pk])
    assert "không khớp niêm phong" in client.get(reverse("admin:audit_row", args=[row.pk])).content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_button_verifies_by_a_job_and_the_page_shows_the_finding(cast: Cast) -> None:
    row = log.record(HOA, "tests.step", Series(pk=1))
    client = sign_in(Client(), cast.auditor)
    first = client.post(reverse("admin:audit_check"))
    assert client.post(reverse("admin:audit_check")).url == first.url, "pressed twice, checked once"
    waiting = client.get(first.url)
    assert waiting["Refresh"] and "Đang kiểm tra" in waiting.content.decode()
    check = services.run_check(AuditCheck.objects.get().pk)
    assert check.state == "sound"
    assert "Nhật ký toàn vẹn" in client.get(first.url).content.decode()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_auditrow SET act = 'x' WHERE id = %s", [row.pk])
    second = client.post(reverse("admin:audit_check"))
    services.run_check(AuditCheck.objects.get(finished_at=None).pk)
    page = client.get(second.url).content.decode()
    assert "dấu hiệu bị can thiệp" in page and f"Dòng {row.pk}" in page


@pytest.mark.django_db
def test_an_export_is_itself_written_down(cast: Cast) -> None:
    client = sign_in(Client(), cast.auditor)
    assert client.get(reverse("admin:audit_export") + "?nguoi=Hoa").status_code == 200
    row = AuditRow.objects.get(act="oversight.log.exported")
    assert row.actor_id == cast.auditor.pk and row.details["asked"] == "nguoi=Hoa"


@pytest.mark.django_db
def test_the_list_asks_the_database_a_bounded_number_of_times(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for n in range(60):
        log.record(HOA, "tests.step", Series(pk=n), at_day=str(timezone.localdate()))
    client = sign_in(Client(), cast.auditor)
    client.get(reverse("admin:audit"))
    with django_assert_max_num_queries(32):
        client.get(reverse("admin:audit"))
