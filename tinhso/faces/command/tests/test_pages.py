"""The command centre's pages: from the 56 rows to the dossier, each reader within their own reach."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import pytest_django
from django.core import signing
from django.test import Client
from django.utils import timezone

from tinhso.engines.indicators import services as figures
from tinhso.engines.indicators.models import Fact, FigureAlert
from tinhso.engines.indicators.seeds import load_targets
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.reach import read_pass
from tinhso.foundation.events import dispatch
from tinhso.foundation.orgs.models import Succession, Unit, UnitKind
from tinhso.foundation.testing.cast import Cast, make_unit
from tinhso.foundation.testing.kept import Kept
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.testing import Office
from tinhso.systems.resolution.services import name_head

pytestmark = pytest.mark.django_db
HOME = "/dieu-hanh/"
B04 = "/dieu-hanh/chi-tieu/T25-B04/"


@dataclass
class Wall:
    """The command centre with figures: of dossiers really worked on, or written straight into cells."""

    cast: Cast
    office: Office | None = None


def told(cast: Cast) -> Wall:
    """Targets loaded, one cell of this month written for the first commune."""
    load_targets()
    put(cast.units.commune_committee, timezone.localdate().replace(day=1), 1, 1)
    return Wall(cast)


@pytest.fixture(scope="module")
def kept_wall(kept_cast: Kept, django_db_blocker: pytest_django.DjangoDbBlocker) -> Kept:
    with django_db_blocker.unblock():
        return Kept(told, on=kept_cast)


@pytest.fixture
def wall(kept_wall: Kept, cast: Cast) -> Wall:
    given: Wall = kept_wall.give()
    return given


@pytest.fixture
def worked(office: Office) -> Wall:
    """Targets loaded, one dossier processed online through the services, figures counted."""
    load_targets()
    office.resolving()
    dispatch.deliver_all()
    figures.fill_all()
    return Wall(office.cast, office)


def put(unit: Unit, month: date, online: int, received: int) -> None:
    """Writes the four cells of a month."""
    for code in ("online_level_3_4", "online", "received_level_3_4", "received"):
        Fact.objects.update_or_create(
            measure=f"procedures.dossiers_{code}",
            unit=unit,
            period_on=month,
            defaults={"value": online if code.startswith("online") else received, "counted_at": timezone.now()},
        )


def page(office: Wall, who: str, url: str, status: int = 200, **query: str) -> str:
    client = Client()
    if who != "stranger":
        client.force_login(getattr(office.cast, who))
    answer = client.get(url, query)
    assert answer.status_code == status, (who, url, answer.status_code)
    return answer.content.decode()


def month() -> str:
    return f"{timezone.localdate():%Y-%m}"


def test_all_56_targets_stand_on_the_page_and_say_what_they_are(worked: Wall) -> None:
    text = page(worked, "provincial_leader", HOME)
    assert text.count("/dieu-hanh/chi-tieu/T") == 56
    assert "trên 50" in text and "100\u00a0%" in text
    assert text.count('data-figure="T25-B04"') == 1
    assert "1 trên 1" in text
    assert text.count("chưa có số liệu") >= 46 and "chưa có nguồn" not in text.partition("<table")[2]
    assert "cấp đã kết thúc" in text and "không nêu số" in text
    assert "mô phỏng" in text


@pytest.mark.parametrize("who", ["citizen", "desk_officer", "resolving_officer"])
def test_who_holds_no_figures_is_refused(wall: Wall, who: str) -> None:
    for url in (HOME, B04, "/dieu-hanh/the-nghe/"):
        page(wall, who, url, 403)


def test_a_stranger_is_led_to_sign_in(wall: Wall) -> None:
    page(wall, "stranger", HOME, 302)


@pytest.mark.parametrize("who", ["provincial_leader", "administrator", "auditor", "leader"])
def test_every_page_opens_for_those_who_hold_figures(wall: Wall, who: str) -> None:
    unit = wall.cast.units.commune_committee.pk
    for url in (HOME, B04, f"{B04}{unit}/", f"{B04}{unit}/{month()}/", "/dieu-hanh/chi-tieu/T25-A01/"):
        page(wall, who, url)
        assert page(wall, who, url, dang="csv")


def test_a_leader_sees_his_own_unit_and_no_other(wall: Wall) -> None:
    units = wall.cast.units
    text = page(wall, "leader", B04)
    assert str(units.commune_committee.name) in text and str(units.other_committee.name) not in text
    other = page(wall, "leader_elsewhere", HOME)
    assert "1 trên 1" not in other
    for foreign in (units.commune_committee.pk, units.province.pk, 10**12):
        page(wall, "leader_elsewhere", f"{B04}{foreign}/", 404)
        page(wall, "leader_elsewhere", f"{B04}{foreign}/{month()}/", 404)


def test_the_cell_opens_its_dossiers_with_names_masked(worked: Wall) -> None:
    dossier = Dossier.objects.get()
    url = f"{B04}{worked.cast.units.commune_committee.pk}/{month()}/"
    leader = page(worked, "leader", url)
    assert dossier.code in leader and f"/can-bo/ho-so/{dossier.pk}/" in leader
    assert "N. T. Hoa" in leader and "Nguyễn Thị Hoa" not in leader
    assert "được tính" in leader
    province = page(worked, "provincial_leader", url)
    assert dossier.code in province and f"/can-bo/ho-so/{dossier.pk}/" not in province
    administrator = page(worked, "administrator", url)
    assert dossier.code not in administrator and "Không có hồ sơ nào để xem" in administrator


def test_the_parts_of_the_list_add_up(worked: Wall) -> None:
    assert worked.office
    worked.office.received(code="1.001193")
    dispatch.deliver_all()
    url = f"{B04}{worked.cast.units.commune_committee.pk}/{month()}/"
    counts = [
        page(worked, "leader", url, phan=part).count('<th scope="row"') for part in ("duoc-tinh", "khong-tinh", "", "x")
    ]
    assert counts == [1, 1, 2, 2]


def test_exactly_half_is_not_above_fifty(wall: Wall) -> None:
    put(wall.cast.units.commune_committee, timezone.localdate().replace(day=1), 1, 2)
    text = page(wall, "provincial_leader", B04)
    assert ">50\u00a0%<" in text and "chậm" in text


def test_a_hair_below_fifty_is_not_shown_as_fifty(wall: Wall) -> None:
    put(wall.cast.units.commune_committee, timezone.localdate().replace(day=1), 49_996, 100_000)
    text = page(wall, "provincial_leader", HOME)
    assert "49,996\u00a0%" in text


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("hôm nay", "Không đọc được ngày"),
        ("2026-02-30", "Không đọc được ngày"),
        ("9999-12-31", "Ngày chưa đến"),
        ("1000-01-01", "Nghị quyết bắt đầu"),
        ("<script>", "Không đọc được ngày"),
    ],
)
def test_a_bad_day_gets_a_sentence_and_no_fault(wall: Wall, day: str, said: str) -> None:
    text = page(wall, "provincial_leader", HOME, ngay=day, cay="'\"", ky="\x00", loc="?")
    assert said in text and "<script>" not in text.replace('<script type="module"', "")


@pytest.mark.parametrize("tail", ["2026-13/", "2026-1/", "x/", "2026-00/", "٢٠٢٦-١١/"])
def test_a_month_that_is_none_is_not_found(wall: Wall, tail: str) -> None:
    page(wall, "provincial_leader", f"{B04}{wall.cast.units.commune_committee.pk}/{tail}", 404)


def test_before_anything_was_counted_the_page_says_no_data_not_zero(wall: Wall) -> None:
    text = page(wall, "provincial_leader", B04, ngay="2025-03-31")
    assert "chưa có số liệu" in text
    assert set(re.findall(r'data-figure="[^"]*">([^<]*)<', text)) <= {"–"}
    assert "data-live=" not in text


def test_district_rows_are_open_before_and_ended_after_the_districts(wall: Wall) -> None:
    url = "/dieu-hanh/chi-tieu/T25-B06b/"
    assert "cấp đã kết thúc" in page(wall, "provincial_leader", url)
    assert "cấp đã kết thúc" not in page(wall, "provincial_leader", url, ngay="2025-06-30")


def test_the_two_trees_regroup_a_merged_commune(wall: Wall) -> None:
    units = wall.cast.units
    old, ends = units.commune_committee, date(2026, 9, 1)
    Fact.objects.all().delete()
    put(old, date(2026, 8, 1), 3, 4)
    Unit.objects.under(units.commune).update(valid_to=ends)
    area = make_unit("99100", UnitKind.COMMUNE, "Xã Hợp Nhất", units.province)
    own = make_unit("99100.UB", UnitKind.COMMUNE_COMMITTEE, "UBND xã Hợp Nhất", area, area)
    Unit.objects.under(area).update(valid_from=ends)
    Succession.objects.create(predecessor=units.commune, successor=area, effective_on=ends)
    then = page(wall, "provincial_leader", B04)
    now = page(wall, "provincial_leader", B04, cay="nay")
    assert str(old.name) in then and f'data-figure="{old.pk}">75\u00a0%' in then
    assert str(old.name) not in now and f'data-figure="{own.pk}">75\u00a0%' in now
    assert "75\u00a0%" in page(wall, "provincial_leader", f"{B04}{own.pk}/", cay="nay")


def test_csv_is_what_is_shown_and_runs_no_formula(wall: Wall) -> None:
    client = Client()
    client.force_login(wall.cast.provincial_leader)
    Unit.objects.filter(pk=wall.cast.units.other_committee.pk).update(name="=HYPERLINK(1)")
    answer = client.get(B04, {"dang": "csv"})
    assert answer["Content-Type"].startswith("text/csv") and answer.content.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(found) == 3 and any(row[0] == "'=HYPERLINK(1)" for row in found)
    rows = list(csv.reader(io.StringIO(client.get(HOME, {"dang": "csv"}).content.decode("utf-8-sig"))))
    assert len(rows) == 57
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row if cell)


def test_the_pass_reaches_as_far_as_its_reader_and_no_further(wall: Wall) -> None:
    client = Client()
    client.force_login(wall.cast.leader)
    answer = client.get("/dieu-hanh/the-nghe/")
    account, reach = read_pass(answer.json()["pass"])
    units = wall.cast.units
    assert account == wall.cast.leader.pk
    assert reach.covers(units.commune_committee.pk, units.commune_committee.path)
    assert not reach.covers(units.other_committee.pk, units.other_committee.path)
    assert "no-store" in answer["Cache-Control"]
    with pytest.raises(signing.BadSignature):
        signing.loads(answer.json()["pass"], salt="tinhso.other")


def test_the_nights_findings_are_shown_to_those_they_concern(wall: Wall) -> None:
    unit = wall.cast.units.commune_committee
    FigureAlert.objects.create(
        measure="procedures.dossiers_received",
        unit=unit,
        period_on=date(2026, 11, 1),
        reason=FigureAlert.Reason.DIFFERS,
        was=1,
        now=2,
        found_at=timezone.now(),
    )
    assert "Đối chiếu đêm" in page(wall, "provincial_leader", HOME)
    assert "Đối chiếu đêm" in page(wall, "leader", HOME)
    assert "Đối chiếu đêm" not in page(wall, "leader_elsewhere", HOME)


def test_the_list_of_targets_asks_a_bounded_number_of_questions(wall: Wall, django_assert_max_num_queries) -> None:
    client = Client()
    client.force_login(wall.cast.provincial_leader)
    with django_assert_max_num_queries(25):
        client.get(HOME)
    for number in range(12):
        make_unit(f"99{number:03d}9", UnitKind.COMMUNE_COMMITTEE, f"UBND {number}", wall.cast.units.province)
    with django_assert_max_num_queries(25):
        client.get(B04)


def test_the_third_tree_takes_a_day_and_says_when_it_has_none(wall: Wall) -> None:
    units = wall.cast.units
    old, ends = units.commune_committee, date(2026, 9, 1)
    Fact.objects.all().delete()
    put(old, date(2026, 8, 1), 3, 4)
    Unit.objects.under(units.commune).update(valid_to=ends)
    area = make_unit("99100", UnitKind.COMMUNE, "Xã Hợp Nhất", units.province)
    own = make_unit("99100.UB", UnitKind.COMMUNE_COMMITTEE, "UBND xã Hợp Nhất", area, area)
    Unit.objects.under(area).update(valid_from=ends)
    Succession.objects.create(predecessor=units.commune, successor=area, effective_on=ends)
    before = page(wall, "provincial_leader", B04, cay="ngay-khac", cay_ngay="2026-08-31")
    after = page(wall, "provincial_leader", B04, cay="ngay-khac", cay_ngay="2026-09-01")
    assert f'data-figure="{old.pk}">75\u00a0%' in before and f'data-figure="{own.pk}">75\u00a0%' in after
    assert "cay=ngay-khac&amp;cay_ngay=2026-09-01" in after, "a link shows a colleague the same"
    for bad in ("", "x", "2031-01-01", "1999-01-01", "2026-02-30"):
        assert "Hãy chọn ngày của cây đơn vị" in page(wall, "provincial_leader", HOME, cay="ngay-khac", cay_ngay=bad)


def test_as_known_on_a_day_before_it_was_counted_there_is_no_figure(wall: Wall) -> None:
    Fact.objects.update(known_from=timezone.now(), counted_at=timezone.now())
    day = timezone.localdate() - timedelta(days=1)
    text = page(wall, "provincial_leader", HOME, biet=day.isoformat())
    assert 'data-figure="T25-B04">–' in text and "Số liệu như đã biết vào cuối ngày" in text
    assert "data-live=" not in text
    assert 'data-figure="T25-B04">100' in page(wall, "provincial_leader", HOME, biet="")
    assert "Không đọc được ngày “đã biết đến”" in page(wall, "provincial_leader", HOME, biet="mai")


def test_the_page_says_what_is_live_who_answers_and_how_it_went(wall: Wall) -> None:
    head = name_head(
        actor=Actor.system(),
        target_code="T25-B04",
        unit=wall.cast.units.committee,
        position="Chánh Văn phòng",
        scope=wall.cast.units.province,
        document="QĐ 1",
    )
    put(
        wall.cast.units.commune_committee,
        (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1),
        0,
        2,
    )
    text = page(wall, "provincial_leader", HOME)
    assert "số sống 1 đơn vị, thiếu 1 đơn vị" in text and "Chỉ tiêu có số từ đâu" in text
    assert f"/dieu-hanh/phan-viec/{head.pk}/" in text and "Chánh Văn phòng" in text
    assert '<svg class="spark"' in text and "<polyline" in text
    shown = page(wall, "provincial_leader", B04)
    assert "Chánh Văn phòng" in shown
