"""The plain way on through a process: which transition leads onward, and who of some people may take it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tinhso.engines.workflow.models import Case
from tinhso.engines.workflow.selectors import process_of
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.process import OWN_ACTS
from tinhso.systems.procedures.services.acts import case_id_of


def onward(dossier: Dossier, goal: Collection[str]) -> str:
    """The way to the next step of the procedure's own; "" where an act of `goal` may be done, or no way is plain."""
    case = _case(dossier)
    ways = process_of(case.definition).steps[case.step].transitions
    if any(code in ways for code in goal):
        return ""
    plain = [way.code for way in ways.values() if not way.back and not way.needs_note and way.code not in OWN_ACTS]
    return plain[0] if plain else ""


def who_may(dossier: Dossier, people: Iterable[Actor]) -> Actor | None:
    """The first of `people` who may take the step at which the dossier stands."""
    case = _case(dossier)
    return next((one for one in people if access.allowed(one, case.step_permission, case.holder_unit)), None)


def _case(dossier: Dossier) -> Case:
    return Case.objects.select_related("definition", "holder_unit").get(pk=case_id_of(dossier))
