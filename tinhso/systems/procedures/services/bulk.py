"""One act on many dossiers: each in a transaction of its own, each with its own answer; none is left half done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.errors import NothingChosen
from tinhso.systems.procedures.models import Dossier

MOST = 100


@dataclass(frozen=True)
class Outcome:
    """What became of one dossier: done, or left as it was with the sentence that says why."""

    dossier_id: int
    code: str
    sentence: str = ""

    @property
    def is_done(self) -> bool:
        return not self.sentence


def do_many(actor: Actor, dossier_ids: Iterable[int], act: Callable[[int], Any]) -> list[Outcome]:
    """Calls `act` for each dossier, at most MOST of them, in the order given; a refusal of one stops no other.

    Not atomic as a whole on purpose: what is done is done, and the answer names what is not. A dossier the actor may
    not see is not there: not even its code comes back.
    """
    wanted = list(dict.fromkeys(dossier_ids))[:MOST]
    if not wanted:
        raise NothingChosen
    codes = dict(Dossier.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", "code"))
    return [_one(pk, codes[pk], act) for pk in wanted if pk in codes]


def _one(pk: int, code: str, act: Callable[[int], Any]) -> Outcome:
    try:
        act(pk)
    except Refused as refusal:
        return Outcome(pk, code, refusal.sentence)
    return Outcome(pk, code)
