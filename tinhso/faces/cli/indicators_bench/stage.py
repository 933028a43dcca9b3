"""Sets the stage: residential areas as units on both trees, then measures × months × areas as facts, by COPY.

Everything follows from the numbers of the size: the same size gives the same facts, byte for byte.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
from django.db import connection, transaction
from django.db.models import Q

from tinhso.engines.indicators.models import Fact
from tinhso.engines.indicators.rules import Period
from tinhso.faces.cli.services_bench import bulk
from tinhso.faces.cli.words import Trouble, _
from tinhso.foundation.orgs.models import Succession, Unit, UnitKind
from tinhso.foundation.text.rules import sort_key

# Before the first month of facts.
EARLIEST = date(2021, 1, 1)
MARK = "tinhso_bench_indicators"
TABLE = Fact._meta.db_table
LAST = Period(2026, 10)
# Every so many old areas one is split in two, and one joins its neighbour: what a real rearrangement does.
SPLIT_EVERY, JOIN_EVERY = 38, 29
SHARE = Decimal("0.613")
COUNTED_AT = datetime(2026, 11, 1, 1, 15, tzinfo=UTC)
# Measures written in one go: about a million rows at full size.
BATCH = 10


@dataclass(frozen=True)
class Size:
    """How much: at scale 1 it is 300 × 60 × 1,900 = 34.2 million facts."""

    measures: int
    months: int
    areas: int

    @classmethod
    def of(cls, scale: float) -> Size:
        return cls(max(7, round(300 * scale)), 60, max(20, round(1900 * scale)))

    @property
    def facts(self) -> int:
        return self.measures * self.months * self.areas

    @property
    def codes(self) -> list[str]:
        return [f"bench.{number:03d}" for number in range(self.measures)]

    @property
    def first(self) -> Period:
        return LAST.plus(1 - self.months)

    @property
    def periods(self) -> list[Period]:
        return [self.first.plus(step) for step in range(self.months)]


@dataclass(frozen=True)
class Areas:
    """Ids of the areas before and after the change of the tree, in one order, and its day."""

    before: list[int]
    after: list[int]
    changed_on: date


def claim(size: Size) -> bool:
    """Marks an empty database as the bench's own, before anything else; True when it was loaded before at this size.

    Refuses, with a sentence, every database that holds tables and not the mark, or the mark of another size.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [MARK])
        if not cursor.fetchone()[0]:
            cursor.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            )
            if cursor.fetchone()[0]:
                raise Trouble(
                    _("Cơ sở dữ liệu này có dữ liệu không phải của phép đo; không đụng vào. Hãy tạo một cơ sở trống.")
                )
            cursor.execute(f"CREATE TABLE {MARK} (facts bigint NOT NULL, is_loaded boolean NOT NULL)")
            cursor.execute(f"INSERT INTO {MARK} VALUES (%s, false)", [size.facts])  # noqa: S608 - our own name
            return False
        cursor.execute(f"SELECT facts, is_loaded FROM {MARK}")  # noqa: S608 - our own name
        facts, is_loaded = cursor.fetchone()
    if facts != size.facts:
        raise Trouble(
            _("Cơ sở đo này được nạp ở cỡ khác ({facts} số liệu). Hãy tạo một cơ sở trống.").format(facts=facts)
        )
    if not is_loaded:
        raise Trouble(_("Cơ sở đo này nạp dở. Hãy tạo một cơ sở trống."))
    return True


def loaded() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {MARK} SET is_loaded = true")  # noqa: S608 - our own name


@transaction.atomic
def plant_areas(count: int) -> Areas:
    """So many areas under the communes of before and as many under those of now, with who follows whom."""
    changed_on = _last_change()
    # The register knows the former units from the year of the change on; here their lives begin before the first month.
    former = Unit.objects.areas().filter(Q(valid_to=changed_on) | Q(parent=None), valid_from__gt=EARLIEST)
    former.update(valid_from=EARLIEST)
    before = _areas("cũ", count, _communes(changed_on, before=True), None, changed_on)
    after = _areas("mới", count, _communes(changed_on, before=False), changed_on, None)
    Succession.objects.bulk_create(
        Succession(
            predecessor_id=old, successor_id=after[heir], effective_on=changed_on, share=share,
            share_basis="whole" if share == 1 else "population", document="bench",
        )
        for number, old in enumerate(before)
        for heir, share in _heirs(number, count)
    )  # fmt: skip
    return Areas(before, after, changed_on)


def planted_areas() -> Areas:
    """The areas of a database loaded before."""
    found = {
        era: list(Unit.objects.filter(code__startswith=f"bench-{era}-").order_by("code").values_list("pk", flat=True))
        for era in ("cu", "moi")
    }
    return Areas(found["cu"], found["moi"], _last_change())


def _last_change() -> date:
    """The day of the last rearrangement of communes."""
    ended = Unit.objects.filter(kind=UnitKind.COMMUNE).exclude(valid_to=None).order_by("-valid_to").first()
    return ended.valid_to if ended and ended.valid_to else date(2025, 7, 1)


