"""The bench on a small scale: the same facts each time, only on a database of its own, and every measure runs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Sum

from tinhso.engines.indicators import sums
from tinhso.engines.indicators.models import Fact
from tinhso.faces.cli import figures
from tinhso.faces.cli.indicators_bench import measure, stage
from tinhso.faces.cli.indicators_bench.stage import Size
from tinhso.faces.cli.words import Trouble
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db
SMALL = Size(7, 24, 40)


def test_a_database_that_is_not_the_bench_s_own_is_left_alone() -> None:
    with pytest.raises(Trouble, match="không đụng vào"):
        stage.claim(SMALL)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [stage.MARK])
        assert cursor.fetchone() == (None,)


def test_a_marked_one_is_taken_again_only_at_its_own_size_and_loaded_whole() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {stage.MARK} (facts bigint, is_loaded boolean)")
        cursor.execute(f"INSERT INTO {stage.MARK} VALUES (%s, false)", [SMALL.facts])
    with pytest.raises(Trouble, match="nạp dở"):
        stage.claim(SMALL)
    stage.loaded()
    assert stage.claim(SMALL)
    with pytest.raises(Trouble, match="cỡ khác"):
        stage.claim(Size.of(1))


def test_the_full_size_is_what_was_promised() -> None:
    assert Size.of(1).facts == 34_200_000


def test_the_load_is_the_same_each_time_and_every_measure_runs(
    cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    areas = stage.plant_areas(SMALL.areas)
    stage.plant_facts(SMALL, areas)
    assert Fact.objects.count() == SMALL.facts
    once = Fact.objects.aggregate(total=Sum("value"))["total"]
    Fact.objects.all().delete()
    stage.plant_facts(SMALL, areas)
    assert Fact.objects.aggregate(total=Sum("value"))["total"] == once
    monkeypatch.setattr(sums, "MANY", 20)
    assert sums.fill() == SMALL.measures * SMALL.months
    with measure.invented(SMALL):
        rows = [*measure.restatement(SMALL), *measure.reads(SMALL, areas)]
        assert figures.restate(measure.ON, None)
    assert [row.measured for row in rows if row.budget == "= 0"] == [0, 0]
    assert len(rows) == 7
