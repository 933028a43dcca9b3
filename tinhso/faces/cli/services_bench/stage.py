"""Sets the stage: officers in every commune, citizens, the patterns played once; then the copies are made and asked."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from tinhso.faces.cli.services_bench import bulk, invariants
from tinhso.faces.cli.services_bench.bulk import SEALS, STREAMS, Citizen, Commune, Done, Job
from tinhso.faces.cli.services_bench.patterns import Names, Pattern, highest, record
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit.models import AuditSeal
from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.numbering.models import Series
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.text.rules import name_sort_key
from tinhso.systems.procedures import playing, services
from tinhso.systems.procedures.models import Dossier, Draft, ProcedureVersion
from tinhso.systems.procedures.stories import Crew

CITIZENS = 20_000
# Drafts filled in to the last page, for the submissions over HTTP.
DRAFTS = 6_000
SEED = 766
# The five procedures whose whole course stands in the catalogue; how often each is asked for.
COMMON = {"2.000815": 5, "1.001193": 3, "2.000635": 4, "1.004873": 4, "1.010833": 1}
OPEN = {"submitted": 0.3, "received": 0.25, "resolving": 0.3, "drafted": 0.1, "issued": 0.05}
# Of all dossiers, how many are on their way at any time.
OPEN_SHARE = 0.03


class Stage:
    """The people and units of the play, and who stands in for whom."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.dice = random.Random(SEED)  # noqa: S311 - the same seed stages the same play
        today = timezone.localdate()
        self.communes = list(Unit.objects.as_of(today).filter(kind=UnitKind.COMMUNE).order_by("pk"))
        staffed = playing.make_crews(actor, self.dice)[0]
        self.home, self.crew = staffed.commune, staffed
        self.citizens = make_citizens(CITIZENS)
        played = self.citizens[0]
        self.citizen = Account.objects.get(pk=played.account)
        self.names = self._names()

    def _names(self) -> Names:
        committee, desk, offices = agencies(self.home)
        units = {committee.pk: "committee", desk.pk: "desk", self.home.pk: "commune"}
        units |= {office.pk: f"office{place}" for place, office in enumerate(offices)}
        officers = {self.crew.desk: "a_desk", self.crew.officer: "a_officer", self.crew.leader: "a_leader"}
        return Names(
            units,
            {account.pk: alias for account, alias in officers.items()},
            {account.full_name: f"{alias}_name" for account, alias in officers.items()},
            self.citizen.pk,
            self.citizen.full_name,
            int(self.citizen.person_id or 0),
        )

    def places(self) -> list[Commune]:
        """Every commune with the values that take the place of the played one's."""
        _committee, _desk, own_offices = agencies(self.home)
        found = []
        for commune in self.communes:
            committee, desk, offices = agencies(commune)
            crew = self.crew if commune == self.home else light_crew(self.actor, self.dice, commune)
            values: dict[str, Any] = {"committee": committee.pk, "desk": desk.pk, "commune": commune.pk}
            values |= {f"office{n}": offices[min(n, len(offices) - 1)].pk for n in range(len(own_offices))}
            for alias, account in (("a_desk", crew.desk), ("a_officer", crew.officer), ("a_leader", crew.leader)):
                values[alias], values[f"{alias}_name"] = account.pk, account.full_name
            found.append(Commune({k: str(v) for k, v in values.items()}, committee.identifier, committee.pk))
        return found

    # --- the patterns ---

    def patterns(self) -> list[Pattern]:
        """Each common procedure finished on time, some late, some withdrawn; each open state; rows of the real acts."""
        days = playing.playing_days(timezone.localdate(), 5, self.home)
        finished, now = days[2], days[-1]
        found: list[Pattern] = []
        versions = {one.code: one for one in ProcedureVersion.objects.filter(code__in=COMMON).order_by("version")}
        total = sum(COMMON[code] for code in versions)
        for code, version in versions.items():
            share = COMMON[code] / total
            for late, part in ((False, 0.93), (True, 0.07)):
                name = f"{code}:{'late' if late else 'done'}"
                found.append(record(name, share * part, self._play(version, finished, "returned", late), self.names))
        online = next(one for one in versions.values() if "online" in one.channels)
        for state, part in OPEN.items():
            play = self._play(online, now, state, late=False)
            found.append(record(f"open:{state}", OPEN_SHARE * part, play, self.names, is_open=True))
        return found

    def _play(self, version: ProcedureVersion, day: date, upto: str, late: bool) -> Callable[[], Dossier]:
        def play() -> Dossier:
            at = timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=8, minutes=10)
            if upto in OPEN:
                at = min(at, timezone.now() - timedelta(hours=3))
            return self._course(version, at, upto, late)

        return play

    def _course(self, version: ProcedureVersion, at: datetime, upto: str, late: bool) -> Dossier:
        """One dossier from filing to `upto`: ten acts when it goes to the end."""
        crew, citizen = self.crew, Actor.of(self.citizen)
        desk, officer, leader = (Actor.of(one, stepped_up=True) for one in (crew.desk, crew.officer, crew.leader))
        if "online" in version.channels and version.form is not None:
            dossier = services.submit_dossier(actor=citizen, token=self.draft(version).token, at=at)
            if upto == "submitted":
                return dossier
            at += timedelta(minutes=20)
            services.receive_dossier(actor=desk, dossier_id=dossier.pk, at=at)
        else:
            unit = Unit.objects.get(pk=desk.grants[0].unit_id)
            dossier = services.record_walk_in(
                actor=desk,
                version=version,
                desk=unit,
                person=Person.objects.get(pk=self.citizen.person_id or 0),
                data={"ghi_chu": ""},
                at=at,
            )
        if upto == "received":
            return dossier
        services.hand_over(actor=desk, dossier_id=dossier.pk, at=at + timedelta(minutes=15))
        accept = getattr(services, "accept_dossier", None)
        if accept is not None:
            accept(actor=officer, dossier_id=dossier.pk, at=at + timedelta(minutes=20))
        services.take_dossier(actor=officer, dossier_id=dossier.pk, at=at + timedelta(minutes=30))
        if upto == "resolving":
            return dossier
        dossier.refresh_from_db()
        done = self._end(dossier, late) if upto == "returned" else at + timedelta(minutes=50)
        rows = [{"label": row["label"], "value": "…"} for row in version.result_layout.get("rows", [])]
        services.draft_result(actor=officer, dossier_id=dossier.pk, rows=rows, conclusion="", at=done)
        if upto == "drafted":
            return dossier
        services.sign_and_issue(actor=leader, dossier_id=dossier.pk, at=done + timedelta(minutes=10))
        dossier.refresh_from_db()
        if upto == "returned" and dossier.state == "issued":
            services.return_result(
                actor=desk,
                dossier_id=dossier.pk,
                collected_by=self.citizen.full_name,
                at=done + timedelta(minutes=30),
            )
        return dossier

    def _end(self, dossier: Dossier, late: bool) -> datetime:
        calendar, due = calendar_for(dossier.office), timezone.localtime(dossier.due_at)
        if late:
            return calendar.add_hours(due, 9)
        start = timezone.localtime(dossier.handed_over_at or dossier.received_at)
        return calendar.add_seconds(start, max(calendar.working_seconds_between(start, due) // 2, 60))

    def draft(self, version: ProcedureVersion) -> Draft:
        """A draft filled in whole."""
        actor = Actor.of(self.citizen)
        draft = services.start_draft(actor=actor, version=version)
        services.choose_commune(actor=actor, token=draft.token, commune=self.home)
        playing.fill(self.dice, actor, draft, version)
        return Draft.objects.get(pk=draft.pk)

    def ready_drafts(self) -> Pattern:
        """The pattern of a draft that only waits to be filed."""
        version = next(one for one in ProcedureVersion.objects.filter(code__in=COMMON) if "online" in one.channels)

        def play() -> None:
            self.draft(version)

        return record("draft", 1.0, play, self.names)


def agencies(commune: Unit) -> tuple[Unit, Unit, list[Unit]]:
    """The committee, the desk and the offices of a commune, the offices by what they are for."""
    found = list(Unit.objects.as_of(timezone.localdate()).filter(area=commune))
    offices = [unit for unit in found if unit.kind == UnitKind.OFFICE]
    return (
        next(unit for unit in found if unit.kind == UnitKind.COMMUNE_COMMITTEE),
        next(unit for unit in found if unit.kind == UnitKind.SERVICE_CENTRE),
        sorted(offices, key=lambda unit: (unit.attributes.get("duties", ""), unit.pk)),
    )


@transaction.atomic
def light_crew(actor: Actor, dice: random.Random, commune: Unit) -> Crew:
    """Officers of a commune who only lend their names: no certificates."""
    committee, desk, offices = agencies(commune)
    officer = playing.in_post_or_new(actor, dice, "resolving_officer", "thuly", offices[0])
    leader = playing.in_post_or_new(actor, dice, "unit_leader", "lanhdao", committee)
    return Crew(commune, playing.in_post_or_new(actor, dice, "desk_officer", "motcua", desk), officer, leader)


def make_citizens(number: int) -> list[Citizen]:
    """People of invented names, their numbers of no province, an account each."""
    known = list(Account.objects.filter(username__startswith="tai.").values_list("pk", "person_id", "full_name"))
    if not known:
        dice = random.Random(SEED)  # noqa: S311 - invented names
        names = [playing.full_name(dice) for _n in range(number)]
        people = Person.objects.bulk_create(
            [
                Person(
                    personal_number=f"0991{n:08d}", full_name=name, sort_key=name_sort_key(name), is_simulated=True,
                    source="bench", born_on=date(1980, 1, 1), verified_at=timezone.now(),
                )
                for n, name in enumerate(names)
            ],
            batch_size=2_000,
        )  # fmt: skip
        accounts = [
            Account(username=f"tai.{n:06d}", full_name=one.full_name, person=one, is_simulated=True)
            for n, one in enumerate(people)
        ]
        Account.objects.bulk_create(accounts, batch_size=2_000)
        known = list(Account.objects.filter(username__startswith="tai.").values_list("pk", "person_id", "full_name"))
    return [Citizen(*one) for one in known]


@dataclass(frozen=True)
class Loaded:
    """What a load wrote, what was there before, and how long it took."""

    done: Done
    before: dict[str, int]
    copied: float
    seconds: float


def load(size: int, url: str, say: Callable[[str], None], advance: Callable[[int], None]) -> Loaded:
    """Plays the patterns and copies them into `size` dossiers."""
    actor = Actor.system("tinhso bench", is_simulated=True)
    stage = Stage(actor)
    patterns, drafts = stage.patterns(), stage.ready_drafts()
    places = stage.places()
    before = invariants.counts()
    began = time.monotonic()
    counts = bulk.plan(patterns, places, size)
    jobs = make_jobs(url, patterns, counts, stage.citizens)
    ready = DRAFTS if size >= DRAFTS else size
    home = next(place for place in places if place.values["commune"] == str(stage.home.pk))
    jobs[0].patterns = [*patterns, drafts]
    jobs[0].communes.append((home, {(len(patterns), 0): ready}))
    wanted = {table for pattern in jobs[0].patterns for table in pattern.rows} | {SEALS}
    connection.close()
    aside = bulk.set_aside(url, wanted)
    say("copy")
    try:
        parts = bulk.run(jobs, advance)
    finally:
        copied = time.monotonic() - began
        say(f"copied in {copied:.0f} s")
        bulk.put_back(url, aside, say)
    whole = Done()
    for part in parts:
        whole.dossiers += part.dossiers
        whole.rows += part.rows
        whole.states += part.states
        whole.series |= part.series
    whole.dossiers -= whole.states.pop("", 0)
    keep_series(whole.series)
    return Loaded(whole, before, copied, time.monotonic() - began)


def make_jobs(url: str, patterns: list[Pattern], counts: list[Any], citizens: list[Citizen]) -> list[Job]:
    """The communes dealt out to the writers; each has its own numbers and its own half of the audit chains."""
    ends = {
        stream: (int(sequence), bytes(row_hash))
        for stream, sequence, row_hash in AuditSeal.objects.order_by("stream", "-sequence")
        .distinct("stream")
        .values_list("stream", "sequence", "row_hash")
    }
    series = {
        (kind, unit, period): last
        for kind, unit, period, last in Series.objects.values_list("kind", "unit_id", "period", "last_number")
    }
    start = highest()
    jobs = []
    for number in range(bulk.WRITERS):
        mine = counts[number :: bulk.WRITERS]
        committees = {commune.committee for commune, _counts in mine}
        streams = [f"s{n:02d}" for n in range(number, STREAMS, bulk.WRITERS)]
        jobs.append(
            Job(
                number,
                url,
                patterns,
                mine,
                citizens,
                {table: last + 1 for table, last in start.items()},
                {stream: ends.get(stream, (0, bulk.BEGINNING)) for stream in streams},
                {key: last for key, last in series.items() if key[1] in committees},
            )
        )
        used: Counter[str] = Counter()
        for _commune, wanted in mine:
            for (place, _week), copies in wanted.items():
                for table, rows in patterns[place].counts.items():
                    used[table] += rows * copies
        # The first writer also copies the ready drafts.
        spare = 20 * DRAFTS
        start = {table: last + used[table] + spare for table, last in start.items()}
    return jobs


def keep_series(series: dict[tuple[str, int, str], int]) -> None:
    """The number series stand where the copies left them."""
    rows = [(kind, unit, period, last) for (kind, unit, period), last in series.items()]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO numbering_series (kind, unit_id, period, last_number) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (kind, unit_id, period) DO UPDATE SET last_number = excluded.last_number",
            rows,
        )
