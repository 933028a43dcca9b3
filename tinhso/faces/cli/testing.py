"""`make test`: every test on a PostgreSQL of its own: the machine's, else the pip-installed one.

`make test SERVER=pip` asks the pip-installed one on a machine that has both: what faces the database, all of it where
ARGS say so. Extra arguments go to pytest and narrow the run: `make test ARGS="-k audit"`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tinhso.config import env
from tinhso.faces.cli import build, postgres
from tinhso.faces.cli.place import Place
from tinhso.faces.cli.processes import StopAsked, stoppable
from tinhso.faces.cli.words import Trouble, say

# What stands on what versions of PostgreSQL could do differently: its triggers, constraints, ranges, locks, bells,
# text search. The rest asks it plain questions.
DATABASE_FACING = [
    *(f"tinhso/foundation/{name}" for name in ("access", "audit", "database", "events", "jobs", "numbering", "orgs")),
    *(f"tinhso/engines/{name}" for name in ("registers", "search")),
    "tinhso/engines/payments",
    "tinhso/engines/workflow",
    "tinhso/engines/indicators/tests/test_nine_rules.py",
    "tinhso/systems/procedures/tests",
    "-m",
    "not browser and not faults",
    "--only-database",
]
PYTEST = ["--dist", "loadfile", "--durations=10"]


@dataclass
class Outcome:
    """What one pytest run said of itself."""

    code: int
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    not_run: tuple[str, ...] = ()


class Pass(NamedTuple):
    """One run of pytest: what it is called, on whose server, over which tests."""

    title: str
    origin: str
    selection: list[str]
    workers: str = "2"


def main(arguments: list[str]) -> int:
    """Runs the tests; returns the exit code. The last lines name what did not run."""
    os.chdir(env.ROOT)
    missing: list[str] = []
    with tempfile.TemporaryDirectory(prefix="tinhso-test-") as scratch:
        Path(scratch).chmod(0o755)
        with reading_ahead(Path(scratch)), ThreadPoolExecutor(1) as aside:
            brought = aside.submit(bring)
            outcomes = run_all(list(runs(arguments, missing)), Path(scratch), brought.result)
    return conclude(outcomes, missing)


def bring() -> None:
    """What the tests read and nobody commits, brought while the servers are being set up."""
    build.translations()
    build.front_end()
    build.schema_suite()


@contextlib.contextmanager
def reading_ahead(scratch: Path) -> Iterator[None]:
    """In a new checkout every process would compile every module: one begins while the servers are being set up."""
    if any(Path("tests").glob("__pycache__/*pytest*")):
        yield
        return
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    told = dict(os.environ, PYTHONUTF8="1", **compiled(scratch))
    told.pop("PYTHONDONTWRITEBYTECODE", None)
    ahead = subprocess.Popen(
        command, env=told, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        if ahead.poll() is None:
            ahead.terminate()
        ahead.wait(30)


def run_all(passes: list[Pass], scratch: Path, until_ready: Callable[[], None]) -> list[Outcome]:
    """All passes at once: while one waits for a browser or for a killed server, another has the cores.

    The first speaks as it goes; what the others said is printed after it, each as a whole.
    """
    with contextlib.ExitStack() as stack:
        urls: dict[str, str] = {}
        started = []
        for origin in dict.fromkeys(one.origin for one in passes):
            urls[origin] = stack.enter_context(server(scratch, origin))
        until_ready()
        for number, one in enumerate(passes):
            started.append(Running(urls[one.origin], one, scratch, number))
            stack.callback(started[-1].stop)
        return [one.outcome() for one in started]


def runs(arguments: list[str], missing: list[str]) -> Iterator[Pass]:
    """The passes on the server that is asked; what is left for another run is added to `missing`."""
    if os.environ.get("DATABASE_URL"):
        yield Pass("DATABASE_URL", "given", arguments)
        return
    found = {one.origin: one for one in reversed(postgres.find_binaries())}
    for origin, why in _ABSENT.items():
        if origin not in found:
            missing.append(f"NOT RUN: the tests on the {why}")
    wanted = os.environ.get("TINHSO_TEST_SERVER") or ("machine" if "machine" in found else "pip")
    if wanted not in found:
        return
    title = f"PostgreSQL {found[wanted].version} ({wanted})"
    if len(found) > 1 and wanted == "pip":
        yield Pass(title, wanted, arguments or DATABASE_FACING)
        return
    if len(found) > 1:
        missing.append("NOT RUN here: the pip-installed PostgreSQL has its own turn: make test SERVER=pip")
    for part, selection, workers in apart(arguments):
        yield Pass(title + part, wanted, selection, workers)


_ABSENT = {
    "machine": "machine's own PostgreSQL: no server program of version 15 or newer",
    "pip": "pip-installed PostgreSQL: the package has no server for this machine",
}


def apart(arguments: list[str]) -> Iterator[tuple[str, list[str], str]]:
    """Browser tests in a process of their own: what it is called, its selection, how many workers.

    The browser's driver leaves an event loop running in the thread of the tests; signing starts one of its own.
    """
    if "-m" in arguments or any("::" in one or one.endswith(".py") for one in arguments):
        yield "", arguments, "2"
        return
    yield "", [*arguments, "-m", "not browser"], "2"
    yield ", in a browser", [*(arguments or browser_files()), "-m", "browser"], "0"


def browser_files() -> list[str]:
    """The files that speak of a browser: reading all the others again would take half a minute of every run."""
    found = [*Path("tests").rglob("test_*.py"), *Path("tinhso").rglob("test_*.py")]
    return sorted(str(file) for file in found if re.search(r"\b(browse|chromium)\b", file.read_text(encoding="utf-8")))


@contextlib.contextmanager
def server(scratch: Path, origin: str) -> Iterator[str]:
    """A scratch server with fast settings, gone afterwards."""
    if origin == "given":
        yield os.environ["DATABASE_URL"]
        return
    place = Place(scratch / origin, 0)
    place.make()
    one = postgres.own_server(place, fast=True, origin=origin)
    try:
        one.start()
        one.ensure_database()
        lay_out(one.url)
        yield one.url
    finally:
        one.stop()
        postgres.forget(place)


def lay_out(url: str) -> None:
    """Makes the tables once on a server; the test processes copy that database instead of each migrating its own."""
    command = [
        sys.executable,
        "manage.py",
        "shell",
        "-v",
        "0",
        "-c",
        "from tinhso.faces.cli.prepare import migrate; migrate()",
    ]
    subprocess.run(command, env=dict(os.environ, DATABASE_URL=url), check=True, stdin=subprocess.DEVNULL)


class Running:
    """A pass that has been started."""

    def __init__(self, url: str, one: Pass, scratch: Path, number: int) -> None:
        self.title = one.title
        self.report = scratch / f"report-{number}.json"
        self.said = scratch / f"said-{number}.txt" if number else None
        if not number:
            say(f"\n» {one.title}", "bold")
        with contextlib.ExitStack() as stack:
            out = stack.enter_context(self.said.open("wb")) if self.said else None
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pytest", "-n", one.workers, *PYTEST, *one.selection],
                env=environment(url, one, self.report, number),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT if out else None,
            )

    def outcome(self) -> Outcome:
        """Waits for its end; what it said of itself."""
        code = self.process.wait()
        if self.said:
            say(f"\n» {self.title}", "bold")
            sys.stdout.write(self.said.read_text(encoding="utf-8", errors="replace"))
        try:
            told = json.loads(self.report.read_text())
        except (OSError, ValueError):
            return Outcome(code or 1)
        counts = told["counts"]
        bad = counts["failed"] + counts["error"]
        return Outcome(code, counts["passed"], bad, counts["skipped"], tuple(told["not_run"]))

    def stop(self) -> None:
        """For a run that is broken off."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


