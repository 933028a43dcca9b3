"""One box: find(actor, "dang ky khai sinh")."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Q
from django.db.models.expressions import RawSQL

from tinhso.engines.search import rules, vocabulary
from tinhso.engines.search.models import SearchDocument
from tinhso.engines.search.services import FILLERS, SAYINGS, SOURCES
from tinhso.foundation.access import guard as access

# Rows read for ranking; a query met by more than this says too little to be ranked better.
CANDIDATES = 200
# Lenient questions meet many rows by chance: the best few will do.
LENIENT_CANDIDATES = 60
# Lenient questions are asked until there are so many times the wanted number of rows to choose from.
ENOUGH = 3
# Lenient questions are made of the words that tell most: all but one of so many, any two of so many.
MOST_TOGETHER, MOST_IN_PAIRS = 8, 5
# What a match is worth that was found by an office's word for what was typed.
AS_OFFICES_SAY = 0.97


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
    asked = [
        terms
        for words in rules.wordings(rules.words(query)[: rules.MAX_WORDS * 2], SAYINGS)
        if (terms := _telling(rules.read_query(words, known), known))
    ]
    if not asked:
        return []
    rows = _candidates(_visible(actor, kinds), asked, known, limit)
    rarities = {
        word: rules.rarity(times, vocabulary.documents()) for terms in asked for word, times in _counts(terms, known)
    }
    marked = rules.marked_words(query)
    hits = [_hit(row, asked, rarities, marked) for row in rows]
    return sorted(hits, key=lambda hit: (-hit.score, len(hit.title), hit.title))[:limit]


def every_word(query: str) -> str:
    """The question that documents meet which hold every word of the query, in any of its wordings, as
    `vector__holds` takes it: for callers that count, filter and page over all of them. "" when nothing is asked."""
    known = vocabulary.known()
    cut = rules.wordings(rules.words(query)[: rules.MAX_WORDS], SAYINGS)
    asked = [_content(terms) for words in cut if (terms := rules.read_query(words, known))]
    return " | ".join(_all([*map(_any_reading, terms[:-1]), _begun(terms[-1])]) for terms in asked)


def _candidates(
    wanted: Q, asked: Sequence[Sequence[rules.Term]], known: Collection[str], limit: int
) -> list[SearchDocument]:
    """Rows to be ranked: each wording of the query from strict to lenient, until there is enough to choose from."""
    rows: dict[int, SearchDocument] = {}
    for terms in asked:
        met: set[int] = set()
        for place, tsquery in enumerate(_questions(_content(terms), known)):
            for row in _rows(wanted, tsquery, LENIENT_CANDIDATES if place else CANDIDATES):
                rows.setdefault(row.pk, row)
                met.add(row.pk)
            if len(met) >= ENOUGH * limit:
                break
    return list(rows.values())


def _content(terms: Sequence[rules.Term]) -> list[rules.Term]:
    """The terms that say something; all of them when the query is made of filling words only."""
    kept = [term for term in terms if term.typed not in FILLERS]
    return kept or list(terms)


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
    """From strict to lenient: the codes; every word, the last one perhaps only begun; words no document holds left
    out; one word wrong or too many; any two of the words that tell most."""
    every = [_any_reading(term) for term in terms]
    codes = [_any_reading(term) for term in terms if rules.is_code(term.typed)]
    asked = [_all(codes)] if codes else []
    asked.append(_all([*every[:-1], _begun(terms[-1])]))
    held = [term for term in terms if any(all(word in known for word in reading) for reading in term.readings)]
    if held:
        asked.append(_all(_any_reading(term) for term in held))
        telling = sorted(held, key=lambda term: _least(term, known))
        if len(held) > 2:
            asked.append(_some([_any_reading(term) for term in telling[:MOST_TOGETHER]], len(held) - 1))
        asked.append(_some([_any_reading(term) for term in telling[:MOST_IN_PAIRS]], 2))
    return list(dict.fromkeys(asked))


def _least(term: rules.Term, known: Collection[str]) -> int:
    """In how many documents the rarest known word of a term stands."""
    counted = vocabulary.known()
    return min((counted[word] for reading in term.readings for word in reading if word in counted), default=0)


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


def _rows(wanted: Q, tsquery: str, most: int) -> list[SearchDocument]:
    """Some documents that meet the query, those holding more of its words first."""
    rank = RawSQL("ts_rank(search_searchdocument.vector, %s::tsquery)", [tsquery])
    met = SearchDocument.objects.filter(wanted, vector__holds=tsquery).annotate(rank=rank)
    return list(met.order_by("-rank", "-weight", "-id").defer("vector")[:most])


def _hit(
    row: SearchDocument,
    asked: Sequence[Sequence[rules.Term]],
    rarities: dict[str, float],
    marked: Sequence[str],
) -> Hit:
    """A row with its worth: of the wordings of the query the best one counts."""
    keywords, *aliases = row.keywords.split("\n")
    document = rules.told((str(row.title), row.body, *aliases), keywords)
    score = max(
        rules.score(terms, document, rarities, fillers=FILLERS, marked=marked) * (1.0 if place == 0 else AS_OFFICES_SAY)
        for place, terms in enumerate(asked)
    )
    return Hit(row.kind, row.object_id, str(row.title), row.body, row.url, score + row.weight)
