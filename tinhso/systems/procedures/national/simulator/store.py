"""What the simulated portal holds: in memory, and one JSON line for each change so that a restart forgets nothing."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

MOST_LINES = 2_000_000
MOST_SHOWN = 200


class Store:
    """Dossiers with their course, answers by key, refused messages, and what was filed through its own page."""

    def __init__(self, folder: str) -> None:
        self.path = Path(folder) / "portal.jsonl"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self.dossiers: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.filings: dict[str, dict[str, Any]] = {}
        self.refused: list[dict[str, Any]] = []
        # How often each message was taken for real and how often merely answered again: what a test counts.
        self.taken = self.repeated = 0
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                try:
                    change = json.loads(line)
                    self._apply(change)
                    self.taken += change["kind"] != "filing"
                except (ValueError, KeyError):
                    continue  # a line cut short when the machine stopped

    def _apply(self, change: dict[str, Any]) -> None:
        kind = change["kind"]
        if kind == "dossier":
            held = self.dossiers.setdefault(change["code"], {"TienDo": []})
            held.update(change["facts"])
        elif kind == "step":
            self.dossiers[change["code"]]["TienDo"].append(change["step"])
        elif kind == "filing":
            self.filings[change["key"]] = change["filing"]
        if change.get("answer_key"):
            self.answers[change["answer_key"]] = change["answer"]

    def write(self, changes: list[dict[str, Any]], key: str, answer: dict[str, Any]) -> None:
        """Keeps a call's changes with its answer, all of them in one line block."""
        with self.lock:
            if key:
                changes[-1] |= {"answer_key": key, "answer": answer}
            for change in changes:
                self._apply(change)
            with self.path.open("a", encoding="utf-8") as file:
                file.write("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in changes))
            self.taken += 1

    def keep_filing(self, key: str, filing: dict[str, Any]) -> None:
        with self.lock:
            change = {"kind": "filing", "key": key, "filing": filing}
            self._apply(change)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(change, ensure_ascii=False) + "\n")

    def refuse(self, service: str, code: str, why: str, dossier: str) -> None:
        with self.lock:
            self.refused.append({"service": service, "code": code, "why": why, "dossier": dossier})
            del self.refused[:-MOST_SHOWN]
