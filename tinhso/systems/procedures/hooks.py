"""Where apps inside `procedures` add to the core without the core knowing their names. Filled in their ready()."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

if TYPE_CHECKING:
    from tinhso.engines.forms.models import FormDefinition
    from tinhso.engines.forms.selectors import Source
    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.people.models import Account, Person
    from tinhso.systems.procedures.models import Dossier, Draft

# Lines of form 01 for papers handed in on paper: fn(dossier) -> [{"name", "kind", "quantity"}].
RECEIVED_PAPERS: list[Callable[[Dossier], list[dict[str, object]]]] = []
# For whom a draft is filed when not for the account's own person: fn(actor, draft, at) -> Person, or None for oneself.
# May refuse (a power that has ended).
APPLICANTS: list[Callable[[Actor, Draft, datetime], Person | None]] = []
# After a dossier is opened from a draft, in the same transaction: fn(actor, dossier, at).
OPENED: list[Callable[[Actor, Dossier, datetime], None]] = []
# What a citizen may open besides, or no longer: fn(actor, mine) -> Q.
BELONGING: list[Callable[[Actor, Q], Q]] = []
# What a citizen may read besides, without leading it (who files together): fn(actor) -> Q.
READING: list[Callable[[Actor], Q]] = []
# Asked before each act, the dossier locked and the order checked; refuses by raising: fn(dossier, act).
GUARDS: list[Callable[[Dossier, str], None]] = []
# The fees of a dossier as decided, for form 01; None when nothing is decided: fn(dossier) -> [{"name", "amount"}].
FEE_LINES: list[Callable[[Dossier], list[dict[str, object]] | None]] = []
# Told of each traced act beside its audit row and its event, in its transaction, the dossier's row locked:
# fn(actor, dossier, event, at). It sees the dossier exactly as this act left it, which a later handler does not.
TRACED: list[Callable[[Actor, Dossier, str, datetime], None]] = []
# More sources that a form's fields are filled from: fn(account, form, keys wanted of each source, answers so far) ->
# sources by name. Only what the form wants is asked, so that nobody's data is looked at for nothing.
SOURCES: list[Callable[[Account, FormDefinition, dict[str, set[str]], Mapping[str, Any]], dict[str, Source]]] = []
# After the person changed answers of a page, the draft held: fn(draft, names of what changed).
SAVED: list[Callable[[Draft, set[str]], None]] = []
# Purposes beside the contact details that a page of a draft could be filled for: fn(draft, names) -> purpose codes.
ASKING: list[Callable[[Draft, Collection[str]], Iterable[str]]] = []
# What the builder offers as sources besides the account: fn() -> [("source.key", words)].
PREFILLS: list[Callable[[], list[tuple[str, str]]]] = []
# Why a form may not be published, besides its own faults: fn(form) -> sentences.
FORM_CHECKS: list[Callable[[FormDefinition], list[str]]] = []


def received_papers(dossier: Dossier) -> list[dict[str, object]]:
    """Every line that the apps know of this dossier's papers."""
    return [line for source in RECEIVED_PAPERS for line in source(dossier)]


def applicant_of(actor: Actor, draft: Draft, at: datetime) -> Person | None:
    """The person the draft is filed for when not the account's own."""
    return next((person for source in APPLICANTS if (person := source(actor, draft, at)) is not None), None)


def belonging(actor: Actor, mine: Q) -> Q:
    """The citizen's own dossiers, as the apps widen or narrow them."""
    for widen in BELONGING:
        mine = widen(actor, mine)
    return mine


def reading(actor: Actor) -> Q:
    """Dossiers that the apps let the citizen read besides their own."""
    wanted = Q(pk__in=[])
    for source in READING:
        wanted |= source(actor)
    return wanted


def ask(dossier: Dossier, act: str) -> None:
    """Lets every guard look at the act."""
    for guard in GUARDS:
        guard(dossier, act)


def fee_lines(dossier: Dossier) -> list[dict[str, object]] | None:
    """The fees as the first app that decided them says."""
    return next((found for source in FEE_LINES if (found := source(dossier)) is not None), None)