def _communes(changed_on: date, *, before: bool) -> list[Unit]:
    living = Unit.objects.filter(kind=UnitKind.COMMUNE)
    of_then = living.filter(valid_from__lte=EARLIEST).filter(Q(valid_to=None) | Q(valid_to__gte=changed_on))
    found = of_then if before else living.as_of(changed_on)
    return list(found.order_by("code", "pk") or Unit.objects.filter(parent=None, kind=UnitKind.PROVINCE))


def _areas(word: str, count: int, communes: Sequence[Unit], born: date | None, ended: date | None) -> list[int]:
    code = "cu" if ended else "moi"
    made = Unit.objects.bulk_create(
        Unit(
            code=f"bench-{code}-{number:05d}", kind=UnitKind.OTHER, name=f"Khu dân cư {word} {number + 1}",
            short_name=f"Khu {number + 1}", sort_key=sort_key(f"Khu {number + 1:05d}"),
            parent=communes[number * len(communes) // count], valid_from=born or EARLIEST, valid_to=ended,
        )
        for number in range(count)
    )  # fmt: skip
    for unit in made:
        unit.path = f"{unit.parent.path if unit.parent else ''}{unit.pk}."
    Unit.objects.bulk_update(made, ["path"], batch_size=2000)
    return [unit.pk for unit in made]


def _heirs(number: int, count: int) -> list[tuple[int, Decimal]]:
    then = (number + 1) % count
    if number % SPLIT_EVERY == 0:
        return [(number, SHARE), (then, 1 - SHARE)]
    return [(then if number % JOIN_EVERY == 0 else number, Decimal(1))]


def plant_facts(size: Size, areas: Areas, told: Callable[[str], None] = lambda _word: None) -> float:
    """Every fact, in batches of measures, through a file that DuckDB writes and COPY reads. Returns the seconds."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tinhso-bench-") as folder, duckdb.connect() as duck:
        _lay_out(duck, size, areas)
        path = Path(folder) / "facts.csv"
        for first in range(0, size.measures, BATCH):
            last = min(first + BATCH, size.measures)
            duck.execute(_ROWS.format(first=first, last=last, path=path))
            _copy(path)
            told(f"{last * size.months * size.areas:,}")
    return time.monotonic() - began


def _lay_out(duck: duckdb.DuckDBPyConnection, size: Size, areas: Areas) -> None:
    duck.execute("CREATE TABLE areas (place BIGINT, before BIGINT, after BIGINT)")
    duck.execute(
        "INSERT INTO areas SELECT unnest(range(?::BIGINT)), unnest(?::BIGINT[]), unnest(?::BIGINT[])",
        [size.areas, areas.before, areas.after],
    )
    days = [period.first_day for period in size.periods]
    duck.execute("CREATE TABLE months (step BIGINT, day DATE, is_after BOOLEAN)")
    duck.executemany(
        "INSERT INTO months VALUES (?, ?, ?)", [(step, day, day >= areas.changed_on) for step, day in enumerate(days)]
    )
    duck.execute(f"CREATE MACRO moment() AS TIMESTAMPTZ '{COUNTED_AT.isoformat()}'")
    duck.execute("SET preserve_insertion_order = true")


# Whole counts up to a few thousand; every tenth measure in ten-thousandths, as money and areas are.
_ROWS = """
COPY (
    SELECT (m.range * (SELECT count(*) FROM months) + t.step) * (SELECT count(*) FROM areas) + a.place + 1,
           'bench.' || lpad(m.range::VARCHAR, 3, '0'), 'month', t.day,
           CASE WHEN t.is_after THEN a.after ELSE a.before END,
           ((m.range * 7919 + t.step * 104729 + a.place * 1299709) % 4999
            + CASE WHEN m.range % 10 = 0 THEN ((m.range + t.step + a.place * 37) % 10000) * 0.0001 ELSE 0 END
           )::DECIMAL(20,4),
           '{{}}', '{{}}', 'live'
    FROM range({first}, {last}) m, months t, areas a
    ORDER BY m.range, t.step, a.place
) TO '{path}' (FORMAT csv, HEADER false)
""".replace("'{{}}'", f"'{COUNTED_AT.isoformat()}'")


def _copy(path: Path) -> None:
    columns = "id, measure, period_kind, period_on, unit_id, value, counted_at, known_from, source"
    with (
        connection.cursor() as cursor,
        path.open("rb") as file,
        cursor.copy(f"COPY {TABLE} ({columns}) FROM STDIN (FORMAT csv)") as copy,
    ):
        while block := file.read(1 << 20):
            copy.write(block)


def load(size: Size, areas: Areas, url: str, told: Callable[[str], None]) -> float:
    """The facts with keys and indexes taken off while they are written. Returns the seconds of all of it."""
    began = time.monotonic()
    aside = bulk.set_aside(url, {TABLE})
    try:
        plant_facts(size, areas, told)
    finally:
        bulk.put_back(url, aside, told)
    loaded()
    return time.monotonic() - began
