"""The reference of a bill: what the payer's bank carries as the purpose of the transfer. Pure functions.

TS, nine characters of Crockford's base 32 (no I, L, O, U: nothing to misread), one check character.
"""

from __future__ import annotations

import re
import secrets

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "TS"
BODY = 9
LENGTH = len(PREFIX) + BODY + 1
_MISREAD = str.maketrans("ILO", "110")
_SHAPE = re.compile(rf"(?<![A-Z0-9]){PREFIX}[A-Z0-9]{{{BODY + 1}}}(?![A-Z0-9])")


def new_reference() -> str:
    """A reference that cannot be guessed from another one; 45 bits, unique by the database's word."""
    body = "".join(secrets.choice(LETTERS) for _ in range(BODY))
    return PREFIX + body + check_letter(body)


def check_letter(body: str) -> str:
    """Odd weights modulo 32: sees every single wrong letter, and swapped neighbours unless they are 16 apart."""
    return LETTERS[sum((2 * place + 1) * LETTERS.index(letter) for place, letter in enumerate(body)) % 32]


def tidy(text: str) -> str:
    """As people type it: spaces and dashes out, capitals, misread letters put right."""
    kept = re.sub(r"[\s.\-]", "", text).upper()
    return kept[: len(PREFIX)] + kept[len(PREFIX) :].translate(_MISREAD)


def is_reference(text: str) -> bool:
    """True for a whole reference whose check letter is right."""
    body = text[len(PREFIX) : -1]
    if len(text) != LENGTH or not text.startswith(PREFIX) or any(letter not in LETTERS for letter in body):
        return False
    return check_letter(body) == text[-1]


def find_reference(description: str) -> str:
    """The reference in a transfer's description, among what banks write around it; "" when there is none."""
    for match in _SHAPE.finditer(description.upper()):
        tidied = tidy(match[0])
        if is_reference(tidied):
            return tidied
    return ""
