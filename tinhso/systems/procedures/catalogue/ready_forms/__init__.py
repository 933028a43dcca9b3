"""Forms written for procedures that are not served here yet: pages to begin a version from, each with how sure it is.

One file per procedure: {"code", "title" (of the official form), "procedure", "case", "evidence", "source", "pages"}.
`evidence` is text_seen, name_seen, memory or no_official_form; whoever publishes one reads the official form first.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def codes() -> tuple[str, ...]:
    """The procedures that a form is ready for."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def ready_form(code: str) -> dict[str, Any] | None:
    """The form written for a procedure; None when there is none. Its `pages` are for compose.compose."""
    if code not in codes():
        return None
    found: dict[str, Any] = json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    return found
