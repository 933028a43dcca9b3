"""What the screens of the work between offices show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString

from tinhso.engines.workflow import permissions as workflow
from tinhso.engines.workflow import selectors as engine
from tinhso.engines.workflow.drawing import draw
from tinhso.engines.workflow.models import Case, CaseStep, Opinion, Token
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.procedures import permissions
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.rules import may_follow


def opinions_to_answer(actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Questions to the actor's offices with the dossier's code and procedure, nearest deadline first. Two queries."""
    asked = list(engine.opinions_for(actor)[:200])
    codes = {
        case_id: (code, name)
        for case_id, code, name in Dossier.objects.filter(case__in=[o.case_id for o in asked]).values_list(
            "case_id", "code", "version__plain_name"
        )
    }
    return [
        {"opinion": o, "code": codes[o.case_id][0], "procedure": codes[o.case_id][1], "late": o.due_at < now}
        for o in asked
        if o.case_id in codes
    ]


def branches_to_do(actor: Actor) -> list[dict[str, Any]]:
    """Open branches of parallel steps that the actor may go on with, least time first. Two queries."""
    tokens = list(engine.token_queue(actor).select_related("case__definition", "holder", "holder_unit")[:200])
    dossiers = {
        d.case_id: d
        for d in Dossier.objects.filter(case__in=[t.case_id for t in tokens]).select_related("version").defer("data")
    }
    return [
        {
            "token": token,
            "dossier": dossiers[token.case_id],
            "title": engine.process_of(token.case.definition).steps[token.step].title,
        }
        for token in tokens
        if token.case_id in dossiers
    ]


def opinion_seen_by(actor: Actor, pk: int) -> tuple[Opinion, Dossier] | None:
    """An opinion with its dossier, for the office asked and for whoever sees the dossier; None for others."""
    opinion = Opinion.objects.select_related(
        "unit", "asking_unit", "holder", "answered_by", "answer_file", "case"
    ).filter(pk=pk)
    found = opinion.first()
    if found is None:
        return None
    dossier = Dossier.objects.filter(case=found.case_id).select_related("version", "unit").first()
    if dossier is None:
        return None
    may = access.allowed(actor, workflow.ANSWER, found.unit) or (
        Dossier.objects.visible_to(actor).filter(pk=dossier.pk).exists()
    )
    return (found, dossier) if may else None


@dataclass(frozen=True)
class BranchShown:
    """One place of a split dossier, with what the reader may do there."""

    place: engine.Place
    ways: list[engine.Way]


def branches_of(actor: Actor, case: Case) -> list[BranchShown]:
    """The places of a split case with the reader's ways; nothing when it is not split."""
    places = engine.places_of(case)
    if [place.token_id for place in places] == [None]:
        return []
    tokens = {token.pk: token for token in Token.objects.filter(case=case, state="open").select_related("holder_unit")}
    shown = []
    for place in places:
        token = tokens.get(place.token_id or 0)
        if token is not None:
            token.case = case
        shown.append(BranchShown(place, engine.transitions_for_token(actor, token) if token else []))
    return shown


def offices_to_ask(case: Case, day: date) -> tuple[list[Unit], list[Unit]]:
    """Whom the office that holds the case may ask: those beside it, and other agencies; without whom it asks now."""
    here = case.holder_unit
    units = Unit.objects.as_of(day).exclude(pk=here.pk).exclude(pk__in=case.opinions.waiting().values("unit"))
    beside = Q(kind=UnitKind.OFFICE, parent_id=here.parent_id) | Q(pk=here.parent_id, kind__in=AGENCIES)
    near = list(units.filter(beside).order_by("sort_key")[:40])
    others = units.filter(kind__in=AGENCIES).exclude(pk__in=[unit.pk for unit in near])
    return near, list(others.order_by("kind", "sort_key")[:400])


AGENCIES = (UnitKind.DEPARTMENT, UnitKind.COMMUNE_COMMITTEE, UnitKind.PROVINCIAL_COMMITTEE)


def may_ask(actor: Actor, case: Case) -> bool:
    """The actor does the case's present step."""
    return bool(
        case.step_permission
        and case.state in ("running", "waiting")
        and access.allowed(actor, case.step_permission, case.holder_unit)
    )


def dossier_seen_by(actor: Actor, pk: int) -> Dossier | None:
    """The dossier for its own offices, and for an office that has an open branch of it."""
    rows = Dossier.objects.select_related("version", "desk", "office", "unit", "case__definition", "case__holder_unit")
    found = rows.filter(pk=pk).filter(pk__in=Dossier.objects.visible_to(actor).filter(pk=pk)).first()
    if found is None and is_involved(actor, pk):
        found = rows.filter(pk=pk).first()
    return found


def is_involved(actor: Actor, pk: int) -> bool:
    """An office of the actor has an open branch of the dossier."""
    return Dossier.objects.filter(pk=pk, case__in=engine.cases_involving(actor, permissions.VIEW)).exists()


def work_between(actor: Actor, dossier: Dossier, now: datetime) -> dict[str, Any]:
    """What the page of the work between offices shows."""
    case = dossier.case
    if case is None:
        return {"picture": "", "branches": [], "opinions": [], "may_ask": False}
    asks = may_ask(actor, case) and may_follow("ask_opinion", dossier.state)
    near, others = offices_to_ask(case, timezone.localdate(now)) if asks else ([], [])
    opinions = [{"opinion": o, "late": o.is_late_at(now)} for o in engine.opinions_of(case)]
    return {
        "picture": picture(dossier),
        "branches": branches_of(actor, case),
        "opinions": opinions,
        "may_ask": asks,
        "may_withdraw": may_ask(actor, case),
        "near": near,
        "others": others,
    }


def steps_behind(case: Case) -> set[str]:
    """The steps that the case has left."""
    moves = case.log.filter(kind__in=[CaseStep.Kind.MOVE, CaseStep.Kind.JOIN]).values_list("from_step", flat=True)
    return {step for step in moves if step}


def picture(dossier: Dossier) -> SafeString:
    """The dossier's process as a figure: where it stands, what is behind it, which office does which step."""
    case = dossier.case
    if case is None:
        return SafeString("")
    places = engine.places_of(case)
    names = {"desk": dossier.desk.short_name, "office": dossier.office.short_name, "unit": dossier.unit.short_name}
    present = [place.step for place in places if not place.is_done]
    return draw(
        case.definition.definition,
        at=present,
        done=steps_behind(case) - set(present),
        places={name: title for name, title in names.items() if title},
        key=f"quy-trinh-{dossier.pk}",
    )
