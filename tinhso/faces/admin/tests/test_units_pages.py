"""The pages of units and calendars: what they show on a day, and that each form is one act."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.calendar.models import DayOverride, OfficeHours
from tinhso.foundation.calendar.services import set_day_override
from tinhso.foundation.orgs.models import HandOver, Succession, Unit
from tinhso.foundation.orgs.seeds import load_province
from tinhso.foundation.orgs.selectors import unit_by_code
from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.browser import faults
from tinhso.foundation.testing.cast import Cast, make_account
from tinhso.foundation.testing.sessions import sign_in

TODAY = timezone.localdate
FIXTURE = Path(__file__).resolve().parents[4] / "tests" / "fixtures" / "province_song_mo"


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.administrator, stepped_up=True)


@pytest.fixture
def real(db: None, client: Client) -> Client:
    province = load_province(Actor.system(), "hatinh").province
    account: Account = make_account("quan-tri", "Quản Trị", role="administrator", unit=province)
    return sign_in(client, account)


def post(client: Client, route: str, pk: int, /, **data: object) -> HttpResponse:
    return client.post(reverse(f"admin:{route}", args=[pk]), data)  # type: ignore[return-value]


def test_the_tree_of_each_epoch_shows_its_own_units(real: Client) -> None:
    now = real.get("/quan-tri/don-vi/").content.decode()
    before = real.get("/quan-tri/don-vi/?ngay=2025-06-30").content.decode()
    assert "Phường Thành Sen" in now and "Huyện Hương Sơn" not in now
    assert "Huyện Hương Sơn" in before and "Phường Thành Sen" not in before
    assert "69 xã, phường" in now and "209 xã, phường" in before
    assert "Không có đơn vị nào vào ngày này" in real.get("/quan-tri/don-vi/?ngay=1900-01-01").content.decode()
    assert real.get("/quan-tri/don-vi/?ngay=hôm-qua").status_code == 200


def test_the_tree_costs_few_queries(real: Client, django_assert_max_num_queries) -> None:
    real.get("/quan-tri/don-vi/")
    with django_assert_max_num_queries(14):
        assert real.get("/quan-tri/don-vi/").status_code == 200


def test_search_without_marks_finds_what_lived_on_that_day(real: Client) -> None:
    assert "Xã Thạch Hà" in real.get("/quan-tri/don-vi/?q=thach+ha").content.decode()
    assert "Phường Đại Nài" in real.get("/quan-tri/don-vi/?q=dai+nai&ngay=2025-01-15").content.decode()
    assert "Không có đơn vị nào khớp" in real.get("/quan-tri/don-vi/?q=dai+nai").content.decode()
    hostile = real.get("/quan-tri/don-vi/", {"q": "<script>alert(1)</script>' OR 1=1 --\x00"})
    assert hostile.status_code == 200 and b"<script>alert" not in hostile.content


def test_a_split_commune_shows_its_successors_with_unknown_shares(real: Client) -> None:
    ky_loi = unit_by_code("18796", date(2025, 6, 30))
    assert ky_loi
    page = real.get(reverse("admin:unit", args=[ky_loi.pk])).content.decode()
    for name in (
        "Phường Sông Trí",
        "Phường Vũng Áng",
        "Phường Hoành Sơn",
        "chưa có số liệu",
        "Ngày nay do đơn vị khác",
    ):
        assert name in page


def test_a_reused_code_leads_to_the_other_unit(real: Client) -> None:
    old = unit_by_code("18073", date(2025, 6, 30))
    assert old and "Phường Thành Sen" in real.get(reverse("admin:unit", args=[old.pk])).content.decode()


def test_a_unit_is_made_renamed_moved_and_dissolved_from_the_pages(admin: Client, cast: Cast) -> None:
    committee, day = cast.units.commune_committee, TODAY()
    created = post(
        admin,
        "unit_create",
        committee.pk,
        kind="office",
        name="Phòng Kinh tế xã An Bình",
        short_name="Phòng KT",
        code="99001.KT",
        identifier="z99.01.02",
        area="99001",
        valid_from=day - timedelta(20),
        document="QĐ 1",
    )
    assert created.status_code == 302
    office = Unit.objects.get(code="99001.KT")
    assert (office.identifier, office.area) == ("Z99.01.02", cast.units.commune)
    post(
        admin,
        "unit_rename",
        office.pk,
        name="Phòng Kinh tế - Hạ tầng",
        short_name="KTHT",
        renamed_on=(day - timedelta(5)).strftime("%d/%m/%Y"),
        document="QĐ 2",
    )
    page = admin.get(reverse("admin:unit", args=[office.pk])).content.decode()
    assert "Phòng Kinh tế - Hạ tầng" in page and "Phòng Kinh tế xã An Bình" in page and "Tên trước đây" in page
    post(admin, "unit_move", office.pk, parent="99002.UB", moved_on=day, document="QĐ 3")
    moved = unit_by_code("99001.KT", day)
    assert moved and moved.parent == cast.units.other_committee


def test_a_merger_from_the_page_shows_first_what_passes_on(admin: Client, cast: Cast) -> None:
    commune = cast.units.commune
    page = admin.get(reverse("admin:unit_dissolve", args=[commune.pk])).content.decode()
    assert "vai trò, uỷ quyền của cán bộ: 3" in page
    data = {
        "ended_on": TODAY(),
        "document": "NQ 9",
        "successor_1": "phuong dong hai",
        "share_1": "100 %",
        "basis": "whole",
        "heir": "",
    }
    unchecked = post(admin, "unit_dissolve", commune.pk, **data)
    assert unchecked.status_code == 422 and not HandOver.objects.exists()
    assert post(admin, "unit_dissolve", commune.pk, **data, is_checked="on").status_code == 302
    row = Succession.objects.get(predecessor=commune)
    assert (row.successor, row.share, row.document) == (cast.units.other_commune, 1, "NQ 9")
    page = admin.get(reverse("admin:unit", args=[commune.pk])).content.decode()
    assert "đã kết thúc" in page and "100,0\N{NO-BREAK SPACE}%" in page and "NQ 9" in page


def test_what_an_act_refuses_stands_beside_the_form_and_nothing_typed_is_lost(admin: Client, cast: Cast) -> None:
    answer = post(
        admin,
        "unit_create",
        cast.units.commune_committee.pk,
        kind="office",
        name="Phòng <b>Lạ</b>",
        short_name="Lạ",
        code="99001.VH",
        valid_from=TODAY(),
        document="QĐ 1",
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and "đang thuộc một đơn vị khác" in text
    assert "Phòng &lt;b&gt;Lạ&lt;/b&gt;" in text and "<b>Lạ" not in text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"share_1": "60", "successor_1": ""}, "chưa ghi đơn vị"),
        ({"share_1": "một nửa"}, "ví dụ 62,5"),
        ({"share_1": "140"}, "không quá 100"),
        ({"successor_1": "không có thật"}, "Không có đơn vị nào"),
        ({"successor_1": "xa"}, "Hãy nhập mã"),
        ({"heir": "3"}, "chưa được ghi ở trên"),
        ({"ended_on": "31/02/2026"}, "ngày"),
    ],
)
def test_a_wrong_line_of_the_merger_form_is_named(
    admin: Client, cast: Cast, data: dict[str, str], sentence: str
) -> None:
    whole = {
        "ended_on": TODAY().isoformat(),
        "document": "NQ 9",
        "successor_1": "99002",
        "share_1": "",
        "basis": "",
        "heir": "",
        "is_checked": "on",
    }
    answer = post(admin, "unit_dissolve", cast.units.commune.pk, **{**whole, **data})
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not HandOver.objects.exists()


def test_a_share_is_written_later_from_the_page(real: Client) -> None:
    row = Succession.objects.filter(share=None).order_by("pk").first()
    assert row
    assert post(real, "succession_share", row.pk, share="62,5", basis="area", document="BB 1").status_code == 302
    row.refresh_from_db()
    assert float(row.share or 0) == 0.625


def test_the_month_shows_holidays_overrides_and_hours(admin: Client, cast: Cast) -> None:
    set_day_override(
        Actor.system(),
        unit=cast.units.province,
        day=date(2026, 9, 15),
        kind="off",
        reason="Bão số 5",
        document="CĐ 5",
    )
    page = admin.get(reverse("admin:unit_calendar", args=[cast.units.commune_office.pk]) + "?thang=2026-09")
    text = page.content.decode()
    assert "Tháng 9 năm 2026" in text and "Bão số 5" in text and "Quốc khánh" in text
    assert "19 ngày làm việc" in text
    for wrong in ("2026-13", "x", "9999-01", "0000-00", "-1"):
        assert admin.get(f"/quan-tri/lich/?thang={wrong}").status_code == 200


def test_hours_are_read_as_people_write_them(admin: Client, cast: Cast) -> None:
    data = {f"day_{number}": "7h00 đến 11h30; 13:30 – 17:00" for number in range(5)} | {"day_5": "7h-11h", "day_6": ""}
    answer = post(admin, "calendar_hours", cast.units.province.pk, **data, valid_from="2026-05-01", document="QĐ 20")
    assert answer.status_code == 302
    assert OfficeHours.objects.get().week[0] == [["07:00", "11:30"], ["13:30", "17:00"]]
    assert OfficeHours.objects.get().week[5:] == [[["07:00", "11:00"]], []]
    for wrong in ("sáng", "11:30-07:00", "7:99-8:00", "7:00-8:00, 7:30-9:00"):
        bad = post(
            admin, "calendar_hours", cast.units.province.pk, day_0=wrong, valid_from="2026-06-01", document="QĐ 20"
        )
        assert bad.status_code == 422
    assert OfficeHours.objects.count() == 1


def test_a_day_is_set_and_withdrawn_and_stays_on_record(admin: Client, cast: Cast) -> None:
    given = {"day": "15/09/2026", "kind": "off", "sessions": "", "reason": "Bão", "document": "CĐ 5"}
    assert post(admin, "calendar_override", cast.units.province.pk, **given).status_code == 302
    row = DayOverride.objects.get()
    assert post(admin, "calendar_withdraw", row.pk, reason="Bão tan").status_code == 302
    again = post(admin, "calendar_withdraw", row.pk, reason="lần nữa")
    assert again.status_code == 422 and "đã được bãi bỏ" in again.content.decode()
    page = admin.get(reverse("admin:unit_calendar", args=[cast.units.commune.pk]) + "?thang=2026-09").content.decode()
    assert "Bão tan" in page and "đã bãi bỏ" in page


def test_officers_read_without_being_offered_what_they_may_not_do(cast: Cast, client: Client) -> None:
    sign_in(client, cast.desk_officer)
    page = client.get(reverse("admin:unit", args=[cast.units.commune.pk])).content.decode()
    assert "Xã An Bình" in page and "Đổi tên" not in page
    month = client.get(reverse("admin:unit_calendar", args=[cast.units.commune.pk])).content.decode()
    assert "Đặt giờ làm việc" not in month


def test_the_calendar_finds_a_unit(admin: Client) -> None:
    assert admin.get("/quan-tri/lich/?q=99001.HCC").status_code == 302
    assert "Chọn đơn vị" in admin.get("/quan-tri/lich/?q=an+binh").content.decode()
    assert "Không có đơn vị nào khớp" in admin.get("/quan-tri/lich/?q=zzz").content.decode()


@pytest.mark.browser
def test_the_pages_are_accessible_at_every_width(cast: Cast, browse) -> None:
    page = browse(cast.administrator)
    unit = cast.units.commune.pk
    for path in (
        "/quan-tri/don-vi/",
        "/quan-tri/don-vi/?q=an",
        f"/quan-tri/don-vi/{unit}/",
        f"/quan-tri/don-vi/{unit}/giai-the/",
        "/quan-tri/lich/?thang=2026-09",
        f"/quan-tri/lich/{unit}/gio-lam-viec/",
    ):
        page.goto(path)
        assert faults(page) == [], path
    assert page.problems == []
