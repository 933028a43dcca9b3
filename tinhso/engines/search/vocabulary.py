"""The words that documents hold, kept in memory: a misspelling is looked up among some thousand syllables."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from time import monotonic

from django.db import connection

from tinhso.engines.search.models import SearchDocument, SearchWord

# Another process may have learned a word: look again after this many seconds.
FRESH_FOR = 60.0

_LOCK = Lock()
_KNOWN: dict[str, int] = {}
_STATE = {"read_at": -FRESH_FOR, "documents": 0.0}


def known() -> Mapping[str, int]:
    """Word → number of documents that hold it (as last counted)."""
    with _LOCK:
        if monotonic() - _STATE["read_at"] >= FRESH_FOR:
            _KNOWN.clear()
            _KNOWN.update(SearchWord.objects.values_list("word", "documents"))
            _STATE["documents"] = float(_estimate())
            _STATE["read_at"] = monotonic()
    return _KNOWN


def documents() -> int:
    """About how many documents there are."""
    return int(_STATE["documents"])


def learn(words: set[str]) -> None:
    """Adds words not known yet. Rare once a province's syllables are in: no row is touched for a known word."""
    new = sorted(words - known().keys())
    if not new:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_searchword (word, documents) SELECT unnest(%s::text[]), 1 ON CONFLICT DO NOTHING", [new]
        )
    # Not added to memory here: the act may still roll back. The next look reads them.
    forget()


def forget() -> None:
    """The next look reads the table again."""
    with _LOCK:
        _STATE["read_at"] = -FRESH_FOR


def _estimate() -> int:
    """The planner's own estimate: counting a million rows for a ranking weight is not worth it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [SearchDocument._meta.db_table]
        )
        row = cursor.fetchone()
    return max(int(row[0]) if row else 0, 1)
