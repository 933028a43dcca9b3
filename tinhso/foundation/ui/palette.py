"""The command palette: what may be reached by typing. Apps add sources; each decides by the actor what it offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation.text.rules import fold
from tinhso.foundation.ui import nav

LIMIT = 20


@dataclass(frozen=True)
class Item:
    """One line of the palette: where it leads, what it is called, its group, a note at the right."""

    url: str
    label: str
    group: str
    note: str = ""


Source = Callable[[HttpRequest, str], Iterable[Item]]
_SOURCES: list[Source] = []


def register_source(source: Source) -> None:
    """Adds a source: fn(request, query) → Items the reader may open. Called for every key pressed, so be quick."""
    _SOURCES.append(source)


def matches(text: str, query: str) -> bool:
    """True when every word of the query begins a word of the text, marks ignored."""
    words = fold(text).split()
    return all(any(word.startswith(part) for word in words) for part in fold(query).split())


def find(request: HttpRequest, query: str) -> list[Item]:
    """Pages of every face the reader may open, then what the sources find."""
    found = [
        Item(link.url, link.label, _("Đi tới"), note)
        for face, note in _faces(request)
        for link in nav.links(face, request)
        if matches(link.label, query)
    ]
    for source in _SOURCES:
        found.extend(source(request, query))
    return found[:LIMIT]


def _faces(request: HttpRequest) -> list[tuple[str, str]]:
    here = nav.face_of(request.path)
    names = {
        "desk": _("Bàn làm việc"),
        "command": _("Điều hành"),
        "admin": _("Quản trị"),
        "portal": _("Cổng dịch vụ"),
        "account": _("Tài khoản"),
    }
    return sorted(names.items(), key=lambda pair: pair[0] != here)


def as_json(items: Iterable[Item]) -> dict[str, list[dict[str, str]]]:
    return {"items": [asdict(item) for item in items]}
