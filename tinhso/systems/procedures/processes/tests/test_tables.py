"""Step tables of decisions: what they say, what they become, where they disagree with themselves."""

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.workflow import rules
from tinhso.engines.workflow.models import ProcessDefinition
from tinhso.foundation.access import registry
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.processes import loading, tables
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services import forward_dossier
from tinhso.systems.procedures.testing import IN_PERSON, Office

TABLES = {
    table["code"]: table
    for path in sorted(loading.FOLDER.glob("*.json"))
    for table in json.loads(path.read_text(encoding="utf-8"))["processes"]
}
# The decisions' own totals, copied by hand from their texts.
TOTALS = {
    "QT.XNKBCXB.01": 3,
    "QT.XNKBCXB.02": 3,
    "QT.ĐCKS.01.I": 42,
    "QT.ĐCKS.01.II": 32,
    "QT.GĐ.01": 20,
    "QT.GĐ.02": 10,
    "QT.TBYT.01": 0,
    "QT.TBYT.02": 0,
    "QT.TBYT.03": 0,
    "QT.TBYT.06": 0,
    # Not decisions: proposed by the team from the order of steps on the national portal, said so in their source.
    "DX.D.01": 20,
    "DX.TC.01": 3,
    "DX.DĐ.01": 18,
}


def test_every_table_of_the_decisions_is_there_with_its_total() -> None:
    assert {code: table["term"]["value"] for code, table in TABLES.items()} == TOTALS
    assert sum(len(table["steps"]) for table in TABLES.values()) == 7 * 2 + 11 * 2 + 8 * 2 + 2 * 4 + 9 + 5 + 7


@pytest.mark.parametrize("code", sorted(TABLES))
def test_each_table_is_a_sound_process_within_its_term(code: str) -> None:
    table = TABLES[code]
    process = rules.read(tables.definition_of(table))
    term = rules.term_hours(table["term"]["value"], table["term"]["unit"])
    declared = frozenset(registry.PERMISSIONS)
    assert rules.problems(process, term_hours=term, permissions=declared) == []
    assert tables.sum_of(table).agrees


def test_the_example_of_three_days_adds_up_in_quarters() -> None:
    table = TABLES["QT.XNKBCXB.01"]
    assert [row.get("days") for row in table["steps"]] == [None, 0.25, 0.25, 0.5, 0.5, 1.5, None]
    assert tables.sum_of(table).days == Decimal("3.00")
    process = rules.read(tables.definition_of(table))
    assert rules.longest_hours(process) == 24
    assert rules.longest_way(process) == ["b2", "b3", "b4", "b5", "b6"]
    assert process.steps["b5"].place == "agency" and process.steps["b6"].place == "unit"


def test_a_total_in_calendar_days_is_made_to_fit_and_said() -> None:
    process = rules.read(tables.definition_of(TABLES["QT.GĐ.01"]))
    assert rules.longest_hours(process) == pytest.approx(112)
    assert "không ghi ngày làm việc" in loading.remarks_of("QT.GĐ.01", tables.sum_of(TABLES["QT.GĐ.01"]))[0]


def test_a_sum_that_disagrees_is_said() -> None:
    table = copy.deepcopy(TABLES["QT.GĐ.02"])
    table["steps"][3]["days"] = 6.5
    assert "cộng lại 9,5 ngày, quyết định ghi 10 ngày" in loading.remarks_of("QT", tables.sum_of(table))[0]


@given(st.lists(st.sampled_from([0.25, 0.5, 0.75, 1, 1.5, 2, 15]), min_size=1, max_size=12))
def test_the_longest_path_is_the_sum_of_the_rows(days: list[float]) -> None:
    rows = [{"code": "B1", "what": "a", "who": "b", "role": "desk", "time": "office_hours"}]
    rows += [{"code": f"B{n + 2}", "what": "a", "who": "b", "role": "officer", "days": d} for n, d in enumerate(days)]
    table = {"code": "x", "term": {"value": sum(days), "unit": "working_day"}, "steps": rows}
    assert rules.longest_hours(rules.read(tables.definition_of(table))) == pytest.approx(sum(days) * 8)


@pytest.mark.parametrize(
    "row",
    [
        {"code": "", "what": "a", "who": "b", "role": "desk", "days": 1},
        {"code": "B2", "what": "a", "who": "b", "role": "king", "days": 1},
        {"code": "B2", "what": "a", "who": "b", "role": "desk"},
        {"code": "B2", "what": "a", "who": "b", "role": "desk", "days": -1},
        {"code": "B1", "what": "a", "who": "b", "role": "desk", "days": 1},
    ],
)
def test_a_bad_row_is_named(row: dict[str, Any]) -> None:
    first = {"code": "B1", "what": "a", "who": "b", "role": "desk", "time": "office_hours"}
    with pytest.raises(tables.BadTable):
        tables.definition_of({"code": "x", "term": {"value": 1, "unit": "working_day"}, "steps": [first, row]})


