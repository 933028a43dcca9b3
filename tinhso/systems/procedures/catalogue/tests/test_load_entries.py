"""A file becomes dated versions: nothing twice, nothing lost, nothing bad, nothing undone."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.procedures.catalogue import selectors, services
from tinhso.systems.procedures.catalogue.models import CatalogueEntry, ProcedureCase
from tinhso.systems.procedures.catalogue.testing import load, newest, raw

JULY, AUGUST = date(2026, 7, 18), date(2026, 8, 20)


def test_a_file_loaded_twice_changes_nothing(db: None) -> None:
    assert load(raw(), raw("1.000002")).count("added") == 2
    again = load(raw("1.000002"), raw())
    assert again.same == 2 and not again.differences
    assert CatalogueEntry.objects.count() == 2


def test_a_change_is_a_new_version_and_the_old_one_stays(db: None) -> None:
    load(raw())
    report = load(raw(fee_vnd=20000, as_of="2026-08-20"))
    assert [change.fact for change in report.differences[0].changes] == ["fee_vnd"]
    before, after = CatalogueEntry.objects.order_by("number")
    assert (before.valid_to, after.valid_from, after.number) == (AUGUST, AUGUST, 2)
    assert selectors.entry("1.000001", date(2026, 8, 19)).fee_vnd == 15000
    assert selectors.entry("1.000001", AUGUST).fee_vnd == 20000
    assert not CatalogueEntry.objects.as_of(date(2026, 7, 17)).exists()


def test_a_correction_of_the_same_day_leaves_the_first_on_record_but_never_in_force(db: None) -> None:
    load(raw())
    load(raw(name_vi="Thủ tục cấp giấy phép thử"))
    first, second = CatalogueEntry.objects.order_by("number")
    assert first.valid_from == first.valid_to == second.valid_from == JULY
    assert selectors.entry("1.000001", JULY) == second


def test_an_older_file_is_refused_by_row(db: None) -> None:
    load(raw(as_of="2026-08-20"))
    with pytest.raises(services.BadRows) as refusal:
        load(raw(fee_vnd=1))
    assert "Dòng 1 (1.000001): cũ hơn phiên bản đang có (từ 20/08/2026)" in refusal.value.sentence


def test_bad_rows_write_nothing_or_only_the_good_ones_as_asked(db: None) -> None:
    bad = raw("1.000002", level="huyện", legal_term={"value": "ba", "unit": "tuần"}, source="javascript:alert(1)")
    with pytest.raises(services.BadRows) as refusal:
        load(raw(), bad)
    assert not CatalogueEntry.objects.exists()
    assert all(word in refusal.value.sentence for word in ("Dòng 2 (1.000002)", "level", "legal_term", "source"))
    report = load(raw(), bad, skip_bad=True)
    assert [row.number for row in report.bad] == [2] and CatalogueEntry.objects.get().code == "1.000001"
    assert AuditRow.objects.get(act="procedures.catalogue.loaded").details["refused"] == [2]


def test_a_code_that_stands_twice_is_refused_both_times(db: None) -> None:
    with pytest.raises(services.BadRows) as refusal:
        load(raw(), raw("1.000002"), raw(fee_vnd=0))
    assert [row.number for row in refusal.value.bad] == [1, 3]


def test_a_dry_run_tells_everything_and_writes_nothing(db: None) -> None:
    load(raw(), raw("1.000002"))
    rows = AuditRow.objects.count()
    report = load(raw(fee_vnd=1, papers=[], as_of="2026-09-01"), raw("1.000003"), raw("x"), dry_run=True, is_whole=True)
    assert {(one.kind, one.code) for one in report.differences} == {
        ("changed", "1.000001"),
        ("added", "1.000003"),
        ("removed", "1.000002"),
    }
    changes = {change.fact: change.kind for change in report.differences[0].changes}
    assert changes == {"fee_vnd": "changed", "papers": "removed"}
    assert len(report.bad) == 1 and not report.is_written
    assert CatalogueEntry.objects.count() == 2 and AuditRow.objects.count() == rows


def test_what_a_whole_list_no_longer_names_ends_and_may_come_back(db: None) -> None:
    load(raw(), raw("1.000002"))
    load(raw("1.000002", as_of="2026-08-20"), is_whole=True)
    assert not CatalogueEntry.objects.as_of(AUGUST).filter(code="1.000001").exists()
    load(raw(as_of="2026-09-09"))
    assert newest().valid_from == date(2026, 9, 9) and newest().number == 2


def test_a_part_of_a_list_ends_nothing(db: None) -> None:
    load(raw(), raw("1.000002"))
    load(raw("1.000002", as_of="2026-08-20"))
    assert newest().valid_to is None


def test_who_may_not_load(cast: Cast) -> None:
    for name in ("citizen", "desk_officer", "leader", "auditor", "stranger"):
        with pytest.raises(access.Denied):
            load(raw(), actor=cast.actor(name))
    assert not CatalogueEntry.objects.exists()


def test_an_act_of_the_administrator_is_on_record_once(cast: Cast) -> None:
    load(raw(), raw("1.000002"), actor=cast.actor("administrator"))
    row = AuditRow.objects.get(act="procedures.catalogue.loaded")
    assert row.details["added"] == 2 and row.actor_id == cast.administrator.pk


def test_the_database_refuses_two_versions_in_force(db: None) -> None:
    load(raw())
    twin = newest()
    twin.pk, twin.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_several_terms_are_several_cases(db: None) -> None:
    def term(channel: str, value: int) -> dict[str, object]:
        return {"channel": channel, "value": value, "unit": "ngày làm việc"}

    load(
        raw(terms_all=[term("trực tuyến", 2), term("trực tiếp", 5)]),
        raw("1.000002", terms_all=[term("trực tuyến", 2), term("trực tuyến", 5)]),
        raw("1.000003", terms_all=[term("trực tuyến", 3), term("trực tiếp", 3)]),
    )
    sure = ProcedureCase.objects.filter(entry__code="1.000001")
    assert [(case.title, case.term_value, case.is_sure) for case in sure] == [
        ("Nộp trực tuyến", 2, True),
        ("Nộp tại bộ phận một cửa", 5, True),
    ]
    assert [case.is_sure for case in ProcedureCase.objects.filter(entry__code="1.000002")] == [False, False]
    assert not ProcedureCase.objects.filter(entry__code="1.000003").exists()


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_make_one_version_each() -> None:
    def work() -> None:
        try:
            load(raw(), raw("1.000002"))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(CatalogueEntry.objects.values_list("code", "number")) == [("1.000001", 1), ("1.000002", 1)]
