"""What apps plug into the command line and the worker: loaders, seeds, benches, checks, loops."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol


class Progress(Protocol):
    """A progress bar, or nothing: `advance` is called once per step played."""

    def start(self, title: str, total: int) -> None: ...

    def advance(self, steps: int = 1) -> None: ...


@dataclass(frozen=True)
class BenchRow:
    """One measured figure beside its budget."""

    what: str
    measured: float
    unit: str
    budget: str
    is_met: bool


@dataclass(frozen=True)
class Finding:
    """What a health check found: fine or not, and in plain words what to do."""

    is_fine: bool
    sentence: str


BENCHES: dict[str, Callable[[], list[BenchRow]]] = {}
LOADERS: dict[str, Callable[..., Any]] = {}
# Played in order by `tinhso demo` and `tinhso simulate`: (order, name) -> fn(actor, progress, seed).
SEEDS: dict[tuple[int, str], Callable[..., None]] = {}
CHECKS: dict[str, Callable[[], Finding]] = {}
# Run beside the job queues by the worker process, each in a thread, until its event is set.
LOOPS: dict[str, Callable[[threading.Event], None]] = {}


def later(path: str) -> Callable[..., Any]:
    """The function at "package.module.function", imported when it is first called.

    For what one process in a hundred needs and what brings large libraries with it: every start would pay for it.
    """
    module, _dot, name = path.rpartition(".")

    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(import_module(module), name)(*args, **kwargs)

    call.__qualname__ = path
    return call


def _add(shelf: dict[Any, Any], key: Any, value: Any) -> None:
    if key in shelf:
        raise RuntimeError(f"{key} is registered twice")
    shelf[key] = value


def register_bench(name: str, bench: Callable[[], list[BenchRow]]) -> None:
    _add(BENCHES, name, bench)


def register_loader(name: str, loader: Callable[..., Any]) -> None:
    _add(LOADERS, name, loader)


def register_seed(order: int, name: str, seed: Callable[..., None]) -> None:
    _add(SEEDS, (order, name), seed)


def register_check(name: str, check: Callable[[], Finding]) -> None:
    _add(CHECKS, name, check)


@dataclass(frozen=True)
class DemoAccount:
    """A sign-in that the demo prints: what it is, and what to look at first with it."""

    order: int
    username: str
    password: str
    role: str
    look: str


DEMO_ACCOUNTS: dict[str, DemoAccount] = {}


def register_demo_account(order: int, username: str, password: str, role: str, look: str = "") -> None:
    """Announces a demo account that some seed makes; the launcher prints it after the start."""
    _add(DEMO_ACCOUNTS, username, DemoAccount(order, username, password, role, look))


def register_loop(name: str, loop: Callable[[threading.Event], None]) -> None:
    """A loop of the worker process; when it raises it is begun again after a pause."""
    _add(LOOPS, name, loop)
