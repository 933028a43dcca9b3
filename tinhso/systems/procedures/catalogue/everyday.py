"""How people call procedures: plain names, life events, what they type. Data in `data/everyday.json`, reads here."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data") / "everyday.json"
SHORT = 120


@cache
def data() -> dict[str, Any]:
    """{"fillers", "sayings", "plain": {code: name}, "aliases": {code: [name]}, "life_events"}: see README, Search."""
    read: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return read


def plain_name(code: str) -> str:
    """The name people use; "" when nobody has written one."""
    return str(data()["plain"].get(code, ""))


def short(name: str) -> str:
    """An official name cut at a word, for lists."""
    bare = name.removeprefix("Thủ tục ").strip()
    bare = bare[:1].upper() + bare[1:]
    if len(bare) <= SHORT:
        return bare
    return bare[:SHORT].rsplit(" ", 1)[0].rstrip(" ,;:(-") + "…"


def life_event(code: str, field_name: str, field_group: str) -> str:
    """The chapter of life a procedure belongs to: by its own code, else its field, else its group of fields."""
    events: list[dict[str, Any]] = data()["life_events"]
    for key, wanted in (("codes", code), ("fields", field_name), ("groups", field_group)):
        for event in events:
            if wanted in event.get(key, ()):
                return str(event["name"])
    return ""


def life_events() -> list[str]:
    """The chapters in the order in which they are shown."""
    return [str(event["name"]) for event in data()["life_events"]]


def aliases(code: str) -> tuple[str, ...]:
    """What people call a procedure when they look for it: each counts as a name of it."""
    found: list[str] = data()["aliases"].get(code, [])
    plain = plain_name(code)
    return tuple(dict.fromkeys([*([plain] if plain else []), *found]))


def common() -> list[str]:
    """Codes of what people come for most, the first page's own order."""
    return list(data()["common"])


def fillers() -> list[str]:
    """Words that only fill a question."""
    return list(data()["fillers"])


def sayings() -> list[tuple[str, str]]:
    """(what people say, what offices write)."""
    return [(said, written) for said, written in data()["sayings"]]
