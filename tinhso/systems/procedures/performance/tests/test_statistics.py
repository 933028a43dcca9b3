"""The head's table: every dossier in one cell of each row of parts, rights, the workbook, the public page."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.performance import published, tallies, workbooks
from tinhso.systems.procedures.performance.rules.spans import Span
from tinhso.systems.procedures.performance.tallies import Asked
from tinhso.systems.procedures.testing import MARRIAGE, Office

pytestmark = pytest.mark.django_db
HOME = reverse("performance:statistics")


def at(day: int, month: int = 9, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=timezone.get_default_timezone())


def walk_in(office: Office, when: datetime, code: str = MARRIAGE) -> Dossier:
    return services.record_walk_in(
        actor=office.cast.actor("desk_officer"),
        version=office.version(code),
        desk=office.cast.units.commune_centre,
        person=office.cast.citizen.person,
        data={},
        at=when,
    )


@pytest.fixture(autouse=True)
def nothing_held() -> None:
    """The public figures are kept for an hour; each test has its own."""
    cache.clear()


@pytest.fixture
def played(office: Office) -> Office:
    """September 2026: one from August, one finished early, one late, one on its day, one paused, one overdue."""
    desk, officer = office.cast.actor("desk_officer"), office.cast.actor("resolving_officer")
    walk_in(office, at(26, 8))
    for number, done in enumerate(("early", "late", "day", "paused", "overdue")):
        dossier = walk_in(office, at(1 + number))
        services.hand_over(actor=desk, dossier_id=dossier.pk, at=at(1 + number, hour=10))
        dossier.refresh_from_db()
        due = dossier.due_at
        assert due
        if done == "paused":
            services.ask_supplement(actor=officer, dossier_id=dossier.pk, items="Ảnh", reason="Mờ", at=at(7))
        ends = {"early": due - timedelta(days=1), "late": due + timedelta(days=1), "day": due - timedelta(minutes=1)}
        if done in ends:
            # The end of handling as the leader's signature leaves it; signing itself is the act's own test.
            Dossier.objects.filter(pk=dossier.pk).update(state="issued", finished_at=ends[done])
    return office


def asked(span: str = "2026-09", now: datetime | None = None) -> Asked:
    return Asked(Span.parse(span), now or at(30, hour=23))


def total(office: Office, question: Asked, who: str = "leader") -> dict[str, int]:
    return tallies.table(office.cast.actor(who), question)[1].cells


def test_every_dossier_is_in_one_cell_of_each_row_of_parts(played: Office) -> None:
    cells = total(played, asked())
    assert cells[tallies.CARRIED] == 1 and cells[tallies.RECEIVED] == 5 and cells[tallies.DESK] == 5
    assert (cells[tallies.EARLY], cells[tallies.ON_TIME], cells[tallies.LATE]) == (1, 1, 1)
    assert (cells[tallies.PAUSED], cells[tallies.OVERDUE], cells[tallies.WITHIN]) == (1, 2, 0)
    _balanced(cells)


def test_the_table_balances_in_every_period_and_grouping(played: Office) -> None:
    for span in ("2026-08", "2026-09", "2026-10", "2026-Q3", "2026"):
        for group in tallies.GROUPS:
            rows, whole = tallies.table(played.cast.actor("leader"), asked(span), group)
            for line in [*rows, whole]:
                _balanced(line.cells)


def _balanced(cells: dict[str, int]) -> None:
    assert cells[tallies.CARRIED] + cells[tallies.RECEIVED] == cells[tallies.FINISHED] + cells[tallies.RUNNING]
    assert sum(cells[one] for one in (tallies.EARLY, tallies.ON_TIME, tallies.LATE)) == cells[tallies.FINISHED]
    assert sum(cells[one] for one in (tallies.WITHIN, tallies.OVERDUE, tallies.PAUSED)) == cells[tallies.RUNNING]
    assert sum(cells[one] for one in (tallies.ONLINE, tallies.DESK, tallies.POST)) == cells[tallies.RECEIVED]


def test_a_paused_dossier_is_paused_only_from_the_asking_on(played: Office) -> None:
    assert total(played, asked(now=at(6)))[tallies.PAUSED] == 0
    assert total(played, asked(now=at(8)))[tallies.PAUSED] == 1


def test_behind_each_number_are_as_many_dossiers(played: Office) -> None:
    leader = played.cast.actor("leader")
    for cell, count in total(played, asked()).items():
        assert tallies.behind(leader, asked(), cell).count() == count, cell


def test_who_sees_how_many(played: Office) -> None:
    sees = {"leader": 6, "provincial_leader": 6, "auditor": 6, "leader_elsewhere": 0, "citizen": 0, "stranger": 0}
    for name, count in sees.items():
        cells = total(played, asked(), name)
        assert cells[tallies.CARRIED] + cells[tallies.RECEIVED] == count, name


def test_by_officer_and_their_dossiers(played: Office) -> None:
    officer = played.cast.actor("resolving_officer")
    open_one = walk_in(played, at(8))
    services.hand_over(actor=played.cast.actor("desk_officer"), dossier_id=open_one.pk, at=at(8, hour=10))
    services.take_dossier(actor=officer, dossier_id=open_one.pk, at=at(9))
    leader = played.cast.actor("leader")
    rows, _whole = tallies.table(leader, asked(), tallies.BY_OFFICER)
    assert {row.label: row.cells[tallies.RUNNING] for row in rows}["Phan Văn Lực"] == 1
    mine = Asked(Span.parse("2026-09"), at(30), officer=officer.account_id)
    assert list(tallies.behind(leader, mine, tallies.RUNNING)) == [open_one]


# --- screens ---


def open_as(cast: Cast, name: str, address: str) -> Client:
    client = Client()
    sign_in(client, getattr(cast, name))
    return client


def test_the_page_and_the_workbook_tell_the_same(played: Office, django_assert_max_num_queries) -> None:
    client = open_as(played.cast, "leader", HOME)
    with django_assert_max_num_queries(25):
        page = client.get(HOME, {"ky": "2026-09"})
    assert page.status_code == 200
    drawn = {row["label"]: [cell["value"] for cell in row["cells"]] for row in page.context["rows"]}
    answer = client.get(HOME, {"ky": "2026-09", "dang": "xlsx"})
    assert "attachment" in answer["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    kept = {row[0]: list(row[1:-1]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    for label, values in drawn.items():
        assert kept[label] == values
    assert kept["Tổng cộng"] == [cell["value"] for cell in page.context["total"]["cells"]]


def test_each_number_leads_to_its_dossiers(played: Office, django_assert_max_num_queries) -> None:
    client = open_as(played.cast, "leader", HOME)
    page = client.get(HOME, {"ky": "2026-09"})
    for row in [*page.context["rows"], page.context["total"]]:
        for cell in row["cells"]:
            if cell["href"]:
                with django_assert_max_num_queries(25):
                    listed = client.get(cell["href"])
                assert listed.context["shown"].paginator.count == cell["value"], cell
    assert "042190000017" not in listed.content.decode() and "Nguyễn Thị Hoa" not in listed.content.decode()


def test_who_may_not_enter(office: Office) -> None:
    for name in ("desk_officer", "citizen", "resolving_officer", "administrator"):
        assert open_as(office.cast, name, HOME).get(HOME).status_code == 403, name


def test_another_units_number_is_not_found(played: Office) -> None:
    units = played.cast.units
    client = open_as(played.cast, "leader_elsewhere", HOME)
    for unit in (units.commune_committee, units.province, units.commune_office, units.commune):
        assert client.get(HOME, {"don_vi": unit.pk}).status_code == 404
    assert client.get(HOME, {"don_vi": units.other_office.pk}).status_code == 200
    officer = played.cast.resolving_officer
    page = client.get(HOME, {"can_bo": officer.pk})
    assert officer.full_name not in page.content.decode()


STRANGE = (
    "ky=2026-99", "ky=%00", "ky=3000", "ky=1999-01", "kenh=x'--", "thu_tuc=%27%3B", "nhom=rm", "can_bo=٣", "can_bo=-1",
    "can_bo=99999999999999999999",
)  # fmt: skip


def test_a_strange_address_is_answered(office: Office) -> None:
    client = open_as(office.cast, "leader", HOME)
    for query in STRANGE:
        assert client.get(f"{HOME}?{query}").status_code == 200, query
    for query in ("", "o=x", "o=__class__"):
        assert client.get(f"{reverse('performance:dossiers')}?{query}").status_code == 404, query


def test_nothing_in_a_workbook_runs() -> None:
    hostile = ['=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(A1)", "\t=1", "a\x0bb"]
    book = load_workbook(io.BytesIO(workbooks.workbook([("[a]:*?/b", hostile, [hostile, [1, 2.5, None]])])))
    cells = [cell for row in book.worksheets[0].iter_rows(max_row=2) for cell in row if cell.value is not None]
    assert cells and all(cell.data_type in ("s", "n") and cell.data_type != "f" for cell in cells)
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "+", "-", "@")))
    assert [cell.value for cell in list(book.worksheets[0].iter_rows())[2]][:2] == [1, 2.5]


# --- public ---


def test_the_public_page_keeps_small_numbers_back(played: Office) -> None:
    found = published.by_unit(Span.parse("2026"), today=at(1, 10).date())
    assert found.rows and all(row.received in (None,) or row.received >= 5 for row in found.rows)
    assert all(row.share is None for row in found.rows)
    page = Client().get(reverse("performance:public"))
    assert page.status_code == 200 and "Nguyễn Thị Hoa" not in page.content.decode()


def test_the_running_month_is_not_public(played: Office) -> None:
    found = published.by_unit(Span.parse("2026"), today=at(15).date())
    assert found.upto == at(1).date()
    assert sum(row.received or 0 for row in found.rows) == 0


def test_a_public_unit_by_procedure(played: Office, django_assert_max_num_queries) -> None:
    unit = played.cast.units.commune_committee
    for number in range(12):
        walk_in(played, at(10 + number % 5))
    Dossier.objects.filter(received_at__gte=at(10)).update(state="issued", finished_at=at(12))
    found = published.by_procedure(unit, Span.parse("2026"), today=at(1, 10).date())
    assert [row.label for row in found.rows] == [ProcedureVersion.objects.get(code=MARRIAGE).plain_name]
    assert found.rows[0].received == 18
    with django_assert_max_num_queries(15):
        assert Client().get(reverse("performance:public_unit", args=[unit.pk])).status_code == 200
    assert (
        Client().get(reverse("performance:public_unit", args=[played.cast.units.commune_office.pk])).status_code == 404
    )
