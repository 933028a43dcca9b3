"""One record as a source tells it, made plain: what every kind of source is read into."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_TEXT, MOST_FILES, MOST_TAGS = 20_000, 200, 60


@dataclass(frozen=True)
class FoundFile:
    url: str
    title: str = ""
    format: str = ""
    media_type: str = ""
    description: str = ""


@dataclass(frozen=True)
class Found:
    """A dataset elsewhere. `fault` says why it cannot be taken in; everything else may then be empty."""

    identifier: str
    title: str = ""
    notes: str = ""
    url: str = ""
    name: str = ""
    modified: str = ""
    licence: str = ""
    publisher: str = ""
    tags: tuple[str, ...] = ()
    files: tuple[FoundFile, ...] = ()
    fault: str = ""

    def digest(self) -> str:
        """The same digest means: nothing to do."""
        told = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Page:
    """One step of a walk: what it found and where the next step begins (None: the end)."""

    found: list[Found]
    cursor: dict[str, Any] | None = None
    claimed: int | None = None
    bytes: int = 0
    notes: list[str] = field(default_factory=list)
    mark: str = ""  # newest change told so far: what the next run asks from
    etag: str = ""
    is_unchanged: bool = False


def text(value: Any, most: int = 300) -> str:
    """What a source says as one bounded line of storable text; what is no text is nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode()[:most].strip()


def address(value: Any) -> str:
    """An address people may follow: http or https, without blanks; anything else is none."""
    given = text(value, 1000)
    is_fine = given.lower().startswith(("http://", "https://")) and not any(sign.isspace() for sign in given)
    return given if is_fine else ""
