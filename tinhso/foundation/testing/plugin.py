"""Fixtures that every test may ask for."""

from collections.abc import Iterable, Iterator

import pytest
from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from tinhso.foundation.testing.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """The shared cast in an invented province."""
    # One transaction: a unit's path is checked when it ends, also in tests that commit for real.
    with transaction.atomic():
        return make_cast()


@pytest.fixture(scope="session", autouse=True)
def _the_test_database_may_be_emptied() -> Iterator[None]:
    """Transactional tests end with TRUNCATE. The audit log rightly refuses it: its guard rests for that moment.

    The job runner's tables are unknown to Django's own emptying and are emptied here.
    """
    plain = BaseDatabaseOperations.execute_sql_flush
    jobs = "TRUNCATE procrastinate_workers, procrastinate_jobs CASCADE"
    off, on = (f"ALTER TABLE audit_auditrow {word} TRIGGER USER" for word in ("DISABLE", "ENABLE"))

    def flush(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
        plain(self, [off, *sql_list, jobs, on])

    BaseDatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = plain  # type: ignore[method-assign]
