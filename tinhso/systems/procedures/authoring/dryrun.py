"""Sample dossiers sent through a proposal from filing to the signed result, then taken back whole.

Everything is real but what stays: the version, its form and process are made, people are invented, the acts on
dossiers do the work on the legal clock, and the transaction is rolled back. Nothing of it is ever seen elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow.models import Case, CaseStep
from tinhso.engines.workflow.selectors import process_of
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.people.services.accounts import create_account
from tinhso.foundation.people.services.persons import record_person
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import playing, services
from tinhso.systems.procedures.authoring import permissions
from tinhso.systems.procedures.authoring.errors import NotOpen, WrongEdit
from tinhso.systems.procedures.authoring.models import Proposal
from tinhso.systems.procedures.authoring.services import make_version
from tinhso.systems.procedures.cases import every_case
from tinhso.systems.procedures.models import Channel, Dossier, FilingRoute, ProcedureVersion
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.resolving import ways_of
from tinhso.systems.procedures.stories import Crew
from tinhso.systems.procedures.walking import onward, who_may

SAMPLES, MOST_STEPS = 3, 30
# A signature is never dated ahead of now, so samples begin a little earlier and each act takes a moment.
BEGIN_BEFORE, STEP = timedelta(hours=2), timedelta(minutes=2)


@dataclass(frozen=True)
class Trial:
    """One sample dossier: its way, step by step, and what stopped it, if anything."""

    name: str
    case: str
    due: str = ""
    is_whole: bool = False
    problem: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)


def dry_run(*, actor: Actor, proposal_id: int, commune: Unit | None = None, seed: int = 1) -> list[Trial]:
    """Plays samples of every case through the proposal in `commune` (by default the first); keeps the findings."""
    access.require(actor, permissions.WRITE)
    proposal = Proposal.objects.select_related("based_on__form", "based_on__process").get(pk=proposal_id)
    if not proposal.is_open:
        raise NotOpen
    if proposal.fact("route") == FilingRoute.MINISTRY:
        raise WrongEdit(_("Thủ tục của hệ thống bộ, ngành không nhận hồ sơ ở đây nên không có gì để chạy thử."))
    place = commune or Unit.objects.as_of(timezone.localdate()).filter(kind=UnitKind.COMMUNE).order_by("code").first()
    if place is None:
        raise WrongEdit(_("Chưa có xã, phường nào để chạy thử."))
    trials = _played(proposal, place, random.Random(seed))  # noqa: S311 - the same seed must play the same samples
    _keep(actor, proposal, place, trials)
    return trials


def _played(proposal: Proposal, commune: Unit, dice: random.Random) -> list[Trial]:
    system = Actor.system(str(_("chạy thử")), is_simulated=True)
    with transaction.atomic():
        try:
            return _play(system, proposal, commune, dice)
        finally:
            transaction.set_rollback(True)


def _play(system: Actor, proposal: Proposal, commune: Unit, dice: random.Random) -> list[Trial]:
    proposal.valid_from, kept = timezone.localdate(), proposal.valid_from
    try:
        with transaction.atomic():
            version = _version(system, proposal)
    except Refused as refusal:
        return [Trial(_("Lập phiên bản"), "", problem=refusal.sentence)]
    finally:
        proposal.valid_from = kept
    crew = playing.crew_for(system, dice, version, commune)
    cases = [case.code for case in every_case(version)] or [""] * SAMPLES
    return [_trial(system, dice, crew, version, number, code) for number, code in enumerate(cases, start=1)]


def _version(system: Actor, proposal: Proposal) -> ProcedureVersion:
    """The version as it would be; the one in force stands aside while the samples run."""
    today = timezone.localdate()
    ProcedureVersion.objects.filter(code=proposal.code, valid_from__gte=today).update(code=f"~{proposal.code}"[:30])
    return make_version(system, proposal)


def _trial(
    system: Actor, dice: random.Random, crew: Crew, version: ProcedureVersion, number: int, case_code: str
) -> Trial:
    case = next((one.title for one in every_case(version) if one.code == case_code), "")
    citizen = _citizen(system, dice, crew, number)
    name, dossier = str(citizen.person), None
    try:
        dossier = _filed(dice, crew, citizen, version, case_code)
        Walk(crew, dossier).to_the_end()
    except Refused as refusal:
        return Trial(name, case, problem=refusal.sentence, steps=_log(dossier))
    dossier.refresh_from_db()
    due = timezone.localtime(dossier.due_at).isoformat() if dossier.due_at else ""
    return Trial(name, case, due, dossier.state in (State.ISSUED, State.RETURNED), "", _log(dossier))


def _citizen(system: Actor, dice: random.Random, crew: Crew, number: int) -> Account:
    """An invented person who exists only for the samples."""
    born = timezone.localdate().replace(year=1980 + number, day=1)
    person = record_person(
        system,
        full_name=playing.full_name(dice),
        personal_number=playing.personal_number(dice, born, Person.Sex.FEMALE),
        unit=crew.commune,
        is_simulated=True,
        source=str(_("chạy thử")),
        born_on=born,
        sex=Person.Sex.FEMALE,
        commune=crew.commune,
        phone=f"09{dice.randrange(10**8):08d}",
        address=f"{dice.choice(playing.VILLAGES)}, {crew.commune.name}",
    )
    return create_account(
        system,
        username=f"chay-thu.{dice.randrange(10**9)}",
        full_name=person.full_name,
        kind=Account.Kind.CITIZEN,
        person=person,
        unit=crew.commune,
        is_simulated=True,
    )


def _filed(dice: random.Random, crew: Crew, citizen: Account, version: ProcedureVersion, case_code: str) -> Dossier:
    began = timezone.now() - BEGIN_BEFORE
    if Channel.ONLINE in version.channels and version.form is not None:
        actor = Actor.of(citizen)
        draft = services.start_draft(actor=actor, version=version, case_code=case_code)
        if not version.is_provincial:
            services.choose_commune(actor=actor, token=draft.token, commune=crew.commune)
        playing.fill(dice, actor, draft, version)
        return services.submit_dossier(actor=actor, token=draft.token, at=began)
    desk = Actor.of(crew.desk, stepped_up=True)
    unit = Unit.objects.get(pk=desk.grants[0].unit_id)
    assert citizen.person is not None  # made two lines above with one
    return services.record_walk_in(actor=desk, version=version, desk=unit, person=citizen.person, data={}, at=began)


class Walk:
    """Takes a filed dossier along the ordinary way, one act after the other."""

    def __init__(self, crew: Crew, dossier: Dossier) -> None:
        self.dossier = dossier
        self.desk = Actor.of(crew.desk, stepped_up=True)
        self.officer = Actor.of(crew.officer, stepped_up=True)
        self.leader = Actor.of(crew.leader, stepped_up=True)
        self.others = [Actor.of(one, stepped_up=True) for one in crew.others]
        self.at = dossier.submitted_at

    def to_the_end(self) -> None:
        """From reception to the signed result; Refused says where it cannot go on."""
        if self.dossier.received_at is None:
            self._do(services.receive_dossier, self.desk)
        self._do(services.hand_over, self.desk)
        self._onward("draft")
        layout = self.dossier.version.result_layout
        self._do(services.draft_result, self.officer, rows=self._rows(layout), conclusion=layout.get("conclusion", ""))
        self._onward("sign")
        self._do(services.sign_and_issue, self.leader)

    def _do(self, act: Callable[..., Any], who: Actor, **more: Any) -> None:
        self.at += STEP
        act(actor=who, dossier_id=self.dossier.pk, at=self.at, **more)
        self.dossier.refresh_from_db()

    def _onward(self, goal: str) -> None:
        """The procedure's own steps up to the one where `goal` is done; WrongEdit where nothing leads there."""
        for _number in range(MOST_STEPS):
            if not (way := onward(self.dossier, [goal])):
                break
            who = who_may(self.dossier, (self.officer, *self.others, self.leader, self.desk)) or self.officer
            self._do(services.forward_dossier, who, transition=way)
        if goal not in ways_of(self.dossier):
            raise WrongEdit(_("Từ bước đang xử lý không có lối nào đi tiếp đến kết quả."))

    def _rows(self, layout: dict[str, Any]) -> list[dict[str, str]]:
        data, name = self.dossier.data, self.dossier.applicant.full_name
        return [{"label": row["label"], "value": str(data.get(row["field"]) or name)} for row in layout.get("rows", [])]


