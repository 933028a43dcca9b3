"""Copies patterns a million times: COPY into every table the acts write, the audit chain worked out on the way."""

from __future__ import annotations

import hashlib
import multiprocessing
import random
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg

from tinhso.faces.cli.services_bench.patterns import AUDIT, Pattern, tables
from tinhso.foundation.numbering.rules import result_number

SEALS = "audit_auditseal"
STREAMS = 16
BEGINNING = bytes(32)
# Dossiers gathered before they are sent.
GATHERED = 3_000
WRITERS = 2
WEEKS = 52
# How many people file over HTTP.
FILERS = 8


@dataclass(frozen=True)
class Commune:
    """Where a copy belongs: the values of the pattern's units and officers."""

    values: dict[str, str]
    identifier: str
    committee: int


@dataclass(frozen=True)
class Citizen:
    account: int
    person: int
    name: str


# How many copies of (pattern, week) in each commune.
Planned = list[tuple[Commune, dict[tuple[int, int], int]]]


@dataclass
class Job:
    """One writer's part."""

    number: int
    url: str
    patterns: list[Pattern]
    communes: Planned
    citizens: list[Citizen]
    # Next number per table, end of each of the writer's audit chains, last number per series.
    next_key: dict[str, int]
    chains: dict[str, tuple[int, bytes]]
    series: dict[tuple[str, int, str], int]
    # Dossiers written so far: they take the chains in turn.
    turn: int = 0


@dataclass
class Done:
    """What one writer wrote."""

    dossiers: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    series: dict[tuple[str, int, str], int] = field(default_factory=dict)


def plan(patterns: list[Pattern], communes: list[Commune], size: int) -> Planned:
    """How many copies of each pattern in each commune and week, `size` in all; open ones only in the present week."""
    open_share = sum(pattern.share for pattern in patterns if pattern.is_open)
    wanted: list[tuple[int, float]] = []
    for place, pattern in enumerate(patterns):
        rate = pattern.share if pattern.is_open else pattern.share * (1 - open_share)
        wanted.append((place, rate))
    total = sum(rate for _place, rate in wanted)
    found, owed, given = [], 0.0, 0
    for commune in communes:
        counts: dict[tuple[int, int], int] = {}
        for place, rate in wanted:
            here = size * rate / total / len(communes)
            weeks = (0,) if patterns[place].is_open else range(WEEKS)
            for week in weeks:
                owed += here / len(weeks)
                number = int(owed - given)
                if number > 0:
                    counts[place, week] = counts.get((place, week), 0) + number
                    given += number
        found.append((commune, counts))
    missing = size - given
    if missing > 0:
        closed = next(place for place, _rate in wanted if not patterns[place].is_open)
        first = next(iter(found[0][1]), (closed, 0))
        found[0][1][first] = found[0][1].get(first, 0) + missing
    return found


def write(job: Job, told: Any = None) -> Done:
    """One writer: its communes, oldest week first so that numbers rise with the days."""
    done = Done(series=dict(job.series))
    dice = random.Random(job.number)  # noqa: S311 - any citizen will do
    with psycopg.connect(job.url, autocommit=True) as database:
        database.execute("SET timezone TO 'UTC'")
        database.execute("SET synchronous_commit TO off")
        out = _Out(database, job, done)
        for commune, counts in job.communes:
            for (place, week), number in sorted(counts.items(), key=lambda one: (-one[0][1], one[0][0])):
                _Copies(job, out, done, commune, job.patterns[place], week).write(number, dice)
                if told is not None:
                    told.put(number)
        out.send()
    return done


class _Out:
    """Rows waiting to be sent, by table."""

    def __init__(self, database: psycopg.Connection[Any], job: Job, done: Done) -> None:
        self.database, self.done = database, done
        self.columns = {table: columns for one in job.patterns for table, (columns, _text) in one.rows.items()}
        self.columns[SEALS] = ["row_id", "stream", "sequence", "previous_hash", "row_hash"]
        self.waiting: dict[str, list[str]] = defaultdict(list)
        self.gathered = 0

    def send(self) -> None:
        for table, texts in self.waiting.items():
            names = ", ".join(f'"{name}"' for name in self.columns[table])
            with self.database.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                copy.write("".join(texts).encode())
            texts.clear()
        self.gathered = 0