def environment(url: str, one: Pass, report: Path, number: int) -> dict[str, str]:
    """What a pass is told: its server, a name of its own for its databases there, and where its report goes."""
    told = dict(
        os.environ,
        DATABASE_URL=url,
        TINHSO_TEST_DB=f"test_{number}",
        TINHSO_TEST_REPORT=str(report),
        TINHSO_TEST_TITLE=f", {one.title}",
        TINHSO_TEST_TEMPLATE="" if one.origin == "given" else postgres.NAME,
        PYTHONUTF8="1",
        # As in use, only sooner: what is asked three times is prepared.
        TINHSO_DB_PREPARE_AFTER=os.environ.get("TINHSO_DB_PREPARE_AFTER", "3"),
        **compiled(report.parent),
    )
    told.pop("PYTHONDONTWRITEBYTECODE", None)
    return told


def compiled(scratch: Path) -> dict[str, str]:
    """Where modules are compiled to, once for all processes: beside them, or in `scratch` where nobody may write."""
    return {} if os.access(env.ROOT, os.W_OK) else {"PYTHONPYCACHEPREFIX": str(scratch / "bytecode")}


def conclude(outcomes: list[Outcome], missing: list[str]) -> int:
    """The last lines: what did not run, then the sum of all passes in one line."""
    say()
    for line in [*missing, *(line for outcome in outcomes for line in outcome.not_run)]:
        say(line, "yellow")
    passed, failed, skipped = (sum(getattr(one, name) for one in outcomes) for name in ("passed", "failed", "skipped"))
    say(f"tests: {passed} passed, {failed} failed, {skipped} skipped")
    return max((one.code for one in outcomes), default=1)


if __name__ == "__main__":
    try:
        with stoppable():
            sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        say(str(trouble), "red")
        sys.exit(1)
    except StopAsked:
        sys.exit(130)
