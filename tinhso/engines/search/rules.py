"""What a typed query may mean: no marks, Telex or VNI left-overs, one misspelling, words run together. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from tinhso.foundation.text.rules import fold, normalise

MAX_WORDS = 16
LONGEST_WORD = 60
# How far a reading is from what was typed, as a share of a full match.
EXACT, TELEX, JOINED, PREFIX, MISSPELT = 1.0, 0.95, 0.9, 0.8, 0.7
# What a word weighs that only fills a question ("tôi muốn xin").
FILLER = 0.1
# From this length on a word may be many run together; no Vietnamese syllable is longer than the other.
LONG_RUN, LONGEST_SYLLABLE, MOST_RUNS = 8, 7, 6
# Who types a code means that record.
CODE_WORTH = 20.0
# A query is read in at most so many wordings: as typed, and with everyday words as offices say them.
MOST_WORDINGS = 4

_WORD = re.compile(r"[a-z0-9]+(?:[.\-/][a-z0-9]+)*")
_TELEX_PAIRS = (("aa", "a"), ("ee", "e"), ("oo", "o"), ("dd", "d"), ("aw", "a"), ("ow", "o"), ("uw", "u"), ("w", "u"))
_LETTERS = "abcdeghiklmnopqrstuvxy"
_CODE = re.compile(r"\d")


@dataclass(frozen=True)
class Term:
    """One typed word: the readings it may have, each with its worth. A reading may be several words ("khaisinh")."""

    typed: str
    readings: Mapping[tuple[str, ...], float]


def words(text: str) -> list[str]:
    """The folded words of a text; codes such as 1.001193 or A01.14-260310-0007 stay whole."""
    return [word for word in _WORD.findall(fold(normalise(text))) if len(word) <= LONGEST_WORD]


def words_of_document(*texts: str) -> list[str]:
    """The words a document is found by: its words, and the parts of its codes."""
    found: dict[str, None] = {}
    for text in texts:
        for word in words(text):
            found[word] = None
            if not word.isalnum():
                found.update(dict.fromkeys(re.split(r"[.\-/]", word)))
                # A code typed without its dot: 1001193.
                found[re.sub(r"[.\-/]", "", word)] = None
    return list(found)


def read_query(query: str | Sequence[str], vocabulary: Collection[str]) -> list[Term]:
    """The words of a query with their possible readings among the words that documents hold."""
    typed = list(dict.fromkeys(words(query) if isinstance(query, str) else query))
    return [
        Term(word, readings(word, vocabulary, is_last=index == len(typed) - 1))
        for index, word in enumerate(typed[: MAX_WORDS * 2])
    ]


def wordings(typed: Sequence[str], sayings: Mapping[tuple[str, ...], Sequence[str]]) -> list[list[str]]:
    """The query as typed, and with each everyday saying in it put as offices write it; the typed one comes first.

    `sayings`: folded words people say → what offices write instead, as folded words between spaces.
    """
    made = [list(typed)]
    longest = max((len(saying) for saying in sayings), default=0)
    met: list[tuple[int, int, Sequence[str]]] = []
    place = 0
    while place < len(typed):
        for length in range(min(longest, len(typed) - place), 0, -1):
            formal = sayings.get(tuple(typed[place : place + length]))
            if formal:
                met.append((place, length, formal))
                place += length - 1
                break
        place += 1
    for choice in range(max((len(formal) for _at, _length, formal in met), default=0)):
        words_now = list(typed)
        for at, length, formal in reversed(met):
            words_now[at : at + length] = formal[min(choice, len(formal) - 1)].split()
        if words_now not in made:
            made.append(words_now)
    return made[:MOST_WORDINGS]


def readings(word: str, vocabulary: Collection[str], *, is_last: bool = False) -> dict[tuple[str, ...], float]:
    """Known words that `word` may stand for. A known word stands for itself; an unknown one is read more widely."""
    found: dict[tuple[str, ...], float] = {(word,): EXACT}
    if word in vocabulary or _CODE.search(word[:1]):
        return found
    plain = [(TELEX, (reading,)) for reading in telex(word) if reading in vocabulary]
    split = [(JOINED, pair) for pair in splits(word) if pair[0] in vocabulary and pair[1] in vocabulary]
    near = [(MISSPELT, (reading,)) for reading in one_away(word) if reading in vocabulary] if len(word) > 1 else []
    for worth, reading in [*plain, *split, *near]:
        found[reading] = max(found.get(reading, 0), worth)
    if not plain and not split and len(word) >= LONG_RUN:
        found.update(dict.fromkeys(whole_runs(word, vocabulary), JOINED))
    if not plain:
        slips = {slip for bare in telex(word) if len(bare) > 2 for slip in one_away(bare)}
        for slip in slips:
            if slip in vocabulary:
                found.setdefault((slip,), MISSPELT * TELEX)
    return found


def telex(word: str) -> set[str]:
    """What remains of a word typed with Telex or VNI while the keyboard's Vietnamese was off."""
    if not word.isalnum():
        return set()
    bare = re.sub(r"[0-9]", "", word) if not word.isdigit() else word
    made = {bare}
    for pair, letter in _TELEX_PAIRS:
        made |= {reading.replace(pair, letter) for reading in made}
    toneless = set()
    for reading in made:
        # The tone letter stands anywhere after the first vowel, at the end most of the time.
        for index in range(1, len(reading)):
            if reading[index] in "sfrxjz" and re.search(r"[aeiouy]", reading[:index]):
                toneless.add(reading[:index] + reading[index + 1 :])
    return (made | toneless) - {word, ""}