class _Copies:
    """The copies of one pattern in one commune and week."""

    def __init__(self, job: Job, out: _Out, done: Done, commune: Commune, pattern: Pattern, week: int) -> None:
        self.job, self.out, self.done, self.pattern = job, out, done, pattern
        self.commune = commune
        values = {**commune.values, **pattern.moments_at(week)}
        self.texts = [(table, text % values) for table, (_columns, text) in pattern.rows.items()]
        self.audit = [text % values for text in pattern.audit]
        self.first_key = next(iter(pattern.keys.values()))[0]
        back = timedelta(weeks=week)
        day = pattern.submitted_on - back if pattern.state else None
        self.code = f"{commune.identifier}-{day:%y%m%d}-" if day else ""
        self.code_series = ("dossier", commune.committee, f"{day:%y%m%d}" if day else "")
        self.result_series = None
        if pattern.issued_on is not None:
            self.result_series = (f"result:{pattern.symbol}", commune.committee, f"{pattern.issued_on - back:%Y}")

    def write(self, number: int, dice: random.Random) -> None:
        job, done, pattern = self.job, self.done, self.pattern
        next_key, waiting = job.next_key, self.out.waiting
        keys = [(table, names, len(names)) for table, names in pattern.keys.items()]
        # Ready drafts belong to the few who will file them.
        citizens = job.citizens if pattern.state else job.citizens[:FILERS]
        for _copy in range(number):
            values: dict[str, Any] = {}
            for table, names, size in keys:
                first = next_key[table]
                next_key[table] = first + size
                for place, name in enumerate(names):
                    values[name] = first + place
            citizen = dice.choice(citizens)
            values["citizen"], values["person"], values["citizen_name"] = citizen.account, citizen.person, citizen.name
            self._number(values)
            self._seal(values, waiting[SEALS])
            for table, text in self.texts:
                waiting[table].append(text % values)
        done.dossiers += number
        done.states[pattern.state] += number
        for table, count in pattern.counts.items():
            done.rows[table] += count * number
        done.rows[SEALS] += len(self.audit) * number
        self.out.gathered += number
        if self.out.gathered >= GATHERED:
            self.out.send()

    def own(self, values: dict[str, Any]) -> int:
        """A number of this copy's own."""
        return int(values[self.first_key])

    def _number(self, values: dict[str, Any]) -> None:
        series = self.done.series
        values["uuid"] = f"{self.own(values) + (4 << 76) + (8 << 60) + (self.job.number + 1 << 96):032x}"
        for place in range(self.pattern.digests):
            values[f"digest{place}"] = hashlib.sha256(f"{values['uuid']}:{place}".encode()).hexdigest()
        if self.code:
            series[self.code_series] = number = series.get(self.code_series, 0) + 1
            values["code"] = f"{self.code}{number:04d}"
        if self.result_series is not None:
            series[self.result_series] = number = series.get(self.result_series, 0) + 1
            values["number"] = number
            values["number_text"] = result_number(number, self.pattern.symbol)

    def _seal(self, values: dict[str, Any], seals: list[str]) -> None:
        """Hashes the audit rows and hangs them on one of the writer's chains, as the database does at a commit."""
        if not self.audit:
            return
        streams = list(self.job.chains)
        self.job.turn += 1
        stream = streams[self.job.turn % len(streams)]
        sequence, before = self.job.chains[stream]
        for place, (text, key) in enumerate(zip(self.audit, self.pattern.keys[AUDIT], strict=True)):
            content = hashlib.sha256((text % values).encode()).digest()
            values[f"h{place}"] = content.hex()
            sequence += 1
            own = hashlib.sha256(before + f"{stream}:{sequence}:".encode() + content).digest()
            seals.append(f"{values[key]}\t{stream}\t{sequence}\t\\\\x{before.hex()}\t\\\\x{own.hex()}\n")
            before = own
        self.job.chains[stream] = (sequence, before)


# --- around the copying: what would check or order every single row is set aside and put back over the whole ---


@dataclass
class Aside:
    """Constraints and indexes taken off, as the statements that put them back."""

    keys: list[tuple[str, str]] = field(default_factory=list)
    indexes: list[tuple[str, str]] = field(default_factory=list)
    foreign: list[tuple[str, str]] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)


