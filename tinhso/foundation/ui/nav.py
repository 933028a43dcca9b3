"""Where a face may lead: apps declare their entries in ready(), the layouts draw those the reader may open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FACES = ("portal", "desk", "command", "admin", "account")


@dataclass(frozen=True)
class Entry:
    """One link of a face: `permission` None shows it to everyone; `count` may say how much waits there."""

    name: str  # URL name, "desk:queue"
    label: _StrPromise | str
    icon: str = "arrow-right"
    permission: str | None = None
    order: int = 50
    count: Callable[[HttpRequest], int] | None = None
    query: str = ""
    signed_in: bool = False


@dataclass(frozen=True)
class Link:
    """An entry ready to draw."""

    url: str
    label: str
    icon: str
    is_current: bool
    count: int | None = None


_ENTRIES: dict[str, list[Entry]] = {face: [] for face in FACES}
# What readers of one standing are shown in one language. The roles are read at every request; only what follows from
# them is kept.
_menus: dict[Any, Menu] = {}
MOST_KEPT = 500


@dataclass(frozen=True)
class Menu:
    """The entries of every face that somebody may open, each with its address and its words, in order."""

    shown: dict[str, list[tuple[Entry, str, str]]]
    # The work faces where there is one.
    open_faces: list[str]


def register(face: str, entries: Iterable[Entry]) -> None:
    """Adds entries to a face's navigation; declaring the same address twice is a programming error."""
    for entry in entries:
        if any(known.name == entry.name and known.query == entry.query for known in _ENTRIES[face]):
            raise RuntimeError(f"navigation entry {entry.name} is declared twice for {face}")
        _ENTRIES[face].append(entry)
    _menus.clear()


# Each face by the address it lives under; the portal is what remains.
_PREFIXES = {"desk": "/can-bo/", "command": "/dieu-hanh/", "admin": "/quan-tri/", "account": "/tai-khoan/"}


# The faces where somebody works, in the order of their doors.
WORK = ("desk", "command", "admin")

# Addresses of a system's own screens that belong to a face without lying under its address.
_ALSO: dict[str, str] = {}


def register_prefix(prefix: str, face: str) -> None:
    """Says that pages under `prefix` ("/bao-cao/") are drawn in a face's frame."""
    _ALSO[prefix] = face


def face_of(path: str) -> str:
    """Which face an address belongs to."""
    known = ((prefix, face) for face, prefix in _PREFIXES.items())
    return next((face for prefix, face in (*known, *_ALSO.items()) if path.startswith(prefix)), "portal")


def doors(request: HttpRequest) -> dict[str, Any]:
    """The present face with its name, and links to the work faces where this reader has something to open."""
    here = face_of(request.path)
    names = {
        "portal": ("", "home"),
        "desk": (_("Bàn làm việc"), "inbox"),
        "command": (_("Điều hành"), "target"),
        "admin": (_("Quản trị"), "settings"),
        "account": (_("Tài khoản"), "person"),
    }
    found = []
    actor: Any = getattr(request, "actor", None)
    if actor is not None and actor.is_signed_in and actor.grants:
        found = [
            Link(_PREFIXES[face], names[face][0], names[face][1], face == here) for face in _menu(actor).open_faces
        ]
    return {"face": here, "name": names[here][0], "links": found, "is_work": here in WORK}


def workplace(actor: Any) -> str:
    """Where this account's work lies: the work face whose own first page it may open, else any it may open; or ""."""
    if not actor.grants:
        return ""
    # Figures are read by many; who keeps desks or accounts has that for work.
    own = [face for face in ("desk", "admin", "command") if _may(actor, min(_ENTRIES[face], key=_order))]
    return next((_PREFIXES[face] for face in [*own, *_menu(actor).open_faces]), "")


def _order(entry: Entry) -> int:
    return entry.order


def _menu(actor: Any) -> Menu:
    key = get_language(), actor and access.standing(actor)
    if key not in _menus:
        if len(_menus) >= MOST_KEPT:
            _menus.clear()
        _menus[key] = _drawn_up(actor)
    return _menus[key]


def _drawn_up(actor: Any) -> Menu:
    may = {face: [one for one in sorted(entries, key=_order) if _may(actor, one)] for face, entries in _ENTRIES.items()}
    shown = {
        face: [(one, address + one.query, str(one.label)) for one in found if (address := _address(one.name))]
        for face, found in may.items()
    }
    return Menu(shown, [face for face in WORK if may[face]])


def links(face: str, request: HttpRequest) -> list[Link]:
    """The entries of a face that this reader may open, in order."""
    actor: Any = getattr(request, "actor", None)
    shown = _menu(actor).shown[face]
    current = _current(request, [url for _entry, url, _label in shown])
    return [
        Link(url, label, entry.icon, url == current, entry.count(request) if entry.count else None)
        for entry, url, label in shown
    ]


@lru_cache(maxsize=512)
def _address(name: str) -> str:
    """The address of a page; empty when this installation has none of that name."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _may(actor: Any, entry: Entry) -> bool:
    if actor is None:
        return entry.permission is None and not entry.signed_in
    if entry.signed_in and not actor.is_signed_in:
        return False
    return entry.permission is None or access.allowed(actor, entry.permission)


def _current(request: HttpRequest, urls: list[str]) -> str:
    """The longest entry that the present address begins with; an exact one with its query wins."""
    here = request.get_full_path()
    if here in urls:
        return here
    bare = [url for url in urls if "?" not in url and request.path.startswith(url) and (url != "/" or here == "/")]
    return max(bare, key=len, default="")
