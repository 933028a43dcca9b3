"""What the command line says: Vietnamese at the source, English when the terminal's language is English."""

from __future__ import annotations

import contextlib
import gettext
import os
from pathlib import Path

from rich.console import Console

# Long sentences belong on one line each: a terminal wraps them better than we can guess.
console = Console(highlight=False, soft_wrap=True)
if not console.is_terminal:
    console = Console(highlight=False, soft_wrap=True, width=140)


class Trouble(Exception):
    """Something expected went wrong; the message says what, and what to do. Shown without a traceback."""


def language() -> str:
    """`en` when the terminal asks for English (LANG=en_…), else `vi`. TINHSO_LANG decides when set."""
    asked = next(
        (os.environ[name] for name in ("TINHSO_LANG", "LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    return "en" if asked.startswith("en") else "vi"


_catalogue = gettext.translation("django", Path(__file__).parent / "locale", languages=[language()], fallback=True)


def _(sentence: str) -> str:
    return _catalogue.gettext(sentence)


def say(sentence: str = "", style: str = "") -> None:
    """Prints one line. A terminal that has gone away is no reason to stop half-way through stopping."""
    with contextlib.suppress(OSError):
        console.print(sentence, style=style or None, markup=False)
