"""Requests, codes and access tokens, in memory and short-lived; persons, in a file."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("persons.json")
MOST = 2000
REQUEST_SECONDS = 600.0
TOKEN_SECONDS = 300.0


@dataclass
class Asked:
    """A sign-in asked for by the client, waiting for the person."""

    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    at: float = field(default_factory=time.monotonic)


@dataclass
class Code:
    """An authorization code: for one client's one address, for seconds, once."""

    asked: Asked
    number: str
    level: str
    at: float = field(default_factory=time.monotonic)
    is_used: bool = False
    token: str = ""


@dataclass
class Token:
    """An access token to userinfo."""

    number: str
    level: str
    at: float = field(default_factory=time.monotonic)


class Store:
    """Everything the simulator remembers."""

    def __init__(self, data: str) -> None:
        self.asked: dict[str, Asked] = {}
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self.persons = _persons(Path(data) / "persons.json")

    def remember(self, shelf: dict[str, Any], thing: Any) -> str:
        key = secrets.token_urlsafe(32)
        while len(shelf) >= MOST:
            shelf.pop(next(iter(shelf)))
        shelf[key] = thing
        return key

    def waiting(self, key: str) -> Asked | None:
        asked = self.asked.get(key)
        return asked if asked and time.monotonic() - asked.at < REQUEST_SECONDS else None

    def spend(self, key: str, seconds: float) -> Code | None:
        """The code, now used; None when unknown, old or used before. A second use also kills the first one's token."""
        code = self.codes.get(key)
        if code is None:
            return None
        if code.is_used:
            self.tokens.pop(code.token, None)
            return None
        code.is_used = True
        return code if time.monotonic() - code.at < seconds else None

    def bearer(self, key: str) -> Token | None:
        token = self.tokens.get(key)
        return token if token and time.monotonic() - token.at < TOKEN_SECONDS else None


def _persons(path: Path) -> dict[str, dict[str, Any]]:
    """persons.json of the data folder; the shipped one is copied there first, to be edited."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SHIPPED.read_text("utf-8"), "utf-8")
    return {person["personal_number"]: person for person in json.loads(path.read_text("utf-8"))}
