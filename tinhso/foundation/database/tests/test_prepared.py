"""Statements that come often: prepared where the server takes their values apart, the same answers everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from tinhso.foundation.database import base
from tinhso.foundation.numbering.models import Series
from tinhso.foundation.orgs.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def prepares() -> Iterator[type[base.Cursor]]:
    """The test's connection, preparing at the second time."""
    connection.ensure_connection()
    raw = connection.connection
    before, threshold = raw.cursor_factory, raw.prepare_threshold
    raw.cursor_factory, raw.prepare_threshold = type("Twice", (base.Cursor,), {"prepare_after": 2}), 5
    base._known.clear()
    base._counted.clear()
    yield base.Cursor
    raw.cursor_factory, raw.prepare_threshold = before, threshold


def prepared(words: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE strpos(statement, %s) > 0", [words])
        return int(cursor.fetchone()[0])


def answers(question: Any, times: int = 4) -> list[Any]:
    return [question() for _n in range(times)]


def test_what_comes_often_is_prepared_and_answers_the_same(prepares: object) -> None:
    codes = [answers(lambda code=code: list(Unit.objects.filter(code=code).values("code"))) for code in ("", "x")]
    assert codes == [[[]] * 4] * 2
    assert prepared("orgs_unit") == 1
    with connection.cursor() as cursor:
        for given in (7, 70_000, 7_000_000_000, None, "bảy"):
            for _n in range(4):
                cursor.execute("SELECT %(a)s::text, 'a%%'", {"a": given})
                assert cursor.fetchone() == (None if given is None else str(given), "a%")


def test_what_needs_its_values_in_the_text_goes_as_ever_and_harms_no_transaction(prepares: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for _n in range(4):
            cursor.execute("SELECT g %% %s, count(*) FROM generate_series(1, 3) AS g GROUP BY g %% %s", [1, 1])
            assert cursor.fetchone() == (0, 3)
            cursor.execute("SELECT date '2026-01-01' - interval %s", ["1 day"])
            assert cursor.fetchone()[0].day == 31
    assert prepared("generate_series") == 0


def test_a_range_is_planned_for_its_values_unless_the_question_says_any(prepares: object) -> None:
    with connection.cursor() as cursor:
        for mark in ("", base.ANY_VALUES):
            for _n in range(4):
                cursor.execute(f"{mark}SELECT count(*) FROM orgs_unit WHERE valid_from < %s", ["2026-01-01"])
    assert prepared("valid_from <") == 1


def test_a_row_refused_at_the_first_try_is_refused_and_the_transaction_goes_on(prepares: object) -> None:
    Series.objects.create(kind="k", unit_id=1, period="")
    with transaction.atomic():
        for _n in range(4):
            with pytest.raises(IntegrityError), transaction.atomic():
                Series.objects.create(kind="k", unit_id=1, period="")
        for number in range(2, 6):
            Series.objects.create(kind="k", unit_id=number, period="")
    assert Series.objects.filter(kind="k").count() == 5


def test_many_at_once_and_copies_go_as_ever(prepares: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE many (a int PRIMARY KEY)")
        cursor.executemany("INSERT INTO many VALUES (%s)", [(n,) for n in range(5)])
        assert cursor.rowcount == 5
        for _n in range(3):
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute("INSERT INTO many VALUES (%s)", [1])
            cursor.execute("SELECT count(*) FROM many WHERE a < %s", [100])
            assert cursor.fetchone() == (5,)
        with cursor.copy("COPY (SELECT a FROM many WHERE a < %s ORDER BY a) TO STDOUT", [2]) as out:
            assert b"".join(bytes(part) for part in out) == b"0\n1\n"
