"""One dossier with all that stands around it, read in a few narrow questions.

One join over its thirteen tables took the database 30 ms to plan and one to answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.database.kept import Question, by_keys, in_bulk
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures.models import Apology, Dossier, DossierPaper, ProcedureVersion, Supplement
from tinhso.systems.procedures.permissions import VIEW

_UNITS = ("unit", "desk", "office", "helped_at")


def _around(found: QuerySet[Dossier]) -> QuerySet[Dossier]:
    return found.select_related("applicant", "case__definition", "result", "ending")


_WHOLE = Question(lambda pk: _around(Dossier.objects.filter(pk=pk)))
_BARE = Question(lambda pk: Dossier.objects.filter(pk=pk))
_VERSION = Question(lambda pk: ProcedureVersion.objects.select_related("form").filter(pk=pk))
_ROWS: dict[Any, Question[Any]] = {
    Unit: by_keys(lambda: Unit.objects.all()),
    Account: by_keys(lambda: Account.objects.all()),
}


def whole(pk: int) -> Dossier | None:
    """The dossier with its version, form, case, units, result, ending and the people who acted; or None."""
    return _filled(_WHOLE.ask(pk))


def whole_visible_to(actor: Actor, pk: int) -> Dossier | None:
    """The same, if this officer may see it."""

    def build(stand_in: int) -> QuerySet[Dossier]:
        return _around(Dossier.objects.visible_to(actor).filter(pk=stand_in))

    return _filled(_WHOLE.ask(pk, key=access.reach(actor, VIEW), build=build))


def bare_visible_to(actor: Actor, pk: int) -> Dossier | None:
    """The dossier's row alone, if this officer may see it."""

    def build(stand_in: int) -> QuerySet[Dossier]:
        return Dossier.objects.visible_to(actor).filter(pk=stand_in)

    return next(iter(_BARE.ask(pk, key=access.reach(actor, VIEW), build=build)), None)


def _filled(rows: list[Dossier]) -> Dossier | None:
    dossier = next(iter(rows), None)
    if dossier is not None:
        dossier.version = _VERSION.get(dossier.version_id)
        _give(_holders(dossier), Unit)
        _give(_people(dossier), Account)
    return dossier


def _holders(dossier: Dossier) -> list[tuple[Any, str]]:
    """Where a unit is named."""
    named: list[tuple[Any, str]] = [(dossier, name) for name in _UNITS]
    return [*named, (dossier.case, "holder_unit")] if dossier.case else named


def _people(dossier: Dossier) -> list[tuple[Any, str]]:
    """Where an account is named."""
    result, ending = getattr(dossier, "result", None), getattr(dossier, "ending", None)
    named = [(result, "signed_by"), (result, "drafted_by"), (ending, "by"), (dossier.case, "holder")]
    return [(row, name) for row, name in named if row is not None]


def _give(named: Iterable[tuple[Any, str]], model: Any) -> None:
    """Fills the foreign keys of one kind with one question."""
    wanted = [(row, name, key) for row, name in named if (key := getattr(row, f"{name}_id")) is not None]
    known = in_bulk(_ROWS[model], [key for _row, _name, key in wanted])
    for row, name, key in wanted:
        setattr(row, name, known[key])


# --- what stands beside a dossier at all: most have little of it, and one question tells ---

_BESIDE: dict[str, str] = {}


def register_beside(*models: type[Model], where: str = "dossier_id = %(dossier)s") -> None:
    """Rows of `models` may stand beside a dossier; pages ask `has` before they read them."""
    for model in models:
        _BESIDE[model._meta.label] = f"EXISTS (SELECT FROM {model._meta.db_table} WHERE {where})"


def has(dossier: Dossier, model: type[Model]) -> bool:
    """Whether the dossier has any row of a registered model: asked once for all of them per object read."""
    known: dict[str, bool] | None = getattr(dossier, "known_beside", None)
    if known is None:
        names = list(_BESIDE)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(_BESIDE[name] for name in names)}",
                {"dossier": dossier.pk, "case": dossier.case_id},
            )
            known = dict(zip(names, cursor.fetchone(), strict=True))
        dossier.known_beside = known  # type: ignore[attr-defined]
    return known[model._meta.label]


register_beside(DossierPaper, Supplement, Apology)
