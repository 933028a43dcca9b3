"""The sets of one-stop forms by date. A dossier's form is of the set in force on the day it is issued."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parent / "form_sets.json"


class Form(StrEnum):
    """The seven papers of a dossier, by what they do; their numbers differ from set to set."""

    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    APOLOGY = "apology"
    STOP = "stop"
    CONTROL = "control"
    REGISTER = "register"


# Which of them are made out to the person who filed.
FOR_THE_APPLICANT = (Form.RECEIPT, Form.SUPPLEMENT, Form.REFUSAL, Form.APOLOGY, Form.STOP)


@dataclass(frozen=True)
class FormSet:
    """The forms of one circular."""

    code: str
    basis: str
    valid_from: date
    forms: Mapping[str, dict[str, Any]]

    def has(self, form: str) -> bool:
        return form in self.forms


@cache
def form_sets() -> tuple[FormSet, ...]:
    """All sets, the oldest first."""
    read = json.loads(SOURCE.read_text(encoding="utf-8"))["sets"]
    made = [FormSet(one["code"], one["basis"], date.fromisoformat(one["valid_from"]), one["forms"]) for one in read]
    return tuple(sorted(made, key=lambda one: one.valid_from))


def set_on(day: date, sets: tuple[FormSet, ...] | None = None) -> FormSet:
    """The set in force on `day`; before the first one, the first."""
    known = sets or form_sets()
    begun = [one for one in known if one.valid_from <= day]
    return begun[-1] if begun else known[0]


def set_named(code: str) -> FormSet:
    """The set of that code; KeyError when there is none."""
    return {one.code: one for one in form_sets()}[code]


def set_for(form: str, day: date) -> FormSet:
    """The set in force on `day`, or the first later one that has the form (05 "stop" came only in 2025)."""
    wanted = set_on(day)
    if wanted.has(form):
        return wanted
    return next(one for one in form_sets() if one.has(form))
