"""Fixtures that every test may ask for."""

import gc
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
import pytest_django
from django.conf import settings as settings_of_site
from django.contrib.auth import login
from django.core.management.commands import flush
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest
from django.test import Client
from django.test import client as test_client
from hypothesis import HealthCheck, settings
from pytest_django.plugin import blocking_manager_key as blocker_key

from tinhso.foundation.jobs import tables
from tinhso.foundation.testing.cast import Cast, make_cast
from tinhso.foundation.testing.kept import Kept

# A test process lives for minutes and holds thousands of objects: looking through them for garbage as often as a
# small program does would be a fifth of its time.
gc.set_threshold(100_000, 50, 50)

# How fast the machine is today is no finding: a busy one must not fail a test.
# Twenty examples a run find over the runs what a hundred find; `--hypothesis-profile=thorough` looks harder.
settings.register_profile("unhurried", deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
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


# Seconds of tests between two sweepings.
SWEPT_EVERY = 45.0
_swept = time.monotonic()


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Between two files, now and then, rows that tests took back leave the tables: nothing else would clean up here.

    A row that was written and taken back still lies where it was; after a thousand tests each look through a table
    passes the remains of all of them.
    """
    global _swept
    yield
    if nextitem is None or nextitem.path == item.path or time.monotonic() - _swept < SWEPT_EVERY:
        return
    _swept = time.monotonic()
    blocker = item.config.stash.get(blocker_key, None)
    if blocker is not None and asks_the_database(item):
        with blocker.unblock():
            if not connection.in_atomic_block:
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM (SKIP_LOCKED)")


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was read so far lives to the end: nobody looks through it again."""
    gc.collect()
    gc.freeze()


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
def _only_the_page_itself_is_remembered() -> Iterator[None]:
    """`answer.context` is that of the page: a copy of all it knows for each piece it includes would serve nobody."""
    with pytest.MonkeyPatch.context() as patch:
        remember: Callable[..., None] = test_client.store_rendered_templates  # type: ignore[attr-defined]

        def first(store: dict[str, Any], **told: Any) -> None:
            if "context" not in store:
                remember(store, **told)

        patch.setattr(test_client, "store_rendered_templates", first)
        yield


@pytest.fixture(scope="session", autouse=True)
def _signing_in_makes_one_session() -> Iterator[None]:
    """Django's client signs in with a session that it first makes, then copies, then deletes; a new one serves."""
    with pytest.MonkeyPatch.context() as patch:
        usual: Callable[..., None] = Client._login  # type: ignore[attr-defined]

        def signed_in(client: Client, user: Any, backend: str | None = None) -> None:
            name = settings_of_site.SESSION_COOKIE_NAME
            if name in client.cookies:
                usual(client, user, backend)
                return
            request = HttpRequest()
            request.session = import_module(settings_of_site.SESSION_ENGINE).SessionStore()
            login(request, user, backend)
            request.session.save()
            client.cookies[name] = request.session.session_key or ""

        patch.setattr(Client, "_login", signed_in)
        yield


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
