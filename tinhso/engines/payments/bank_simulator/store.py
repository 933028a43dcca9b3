"""The simulated bank's movements: in memory, and one JSON line each in a file so that a restart forgets nothing."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MOST = 200_000


class Store:
    """Credits and debits of every account, in the order they happened."""

    def __init__(self, folder: str) -> None:
        self.path = Path(folder) / "movements.jsonl"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = threading.Lock()
        self.movements: list[dict[str, Any]] = []
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                try:
                    self.movements.append(json.loads(line))
                except ValueError:
                    continue  # a line cut short when the machine stopped

    def add(
        self, *, bank: str, number: str, amount: int, description: str, counterparty: str, order: str = ""
    ) -> dict[str, Any]:
        """One more movement; an order paid before is that movement again."""
        with self.lock:
            known = next((one for one in self.movements if order and one["order"] == order), None)
            if known is not None:
                return known
            now = datetime.now(UTC).astimezone(VIETNAM)
            made = {
                "reference": f"FT{now:%y%m%d}{len(self.movements) + 1:06d}",
                "bin": bank,
                "number": number,
                "amount": amount,
                "description": description[:200],
                "counterparty": counterparty[:120],
                "at": now.isoformat(timespec="seconds"),
                "order": order,
            }
            if len(self.movements) >= MOST:
                raise RuntimeError("the simulated bank is full")
            self.movements.append(made)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(made, ensure_ascii=False) + "\n")
            return made

    def of(self, bank: str, number: str, day: date | None = None) -> list[dict[str, Any]]:
        """The movements of an account, of one day or all."""
        return [
            one
            for one in self.movements
            if (one["bin"], one["number"]) == (bank, number) and (day is None or one["at"][:10] == day.isoformat())
        ]
