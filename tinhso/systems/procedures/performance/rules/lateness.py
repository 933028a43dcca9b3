"""The chance that a running dossier will be late: a small logistic model, its words and its honest score.

No officer's name enters it: only the step, the time left, the office's load, the procedure's past, an earlier request
for papers. Fitted by Newton's method with a slight pull to zero, so that few data give weak statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

RECEIVED, RESOLVING, DRAFTED = "received", "resolving", "drafted"
STEPS = (RECEIVED, RESOLVING, DRAFTED)
TIME, LOAD, HISTORY, ASKED, NOTHING = "time", "load", "history", "asked", "nothing"
# Which cause each place of the vector speaks of; the first is the constant.
CAUSE_OF = ("", TIME, TIME, TIME, TIME, TIME, LOAD, HISTORY, ASKED)
# Below these nothing is said: so many finished dossiers to learn from, so many late ones, so many to be judged by.
LEAST_LEARNT, LEAST_LATE, LEAST_JUDGED = 300, 20, 100
BINS = 10
_PULL = 1.0
_ROUNDS = 30


@dataclass(frozen=True)
class Facts:
    """What is known of a running dossier at one moment."""

    step: str
    # Working time left of the whole term, 0 to 1.
    left: float
    # Open dossiers at the office, and how many it usually has.
    open_now: float
    open_usual: float
    # Share of the procedure's finished dossiers that were late, drawn towards the general share when few.
    late_before: float
    was_asked: bool = False


def vector(facts: Facts) -> tuple[float, ...]:
    """The facts as the model reads them."""
    left = min(max(facts.left, 0.0), 1.0)
    load = log((facts.open_now + 1) / (facts.open_usual + 1))
    return (
        1.0,
        float(facts.step == RESOLVING),
        float(facts.step == DRAFTED),
        *(left * (facts.step == step) for step in STEPS),
        min(max(load, -2.0), 2.0),
        logit(facts.late_before),
        float(facts.was_asked),
    )


def logit(share: float) -> float:
    share = min(max(share, 0.002), 0.998)
    return log(share / (1 - share))


def chance(weights: Sequence[float], values: Sequence[float]) -> float:
    """Between 0 and 1, never quite either."""
    total = sum(weight * value for weight, value in zip(weights, values, strict=True))
    return 1 / (1 + exp(-min(max(total, -30.0), 30.0)))


def fit(samples: Sequence[tuple[Sequence[float], bool]]) -> list[float]:
    """The weights that explain the samples best, by Newton's method; ends when they no longer move."""
    size = len(samples[0][0])
    weights = [0.0] * size
    for _round in range(_ROUNDS):
        slope = [-_PULL * weight if place else 0.0 for place, weight in enumerate(weights)]
        bend = [[0.0] * size for _row in range(size)]
        for row in range(size):
            bend[row][row] = _PULL if row else 1e-9
        for values, is_late in samples:
            expected = chance(weights, values)
            miss, spread = is_late - expected, expected * (1 - expected)
            for row, value in enumerate(values):
                if value:
                    slope[row] += miss * value
                    scaled, line = spread * value, bend[row]
                    for column in range(row + 1):
                        line[column] += scaled * values[column]
        for row in range(size):
            for column in range(row):
                bend[column][row] = bend[row][column]
        step = solved(bend, slope)
        # A step too long to trust is shortened: the curve is only known near where it was measured.
        longest = max(abs(part) for part in step)
        shorter = min(1.0, 4.0 / longest) if longest else 1.0
        weights = [weight + shorter * part for weight, part in zip(weights, step, strict=True)]
        if longest < 1e-6:
            break
    return weights


def solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Solves matrix · x = right by elimination, the largest pivot first."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for place in range(size):
        best = max(range(place, size), key=lambda row: abs(rows[row][place]))
        rows[place], rows[best] = rows[best], rows[place]
        for row in range(place + 1, size):
            factor = rows[row][place] / rows[place][place]
            if factor:
                rows[row] = [mine - factor * above for mine, above in zip(rows[row], rows[place], strict=True)]
    found = [0.0] * size
    for place in reversed(range(size)):
        rest = sum(rows[place][column] * found[column] for column in range(place + 1, size))
        found[place] = (rows[place][size] - rest) / rows[place][place]
    return found


def brier(pairs: Sequence[tuple[float, bool]]) -> float:
    """Mean squared distance between chance and outcome: 0 is perfect, lower is better."""
    return sum((said - happened) ** 2 for said, happened in pairs) / len(pairs)


@dataclass(frozen=True)
class Bin:
    """Dossiers given about the same chance: what was said on average, and what share was late."""

    low: float
    high: float
    count: int
    said: float
    happened: float


def reliability(pairs: Sequence[tuple[float, bool]], bins: int = BINS) -> list[Bin]:
    """The table that shows whether "30 %" was late three times in ten. Empty bins are left out."""
    sorted_in: dict[int, list[tuple[float, bool]]] = {}
    for said, happened in pairs:
        sorted_in.setdefault(min(int(said * bins), bins - 1), []).append((said, happened))
    return [
        Bin(
            place / bins,
            (place + 1) / bins,
            len(inside),
            sum(said for said, _late in inside) / len(inside),
            sum(late for _said, late in inside) / len(inside),
        )
        for place, inside in sorted(sorted_in.items())
    ]


def cause(weights: Sequence[float], usual: Sequence[float], values: Sequence[float]) -> str:
    """What raises this dossier's chance most above the usual one; NOTHING when nothing does."""
    pushes: dict[str, float] = {}
    for name, weight, mean, value in zip(CAUSE_OF, weights, usual, values, strict=True):
        if name:
            pushes[name] = pushes.get(name, 0.0) + weight * (value - mean)
    name, push = max(pushes.items(), key=lambda one: one[1])
    return name if push > 0.1 else NOTHING


def drawn_in(late: int, finished: int, general: float, weight: float = 20.0) -> float:
    """A procedure's late share, drawn towards the general one while it has few dossiers."""
    return (late + weight * general) / (finished + weight)
