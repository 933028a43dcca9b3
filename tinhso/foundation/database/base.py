"""Django's PostgreSQL backend; a statement that comes again and again is planned once per connection.

Django writes values into the text of a statement, so the server plans the same question anew at every request: on a
dossier's page that took more of the processor than answering. Here a statement seen often enough is sent with its
values apart and prepared. Whether the server takes it so is tried once (within a savepoint, inside a transaction); one
that needs its values in the text (GROUP BY over an expression, SET, a type that cannot be told) is sent as ever.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base, operations
from psycopg import pq
from psycopg.adapt import Transformer

# Statements kept prepared per connection; the least used gives way.
MOST_PREPARED = 200
# A list of hundreds of values makes a statement of its own each time.
MOST_VALUES = 60
# How many different statements are counted before the counting begins anew.
MOST_COUNTED = 1_000
# And how many the server's answer is remembered of: lists of many lengths make many statements.
MOST_KNOWN = 2_000
BEGINNINGS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
# A plan made once knows no values: for a range it guesses how much it holds, and may read a whole table for a page of
# it. Such a statement is planned each time, unless it begins with the mark of one whose plan is the same for any value.
RANGES = (" < ", " > ", " <= ", " >= ", " BETWEEN ", "LIKE", " OFFSET ", " @@ ", "~")
ANY_VALUES = "/* any values */ "

_counted: dict[tuple[Any, ...], int] = {}
# What the server said of it: True, it takes the values apart.
_known: dict[tuple[Any, ...], bool] = {}


class _InText(base.CursorMixin, psycopg.ClientCursor[Any]):
    """Values written into the text, as Django does."""


class Cursor(base.CursorMixin, psycopg.Cursor[Any]):
    """Sends what comes often with its values apart, prepared; the rest as Django does."""

    prepare_after = 0

    def execute(self, query: Any, params: Any = None, **wishes: Any) -> Any:
        key = self._key(query, params) if self.prepare_after else None
        if key is None:
            return self._in_text(query, params)
        known = _known.get(key)
        if known:
            return super().execute(query, params, prepare=True)
        if known is None and self._is_frequent(key):
            return self._try(key, query, params)
        return self._in_text(query, params)

    def executemany(self, query: Any, params_seq: Any, *, returning: bool = False) -> None:
        with _InText(self.connection) as cursor:
            cursor.executemany(query, params_seq)
            self._rowcount = cursor.rowcount

    def copy(self, statement: Any, params: Any = None, **wishes: Any) -> Any:
        return super().copy(self._written(statement, params) if params else statement, **wishes)

    def _key(self, query: Any, params: Any) -> tuple[Any, ...] | None:
        """The statement with the kinds of its values; None for what is never prepared."""
        if not params or not isinstance(query, str) or not _may_be_planned_once(query):
            return None
        values = params.values() if isinstance(params, dict) else params
        if len(values) > MOST_VALUES:
            return None
        return (query, *(_kind(value) for value in values))

    def _is_frequent(self, key: tuple[Any, ...]) -> bool:
        if len(_counted) > MOST_COUNTED:
            _counted.clear()
        if len(_known) > MOST_KNOWN:
            _known.clear()
        seen = _counted[key] = _counted.get(key, 0) + 1
        return seen >= self.prepare_after

    def _try(self, key: tuple[Any, ...], query: Any, params: Any) -> Any:
        """The first time with the values apart; a refusal leaves no trace, and the statement goes as ever."""
        inside = self.connection.info.transaction_status == pq.TransactionStatus.INTRANS
        if inside:
            self._in_text("SAVEPOINT prepared_first", None)
        try:
            answer = super().execute(query, params, prepare=True)
        except psycopg.Error:
            if self.connection.broken or self.connection.closed:
                raise
            if inside:
                self._in_text("ROLLBACK TO SAVEPOINT prepared_first", None)
                self._in_text("RELEASE SAVEPOINT prepared_first", None)
            _known[key] = False
            return self._in_text(query, params)
        if inside:
            with _InText(self.connection) as apart:
                apart.execute("RELEASE SAVEPOINT prepared_first")
        _counted.pop(key, None)
        _known[key] = True
        return answer

    def _in_text(self, query: Any, params: Any) -> Any:
        if params:
            return super().execute(self._written(query, params), prepare=False)
        return super().execute(query, params, prepare=False)

    def _written(self, query: Any, params: Any) -> bytes:
        written = psycopg.ClientCursor._query_cls(Transformer(self))
        written.convert(query, params)
        return written.query


def _may_be_planned_once(query: str) -> bool:
    if query.startswith(ANY_VALUES):
        return True
    return query.lstrip("(").startswith(BEGINNINGS) and not any(sign in query for sign in RANGES)


def _kind(value: Any) -> Any:
    """What the server is told of a value: a list counts by what is in it."""
    return (list, type(value[0]) if value else None) if isinstance(value, list) else type(value)


class DatabaseOperations(operations.DatabaseOperations):
    """Tells what was asked with its values in the text, however it was sent."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        try:
            return str(self.compose_sql(sql, params))
        except psycopg.DataError:
            return sql


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's; OPTIONS "prepare_after": how often a statement comes before it is prepared, 0 for never."""

    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        after = int(params.pop("prepare_after", 0))
        if after:
            params["prepare_threshold"] = 5
            params["cursor_factory"] = type("Cursor", (Cursor,), {"prepare_after": after})
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = MOST_PREPARED
        return connection
