"""English is complete: every sentence translated, every placeholder kept."""

import re
from pathlib import Path

import polib

CATALOGUE = polib.pofile(str(Path(__file__).parents[1] / "locale/en/LC_MESSAGES/django.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def test_every_sentence_is_translated() -> None:
    assert [entry.msgid for entry in CATALOGUE if not entry.msgstr or entry.fuzzy] == []


def test_every_placeholder_is_kept() -> None:
    wrong = [e.msgid for e in CATALOGUE if set(PLACEHOLDER.findall(e.msgid)) != set(PLACEHOLDER.findall(e.msgstr))]
    assert wrong == []


def test_no_sentence_of_python_or_templates_is_missing() -> None:
    folder = Path(__file__).parents[1]
    known = {entry.msgid for entry in CATALOGUE}
    python = re.compile(r"\b_\(\s*\"([^\"]+)\"\s*\)")
    template = re.compile(r"{% translate \"([^\"]+)\"|{% translate '([^']+)'|_\(\"([^\"]+)\"\)")
    found: set[str] = set()
    for path in folder.glob("*.py"):
        found.update(python.findall(path.read_text()))
    for path in folder.glob("templates/**/*.html"):
        found.update(part for groups in template.findall(path.read_text()) for part in groups if part)
    missing = {text for text in found if text not in known and text.replace("%", "%%") not in known}
    assert len(found) > 150
    assert missing == set()
