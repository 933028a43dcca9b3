"""Every procedure served here, in each of its cases, from the form to the issued result, in the real province.

The people are those whom the demo puts in post; what they do is done by the acts, step by step of the procedure's own
process (B1 to Bn where a decision of the province has a table).
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tinhso.engines.indicators.models import Fact
from tinhso.engines.indicators.rules import Period
from tinhso.engines.indicators.services import recount_cell
from tinhso.engines.signing import services as signing
from tinhso.engines.workflow.models import CaseStep
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.orgs.seeds import load_province
from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.kept import settle
from tinhso.systems.procedures import cases, clock, playing, seeds, services
from tinhso.systems.procedures.catalogue.ready_forms import codes
from tinhso.systems.procedures.catalogue.testing import SYSTEM
from tinhso.systems.procedures.measures import RECEIVED
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.processes import loading
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.stories import Crew
from tinhso.systems.procedures.walking import onward, who_may

FILES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(seeds.CATALOGUE.glob("*.json"))}
EVERY_CASE = [
    (code, case)
    for code, facts in FILES.items()
    if facts.get("route", "local") == "local"
    for case in [one["code"] for one in facts.get("cases", [])] or [""]
]
PROVINCIAL = {
    code: facts["authority"] for code, facts in FILES.items() if facts.get("authority", "commune") != "commune"
}
# Signed and sealed for real: one of the usual process, and one of each department's. Of the others the result is
# printed, numbered and issued, and only the two keys stand still: the signatures have tests of their own.
FIRST = {next(pair for pair in EVERY_CASE if pair[0] == code) for code, _case in EVERY_CASE}
SIGNED = {"1.001193", *PROVINCIAL}


@dataclass
class House:
    """The province with its people: a citizen, a commune, and who works on which version."""

    commune: Unit
    citizen: Account
    dice: random.Random
    crews: dict[str, Crew]

    def crew(self, version: ProcedureVersion) -> Crew:
        key = f"{version.authority} {version.duty}" if version.is_provincial else "commune"
        if key not in self.crews:
            self.crews[key] = playing.crew_for(SYSTEM, self.dice, version, self.commune)
        return self.crews[key]


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """Made once for this file and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_province(SYSTEM, "hatinh")
        seeds.load_catalogue(SYSTEM)
        loading.load_processes(SYSTEM)
        commune = Unit.objects.as_of(timezone.localdate()).filter(kind=UnitKind.COMMUNE).order_by("code")[0]
        dice = random.Random(11)
        made = House(commune, None, dice, {})  # type: ignore[arg-type]
        crew = made.crew(ProcedureVersion.objects.get(code="1.001193"))
        made.citizen = playing.make_citizen(SYSTEM, dice, [crew], 1)
        for version in ProcedureVersion.objects.all():
            made.crew(version)
        settle()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # nobody else sees these rows: no server would ever count them by itself
        yield made
        transaction.set_rollback(True)


def filed(house: House, version: ProcedureVersion, case: str) -> Dossier:
    """Online where the procedure takes it, else at the desk; received."""
    crew = house.crew(version)
    desk = Actor.of(crew.desk, stepped_up=True)
    if version.form is None or "online" not in version.channels:
        assert house.citizen.person is not None
        centre = Unit.objects.get(pk=next(one.unit_id for one in desk.grants if one.role == "desk_officer"))
        return services.record_walk_in(
            actor=desk, version=version, desk=centre, person=house.citizen.person, data={}, case_code=case
        )
    citizen = Actor.of(house.citizen)
    draft = services.start_draft(actor=citizen, version=version, case_code=case)
    if not version.is_provincial:
        services.choose_commune(actor=citizen, token=draft.token, commune=house.commune)
    playing.fill(house.dice, citizen, draft, version)
    dossier = services.submit_dossier(actor=citizen, token=draft.token)
    return services.receive_dossier(actor=desk, dossier_id=dossier.pk)


def walk(dossier: Dossier, crew: Crew, goal: str) -> None:
    """Each of the procedure's own steps, by somebody who may do it."""
    people = [Actor.of(one, stepped_up=True) for one in (crew.officer, *crew.others, crew.leader, crew.desk)]
    while way := onward(dossier, [goal]):
        who = who_may(dossier, people)
        assert who is not None, f"nobody may go {way}"
        services.forward_dossier(actor=who, dossier_id=dossier.pk, transition=way)


