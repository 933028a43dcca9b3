"""Questions and writes whose statement is built once in a process: what every page and act asks of the same few tables.

Building a statement through the object layer costs more of the processor than sending it and reading the rows. Here the
object layer builds it once, with a stand-in for each value; rows become the same objects by its own means. Nothing that
was read is kept: only the words of the question.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.db import DatabaseError, connection, models, transaction
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)
# Stand-ins for the values of a question: no row has such a key.
_STAND_INS = [-9_100_000_000_000_000_000 - place for place in range(8)]
# Ways of one question (an officer's reach is one) kept before the keeping begins anew.
MOST_WAYS = 300


@dataclass(frozen=True)
class _Way(Generic[M]):
    """One question, built."""

    sql: str
    params: tuple[Any, ...]
    # Where each of the asker's values belongs among `params`.
    places: tuple[tuple[int, int], ...]
    model: type[M]
    start: int
    end: int
    names: list[str]
    converters: list[tuple[int, Any, Any]]
    populators: list[Any]
    locks: bool

    def rows(self, values: Sequence[Any]) -> Iterable[M]:
        if self.locks and connection.get_autocommit():
            raise transaction.TransactionManagementError("a row is locked within a transaction only")
        params = list(self.params)
        for place, which in self.places:
            params[place] = values[which]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        return [self._made(row) for row in found]

    def _made(self, given: tuple[Any, ...]) -> M:
        row = list(given)
        for place, convert, expression in self.converters:
            row[place] = convert(row[place], expression, connection)
        made = self.model.from_db("default", self.names, row[self.start : self.end])
        for populator in self.populators:
            populator.populate(row, made)
        return made


class Question(Generic[M]):
    """A question of whole rows: `build` makes the queryset from stand-ins for its values.

    `key` says what else the queryset depends on (an officer's reach): one statement is kept for each.
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]]) -> None:
        self.build = build
        self._ways: dict[Hashable, _Way[M]] = {}

    def ask(
        self, *values: Any, key: Hashable = None, build: Callable[..., models.QuerySet[M]] | None = None
    ) -> list[M]:
        """The rows; `build` in place of the question's own where it needs what `key` stands for."""
        way = self._ways.get(key)
        if way is None:
            if len(self._ways) >= MOST_WAYS:
                self._ways.clear()
            way = self._ways[key] = _built(build or self.build, len(values))
        return list(way.rows(values))

    def get(self, *values: Any) -> M:
        """The one row; the model's DoesNotExist when there is none."""
        found = self.ask(*values)
        if not found:
            model: Any = self.build(*_STAND_INS[: len(values)]).model
            raise model.DoesNotExist
        return found[0]


def by_keys(rows: Callable[[], models.QuerySet[M]]) -> Question[M]:
    """The question of `rows` by a list of primary keys; ask it with one list."""

    def build(stand_in: int) -> models.QuerySet[M]:
        found = rows().order_by()
        meta = found.model._meta
        assert meta.pk is not None
        where = f'"{meta.db_table}"."{meta.pk.column}" = ANY(%s)'
        return found.extra(where=[where], params=[stand_in])  # noqa: S610 - our own names

    return Question(build)


def in_bulk(question: Question[M], keys: Iterable[int]) -> dict[int, M]:
    """The rows of a question `by_keys`, by key."""
    wanted = list(set(keys))
    return {cast(int, row.pk): row for row in question.ask(wanted)} if wanted else {}


