"""What citizens type, each with the procedures that answer it: how well the search box does, measured and printed.

`data/queries.json`: [{"q", "codes", "half"}], written by the team as citizens ask (no marks, Telex, slips, words of
every day), labels by official code. Half of them, chosen by a checksum, are held out: nobody looks at their misses
when words or ranking are changed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tinhso.engines.search.selectors import find
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import BenchRow

DATA = Path(__file__).with_name("data") / "queries.json"
TOP = 10
WANTED = 0.95
SLOWEST_MS = 100
TUNED, HELD_OUT = "tune", "held"


@dataclass(frozen=True)
class Query:
    """What was typed, what should be found, and whether it may be looked at in tuning."""

    typed: str
    codes: tuple[str, ...]
    half: str


@dataclass(frozen=True)
class Measured:
    """How a set of queries did."""

    queries: int
    recall: float
    p50_ms: float
    p95_ms: float
    missed: tuple[str, ...]


@cache
def queries() -> tuple[Query, ...]:
    """The whole labelled set."""
    return tuple(
        Query(one["q"], tuple(one["codes"]), one["half"]) for one in json.loads(DATA.read_text(encoding="utf-8"))
    )


def measure(half: str = "") -> Measured:
    """Recall among the first ten, over the whole set or one half: of each query's procedures the share found."""
    chosen = [query for query in queries() if not half or query.half == half]
    shares, times, missed = [], [], []
    anyone = Actor.anonymous()
    find(anyone, "khai sinh", kinds=("procedure",), limit=TOP)
    for query in chosen:
        began = time.perf_counter()
        found = {hit.object_id for hit in find(anyone, query.typed, kinds=("procedure",), limit=TOP)}
        times.append(time.perf_counter() - began)
        share = sum(code in found for code in query.codes) / len(query.codes)
        shares.append(share)
        if share < 1:
            missed.append(query.typed)
    times.sort()
    return Measured(
        len(chosen),
        sum(shares) / len(shares),
        1000 * times[len(times) // 2],
        1000 * times[int(len(times) * 0.95)],
        tuple(missed),
    )


def bench() -> list[BenchRow]:
    """`tinhso bench search`: recall of both halves, and how long a search takes."""
    return list(_rows())


def _rows() -> Iterator[BenchRow]:
    for half, name in ((HELD_OUT, "nửa để riêng"), (TUNED, "nửa dùng để chỉnh")):
        found = measure(half)
        what = f"Tìm thủ tục: đúng trong 10 kết quả đầu, {name} ({found.queries} câu người dân hay gõ)"
        yield BenchRow(what, found.recall, "", f"≥ {WANTED:.2f}".replace(".", ","), found.recall >= WANTED)
    whole = measure()
    yield BenchRow("Tìm thủ tục: p50", whole.p50_ms, "ms", "", True)
    yield BenchRow("Tìm thủ tục: p95", whole.p95_ms, "ms", f"≤ {SLOWEST_MS}", whole.p95_ms <= SLOWEST_MS)
