"""What citizens type finds what they need: the labelled set over the whole list, half of it never used in tuning."""

import random
from collections.abc import Iterator

import pytest
from django.db import transaction

from tinhso.engines.search import services, vocabulary
from tinhso.engines.search.selectors import find
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.kept import settle
from tinhso.foundation.text.rules import fold
from tinhso.systems.procedures import seeds
from tinhso.systems.procedures.catalogue import loading, queries
from tinhso.systems.procedures.catalogue.testing import SYSTEM
from tinhso.systems.procedures.catalogue.tests.slips import queries_for

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def whole_list(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The product's own list and the procedures served here, loaded once for this file and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        seeds.load_catalogue(SYSTEM)
        loading.load(SYSTEM)
        services.recount_words()
        vocabulary.forget()
        settle()
        yield
        transaction.set_rollback(True)
    vocabulary.forget()


def test_there_are_enough_queries_and_every_label_is_a_procedure() -> None:
    listed = {row.code for row in loading.read_file(loading.SEED)}
    assert len(queries.queries()) >= 200
    assert {code for query in queries.queries() for code in query.codes} <= listed
    halves = [query.half for query in queries.queries()]
    assert min(halves.count(queries.HELD_OUT), halves.count(queries.TUNED)) >= 100


@pytest.mark.parametrize("half", [queries.HELD_OUT, queries.TUNED])
def test_citizens_find_it_among_the_first_ten(whole_list: None, db: None, half: str) -> None:
    found = queries.measure(half)
    print(f"recall@10 {found.recall:.3f} over {found.queries} queries ({half}), p95 {found.p95_ms:.0f} ms")
    missed = found.missed if half == queries.TUNED else len(found.missed)
    assert found.recall >= queries.WANTED, missed


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1.013831", "1.013831"),
        ("1013831", "1.013831"),
        ("sỏ đỏ bị mất", "1.012786"),
        ("SO DO BI MAT", "1.012786"),
        ("ddanwg kys tajm trus", "1.004194"),
        ("dangkykethon", "1.000894"),
        ("đăng ký thườngg trú", "1.004222"),
    ],
)
def test_however_it_is_typed(whole_list: None, db: None, typed: str, code: str) -> None:
    assert code in [hit.object_id for hit in find(Actor.anonymous(), typed, kinds=("procedure",), limit=10)]


def test_any_name_of_the_list_is_found_as_people_mistype_it(whole_list: None, db: None) -> None:
    names = {row.code: str(row.facts["name"]) for row in loading.read_file(loading.SEED)}
    # Names that begin with the same fourteen words cannot be told apart by what was typed.
    begins = {code: fold(name).split()[:14] for code, name in names.items()}
    dice = random.Random(3)
    missed, asked = [], 0
    for code in dice.sample(sorted(names), 60):
        for typed in queries_for(names[code], dice):
            hits = find(Actor.anonymous(), typed, kinds=("procedure",), limit=10)
            asked += 1
            if not any(begins[hit.object_id] == begins[code] for hit in hits):
                missed.append((typed, names[code]))
    assert len(missed) <= asked * (1 - queries.WANTED), missed
