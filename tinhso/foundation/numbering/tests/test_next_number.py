"""No gap and no duplicate, with fifty writers at once of which some fail."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.foundation.numbering import rules
from tinhso.foundation.numbering.models import Series
from tinhso.foundation.numbering.services import next_number


@pytest.mark.django_db(transaction=True)
def test_fifty_writers_of_whom_some_fail_leave_no_gap_and_no_duplicate() -> None:
    class Failed(Exception):
        pass

    def work(seed: int) -> list[int]:
        chance, taken = random.Random(seed), []
        try:
            for _ in range(6):
                try:
                    with transaction.atomic():
                        number = next_number(kind="result:GKS", unit_id=1, period="2026")
                        if chance.random() < 0.35:
                            raise Failed
                    taken.append(number)
                except Failed:
                    continue
        finally:
            connection.close()
        return taken

    with ThreadPoolExecutor(50) as pool:
        numbers = [number for taken in pool.map(work, range(50)) for number in taken]
    assert len(numbers) > 100
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert Series.objects.get().last_number == len(numbers)


@pytest.mark.django_db(transaction=True)
def test_a_series_does_not_wait_for_another(db: None) -> None:
    with transaction.atomic():
        next_number(kind="dossier", unit_id=1, period="260310")

        def other() -> int:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '2s'")
                return next_number(kind="dossier", unit_id=2, period="260310")
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(other).result(5) == 1


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 2), st.sampled_from(["2026", "2027"])), max_size=30))
def test_each_series_counts_by_itself(asked: list[tuple[str, int, str]]) -> None:
    with transaction.atomic():
        given_out = Counter[tuple[str, int, str]]()
        for kind, unit_id, period in asked:
            given_out[kind, unit_id, period] += 1
            number = next_number(kind=kind, unit_id=unit_id, period=period)
            assert number == given_out[kind, unit_id, period]
        transaction.set_rollback(True)


def test_the_year_and_the_day_turn_at_midnight_of_vietnam() -> None:
    last_minute = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
    midnight = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert (rules.year_period(last_minute), rules.day_period(last_minute)) == ("2026", "261231")
    assert (rules.year_period(midnight), rules.day_period(midnight)) == ("2027", "270101")


groups = st.from_regex(r"[A-Z0-9]{1,4}", fullmatch=True)
organisations = st.builds(
    lambda first, rest: ".".join([first, *rest]),
    st.from_regex(r"[A-Y][0-9]{2}", fullmatch=True),
    st.lists(groups, max_size=5),
)


@given(organisations, st.dates(date(2000, 1, 1), date(2068, 12, 31)), st.integers(1, 10**6))
def test_a_dossier_code_reads_back(organisation: str, day: date, number: int) -> None:
    code = rules.dossier_code(organisation, day, number)
    assert rules.parse_dossier_code(code) == rules.DossierCode(organisation, day, number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "H27.14-260310-007",
        "H27.14-261310-0007",
        "H27.14-260230-0007",
        "h27.14-260310-0007",
        "H27..14-260310-0007",
        "H27.14-260310-0007\n",
        "H27.14-26031٠-0007",
        "H27." + "A" * 40 + "-260310-0007",
        "'; DROP TABLE--",
    ],
)
def test_what_is_no_dossier_code_is_refused(text: str) -> None:
    assert rules.parse_dossier_code(text) is None


@pytest.mark.parametrize("number, text", [(1, "01/GCN-UBND"), (15, "15/GCN-UBND"), (1204, "1204/GCN-UBND")])
def test_a_result_number_as_offices_write_it(number: int, text: str) -> None:
    assert rules.result_number(number, "GCN-UBND") == text
    assert rules.RESULT_NUMBER.match(text)
