"""What acts are called: each app says its own codes in plain words, and screens show the words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ACTS: dict[str, _StrPromise | str] = {}


def register_acts(acts: Mapping[str, _StrPromise | str]) -> None:
    """Declares an app's act codes with their sentences; a code declared twice is a programming error."""
    for code, words in acts.items():
        if code in ACTS:
            raise RuntimeError(f"act {code} is declared twice")
        ACTS[code] = words


def sentence(code: str) -> str:
    """The act in words; the bare code when no app has named it."""
    return str(ACTS.get(code, code))
