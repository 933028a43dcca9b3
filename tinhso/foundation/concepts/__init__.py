"""The province's shared vocabulary: what a field of a register and a question of a form are about, by one code each.

A register's field and a form's question that carry the same code ask for the same fact, whatever they are called.
The codes, their names and the act that lists them are data (`vocabulary.json`); nothing else decides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tinhso.foundation.text.rules import fold


@dataclass(frozen=True)
class Concept:
    """One fact about one kind of thing. `also` are other names that people give it."""

    code: str
    label: str
    group: str
    source: str
    also: tuple[str, ...] = ()


@cache
def concepts() -> Mapping[str, Concept]:
    """Every concept by its code ("enterprise.name")."""
    read = json.loads((Path(__file__).parent / "vocabulary.json").read_text("utf-8"))
    found = [
        Concept(f"{name}.{key}", one["label"], group["label"], group["source"], tuple(one.get("also", ())))
        for name, group in read.items()
        for key, one in group["concepts"].items()
    ]
    return {one.code: one for one in found}


@cache
def _by_name() -> Mapping[str, str]:
    return {plain(name): one.code for one in concepts().values() for name in (one.label, *one.also)}


def recognised(label: str) -> str:
    """The concept that goes by this name, "" when none does. Marks, case and punctuation do not count."""
    return _by_name().get(plain(label), "")


def is_known(code: str) -> bool:
    """Whether the vocabulary has the code."""
    return code in concepts()


def plain(label: str) -> str:
    """A name as it is compared: "Họ, chữ đệm, tên" and "ho chu dem ten" are one."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in fold(label)).split())
