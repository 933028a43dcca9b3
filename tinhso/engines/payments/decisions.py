"""Who decided what a bill should be: systems answer for their own subjects, so that the bill is not its own witness."""

from __future__ import annotations

from collections.abc import Callable, Iterable

# subject type -> fn(bill ids) -> {bill id: decided amount}
SOURCES: dict[str, Callable[[Iterable[int]], dict[int, int]]] = {}


def register_decisions(subject_type: str, source: Callable[[Iterable[int]], dict[int, int]]) -> None:
    """Declares where the decisions behind the bills of a kind of subject are; twice is a programming error."""
    if subject_type in SOURCES:
        raise RuntimeError(f"decisions of {subject_type} are registered twice")
    SOURCES[subject_type] = source


def decided(bills: Iterable[tuple[int, str]]) -> dict[int, int]:
    """The decided amount of each (bill id, subject type) whose source answers."""
    by_type: dict[str, list[int]] = {}
    for bill_id, subject_type in bills:
        by_type.setdefault(subject_type, []).append(bill_id)
    found: dict[int, int] = {}
    for subject_type, ids in by_type.items():
        source = SOURCES.get(subject_type)
        if source is not None:
            found |= source(ids)
    return found
