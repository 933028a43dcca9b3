"""The installation that a command works on."""

from __future__ import annotations

import os

from tinhso.faces.cli import environment
from tinhso.faces.cli.place import Place
from tinhso.faces.cli.words import Trouble, _


def opened() -> Place:
    """The installation of this shell, its folders there."""
    place = Place.from_environment()
    place.make()
    return place


def ready() -> Place:
    """For a process that serves: the installation, with its database address known."""
    place = opened()
    url = os.environ.get("DATABASE_URL") or str(place.state().get("database_url", ""))
    if not url:
        raise Trouble(_("Cần DATABASE_URL, ví dụ postgresql://tinhso@127.0.0.1/tinhso."))
    environment.apply(place, url)
    return place
