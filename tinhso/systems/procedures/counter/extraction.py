"""Fields proposed from the text of a scan, by plain rules, each with how sure it is. Pure; an officer settles them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

FULL_NAME, PERSONAL_NUMBER, BORN_ON = "full_name", "personal_number", "born_on"
ISSUED_ON, DOCUMENT_NUMBER = "issued_on", "document_number"
NAMES = (FULL_NAME, PERSONAL_NUMBER, BORN_ON, ISSUED_ON, DOCUMENT_NUMBER)
DATES = (BORN_ON, ISSUED_ON)
# Birthplace codes run from 001 to 096 (provinces) and above for births abroad.
LAST_PROVINCE = 96
LONGEST_TEXT = 200_000


@dataclass(frozen=True)
class Proposal:
    """What the machine reads in one field; confidence from 0 to 100."""

    name: str
    value: str
    confidence: int


_WORD = r"[A-ZÀ-ỸĐ][A-Za-zÀ-ỹĐđ]*"
_PERSON = rf"({_WORD}(?:[ \t]+{_WORD}){{1,6}})"
_NAME_AFTER = (
    (re.compile(rf"(?i:họ[, ]*(?:chữ[ ]+đệm[, ]*)?(?:và[ ]+)?tên)[^:\n]{{0,30}}:[ \t]*{_PERSON}"), 90),
    (re.compile(rf"(?i:họ[ ]+(?:và[ ]+)?tên)[^\n:]{{0,20}}\n[ \t]*{_PERSON}"), 75),
    (re.compile(rf"(?i:(?:cho[ ]+)?(?:ông|bà|chị|anh))(?:/[Bb]à)?[ ]*:?[ \t]+{_PERSON}"), 60),
)
_NUMBER = re.compile(r"(?<!\d)(\d(?:[ .]?\d){11})(?![ .]?\d)")
_NUMBER_LABEL = re.compile(r"(?i)(định\s*danh|căn\s*cước|cccd|số\s*đd)[^\n]{0,40}$")
_LONG_DATE = re.compile(r"(?i)ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})")
_SHORT_DATE = re.compile(r"(?<!\d)(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})(?!\d)")
_BORN = re.compile(r"(?i)(ngày,?\s*tháng,?\s*năm\s*sinh|ngày\s*sinh|sinh\s*ngày|sinh)[^\n]{0,25}$")
_DOCUMENT = re.compile(r"(?i:số)\s*[:.]?\s*(\d{1,6})\s*/\s*((?:\d{4}\s*/\s*)?[A-ZĐ][A-ZĐ0-9]*(?:\s*-\s*[A-ZĐ0-9]+)*)")


def propose(text: str) -> list[Proposal]:
    """One proposal for each field the text holds; nothing is made up for the others."""
    text = text[:LONGEST_TEXT]
    rules: tuple[Callable[[str], Proposal | None], ...] = (_name, _number, _born, _issued, _document)
    return [found for rule in rules if (found := rule(text)) is not None]


def _name(text: str) -> Proposal | None:
    for pattern, sure in _NAME_AFTER:
        if found := pattern.search(text):
            words = found[1].split()
            value = " ".join(word.capitalize() if word.isupper() else word for word in words)
            return Proposal(FULL_NAME, value, sure - (20 if len(words) > 5 else 0))
    return None


def _number(text: str) -> Proposal | None:
    best: Proposal | None = None
    for found in _NUMBER.finditer(text):
        value = re.sub(r"[ .]", "", found[1])
        sure = 90 if _NUMBER_LABEL.search(text[max(0, found.start() - 60) : found.start()]) else 65
        if not 1 <= int(value[:3]) <= LAST_PROVINCE:
            sure -= 30
        if best is None or sure > best.confidence:
            best = Proposal(PERSONAL_NUMBER, value, sure)
    return best


def _days(text: str) -> list[tuple[int, date, bool]]:
    """Every date of the text: where, which, and whether it is written in words."""
    found = []
    for pattern, in_words in ((_LONG_DATE, True), (_SHORT_DATE, False)):
        for one in pattern.finditer(text):
            try:
                day = date(int(one[3]), int(one[2]), int(one[1]))
            except ValueError:
                continue
            if 1900 <= day.year <= 2100:
                found.append((one.start(), day, in_words))
    return sorted(found)


def _after_born(text: str, at: int) -> bool:
    return bool(_BORN.search(text[max(0, at - 50) : at]))


def _born(text: str) -> Proposal | None:
    for at, day, _in_words in _days(text):
        if _after_born(text, at):
            return Proposal(BORN_ON, day.isoformat(), 85)
    return None


def _issued(text: str) -> Proposal | None:
    others = [(day, in_words) for at, day, in_words in _days(text) if not _after_born(text, at)]
    in_words = [day for day, words in others if words]
    if in_words:
        return Proposal(ISSUED_ON, in_words[0].isoformat(), 85 if len(in_words) == 1 else 70)
    return Proposal(ISSUED_ON, others[0][0].isoformat(), 45) if others else None


def _document(text: str) -> Proposal | None:
    found = _DOCUMENT.search(text)
    if found is None:
        return None
    symbol = re.sub(r"\s", "", found[2]).upper()
    return Proposal(DOCUMENT_NUMBER, f"{found[1]}/{symbol}", 85 if "-" in symbol else 70)


def settled(name: str, typed: str) -> str:
    """What the officer settled on, in its stored form; "" when the paper does not say. Raises ValueError."""
    value = typed.strip()
    if not value:
        return ""
    if name == PERSONAL_NUMBER:
        digits = re.sub(r"[ .]", "", value)
        if not re.fullmatch(r"[0-9]{12}", digits):
            raise ValueError(name)
        return digits
    if name in DATES:
        parts = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", value)
        day = date(int(parts[3]), int(parts[2]), int(parts[1])) if parts else date.fromisoformat(value)
        return day.isoformat()
    if len(value) > 300:
        raise ValueError(name)
    return value
