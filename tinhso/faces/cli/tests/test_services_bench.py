"""The bulk load's arithmetic: the right number of copies, chains that verify, numbers without gap or double."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.faces.cli.services_bench import bulk
from tinhso.faces.cli.services_bench.bulk import Citizen, Commune, Done, Job
from tinhso.faces.cli.services_bench.clients import Run
from tinhso.faces.cli.services_bench.patterns import AUDIT, Pattern
from tinhso.foundation.audit.chain import Link, check_stream, content_digest

AT = datetime(2026, 3, 10, 1, 30, tzinfo=UTC)


def pattern(name: str, share: float, *, is_open: bool = False) -> Pattern:
    micro = '["%(t0)s",%%(k0_0)s,"%%(code)s","%%(citizen_name)s",%(desk)s]'
    return Pattern(
        name, share, is_open, "returned", date(2026, 3, 10), date(2026, 3, 12), "GKS",
        rows={"procedures_dossier": (["id", "code"], "%%(k1_0)s\t%%(code)s\t%%(number_text)s\n")},
        counts={"procedures_dossier": 1, AUDIT: 2},
        keys={AUDIT: ["k0_0", "k0_1"], "procedures_dossier": ["k1_0"]},
        audit=[micro, micro.replace("k0_0", "k0_1")],
        moments={"t0": (AT, " ")},
    )  # fmt: skip


def commune(number: int) -> Commune:
    return Commune({"desk": str(number)}, f"Z99.{number:02d}", number)


@settings(max_examples=60)
@given(st.integers(1, 60_000), st.integers(1, 69))
def test_the_plan_adds_up_exactly(size: int, communes: int) -> None:
    patterns = [pattern("a", 0.9), pattern("b", 0.1), pattern("open", 0.03, is_open=True)]
    planned = bulk.plan(patterns, [commune(n) for n in range(communes)], size)
    assert sum(sum(counts.values()) for _place, counts in planned) == size
    assert all(week == 0 for _place, counts in planned for (which, week) in counts if which == 2)


class Nowhere:
    """Takes the place of the database."""

    def __init__(self) -> None:
        self.columns: dict[str, list[str]] = {}
        self.waiting: Any = {"procedures_dossier": [], bulk.SEALS: []}
        self.gathered = 0

    def send(self) -> None:
        raise AssertionError("too much gathered")


def copies(number: int, weeks: tuple[int, ...]) -> tuple[Nowhere, Done]:
    one = pattern("a", 1.0)
    citizens = [Citizen(1, 2, "Nguyễn Thị Hoa")] * bulk.FILERS
    chains = {"s00": (0, bulk.BEGINNING), "s02": (7, b"x" * 32)}
    job = Job(0, "", [one], [], citizens, {AUDIT: 100, "procedures_dossier": 10}, chains, {})
    out, done = Nowhere(), Done()
    import random

    for week in weeks:
        bulk._Copies(job, out, done, commune(5), one, week).write(number, random.Random(1))  # type: ignore[arg-type]
    return out, done


def test_codes_and_result_numbers_run_without_gap_or_double() -> None:
    out, done = copies(40, (52, 1, 0))
    rows = [text.strip().split("\t") for text in out.waiting["procedures_dossier"]]
    assert len({code for _key, code, _number in rows}) == len(rows) == done.dossiers == 120
    by_day = Counter(code[:-5] for _key, code, _number in rows)
    assert set(by_day.values()) == {40} and "Z99.05-250311" in by_day
    assert [number for _key, _code, number in rows[40:]] == [f"{n:02d}/GKS" for n in range(1, 81)]
    assert done.series["dossier", 5, "260310"] == 40 and done.series["result:GKS", 5, "2026"] == 80


def test_the_copied_chains_verify() -> None:
    out, _done = copies(25, (0,))
    links: dict[str, list[Link]] = {"s00": [], "s02": []}
    for line in out.waiting[bulk.SEALS]:
        key, stream, sequence, before, own = line.strip().split("\t")
        content = content_digest(["2026-03-10 01:30:00+00:00", int(key), code_of(out, int(key)), "Nguyễn Thị Hoa", 5])
        links[stream].append(Link(int(sequence), int(key), hexed(before), hexed(own), content, content))
    assert len(links["s00"]) + len(links["s02"]) == 50
    assert list(check_stream("s00", links["s00"])) == []
    assert links["s02"][0].sequence == 8 and links["s02"][0].previous_hash == b"x" * 32


def hexed(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\\\x"))


def code_of(out: Nowhere, audit_key: int) -> str:
    return out.waiting["procedures_dossier"][(audit_key - 100) // 2].split("\t")[1]


@pytest.mark.parametrize(("percent", "expected"), [(50, 51.0), (95, 96.0), (99, 100.0)])
def test_percentiles(percent: int, expected: float) -> None:
    run = Run([float(n) for n in range(1, 101)], 2.0, [])
    assert run.at(percent) == expected and run.rate == 50
    assert Run([], 0, ["x"]).at(99) == float("inf") and Run([], 0, []).rate == 0