@pytest.mark.django_db
def test_loading_publishes_once_and_tells_what_to_look_at(cast: Cast) -> None:
    actor = Actor.system()
    first = loading.load_processes(actor)
    assert sorted(first.published) == sorted(TABLES) and not first.unchanged
    assert any("QT.GĐ.01" in remark for remark in first.remarks)
    assert any("2873" in remark for remark in first.remarks)
    again = loading.load_processes(actor)
    assert not again.published and sorted(again.unchanged) == sorted(TABLES)
    assert ProcessDefinition.objects.filter(is_published=True, code__in=TABLES).count() == len(TABLES)
    found = loading.process_for("1.013871")
    assert found is not None and found.code == "QT.GĐ.01" and "3005" in found.source
    assert loading.process_for("9.999999") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "\x00",
        '{"decision": "x", "processes": 7}',
        '{"decision": "x", "processes": [{}]}',
        '{"decision": "x", "processes": [7]}',
        '{"decision": "x", "processes": [{"code": "q", "steps": [], "term": {}}]}',
    ],
)
def test_a_bad_file_is_refused_whole(tmp_path: Path, cast: Cast, text: str) -> None:
    good = (loading.FOLDER / "3005-2025.json").read_text(encoding="utf-8")
    (tmp_path / "a.json").write_text(good, encoding="utf-8")
    (tmp_path / "b.json").write_text(text, encoding="utf-8")
    with pytest.raises(loading.BadFile, match=r"b\.json"):
        loading.load_processes(Actor.system(), tmp_path)
    assert not ProcessDefinition.objects.filter(code__startswith="QT.").exists()


@pytest.mark.django_db
def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(loading.BadFile, match="không có tệp"):
        loading.load_processes(Actor.system(), tmp_path)


def _version(office: Office, code: str) -> ProcedureVersion:
    version = office.version(IN_PERSON)
    version.pk, version.code = None, code
    version.save()
    return version


@pytest.mark.django_db
def test_a_dossier_goes_through_every_row_of_a_decision(office: Office) -> None:
    version = _version(office, "1.013871")
    done = loading.load_processes(Actor.system())
    assert done.used == ["1.013871"]
    version.refresh_from_db()
    assert version.process.code == "QT.GĐ.01"
    cast, system = office.cast, Actor.system()
    dossier = _walk_in(office, version)
    desk, officer, leader = (cast.actor(name) for name in ("desk_officer", "resolving_officer", "leader"))
    assert dossier.case is not None and dossier.case.step == "b2" and dossier.due_at
    services.hand_over(actor=desk, dossier_id=dossier.pk)
    _forward(dossier, system, "b3", "to_b4")
    services.draft_result(actor=officer, dossier_id=dossier.pk, rows=[], conclusion="Đủ điều kiện")
    _forward(dossier, system, "b5", "look_again", note="Sai tên")
    services.draft_result(actor=officer, dossier_id=dossier.pk, rows=[], conclusion="Đã sửa")
    _forward(dossier, system, "b5", "to_b6")
    services.sign_and_issue(actor=leader, dossier_id=dossier.pk)
    _forward(dossier, officer, "b7", "to_b8")
    dossier.refresh_from_db()
    assert dossier.state == State.ISSUED and dossier.case.step == "b8"


def _walk_in(office: Office, version: ProcedureVersion) -> Dossier:
    from tinhso.systems.procedures.counter.rules import Card
    from tinhso.systems.procedures.counter.services import PaperLine, receive_walk_in

    made = receive_walk_in(
        actor=office.cast.actor("desk_officer"),
        desk=office.cast.units.commune_centre,
        version=version,
        card=Card("099190000123", "Trần Thị Bưởi"),
        papers=[PaperLine("Đơn đề nghị")],
    )
    return Dossier.objects.get(pk=made.pk)


def _forward(dossier: Dossier, actor: Actor, step: str, transition: str, note: str = "") -> None:
    dossier.refresh_from_db()
    assert dossier.case is not None and dossier.case.step == step
    forward_dossier(actor=actor, dossier_id=dossier.pk, transition=transition, note=note)


@pytest.mark.django_db
def test_a_procedure_with_dossiers_keeps_its_process_and_it_is_said(office: Office) -> None:
    version = _version(office, "1.013876")
    _walk_in(office, version)
    done = loading.load_processes(Actor.system())
    assert done.used == [] and any("đã có hồ sơ" in remark for remark in done.remarks)
