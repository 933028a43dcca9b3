"""Fixtures that every test may ask for."""

import gc
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from tinhso.foundation.testing.cast import Cast, make_cast

# A test process lives for minutes and holds thousands of objects: looking through them for garbage as often as a
# small program does would be a fifth of its time.
gc.set_threshold(50_000, 20, 50)


@pytest.fixture
def cast(db: None) -> Cast:
    """The shared cast in an invented province."""
    # One transaction: a unit's path is checked when it ends, also in tests that commit for real.
    with transaction.atomic():
        return make_cast()


@pytest.fixture(scope="session", autouse=True)
def _the_test_database_is_emptied_quickly() -> Iterator[None]:
    """Transactional tests end with an emptied database: only tables that hold rows, and past the append-only guards.

    Django's own way truncates every table, which takes seconds here and which the audit log refuses.
    """
    plain = BaseDatabaseOperations.execute_sql_flush
    BaseDatabaseOperations.execute_sql_flush = lambda self, sql_list: _empty_tables()  # type: ignore[method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = plain  # type: ignore[method-assign]


# Written by migrations and asked for after every emptying: kept.
_KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def _empty_tables() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name not in _KEPT]
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in names))
        full = [row[0] for row in cursor.fetchall()]
        # The test database belongs to a superuser: no trigger fires, no foreign key is asked.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in full:
            cursor.execute(f'DELETE FROM "{name}"')
