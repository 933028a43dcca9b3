"""What makes thousands of tests spend less without asking less of any of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import login
from django.core.management.commands import flush
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.http import HttpRequest
from django.test import Client
from django.test import client as test_client
from pytest_django.plugin import blocking_manager_key

from tinhso.foundation.testing.kept import tables_with_rows
from tinhso.foundation.testing.plugin import asks_the_database

# A test process lives for minutes and holds thousands of objects: looking through them for garbage as often as a
# small program does would be a fifth of its time.
gc.set_threshold(50_000, 20, 50)

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
    blocker = item.config.stash.get(blocking_manager_key, None)
    if blocker is not None and asks_the_database(item):
        with blocker.unblock():
            if not connection.in_atomic_block:
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM (SKIP_LOCKED)")


@pytest.fixture(scope="session", autouse=True)
def _spared() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test_client, "store_rendered_templates", _page_alone(test_client.store_rendered_templates))  # type: ignore[attr-defined]
        patch.setattr(Client, "_login", _in_one_session(Client._login))  # type: ignore[attr-defined]
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", lambda self, sql_list: _empty_tables())
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_what, **_more: None)
        yield


def _page_alone(remember: Callable[..., None]) -> Callable[..., None]:
    """`answer.context` is that of the page: a copy of all it knows for each piece it includes would serve nobody."""

    def first(store: dict[str, Any], **told: Any) -> None:
        if "context" not in store:
            remember(store, **told)

    return first


def _in_one_session(usual: Callable[..., None]) -> Callable[..., None]:
    """Django's client signs in with a session that it first makes, then copies, then deletes; a new one serves."""

    def signed_in(client: Client, user: Any, backend: str | None = None) -> None:
        name = settings.SESSION_COOKIE_NAME
        if name in client.cookies:
            usual(client, user, backend)
            return
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore()
        login(request, user, backend)
        request.session.save()
        client.cookies[name] = request.session.session_key or ""

    return signed_in


def _empty_tables() -> None:
    """Transactional tests end with an emptied database: only tables that hold rows, and past the append-only guards.

    Django's own way truncates every table, which takes seconds here and which the audit log refuses; and it asks for
    every content type and permission again, which were not emptied.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        full = tables_with_rows(cursor)
        # The test database belongs to a superuser: no trigger fires, no foreign key is asked.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in full:
            cursor.execute(f'DELETE FROM "{name}"')
