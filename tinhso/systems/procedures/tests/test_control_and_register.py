"""Forms 06 and 07 build themselves: from the log of the case, from the dossiers of a desk."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from tinhso.engines.printing import services as printing
from tinhso.systems.procedures import papers, services
from tinhso.systems.procedures.errors import RegisterTooLong
from tinhso.systems.procedures.printing.flow import (
    EARLY,
    LATE,
    ON_TIME,
    Entry,
    Line,
    control_data,
    register_data,
    stays,
    verdict,
)
from tinhso.systems.procedures.printing.sets import set_named
from tinhso.systems.procedures.testing import Office
from tinhso.systems.procedures.tests.test_one_stop_forms import text_of

AT = datetime(2026, 2, 5, 9, 30)
HEAD = {
    "agency": "BỘ PHẬN MỘT CỬA",
    "code": "H27.14-260205-0001",
    "applicant": "Nguyễn Thị Hoa",
    "procedure": "Khai sinh",
}


def line(kind: str, minutes: int, giver: str, taker: str, actor: str, **more: object) -> Line:
    return Line(kind, AT + timedelta(minutes=minutes), giver, taker, actor, **more)  # type: ignore[arg-type]


LOG = [
    line("start", 0, "", "Một cửa", "Mai"),
    line("move", 5, "Một cửa", "Một cửa", "Mai"),
    line("move", 30, "Một cửa", "Phòng Tư pháp", "Mai", step_due_at=AT + timedelta(minutes=20)),
    line("assign", 45, "Phòng Tư pháp", "Phòng Tư pháp", "Trưởng phòng", holder="Đức"),
    line("move", 900, "Phòng Tư pháp", "UBND xã", "Đức", step_due_at=AT + timedelta(days=3), note="Trình ký"),
    line("undo", 905, "UBND xã", "Phòng Tư pháp", "Đức"),
    line(
        "move", 990, "UBND xã", "Một cửa", "Tuấn", step_due_at=(AT + timedelta(minutes=990)).replace(hour=17, minute=0)
    ),
]

ENTRY = Entry(
    code="H27.14-260205-0001",
    procedure="Khai sinh cho con",
    applicant="Nguyễn Thị Hoa",
    address="Thôn Liên Thanh",
    phone="0912 345 678",
    channel="trực tuyến",
    office="Phòng Tư pháp",
    received_at=AT,
    due_at=AT + timedelta(days=5),
    handed_over_at=AT + timedelta(hours=2),
    finished_at=None,
    returned_at=None,
    way="Bản điện tử",
    state="Đang thụ lý",
)


def test_one_row_per_hand_over_between_units_with_both_sides() -> None:
    first, second, third = stays(LOG)
    assert (first.giver, first.receiver, first.handed_by, first.received_by) == (
        "Một cửa",
        "Phòng Tư pháp",
        "Mai",
        "Đức",
    )
    assert first.received_at == AT + timedelta(minutes=45)
    assert (second.received_by, second.note) == ("Tuấn", "Trình ký")
    assert (third.received_at, third.received_by) == (None, "")
    assert [one.result for one in (first, second)] == [LATE, EARLY]


@given(minutes=st.integers(-10_000, 10_000))
def test_early_on_time_and_late_are_told_by_day_then_by_minute(minutes: int) -> None:
    due = AT.replace(hour=17)
    at = due + timedelta(minutes=minutes)
    wanted = LATE if minutes > 0 else (ON_TIME if at.date() == due.date() else EARLY)
    assert verdict(at, due) == wanted
    assert verdict(at, None) == ""


@pytest.mark.parametrize(("which", "number", "width"), [("2018", "Mẫu số 05", 420), ("2025", "Mẫu số 06", 595)])
def test_the_sheet_of_each_set(which: str, number: str, width: int) -> None:
    pdf = printing.render("procedures.control", control_data(HEAD, LOG, set_named(which)))
    assert PdfReader(io.BytesIO(pdf)).pages[0].mediabox.width == pytest.approx(width, abs=1)
    said = text_of(pdf)
    for words in (number, "H27.14-260205-0001", "Giao", "Nhận", "10 giờ 00 phút", "Người nhận: Đức", LATE, "Chưa nhận"):
        assert words in said, words


@pytest.mark.django_db
def test_the_sheet_of_a_settled_dossier_tells_its_way(office: Office) -> None:
    dossier = office.issued()
    dossier.refresh_from_db()
    said = text_of(papers.control_pdf(dossier))
    for words in (dossier.desk.name, dossier.office.name, dossier.unit.name, office.cast.actor("desk_officer").label):
        assert words in said, words


@pytest.mark.django_db
def test_the_register_lists_what_the_desk_received_and_only_to_those_who_may_see(office: Office) -> None:
    one, two = office.received(), office.received(who="other_citizen")
    services.hand_over(actor=office.cast.actor("desk_officer"), dossier_id=two.pk)
    office.filed()
    today = timezone.localdate()
    mine = papers.register_of(office.cast.actor("desk_officer"), one.desk, today, today)
    assert [row.pk for row in mine] == [one.pk, two.pk]
    assert not papers.register_of(office.cast.actor("desk_officer_elsewhere"), one.desk, today, today).exists()
    assert not papers.register_of(
        office.cast.actor("desk_officer"), one.desk, today - timedelta(days=9), today - timedelta(days=1)
    ).exists()
    said = text_of(papers.register_pdf(actor=office.cast.actor("desk_officer"), desk=one.desk, first=today, last=today))
    for words in ("SỔ THEO DÕI HỒ SƠ", "Mẫu số 07", "2 hồ sơ", one.applicant.full_name, "Đã tiếp nhận", "Đang thụ lý"):
        assert words in said, words


@pytest.mark.django_db
def test_a_register_backwards_or_too_long_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier, today = office.received(), timezone.localdate()
    actor = office.cast.actor("desk_officer")
    with pytest.raises(RegisterTooLong):
        papers.register_pdf(actor=actor, desk=dossier.desk, first=today, last=today - timedelta(days=1))
    monkeypatch.setattr(papers, "MOST_IN_A_REGISTER", 0)
    with pytest.raises(RegisterTooLong):
        papers.register_pdf(actor=actor, desk=dossier.desk, first=today, last=today)


def test_an_empty_register_is_a_register() -> None:
    head = {"agency": "BỘ PHẬN MỘT CỬA", "first": "01/02/2026", "last": "28/02/2026"}
    assert "0 hồ sơ" in text_of(printing.render("procedures.register", register_data(head, [], set_named("2018"))))
