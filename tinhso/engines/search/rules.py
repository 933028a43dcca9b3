"""What a typed query may mean: no marks, Telex or VNI left-overs, one misspelling, words run together. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from tinhso.foundation.text.rules import fold, normalise

MAX_WORDS = 16
LONGEST_WORD = 60
# How far a reading is from what was typed, as a share of a full match.
EXACT, TELEX, JOINED, PREFIX, MISSPELT = 1.0, 0.95, 0.9, 0.8, 0.7

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
    return list(found)


def read_query(query: str, vocabulary: Collection[str]) -> list[Term]:
    """The words of a query with their possible readings among the words that documents hold."""
    typed = list(dict.fromkeys(words(query)))
    return [
        Term(word, readings(word, vocabulary, is_last=index == len(typed) - 1))
        for index, word in enumerate(typed[: MAX_WORDS * 2])
    ]


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


def score(terms: Sequence[Term], title: str, others: str, rarities: Mapping[str, float]) -> float:
    """How well a document answers: the share of the query's worth found in it, in the title, in order, near whole."""
    heading, rest = words(title), words(others)
    in_heading, in_rest = set(heading), set(rest)
    total = reached = titled = 0.0
    for term in terms:
        worth = rarities.get(term.typed) or max(
            (rarities.get(word, 0.0) for reading in term.readings for word in reading), default=0.0
        )
        total += worth or 1.0
        best, in_title = _best(term, in_heading, in_rest)
        reached += (worth or 1.0) * best
        titled += (worth or 1.0) * best * in_title
    if not total:
        return 0.0
    share, share_titled = reached / total, titled / total
    length = min(len(terms) / max(len(set(heading)), 1), 1.0)
    return share + 0.5 * share_titled + 0.25 * _in_order(terms, heading) + 0.25 * length * share_titled


def _best(term: Term, in_heading: Collection[str], in_rest: Collection[str]) -> tuple[float, float]:
    best, in_title = 0.0, 0.0
    for reading, worth in term.readings.items():
        if all(word in in_heading for word in reading):
            if worth >= best:
                best, in_title = worth, 1.0
        elif worth > best and all(word in in_rest or word in in_heading for word in reading):
            best, in_title = worth, 0.0
    return best, in_title


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