_CONSTRAINTS = """
SELECT c.conrelid::regclass::text, c.conname, c.contype, pg_get_constraintdef(c.oid)
FROM pg_constraint c
WHERE (c.conrelid::regclass::text = ANY(%(tables)s) AND c.contype IN ('p', 'u', 'x', 'f'))
   OR (c.contype = 'f' AND c.confrelid::regclass::text = ANY(%(tables)s))
"""
_INDEXES = """
SELECT tablename, indexname, indexdef FROM pg_indexes i
WHERE schemaname = 'public' AND tablename = ANY(%(tables)s)
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)
"""


def set_aside(url: str, wanted: Iterable[str]) -> Aside:
    """Takes off the foreign keys, keys, indexes and triggers of the tables; checks of a single row stay on."""
    found = Aside(tables=sorted(wanted))
    with psycopg.connect(url, autocommit=True) as database:
        rows = database.execute(_CONSTRAINTS, {"tables": found.tables}).fetchall()
        for table, name, kind, definition in rows:
            kind = kind.decode() if isinstance(kind, bytes) else kind
            shelf = found.foreign if kind == "f" else found.keys
            shelf.append((table, f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'))
        indexes = database.execute(_INDEXES, {"tables": found.tables}).fetchall()
        found.indexes = [(table, definition) for table, _name, definition in indexes]
        for kinds in ("f", "pux"):
            for table, name, kind, _definition in rows:
                if (kind.decode() if isinstance(kind, bytes) else kind) in kinds:
                    database.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for _table, name, _definition in indexes:
            database.execute(f'DROP INDEX "{name}"')
        for table in found.tables:
            database.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            database.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    return found


def put_back(url: str, aside: Aside, told: Callable[[str], None]) -> None:
    """Keys and indexes, then foreign keys (each checked over all rows), triggers, number generators, statistics."""
    told("keys")
    _side_by_side(url, [*aside.keys, *aside.indexes])
    told("foreign keys")
    _side_by_side(url, aside.foreign)
    with psycopg.connect(url, autocommit=True) as database:
        for table in aside.tables:
            database.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            database.execute(f"ALTER TABLE {table} RESET (autovacuum_enabled)")
            model = tables().get(table)
            if model is not None:
                key = model._meta.pk.column
                database.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), (SELECT max({key}) FROM {table}))"  # noqa: S608
                )
    told("statistics")
    _side_by_side(url, [(table, f"VACUUM ANALYZE {table}") for table in aside.tables])


def _side_by_side(url: str, statements: list[tuple[str, str]], hands: int = WRITERS) -> None:
    """Runs statements on two connections; those of one table after one another."""
    by_table: dict[str, list[str]] = defaultdict(list)
    for table, statement in statements:
        by_table[table].append(statement)
    shelf = sorted(by_table.values(), key=len)
    lock = threading.Lock()
    wrong: list[Exception] = []

    def work() -> None:
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("SET maintenance_work_mem TO '768MB'")
            database.execute("SET work_mem TO '256MB'")
            database.execute("SET max_parallel_maintenance_workers TO 1")
            while True:
                with lock:
                    if not shelf or wrong:
                        return
                    mine = shelf.pop()
                for statement in mine:
                    try:
                        database.execute(statement)
                    except psycopg.Error as error:
                        wrong.append(error)
                        return

    threads = [threading.Thread(target=work) for _hand in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]


def run(jobs: list[Job], advance: Callable[[int], None]) -> list[Done]:
    """All writers at once, each in a process of its own."""
    context = multiprocessing.get_context("fork")
    told, answers = context.Queue(), context.Queue()
    writers = [context.Process(target=_child, args=(job, told, answers)) for job in jobs]
    for writer in writers:
        writer.start()
    found: list[Done] = []
    while len(found) < len(jobs):
        while not told.empty():
            advance(told.get())
        while not answers.empty():
            answer = answers.get()
            if isinstance(answer, str):
                for writer in writers:
                    writer.terminate()
                raise RuntimeError(answer)
            found.append(answer)
        if not found and not any(writer.is_alive() for writer in writers) and answers.empty():
            raise RuntimeError("the writers ended without an answer")
        time.sleep(0.2)
    for writer in writers:
        writer.join()
    return found


def _child(job: Job, told: Any, answers: Any) -> None:
    try:
        answers.put(write(job, told))
    except Exception as error:
        answers.put(f"{type(error).__name__}: {re.sub(r'://[^@]*@', '://', str(error))}")
