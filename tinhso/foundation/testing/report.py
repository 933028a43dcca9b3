"""Says at the end of a test run what did not run and why, and hands the counts to whoever sums several runs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

COUNTED = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


def reason_of(report: pytest.TestReport) -> str:
    """The sentence behind a skip, without the file and line that pytest puts before it."""
    longrepr = report.longrepr
    text = str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
    return text.removeprefix("Skipped: ").removeprefix("NOT RUN: ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line per reason, after everything else but pytest's own closing line."""
    where = os.environ.get("TINHSO_TEST_TITLE", "")
    skipped = terminalreporter.stats.get("skipped", [])
    reasons: dict[str, int] = {}
    for report in skipped:
        reasons[reason_of(report)] = reasons.get(reason_of(report), 0) + 1
    lines = [f"NOT RUN: {reason} [{count} test(s){where}]" for reason, count in sorted(reasons.items())]
    for line in lines:
        terminalreporter.write_line(line)
    target = os.environ.get("TINHSO_TEST_REPORT")
    if target:
        counts = {name: len(terminalreporter.stats.get(name, [])) for name in COUNTED}
        Path(target).write_text(json.dumps({"counts": counts, "not_run": lines}))
