"""What happens when a timer of a dossier's process speaks (61/2018 art. 19.5.b for late opinions).

A step about to be due: whoever holds it, else the office, is reminded. A late step: the head of the office and of the
agency are told. A late opinion: the head of the desk that sent the dossier, who asked, and the office asked. The legal
due time itself, a while before and at it: the head of the office and the leaders who answer for the dossier.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from tinhso.engines.workflow import permissions as workflow
from tinhso.engines.workflow.models import Alarm, Case, Opinion
from tinhso.engines.workflow.selectors import process_of
from tinhso.engines.workflow.timers import DONE, LEGAL, STILL, remembered
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.notices.texts import register_text
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import permissions
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.processes import telling

Kind = Alarm.Kind


def register() -> None:
    for text in telling.TEXTS:
        register_text(text)


def told(alarm: Alarm) -> None:
    """Tells those whom the alarm concerns; cases of other systems are theirs to tell."""
    # Bare: a round speaks of hundreds, and what each names beside itself is the same few offices.
    dossier = Dossier.objects.filter(case=alarm.case_id).defer("data").first()
    if dossier is None:
        return
    actor = Actor.system(is_simulated=dossier.is_simulated)
    if alarm.opinion_id is not None:
        _opinion(actor, dossier, alarm)
    elif alarm.kind in LEGAL:
        _legal(actor, dossier, alarm)
    else:
        _step(actor, dossier, alarm)


def standing(case: Case) -> str:
    """Whether the legal term of a dossier's case still runs: done once a result is out, still while it is paused."""
    dossier = Dossier.objects.filter(case=case).only("finished_at", "paused_at").first()
    if dossier is None:
        return ""
    return DONE if dossier.finished_at else STILL if dossier.paused_at else ""


def _legal(actor: Actor, dossier: Dossier, alarm: Alarm) -> None:
    """The head of the office, the leaders of its agency and of the agency that decides."""
    office = _unit(dossier.office_id)
    above = [*_with_parent(dossier.office_id), _unit(dossier.unit_id)]
    facts = {
        "code": dossier.code,
        "unit": str(office),
        "due": f"{timezone.localtime(alarm.due_at):%H:%M %d/%m/%Y}",
        "holder": str(alarm.holder or "–"),
    }
    link, key = reverse("desk:dossier", args=[dossier.pk]), f"{alarm.kind}:{alarm.pk}"
    telling.tell(actor, _people(permissions.ASSIGN, above), f"procedures.{alarm.kind}", facts, link, key)


def _opinion(actor: Actor, dossier: Dossier, alarm: Alarm) -> None:
    opinion = Opinion.objects.select_related("unit", "asking_unit").get(alarms=alarm)
    link = reverse("processes:opinion", args=[opinion.pk])
    facts, key = telling.facts_of(dossier, opinion), f"{alarm.kind}:{alarm.pk}"
    text = f"procedures.{alarm.kind}"
    telling.tell(actor, telling.people_with(workflow.ANSWER, [opinion.unit]), text, facts, link, key)
    if alarm.kind == Kind.OPINION_LATE:
        heads = telling.people_with(permissions.APOLOGISE, _desk_heads(dossier))
        asker = telling.account_of(opinion.asked_by_id)
        link = reverse("desk:dossier", args=[dossier.pk])
        telling.tell(actor, {a.pk: a for a in [*heads, *asker]}.values(), text, facts, link, key)


def _desk_heads(dossier: Dossier) -> list[Unit]:
    """Where the head of the desk is found: the desk itself, else the agency it belongs to, else who decides."""
    return [unit for unit in (dossier.desk, dossier.desk.parent, dossier.unit) if unit is not None]


def _unit(pk: int) -> Unit:
    return remembered(("unit", pk), lambda: Unit.objects.select_related("parent").get(pk=pk))


def _with_parent(pk: int) -> list[Unit]:
    return [unit for unit in (_unit(pk), _unit(pk).parent) if unit is not None]


def _people(code: str, units: list[Unit]) -> list[Account]:
    key = ("people", code, tuple(unit.pk for unit in units))
    return remembered(key, lambda: telling.people_with(code, units))


def _step(actor: Actor, dossier: Dossier, alarm: Alarm) -> None:
    case = alarm.case
    definition = remembered(("definition", case.definition_id), lambda: case.definition)
    facts = {
        "code": dossier.code,
        "step": process_of(definition).steps[alarm.step].title,
        "unit": str(_unit(alarm.unit_id)),
        "due": f"{timezone.localtime(alarm.due_at):%H:%M %d/%m/%Y}",
        "holder": str(alarm.holder or "–"),
    }
    link, key = reverse("desk:dossier", args=[dossier.pk]), f"{alarm.kind}:{alarm.pk}"
    if alarm.kind == Kind.STEP_SOON:
        holder = telling.account_of(alarm.holder_id)
        people = holder or _people(case.step_permission or permissions.RESOLVE, [_unit(alarm.unit_id)])
    else:
        people = _people(permissions.ASSIGN, _with_parent(alarm.unit_id))
    telling.tell(actor, people, f"procedures.{alarm.kind}", facts, link, key)
