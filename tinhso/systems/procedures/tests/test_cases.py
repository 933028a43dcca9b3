"""One procedure, several cases: the case chosen gives the term, the papers and the fee."""

import datetime

import pytest

from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures import cases, clock, seeds, services
from tinhso.systems.procedures.models import ProcedureVersion
from tinhso.systems.procedures.testing import IN_PERSON, Office

TWO = [
    {"code": "thuong", "title": "Hồ sơ thông thường", "when": "không phải xác minh"},
    {"code": "xac-minh", "title": "Phải xác minh", "when": "cần xác minh thêm", "term_value": 8, "fee_vnd": 9000},
]
MONDAY = datetime.datetime(2026, 11, 16, 2, 0, tzinfo=datetime.UTC)


@pytest.fixture
def version(office: Office) -> ProcedureVersion:
    found = office.version(IN_PERSON)
    found.cases, found.term_unit, found.term_value = TWO, "working_day", 2
    found.save()
    return found


def test_a_case_has_its_own_facts_and_the_versions_for_the_rest(version: ProcedureVersion) -> None:
    usual, checked = cases.every_case(version)
    assert (usual.term_value, checked.term_value, checked.fee_vnd) == (2, 8, 9000)
    assert usual.papers == version.papers == checked.papers


def test_an_unknown_case_is_the_version_itself(version: ProcedureVersion) -> None:
    assert cases.facts_of(version, "no-such").term_value == 2
    for answer in (None, "", "khác", 7, ["x"]):
        assert cases.chosen(version, {cases.CASE_FIELD: answer}) == ""


def test_the_case_answered_in_the_form_sets_the_clock(office: Office, version: ProcedureVersion) -> None:
    desk = office.cast.actor("desk_officer")
    person = office.cast.citizen.person
    assert person is not None
    made = {
        answer: services.record_walk_in(
            actor=desk,
            version=version,
            desk=office.cast.units.commune_centre,
            person=person,
            data={cases.CASE_FIELD: answer} if answer else {},
            at=MONDAY,
        )
        for answer in ("", "Hồ sơ thông thường", "Phải xác minh")
    }
    assert [one.case_code for one in made.values()] == ["", "thuong", "xac-minh"]
    assert made[""].due_at == made["Hồ sơ thông thường"].due_at
    assert made["Phải xác minh"].due_at == clock.due_at(version, made[""].office, MONDAY, "xac-minh") > made[""].due_at  # type: ignore[operator]


def test_loading_twice_changes_nothing(office: Office) -> None:
    assert len(seeds.load_catalogue(Actor.system("kiểm thử"))) > 10
    assert seeds.load_catalogue(Actor.system("kiểm thử")) == []
