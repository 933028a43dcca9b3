"""What several acts share: words that must be there, files kept as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.files import services as files
from tinhso.foundation.text.rules import normalise
from tinhso.systems.resolution.errors import WrongEntry
from tinhso.systems.resolution.models import Evidence

# A file as it comes: its name and its content.
Upload = tuple[str, BinaryIO]
PURPOSE = "resolution.evidence"
MOST_FILES = 10
LONGEST = 5000
EARLIEST, LATEST = date(2021, 1, 1), date(2100, 1, 1)


def words_of(text: str, name: str, longest: int = LONGEST) -> str:
    """The text, cleaned; refused when it is empty or too long."""
    found = normalise(text).strip() if "\n" not in text else "\n".join(normalise(line) for line in text.splitlines())
    found = found.strip()
    if not found:
        raise WrongEntry(_("Hãy ghi %(name)s.") % {"name": name})
    if len(found) > longest:
        raise WrongEntry(_("%(name)s dài quá %(most)d ký tự.") % {"name": name.capitalize(), "most": longest})
    return found


def day_within(day: date | None, name: str) -> date:
    """A day of the plan's years; refused otherwise."""
    if day is None or not EARLIEST <= day < LATEST:
        raise WrongEntry(_("Hãy ghi %(name)s trong khoảng từ năm 2021 đến năm 2099.") % {"name": name})
    return day


def keep(actor: Actor, evidence: Sequence[Upload], **of: Any) -> list[Evidence]:
    """Keeps files as evidence of one thing said (`entry=`, `explanation=` or `step=`)."""
    if len(evidence) > MOST_FILES:
        raise WrongEntry(_("Mỗi lần gửi tối đa %(most)d tệp minh chứng.") % {"most": MOST_FILES})
    kept = []
    for name, stream in evidence:
        stored = files.store(actor, stream=stream, name=name, purpose=PURPOSE)
        kept.append(Evidence.objects.create(file=stored, **of))
    return kept