def _log(dossier: Dossier | None) -> list[dict[str, Any]]:
    """The way taken: step, office, who, when, the step's own limit."""
    if dossier is None or dossier.case_id is None:
        return []
    lines = CaseStep.objects.filter(case_id=dossier.case_id).select_related("to_unit").order_by("version")
    steps = process_of(Case.objects.select_related("definition").get(pk=dossier.case_id).definition).steps
    return [
        {
            "title": steps[line.to_step].title,
            "unit": str(line.to_unit) if line.to_unit else "",
            "who": line.actor_label,
            "at": timezone.localtime(line.at).isoformat(),
        }
        for line in lines
    ]


@transaction.atomic
def _keep(actor: Actor, proposal: Proposal, commune: Unit, trials: list[Trial]) -> None:
    """The findings beside the proposal, with the edit they belong to: a later edit makes them old."""
    found = {
        "edit": proposal.lock_version,
        "at": timezone.localtime().isoformat(),
        "commune": str(commune.name),
        "commune_id": commune.pk,
        "trials": [asdict(trial) for trial in trials],
    }
    Proposal.objects.filter(pk=proposal.pk).update(trial=found)
    whole = sum(trial.is_whole for trial in trials)
    audit.record(actor, "procedures.proposal.tried", proposal, code=proposal.code, samples=len(trials), whole=whole)


def moment(text: str) -> datetime | None:
    """A kept moment for the screen."""
    return datetime.fromisoformat(text) if text else None