class Table:
    """A question of `values()` or `values_list()` that has no value of its own: all it depends on is its key."""

    def __init__(self) -> None:
        self._ways: dict[Hashable, tuple[str, tuple[Any, ...], list[str], list[tuple[int, Any, Any]]]] = {}

    def rows(self, key: Hashable, build: Callable[[], models.QuerySet[Any, Any]]) -> tuple[list[str], list[Any]]:
        """(names of the columns, rows); `build` makes the queryset when this key was not asked before."""
        way = self._ways.get(key)
        if way is None:
            if len(self._ways) >= MOST_WAYS:
                self._ways.clear()
            way = self._ways[key] = self._built(build())
        sql, params, names, converters = way
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall()
        if converters:
            found = [list(row) for row in found]
            for row in found:
                for place, convert, expression in converters:
                    row[place] = convert(row[place], expression, connection)
        return names, found

    @staticmethod
    def _built(found: models.QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...], list[str], list[tuple[int, Any, Any]]]:
        query = found.query
        compiler = query.get_compiler("default")
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])
        names = [*query.extra_select, *query.values_select, *query.annotation_select]
        each = [(n, convert, expression) for n, (many, expression) in converters.items() for convert in many]
        return sql, tuple(params), names, each


def _built(build: Callable[..., models.QuerySet[M]], count: int) -> _Way[M]:
    query = build(*_STAND_INS[:count]).query
    compiler = query.get_compiler("default")
    sql, params = compiler.as_sql()
    known = compiler.klass_info
    start, end = known["select_fields"][0], known["select_fields"][-1] + 1
    places = tuple((n, _STAND_INS.index(one)) for n, one in enumerate(params) if one in _STAND_INS)
    if {which for _place, which in places} != set(range(count)):
        raise RuntimeError("a value of a kept question stands nowhere in it")
    converters = compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])
    return _Way(
        sql,
        tuple(params),
        places,
        known["model"],
        start,
        end,
        [one[0].target.attname for one in compiler.select[start:end]],
        [(n, convert, expression) for n, (each, expression) in converters.items() for convert in each],
        get_related_populators(known, compiler.select, "default"),  # type: ignore[call-arg]
        bool(query.select_for_update),
    )


_inserts: dict[type[models.Model], tuple[str, list[Any]]] = {}
_updates: dict[tuple[Any, ...], tuple[str, list[Any]]] = {}


def insert(row: M) -> M:
    """Writes a new row whose key the database gives; for plain models without signals or parents."""
    known = _inserts.get(type(row))
    if known is None:
        meta = row._meta
        fields = [field for field in meta.local_concrete_fields if not field.primary_key]
        names = ", ".join(f'"{field.column}"' for field in fields)
        values = ", ".join(map(_holder, fields))
        assert meta.pk is not None
        sql = f'INSERT INTO "{meta.db_table}" ({names}) VALUES ({values}) RETURNING "{meta.pk.column}"'  # noqa: S608
        known = _inserts[type(row)] = sql, fields
    sql, fields = known
    with connection.cursor() as cursor:
        cursor.execute(sql, [_value(row, field, new=True) for field in fields])
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, "default"
    return row


def update(row: models.Model, *names: str) -> None:
    """Writes columns of a row that is there, all of them when none is named; DatabaseError when it is not."""
    key = (type(row), *names)
    known = _updates.get(key)
    if known is None:
        meta = row._meta
        every = [field for field in meta.local_concrete_fields if not field.primary_key]
        fields = [field for field in every if not names or field.name in names or field.attname in names]
        if names and len(fields) != len(set(names)):
            raise ValueError(f"no such columns: {names}")
        assert meta.pk is not None
        values = ", ".join(f'"{field.column}" = {_holder(field)}' for field in fields)
        sql = f'UPDATE "{meta.db_table}" SET {values} WHERE "{meta.pk.column}" = %s'  # noqa: S608
        known = _updates[key] = sql, fields
    sql, fields = known
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(_value(row, field, new=False) for field in fields), row.pk])
        if cursor.rowcount != 1:
            raise DatabaseError(f"{type(row).__name__} {row.pk} is not there")


def _holder(field: Any) -> str:
    """The place of a field's value in a statement."""
    return str(field.get_placeholder(None, None, connection)) if hasattr(field, "get_placeholder") else "%s"


def _value(row: models.Model, field: Any, *, new: bool) -> Any:
    return field.get_db_prep_save(field.pre_save(row, new), connection)
