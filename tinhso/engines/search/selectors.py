"""One box: find(actor, "dang ky khai sinh")."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Q
from django.db.models.expressions import RawSQL

from tinhso.engines.search import rules, vocabulary
from tinhso.engines.search.models import SearchDocument
from tinhso.engines.search.services import SOURCES
from tinhso.foundation.access import guard as access

# Rows read for ranking; a query met by more than this says too little to be ranked better.
CANDIDATES = 200
LONG_QUERY = 5


@dataclass(frozen=True)
class Hit:
    """One record found, the best first."""

    kind: str
    object_id: str
    title: str
    body: str
    url: str
    score: float


def find(actor: access.Actor, query: str, *, kinds: Collection[str] | None = None, limit: int = 20) -> list[Hit]:
    """Records that answer the query and that the actor may see, best first. Never raises for what was typed."""
    known = vocabulary.known()
    terms = _telling(rules.read_query(query, known), known)
    if not terms:
        return []
    wanted = _visible(actor, kinds)
    rows: dict[int, SearchDocument] = {}
    for tsquery in _questions(terms, known):
        for row in _rows(wanted, tsquery):
            rows.setdefault(row.pk, row)
        # A long query that was met is answered; a short one may mean more than was typed.
        if len(rows) >= limit or (rows and len(terms) >= LONG_QUERY):
            break
    rarities = {word: rules.rarity(times, vocabulary.documents()) for word, times in _counts(terms, known)}
    hits = [_hit(row, terms, rarities) for row in rows.values()]
    return sorted(hits, key=lambda hit: (-hit.score, len(hit.title), hit.title))[:limit]


def _telling(terms: list[rules.Term], known: Collection[str]) -> list[rules.Term]:
    """The words of a long query that tell most; a short one is taken whole."""
    if len(terms) <= rules.MAX_WORDS:
        return terms
    counts = dict(_counts(terms, vocabulary.known()))
    kept = sorted(terms, key=lambda term: min((counts.get(w, 0) for r in term.readings for w in r), default=0))
    chosen = {term.typed for term in kept[: rules.MAX_WORDS]}
    return [term for term in terms if term.typed in chosen]


def _counts(terms: Iterable[rules.Term], known: Collection[str]) -> list[tuple[str, int]]:
    counted = vocabulary.known()
    return [(word, counted[word]) for term in terms for reading in term.readings for word in reading if word in counted]


def _visible(actor: access.Actor, kinds: Collection[str] | None) -> Q:
    """Public rows, the actor's own, and rows of each kind under that kind's permission."""
    wanted = Q(is_public=True)
    if actor.account_id:
        wanted |= Q(owner_id=actor.account_id)
    for source in SOURCES.values():
        if source.permission and (actor.grants or actor.kind == "system"):
            wanted |= Q(kind=source.kind) & access.scope(actor, source.permission, "unit")
    return wanted & Q(kind__in=list(kinds)) if kinds is not None else wanted


def _questions(terms: Sequence[rules.Term], known: Collection[str]) -> list[str]:
    """From strict to lenient: every word; the last word only begun; words no document holds left out; one, then more
    words wrong or too many."""
    every = [_any_reading(term) for term in terms]
    asked = [_all(every), _all([*every[:-1], _begun(terms[-1])])]
    held = [
        _any_reading(term) for term in terms if any(all(word in known for word in reading) for reading in term.readings)
    ]
    if held:
        asked.append(_all(held))
        asked += [
            _some(held[:10], at_least) for at_least in (len(held) - 1, len(held) - 2, len(held) // 2) if at_least > 0
        ]
    return list(dict.fromkeys(asked))


def _any_reading(term: rules.Term) -> str:
    return "(" + " | ".join(_all([_quoted(word) for word in reading]) for reading in term.readings) + ")"


def _begun(term: rules.Term) -> str:
    return f"({_any_reading(term)} | {_quoted(term.typed)}:*)"


def _quoted(word: str) -> str:
    # Words are cut by rules.words: letters, digits, dot, dash and slash only.
    return f"'{word}'"


def _all(parts: Iterable[str]) -> str:
    return "(" + " & ".join(parts) + ")"


def _some(parts: Sequence[str], at_least: int) -> str:
    return " | ".join(_all(chosen) for chosen in combinations(parts, min(at_least, len(parts) - 1) or 1))


def _rows(wanted: Q, tsquery: str) -> list[SearchDocument]:
    """Some documents that meet the query, those holding more of its words first."""
    rank = RawSQL("ts_rank(search_searchdocument.vector, %s::tsquery)", [tsquery])
    met = SearchDocument.objects.filter(wanted, vector__holds=tsquery).annotate(rank=rank)
    return list(met.order_by("-weight", "-rank", "-id").defer("vector")[:CANDIDATES])


def _hit(row: SearchDocument, terms: Sequence[rules.Term], rarities: dict[str, float]) -> Hit:
    score = rules.score(terms, row.title, f"{row.keywords} {row.body}", rarities) + row.weight
    return Hit(row.kind, row.object_id, str(row.title), row.body, row.url, score)
