"""Fixtures that every test may ask for."""

from collections.abc import Iterable, Iterator

import pytest
from django.db import connection, transaction
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
    """Transactional tests end with TRUNCATE, which the audit log rightly refuses: its guard rests for that moment."""
    plain = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
        table = "audit_auditrow"
        off, on = (f"ALTER TABLE {table} {word} TRIGGER USER" for word in ("DISABLE", "ENABLE"))
        known = table in connection.introspection.table_names()
        plain(self, [off, *sql_list, on] if known else sql_list)

    BaseDatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = plain  # type: ignore[method-assign]
