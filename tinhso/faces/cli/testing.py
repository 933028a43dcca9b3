"""`make test`: every test on a PostgreSQL of its own; the database-facing ones on the pip-installed server as well.

Extra arguments go to pytest and narrow the run: `make test ARGS="-k audit"`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from tinhso.config import env
from tinhso.faces.cli import build, postgres
from tinhso.faces.cli.place import Place
from tinhso.faces.cli.processes import StopAsked, stoppable
from tinhso.faces.cli.words import Trouble, say

# What stands on what versions of PostgreSQL could do differently: its triggers, constraints, ranges, locks, bells,
# text search and arithmetic. The rest asks it plain questions.
DATABASE_FACING = [
    *(f"tinhso/foundation/{name}" for name in ("access", "audit", "events", "jobs", "numbering", "orgs", "places")),
    *(f"tinhso/engines/{name}" for name in ("indicators", "payments", "registers", "search", "workflow")),
    *(
        f"tinhso/systems/procedures/tests/test_{name}.py"
        for name in ("measures", "submit_dossier", "work_on_a_dossier")
    ),
    "-m",
    "not browser and not faults",
    "--only-database",
]
WORKERS = "2"


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


def main(arguments: list[str]) -> int:
    """Runs the tests; returns the exit code. The last lines name what did not run."""
    os.chdir(env.ROOT)
    build.translations()
    build.front_end()
    build.schema_suite()
    outcomes: list[Outcome] = []
    missing: list[str] = []
    with tempfile.TemporaryDirectory(prefix="tinhso-test-") as scratch:
        Path(scratch).chmod(0o755)
        for origin, passes in groupby(runs(arguments, missing), key=attrgetter("origin")):
            with server(Path(scratch), origin) as url:
                for one in passes:
                    say(f"\n» {one.title}", "bold")
                    outcomes.append(pytest_on(url, one, Path(scratch) / "report.json"))
    return conclude(outcomes, missing)


def runs(arguments: list[str], missing: list[str]) -> Iterator[Pass]:
    """The passes in their order; those on one server follow one another."""
    if os.environ.get("DATABASE_URL"):
        yield Pass("DATABASE_URL", "given", arguments)
        return
    found = {one.origin: one for one in reversed(postgres.find_binaries())}
    machine, pip = found.get("machine"), found.get("pip")
    if machine:
        for part, selection in apart(arguments):
            yield Pass(f"PostgreSQL {machine.version} (machine){part}", "machine", selection)
    else:
        missing.append("NOT RUN: the tests on the machine's own PostgreSQL: no server program of version 15 or newer")
    if pip and machine:
        narrowed = arguments or DATABASE_FACING
        yield Pass(f"PostgreSQL {pip.version} (pip)", "pip", narrowed)
    elif pip:
        for part, selection in apart(arguments):
            yield Pass(f"PostgreSQL {pip.version} (pip){part}", "pip", selection)
    else:
        missing.append("NOT RUN: the tests on the pip-installed PostgreSQL: the package has no server for this machine")


def apart(arguments: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Browser tests in a process of their own.

    The browser's driver leaves an event loop running in the thread of the tests; signing starts one of its own.
    """
    if "-m" in arguments or any("::" in one or one.endswith(".py") for one in arguments):
        yield "", arguments
        return
    yield "", [*arguments, "-m", "not browser"]
    yield ", in a browser", [*(arguments or browser_files()), "-m", "browser"]


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


def pytest_on(url: str, one: Pass, report: Path) -> Outcome:
    report.unlink(missing_ok=True)
    environment = dict(
        os.environ,
        DATABASE_URL=url,
        TINHSO_TEST_REPORT=str(report),
        TINHSO_TEST_TITLE=f", {one.title}",
        TINHSO_TEST_TEMPLATE="" if one.origin == "given" else postgres.NAME,
        PYTHONUTF8="1",
        # Modules are compiled once for all the processes that the tests start, wherever they may not write.
        PYTHONPYCACHEPREFIX=str(report.parent / "bytecode"),
    )
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "loadfile", "--durations=10", *one.selection]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
    try:
        code = process.wait()
    except StopAsked:
        process.terminate()
        process.wait(30)
        raise
    try:
        said = json.loads(report.read_text())
    except (OSError, ValueError):
        return Outcome(code or 1)
    counts = said["counts"]
    bad = counts["failed"] + counts["error"]
    return Outcome(code, counts["passed"], bad, counts["skipped"], tuple(said["not_run"]))


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
