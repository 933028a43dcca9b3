"""What a request may have wrong, as the interface numbers it. The words are the face's (words.py)."""

from __future__ import annotations


class Fault(Exception):
    """One thing wrong: its number and what it is about."""

    def __init__(self, code: str, *about: object) -> None:
        super().__init__(code, *about)
        self.code = code
        self.about = tuple(str(item)[:200] for item in about)