@pytest.mark.parametrize(("code", "case"), EVERY_CASE)
def test_from_the_form_to_the_issued_result(
    house: House, db: None, monkeypatch: pytest.MonkeyPatch, code: str, case: str
) -> None:
    if code not in SIGNED or (code, case) not in FIRST:
        for act in ("sign_pdf", "seal_pdf"):
            monkeypatch.setattr(signing, act, lambda _actor, *, pdf, **_more: pdf)
    version = ProcedureVersion.objects.select_related("form", "process").get(code=code)
    crew = house.crew(version)
    if has_walked_before(version, case):
        received_in_its_own_term(filed(house, version, case), version, case)
        return
    desk, officer, leader = (Actor.of(one, stepped_up=True) for one in (crew.desk, crew.officer, crew.leader))
    dossier = filed(house, version, case)
    received_in_its_own_term(dossier, version, case)
    services.hand_over(actor=desk, dossier_id=dossier.pk)
    walk(dossier, crew, "draft")
    rows = [{"label": row["label"], "value": str(dossier.data.get(row["field"]) or "–")} for row in layout(version)]
    services.draft_result(actor=officer, dossier_id=dossier.pk, rows=rows, conclusion="Đủ điều kiện.")
    walk(dossier, crew, "sign")
    services.sign_and_issue(actor=leader, dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert dossier.result.file is not None and dossier.result.number_text
    if dossier.state == State.ISSUED:
        walk(dossier, crew, "return")
        services.return_result(actor=desk, dossier_id=dossier.pk, collected_by="Người nộp", paper="Thẻ căn cước")
        dossier.refresh_from_db()
    assert dossier.state == State.RETURNED
    if version.is_provincial:
        of_the_province(dossier, version)


def has_walked_before(version: ProcedureVersion, case: str) -> bool:
    """Whether a case named before this one goes the same steps: it then differs in papers, fee and term alone."""
    own = cases.process_for(version, case).pk
    named = [one for code, one in EVERY_CASE if code == version.code]
    return any(cases.process_for(version, one).pk == own for one in named[: named.index(case)])


def received_in_its_own_term(dossier: Dossier, version: ProcedureVersion, case: str) -> None:
    assert (dossier.case_code, dossier.state) == (case, State.RECEIVED)
    assert dossier.received_at is not None
    assert dossier.due_at == clock.due_at(version, dossier.office, dossier.received_at, case)


def of_the_province(dossier: Dossier, version: ProcedureVersion) -> None:
    """The province's desk took it, a department's division settled it along B1 to Bn, and the right agency decided."""
    assert dossier.desk.area is not None and dossier.desk.area.kind == UnitKind.PROVINCE
    assert dossier.office.parent is not None and dossier.office.parent.kind == UnitKind.DEPARTMENT
    deciding = {"body": dossier.office, "department": dossier.office.parent}
    decides = deciding.get(version.authority)
    assert dossier.unit == decides if decides else dossier.unit.kind == UnitKind.PROVINCIAL_COMMITTEE
    assert dossier.received_unit == dossier.unit and dossier.received_at is not None
    # The figure of the month is the deciding agency's, a department's body as well as a committee.
    month = Period.of(timezone.localdate(dossier.received_at))
    recount_cell(measure=RECEIVED, unit=dossier.unit, period=month)
    assert Fact.objects.cell(RECEIVED.code, dossier.unit_id, month).get().value == 1
    log = CaseStep.objects.filter(case=dossier.case_id)
    went = {step for step in log.values_list("from_step", flat=True) if step.startswith("b")}
    rows = [step["code"] for step in cases.process_for(version, dossier.case_code).definition["steps"]]
    table = {code for code in rows if code.startswith("b")}
    # Who asked for the electronic original has it at the signature: the rows after it have nothing left to do.
    assert went <= table and {"b1", "b2", "b3"} <= went and len(went) >= len(table) - 2, (version.code, went)


def layout(version: ProcedureVersion) -> list[dict[str, str]]:
    return list(version.result_layout["rows"])


def test_the_played_weeks_know_the_province(house: House, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dossiers of departments are played to wherever their story leads, within the rules of each act."""
    for act in ("sign_pdf", "seal_pdf"):
        monkeypatch.setattr(signing, act, lambda _actor, *, pdf, **_more: pdf)
    dice, now = random.Random(3), timezone.now()
    day = playing.playing_days(timezone.localdate(now), 5, house.commune)[0]
    for version in ProcedureVersion.objects.exclude(authority="commune").select_related("form", "process"):
        for most in (99, 3):
            playing.play_dossier(dice, house.crew(version), house.citizen, version, day, now, most)
    reached = set(Dossier.objects.exclude(version__authority="commune").values_list("state", flat=True))
    assert State.RETURNED in reached and len(reached) >= 3


def test_the_common_thirty_are_served_or_belong_to_a_ministry() -> None:
    """The eight that ministries settle keep their page and no form that could be filed."""
    assert len(FILES) == 27 and set(PROVINCIAL) >= {"1.013831", "1.014092", "1.003650"}
    assert len(codes()) == 8 and not set(codes()) & set(FILES)
