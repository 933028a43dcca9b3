"""Short ways to write a column, so that a dataset reads like its dictionary: `text("ma", "Mã", "Code", key)`."""

from __future__ import annotations

from typing import Any

from tinhso.foundation.openness.columns import Column, Kind


def _of(kind: Kind) -> Any:
    def made(name: str, title: str, title_en: str, description: str = "", **more: Any) -> Column:
        return Column(name, kind, title, title_en, description, **more)

    return made


text, whole, number, yes_no = _of(Kind.STRING), _of(Kind.INTEGER), _of(Kind.NUMBER), _of(Kind.BOOLEAN)
day, instant, year, shape = _of(Kind.DATE), _of(Kind.DATETIME), _of(Kind.YEAR), _of(Kind.GEOMETRY)
