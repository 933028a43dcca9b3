"""Fixtures that every test may ask for."""

import gc
from collections.abc import Iterator

import pytest
import pytest_django
from django.core.management.commands import flush
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.utils import CursorWrapper
from hypothesis import HealthCheck, settings

from tinhso.foundation.jobs import tables
from tinhso.foundation.testing.cast import Cast, make_cast
from tinhso.foundation.testing.kept import Kept

# A test process lives for minutes and holds thousands of objects: looking through them for garbage as often as a
# small program does would be a fifth of its time.
gc.set_threshold(50_000, 20, 50)

# How fast the machine is today is no finding: a busy one must not fail a test.
# Thirty examples a run find over the runs what a hundred find; `--hypothesis-profile=thorough` looks harder, "brief" is
# for a second server.
settings.register_profile("unhurried", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("brief", settings.get_profile("unhurried"), max_examples=10)
settings.register_profile("thorough", settings.get_profile("unhurried"), max_examples=1000)
settings.load_profile("unhurried")


DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database", action="store_true", help="only tests that ask the database something: another server's turn"
    )


def asks_the_database(item: pytest.Item) -> bool:
    """Whether a test has the database, by its mark or by a fixture of a fixture."""
    asked = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(DATABASE_FIXTURES & asked)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long files begin first: a worker that meets one last would keep everybody waiting."""
    if config.getoption("--only-database"):
        items[:] = [item for item in items if asks_the_database(item)]
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """pytest-django's place for what shall hold while it makes the test database."""
    with tables.drawn_alone():
        yield


@pytest.fixture(scope="session")
def kept_cast(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Kept:
    """The cast's rows, made once."""
    with django_db_blocker.unblock():
        return Kept(lambda _nothing: make_cast())


@pytest.fixture
def cast(kept_cast: Kept, db: None) -> Cast:
    """The shared cast in an invented province."""
    given: Cast = kept_cast.give()
    return given


@pytest.fixture(scope="session", autouse=True)
def _the_test_database_is_emptied_quickly() -> Iterator[None]:
    """Transactional tests end with an emptied database: only tables that hold rows, and past the append-only guards.

    Django's own way truncates every table, which takes seconds here and which the audit log refuses; and it asks for
    every content type and permission again, which were not emptied.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", lambda self, sql_list: _empty_tables())
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_what, **_more: None)
        yield


# Written by migrations and asked for after every emptying: kept.
_KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def tables_with_rows(cursor: CursorWrapper) -> list[str]:
    """The tables that hold a row, but for those that migrations fill."""
    names = [name for name in connection.introspection.table_names(cursor) if name not in _KEPT]
    cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in names))
    return [row[0] for row in cursor.fetchall()]


def _empty_tables() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        full = tables_with_rows(cursor)
        # The test database belongs to a superuser: no trigger fires, no foreign key is asked.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in full:
            cursor.execute(f'DELETE FROM "{name}"')
