"""Which of the offered forms a reader wants, by its Accept line (RFC 9110 section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence


def choose(accept: str, offered: Sequence[str]) -> str | None:
    """The best offered media type; the first when nothing is asked; None when nothing fits."""
    if not accept.strip():
        return offered[0]
    ranges = [_range(part) for part in accept[:2000].split(",") if part.strip()]
    scored = [(_weight(kind, ranges), -place, kind) for place, kind in enumerate(offered)]
    weight, _place, kind = max(scored)
    return kind if weight > 0 else None


def _range(part: str) -> tuple[str, float]:
    kind, *params = (piece.strip().lower() for piece in part.split(";"))
    weight = 1.0
    for param in params:
        if param.startswith("q="):
            try:
                weight = min(max(float(param[2:]), 0.0), 1.0)
            except ValueError:
                weight = 0.0
    # "q=nan" is no weight: it compares with nothing.
    return kind, weight if weight == weight else 0.0


def _weight(kind: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most exact range that speaks of this type."""
    for wanted in (kind, kind.partition("/")[0] + "/*", "*/*"):
        found = [weight for name, weight in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
