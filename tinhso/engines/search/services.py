"""Keeping what can be found in step with its records. Called by acts (inside their transaction) or by a re-index."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from tinhso.engines.search import rules, vocabulary
from tinhso.engines.search.models import SearchDocument
from tinhso.foundation.text.rules import normalise

BATCH = 1000
WORD_LENGTH = 40


@dataclass(frozen=True)
class Document:
    """A record as it is to be found. Seen by everyone when public, else under its kind's permission or by its owner."""

    object_id: str
    title: str
    body: str = ""
    keywords: str = ""
    # Other names of the record: each counts as a title does.
    aliases: tuple[str, ...] = ()
    url: str = ""
    unit_id: int | None = None
    is_public: bool = False
    owner_id: int | None = None
    weight: float = 0.0


@dataclass(frozen=True)
class Source:
    """A kind of record: how to read all of them, and who may find the ones that are not public."""

    kind: str
    documents: Callable[[], Iterable[Document]]
    permission: str = ""


SOURCES: dict[str, Source] = {}
# How people ask: words that only fill a question, and everyday sayings with what offices write instead.
FILLERS: set[str] = set()
SAYINGS: dict[tuple[str, ...], list[str]] = {}


def register_wording(fillers: Iterable[str] = (), sayings: Iterable[tuple[str, str]] = ()) -> None:
    """Adds to how people ask, as data, in ready(): fillers, and (what people say, what offices write)."""
    FILLERS.update(word for filler in fillers for word in rules.words(filler))
    for said, written in sayings:
        formal = " ".join(rules.words(written))
        known = SAYINGS.setdefault(tuple(rules.words(said)), [])
        if formal not in known:
            known.append(formal)


def register_source(kind: str, documents: Callable[[], Iterable[Document]], *, permission: str = "") -> None:
    """Declares a kind of document, in ready(). A kind declared twice is a programming error."""
    if kind in SOURCES:
        raise RuntimeError(f"search source {kind} is registered twice")
    SOURCES[kind] = Source(kind, documents, permission)


def index(kind: str, document: Document) -> None:
    """Makes one record findable, or renews it. Call inside the act that changed it."""
    index_many(kind, [document])


@transaction.atomic
def index_many(kind: str, documents: Iterable[Document]) -> int:
    """Writes documents in batches; the number written."""
    written = 0
    batch: list[Document] = []
    for document in documents:
        batch.append(document)
        if len(batch) == BATCH:
            written += _write(kind, batch)
            batch = []
    return written + (_write(kind, batch) if batch else 0)


def remove(kind: str, object_id: str) -> None:
    """Takes a record out of search (the record itself stays where it is)."""
    SearchDocument.objects.filter(kind=kind, object_id=object_id).delete()


@transaction.atomic
def reindex(kind: str) -> int:
    """Writes every document of a source anew and drops those it no longer has."""
    SearchDocument.objects.filter(kind=kind).delete()
    return index_many(kind, SOURCES[kind].documents())


def recount_words() -> None:
    """Counts in how many documents each word stands, and forgets words no document holds. Run by night."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS counted; CREATE TEMP TABLE counted ON COMMIT DROP AS SELECT word, ndoc AS documents "
            "FROM ts_stat('SELECT vector FROM search_searchdocument')"
        )
        cursor.execute("DELETE FROM search_searchword w WHERE NOT EXISTS (SELECT FROM counted c WHERE c.word = w.word)")
        cursor.execute(
            "UPDATE search_searchword w SET documents = c.documents FROM counted c "
            "WHERE c.word = w.word AND w.documents <> c.documents"
        )
    vocabulary.forget()


def _told(document: Document) -> str:
    """Keywords and, line by line, the other names."""
    return "\n".join(" ".join(line.split()) for line in (document.keywords, *document.aliases))


_UPSERT = """
INSERT INTO search_searchdocument
  (kind, object_id, title, body, keywords, url, unit_id, is_public, owner_id, weight, vector)
SELECT %s, d.object_id, d.title, d.body, d.keywords, d.url, d.unit_id, d.is_public, d.owner_id, d.weight,
       array_to_tsvector(string_to_array(d.words, ' '))
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::boolean[], %s::bigint[],
            %s::float8[], %s::text[])
  AS d(object_id, title, body, keywords, url, unit_id, is_public, owner_id, weight, words)
ON CONFLICT (kind, object_id) DO UPDATE SET
  title = EXCLUDED.title, body = EXCLUDED.body, keywords = EXCLUDED.keywords, url = EXCLUDED.url,
  unit_id = EXCLUDED.unit_id, is_public = EXCLUDED.is_public, owner_id = EXCLUDED.owner_id,
  weight = EXCLUDED.weight, vector = EXCLUDED.vector
"""


def _write(kind: str, documents: list[Document]) -> int:
    # The last document of an id wins; sorted so that two writers lock rows in one order.
    unique = [one for _id, one in sorted({document.object_id: document for document in documents}.items())]
    found = [rules.words_of_document(one.title, one.keywords, one.body, *one.aliases) for one in unique]
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT,
            [
                kind,
                [one.object_id for one in unique],
                [normalise(one.title) for one in unique],
                [one.body for one in unique],
                [_told(one) for one in unique],
                [one.url for one in unique],
                [one.unit_id for one in unique],
                [one.is_public for one in unique],
                [one.owner_id for one in unique],
                [one.weight for one in unique],
                [" ".join(each) for each in found],
            ],
        )
    vocabulary.learn({word for each in found for word in each if len(word) <= WORD_LENGTH and word.isalpha()})
    return len(unique)
