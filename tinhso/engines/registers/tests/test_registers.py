"""Registers from the first definition to the proof of their history."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tinhso.engines.registers import errors, selectors, services
from tinhso.engines.registers.models import ChangeRequest, DuplicatePair, ImportRun, Record, RecordVersion, Register
from tinhso.engines.registers.tests.conftest import PERSONS, make_register
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.people.lookups import lookups_of
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("kiểm thử")
HEAD = "Số định danh;Họ và tên;Ngày sinh;Nơi cư trú\n"
HOA = "042190000017;Nguyễn Thị Hoa;17/05/1990;Thôn 1, xã An Bình\n"
DUC = "042090000025;Trần Văn Đức;02/09/1988;Thôn 2, xã An Bình\n"


def imported(register: Register, text: str, actor: Actor = SYSTEM, **more: Any) -> ImportRun:
    return services.import_rows(
        actor=actor, register=register, data=(HEAD + text).encode(), file_name="a.csv", source="Công an xã", **more
    )


def test_only_who_may_define_defines(cast: Cast) -> None:
    for name in Cast.NAMES:
        if name != "administrator":
            with pytest.raises(access.Denied):
                services.define_register(
                    actor=cast.actor(name), code="x", name="X", owner=cast.units.commune_committee, content=PERSONS
                )
    assert not Register.objects.exists()


def test_a_register_without_a_published_definition_takes_nothing(cast: Cast) -> None:
    register = services.define_register(
        actor=SYSTEM, code="x", name="X", owner=cast.units.commune_committee, content=PERSONS
    )
    with pytest.raises(errors.NotInForce):
        imported(register, HOA)


def test_good_rows_are_written_and_bad_ones_named(cast: Cast, register: Register) -> None:
    run = imported(register, HOA + "042;Lê Mai;31/02/2025;\n" + DUC + "042090000026;Hồ Nga;01/01/1999;a;b\n")
    assert (run.rows, run.created, run.refused, run.is_written) == (4, 2, 2, True)
    assert [(one.row, one.code) for one in run.faults.all()] == [
        (3, "not_12_digits"),
        (3, "no_such_day"),
        (5, "ragged"),
    ]
    assert selectors.verify(register).is_whole and selectors.verify(register).rows == 2
    again = imported(register, HOA.replace("Thôn 1", "Thôn 9") + DUC)
    assert (again.created, again.updated, again.unchanged) == (0, 1, 1)
    assert Record.objects.get(key="042190000017").number == 2


def test_all_or_nothing_writes_nothing_when_a_row_is_bad(register: Register) -> None:
    run = imported(register, HOA + "1;;;\n", all_or_nothing=True)
    assert not run.is_written and run.refused == 1 and not Record.objects.exists()


def test_a_key_twice_in_a_file_keeps_both_rows_out(register: Register) -> None:
    run = imported(register, HOA + DUC + HOA.replace("Hoa", "Huệ"))
    assert (run.created, run.refused) == (1, 2)
    assert sorted(run.faults.values_list("row", flat=True)) == [2, 4]


@pytest.mark.parametrize("name", ["stranger", "citizen", "desk_officer", "leader_elsewhere", "auditor"])
def test_who_may_not_import(cast: Cast, register: Register, name: str) -> None:
    with pytest.raises(access.Denied):
        imported(register, HOA, actor=cast.actor(name))
    assert not Record.objects.exists()


def test_the_definition_says_which_roles_change(cast: Cast, register: Register) -> None:
    services.draft_definition(actor=SYSTEM, register=register, content=PERSONS, change_roles=["data_steward"])
    services.publish_definition(actor=SYSTEM, register=register, valid_from=timezone.localdate() + timedelta(days=1))
    imported(register, HOA, actor=cast.actor("leader"))
    definition = register.definitions.get(version=2)
    definition.register = register
    from tinhso.engines.registers.services.history import require_changer

    with pytest.raises(access.Denied):
        require_changer(cast.actor("leader"), definition)


def ask(register: Register, actor: Actor, **wanted: Any) -> ChangeRequest:
    return services.ask_change(
        actor=actor,
        register=register,
        kind="correct",
        record=Record.objects.get(register=register, key="042190000017"),
        wanted=wanted,
        reason="Ghi sai",
        document="Giấy khai sinh số 12",
    )


def test_a_correction_needs_a_second_person(cast: Cast, register: Register) -> None:
    imported(register, HOA)
    request = ask(register, cast.actor("leader"), full_name="Nguyễn Thị Hoà")
    with pytest.raises(errors.WrongRequest):
        services.decide_change(actor=cast.actor("leader"), request_id=request.pk, approve=True)
    for name in ("stranger", "desk_officer", "leader_elsewhere", "auditor"):
        with pytest.raises(access.Denied):
            services.decide_change(actor=cast.actor(name), request_id=request.pk, approve=True)
    services.decide_change(actor=cast.actor("administrator"), request_id=request.pk, approve=True)
    record = Record.objects.get(key="042190000017")
    version = record.versions.get(number=2)
    assert record.title == "Nguyễn Thị Hoà" and version.provenance["full_name"]["source"] == "Giấy khai sinh số 12"
    assert version.provenance["born_on"]["source"] == "Công an xã"
    with pytest.raises(errors.WrongRequest):
        services.decide_change(actor=cast.actor("administrator"), request_id=request.pk, approve=True)


def test_a_request_on_what_has_moved_on_is_refused(cast: Cast, register: Register) -> None:
    imported(register, HOA)
    request = ask(register, cast.actor("leader"), full_name="Nguyễn Thị Hoà")
    imported(register, HOA.replace("Thôn 1", "Thôn 7"))
    with pytest.raises(errors.WrongRequest):
        services.decide_change(actor=cast.actor("administrator"), request_id=request.pk, approve=True)
    assert ChangeRequest.objects.get().state == "waiting"


def test_a_wrong_or_empty_correction_is_refused_at_once(cast: Cast, register: Register) -> None:
    imported(register, HOA)
    for wanted in ({"born_on": "31/02/2025"}, {"lạ": "x"}, {"full_name": ""}):
        with pytest.raises(errors.WrongRecord):
            ask(register, cast.actor("leader"), **wanted)
    with pytest.raises(errors.WrongRequest):
        ask(register, cast.actor("leader"), full_name="Nguyễn Thị Hoa")


def test_history_as_of_any_day_and_as_known(register: Register) -> None:
    imported(register, HOA, valid_from=date(2025, 1, 1))
    known = timezone.now()
    imported(register, HOA.replace("Thôn 1", "Thôn 5"), valid_from=date(2026, 3, 1))
    shown = {day: selectors.records_on(register, day).first() for day in (date(2025, 6, 1), date(2026, 6, 1))}
    assert [one.data["address"][:6] for one in shown.values() if one] == ["Thôn 1", "Thôn 5"]
    assert not selectors.records_on(register, date(2024, 12, 31)).exists()
    then = RecordVersion.objects.filter(register=register).as_of(date(2026, 6, 1), known_at=known)
    assert then.get().data["address"].startswith("Thôn 1")


def test_a_closed_record_answers_nobody_and_stays(cast: Cast, register: Register) -> None:
    imported(register, HOA)
    services.close_record(actor=SYSTEM, register=register, key="042190000017", reason="Chuyển đi")
    with pytest.raises(errors.NoSuchRecord):
        services.look_up(SYSTEM, register=register, key="042190000017", purpose="Xem")
    assert imported(register, HOA).refused == 1
    assert RecordVersion.objects.count() == 2 and selectors.verify(register).is_whole


def test_every_row_can_be_proved_and_rewriting_shows(register: Register) -> None:
    imported(register, HOA + DUC)
    for version in RecordVersion.objects.all():
        assert selectors.prove(version).holds
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordVersion.objects.update(data={})
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordVersion.objects.all().delete()
    root = register.heads.get().root_hex
    assert AuditRow.objects.filter(act="registers.file.imported", details__root=root).exists()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE registers_recordversion DISABLE TRIGGER USER")
        cursor.execute("UPDATE registers_recordversion SET data = '{}' WHERE sequence = 1")
        cursor.execute("ALTER TABLE registers_recordversion ENABLE TRIGGER USER")
    verdict = selectors.verify(register)
    assert (verdict.broken_at, verdict.why) == (1, "edited")
    assert not selectors.prove(RecordVersion.objects.get(sequence=1)).holds


def test_a_look_up_is_seen_by_the_person_and_needs_a_purpose(cast: Cast, register: Register) -> None:
    imported(register, HOA)
    actor, person = cast.actor("desk_officer"), cast.citizen.person
    assert person is not None
    with pytest.raises(errors.WrongRequest):
        services.look_up(actor, register=register, key="042190000017", purpose=" ")
    with pytest.raises(errors.FieldNotGranted):
        services.look_up(actor, register=register, key="042190000017", fields=["lạ"], purpose="Cấp giấy")
    with pytest.raises(access.Denied):
        services.look_up(actor, register=register, key="042190000017", fields=["note"], purpose="Cấp giấy")
    with pytest.raises(access.Denied):
        services.look_up(cast.actor("citizen"), register=register, key="042190000017", purpose="Tò mò")
    assert not lookups_of(person.pk).exists()
    found = services.look_up(
        actor, register=register, key="042190000017", fields=["full_name"], purpose="Cấp giấy xác nhận"
    )
    assert found.values == {"full_name": "Nguyễn Thị Hoa"} and found.provenance["full_name"]["confidence"] == 80
    seen = lookups_of(person.pk).get()
    assert "Cấp giấy xác nhận" in seen.purpose and "Sổ thử" in seen.purpose


def test_a_surer_source_changes_the_golden_record_and_a_weaker_does_not(register: Register) -> None:
    imported(register, HOA)
    said = {"address": "Thôn 3, xã An Bình"}
    common: dict[str, Any] = {"actor": SYSTEM, "register": register, "key": "042190000017"}
    services.receive_claims(**common, said=said, source="Thuế", confidence=40, seen_on=date(2026, 1, 1))
    assert Record.objects.get().number == 1
    services.receive_claims(**common, said=said, source="Dân cư", confidence=99, seen_on=date(2026, 1, 1))
    version = RecordVersion.objects.get(number=2)
    assert version.provenance["address"] == {"source": "Dân cư", "confidence": 99, "on": "2026-01-01"}
    with pytest.raises(errors.WrongRecord):
        services.receive_claims(
            **common, said={"number": "1"}, source="Dân cư", confidence=99, seen_on=date(2026, 1, 1)
        )


def test_probable_duplicates_are_decided_by_a_person(cast: Cast, register: Register) -> None:
    imported(
        register,
        HOA
        + "042190000018;Nguyễn Thị Hoà;17/05/1990;Thôn 1 x. An Bình\n"
        + "042190000019;Nguyễn Thị Hoa;05/10/1971;Xã Kỳ Anh\n",
    )
    assert services.find_duplicates(actor=cast.actor("leader"), register=register) == 1
    assert services.find_duplicates(actor=cast.actor("leader"), register=register) == 0
    pair = DuplicatePair.objects.get()
    with pytest.raises(access.Denied):
        services.decide_duplicate(actor=cast.actor("leader_elsewhere"), pair_id=pair.pk, same=True)
    services.decide_duplicate(actor=cast.actor("leader"), pair_id=pair.pk, same=True)
    gone = Record.objects.get(key="042190000018")
    assert gone.joined_to is not None and gone.joined_to.key == "042190000017"
    found = services.look_up(SYSTEM, register=register, key="042190000018", purpose="Kiểm tra")
    assert found.key == "042190000017"
    with pytest.raises(errors.WrongRequest):
        services.decide_duplicate(actor=cast.actor("leader"), pair_id=pair.pk, same=False)


def test_keys_stay_once_there_are_records(register: Register) -> None:
    imported(register, HOA)
    services.draft_definition(actor=SYSTEM, register=register, content={**PERSONS, "keys": ["full_name"]})
    with pytest.raises(errors.WrongDefinition):
        services.publish_definition(
            actor=SYSTEM, register=register, valid_from=timezone.localdate() + timedelta(days=1)
        )


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_leave_one_whole_history(cast: Cast) -> None:
    register = make_register(cast)
    gate = threading.Barrier(4)

    def write(at: int) -> None:
        try:
            gate.wait(10)
            imported(register, f"04209000010{at};Lê Thị Mai;01/01/1990;\n")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    verdict = selectors.verify(register)
    assert verdict.is_whole and verdict.rows == 4
