"""What apps tell about the personal data they hold. Light on purpose: every app's ready() may import it.

A collector says all that one app holds about a person; `retention` says why it stays, `erase` is there only where the
law lets it go. Purposes are declared beside the processing they describe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.people.models import Person

# One line of what is held: label → value, plain words and figures.
Row = dict[str, Any]


@dataclass(frozen=True)
class Collector:
    """One category of data in one app."""

    code: str
    title: _StrPromise | str
    rows: Callable[[Person], list[Row]]
    # Why it stays when somebody asks for deletion: the law and the time. Empty only when all of it can be erased.
    retention: _StrPromise | str = ""
    # Empties what no law keeps; returns how many records. None: everything stays.
    erase: Callable[[Actor, Person], int] | None = None
    order: int = 50


@dataclass(frozen=True)
class DeclaredPurpose:
    """A purpose as the program processes it today; published into the register, where it gets its dates."""

    code: str
    sentence: str
    basis: str  # "law" or "consent"
    legal_basis: str
    data_fields: tuple[str, ...]
    retention: str
    receiver: str
    may_object: bool = False


@dataclass(frozen=True)
class Principal:
    """Somebody for whom an account may speak, and by which right."""

    person: Person
    basis: str = field(default="")


COLLECTORS: dict[str, Collector] = {}
PURPOSES: dict[str, DeclaredPurpose] = {}
# For whom an account may file: fn(actor) -> principals besides oneself.
PRINCIPALS: list[Callable[[Actor], list[Principal]]] = []
# Stops a use in the very transaction of the withdrawal: code → fn(actor, person).
STOPS: dict[str, list[Callable[[Actor, Person], None]]] = {}
# Begins a use in the transaction of the consent: code → fn(actor, person).
STARTS: dict[str, list[Callable[[Actor, Person], None]]] = {}


# The same for purposes that come and go with what people define: (prefix of their codes, fn(code) -> what to run).
Run = Callable[["Actor", "Person"], None]
FAMILIES: list[tuple[str, Callable[[str], Run], Callable[[str], Run]]] = []


def register_collector(collector: Collector) -> None:
    """Declares what an app holds; a code declared twice is a programming error."""
    if collector.code in COLLECTORS:
        raise RuntimeError(f"collector {collector.code} is registered twice")
    if not collector.retention and collector.erase is None:
        raise RuntimeError(f"collector {collector.code} neither erases nor says why data stays")
    COLLECTORS[collector.code] = collector


def register_purpose(purpose: DeclaredPurpose) -> None:
    """Declares a purpose; a code declared twice is a programming error."""
    if purpose.code in PURPOSES:
        raise RuntimeError(f"purpose {purpose.code} is registered twice")
    PURPOSES[purpose.code] = purpose


def on_stop(code: str, stop: Callable[[Actor, Person], None]) -> None:
    """Runs `stop` when a person withdraws consent to `code`, or has its use restricted."""
    STOPS.setdefault(code, []).append(stop)


def on_start(code: str, start: Callable[[Actor, Person], None]) -> None:
    """Runs `start` when a person gives consent to `code`."""
    STARTS.setdefault(code, []).append(start)


def register_family(prefix: str, start: Callable[[str], Run], stop: Callable[[str], Run]) -> None:
    """What consent to, and withdrawal from, any purpose whose code begins with `prefix` starts and stops."""
    FAMILIES.append((prefix, start, stop))


def starts_of(code: str) -> list[Run]:
    """What a consent to `code` begins."""
    return [*STARTS.get(code, []), *(start(code) for prefix, start, _stop in FAMILIES if code.startswith(prefix))]


def stops_of(code: str) -> list[Run]:
    """What a withdrawal from `code` stops."""
    return [*STOPS.get(code, []), *(stop(code) for prefix, _start, stop in FAMILIES if code.startswith(prefix))]


def principals_of(actor: Actor) -> list[Principal]:
    """Everybody this account may speak for besides itself."""
    return [one for source in PRINCIPALS for one in source(actor)]


def in_order() -> list[Collector]:
    """All collectors, the person's own record first."""
    return sorted(COLLECTORS.values(), key=lambda one: (one.order, one.code))
