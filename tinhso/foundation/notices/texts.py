"""The words of notices: Vietnamese as the source, English from the catalogue, named placeholders only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from tinhso.foundation.people.masking import mask_number
from tinhso.foundation.text.rules import normalise

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_NAMED = re.compile(r"%\((\w+)\)s")
_PERSONAL_NUMBER = re.compile(r"(?<!\d)\d{12}(?!\d)")
MAX_TITLE, MAX_BODY, MAX_SMS = 200, 4000, 300


@dataclass(frozen=True)
class Text:
    """What is said on one occasion. `sms` empty: this occasion sends no SMS."""

    code: str
    title: _StrPromise | str
    body: _StrPromise | str
    sms: _StrPromise | str = ""


TEXTS: dict[str, Text] = {}


def register_text(text: Text) -> None:
    """Declares an app's text; a code declared twice, or an unnamed placeholder, is a programming error."""
    if text.code in TEXTS:
        raise RuntimeError(f"notice text {text.code} is registered twice")
    for words in (text.title, text.body, text.sms):
        if "%" in _NAMED.sub("", str(words)).replace("%%", ""):
            raise RuntimeError(f"notice text {text.code} has an unnamed placeholder")
    TEXTS[text.code] = text


def compose(text: Text, values: dict[str, Any], language: str) -> tuple[str, str, str]:
    """Title, body and SMS in `language`. Personal numbers are masked, whatever the caller passed."""
    with override(language):
        safe = {name: safe_value(value) for name, value in values.items()}
        title = normalise(str(text.title) % safe)[:MAX_TITLE]
        body = hide_numbers(str(text.body) % safe)[:MAX_BODY]
        sms = normalise(str(text.sms) % safe)[:MAX_SMS] if text.sms else ""
    return hide_numbers(title), body, hide_numbers(sms)


def safe_value(value: Any) -> str:
    """One line of plain text: a value can neither break a header nor add lines that look like ours."""
    return hide_numbers(normalise(str(value)))


def hide_numbers(words: str) -> str:
    """Twelve digits in a row are a personal number until proved otherwise."""
    return _PERSONAL_NUMBER.sub(lambda found: mask_number(found[0]), words)