def splits(word: str) -> Iterator[tuple[str, str]]:
    """Two words run together."""
    for index in range(2, len(word) - 1):
        yield word[:index], word[index:]


def whole_runs(word: str, vocabulary: Collection[str]) -> list[tuple[str, ...]]:
    """Many words run together ("dangkykethon"), cut into as few known words as will do; a few ways, none when it is
    not such a run."""
    best: dict[int, list[tuple[str, ...]]] = {0: [()]}
    for end in range(2, len(word) + 1):
        cuts = [
            (*before, word[begin:end])
            for begin in range(max(0, end - LONGEST_SYLLABLE), end - 1)
            if word[begin:end] in vocabulary
            for before in best.get(begin, ())
        ]
        if cuts:
            fewest = min(len(cut) for cut in cuts)
            best[end] = [cut for cut in cuts if len(cut) == fewest][:MOST_RUNS]
    return best.get(len(word), [])


def one_away(word: str) -> set[str]:
    """All words one slip away: a letter missing, extra, changed, or two letters swapped."""
    parts = [(word[:index], word[index:]) for index in range(len(word) + 1)]
    made = {left + right[1:] for left, right in parts if right}
    made |= {left + right[1] + right[0] + right[2:] for left, right in parts if len(right) > 1}
    made |= {left + letter + right[1:] for left, right in parts if right for letter in _LETTERS}
    made |= {left + letter + right for left, right in parts for letter in _LETTERS}
    return made - {word, ""}


def rarity(times: int, documents: int) -> float:
    """How much a word tells: rare words tell more (inverse document frequency)."""
    return log(1 + (documents + 1) / (times + 0.5))


def is_code(word: str) -> bool:
    """A code of a record rather than a word: 1.001193, 1001193, A01.14-260310-0007."""
    return len(re.sub(r"\D", "", word)) >= 5


@dataclass(frozen=True)
class Told:
    """What a document says, cut into words once: its names, everything else, its words with their marks."""

    names: Sequence[Sequence[str]]
    held: frozenset[str]
    marked: frozenset[str]


@lru_cache(maxsize=4096)
def told(headings: tuple[str, ...], others: str) -> Told:
    """The words of a document; kept, for the same few are ranked again and again."""
    names = [words(heading) for heading in headings if heading]
    marked = frozenset(word for heading in headings for word in _letters(heading))
    return Told(names, frozenset(words(others)).union(*names), marked)


def score(
    terms: Sequence[Term],
    document: Told,
    rarities: Mapping[str, float],
    *,
    fillers: Collection[str] = (),
    marked: Collection[str] = (),
) -> float:
    """How well a document answers: the share of the query's worth found in it; in one of its names, in order, near
    whole, with the marks as they were typed. Words that only fill a question weigh little."""
    worths = [_worth(term, rarities, fillers) for term in terms]
    total = sum(worths)
    if not total:
        return 0.0
    reached = sum(worth * _best(term, document.held) for term, worth in zip(terms, worths, strict=True))
    named = max((_named(terms, worths, heading, total) for heading in document.names), default=0.0)
    same = sum(word in document.marked for word in marked) / len(marked) if marked else 0.0
    return reached / total + named + 0.15 * same


def marked_words(typed: str) -> list[str]:
    """The words that were typed with marks: a document with the very same marks answers them better."""
    return [word for word in _letters(typed) if fold(word) != word]


def _worth(term: Term, rarities: Mapping[str, float], fillers: Collection[str]) -> float:
    if is_code(term.typed):
        return CODE_WORTH
    known = rarities.get(term.typed) or max(
        (rarities.get(word, 0.0) for reading in term.readings for word in reading), default=0.0
    )
    return (known or 1.0) * (FILLER if term.typed in fillers else 1.0)


def _named(terms: Sequence[Term], worths: Sequence[float], heading: Sequence[str], total: float) -> float:
    """What one name of a document adds: how much of the query it holds, in order, and how much of it is asked for."""
    held = set(heading)
    found = [_best(term, held) for term in terms]
    share = sum(worth * best for worth, best in zip(worths, found, strict=True)) / total
    asked = len({word for term in terms for reading in term.readings for word in reading if word in held})
    whole = min(asked / max(len(held), 1), 1.0)
    return 0.5 * share + 0.25 * share * _in_order(terms, heading) + 0.3 * whole * share


def _letters(text: str) -> list[str]:
    return re.findall(r"\w+", normalise(text).lower())


def _best(term: Term, held: Collection[str]) -> float:
    """The best reading of a term that these words hold; 0 when there is none."""
    return max(
        (worth for reading, worth in term.readings.items() if all(word in held for word in reading)), default=0.0
    )


def _in_order(terms: Sequence[Term], heading: Sequence[str]) -> float:
    """The share of neighbouring query words that are neighbours in the title too."""
    if len(terms) < 2:
        return 0.0
    pairs = set(itertools.pairwise(heading))
    kept = sum(
        any((left[-1], right[0]) in pairs for left in before.readings for right in after.readings)
        for before, after in itertools.pairwise(terms)
    )
    return kept / (len(terms) - 1)
