"""Reads of proactive services: the person's own list, the prepared file, the officers' figures, the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from tinhso.engines.forms.selectors import summary
from tinhso.engines.forms.validation import validate
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures.catalogue import selectors as catalogue
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.catalogue.routing import System, system_of
from tinhso.systems.procedures.models import Draft, ProcedureVersion
from tinhso.systems.procedures.proactive import permissions, words
from tinhso.systems.procedures.proactive.models import Kind, OptOut, Reminder, ReminderRule, Sweep
from tinhso.systems.procedures.proactive.rules import State, said
from tinhso.systems.procedures.services.filing import answers_of

MOST = 100


def own(actor: Actor) -> QuerySet[Reminder]:
    """The actor's own reminders, newest first; nobody's for nobody."""
    mine = Reminder.objects.filter(person_id=actor.person_id or 0, account_id=actor.account_id or 0)
    return mine.select_related("rule", "draft", "dossier").order_by("-told_at", "-pk")


@dataclass(frozen=True)
class Line:
    """One reminder as its person reads it."""

    reminder: Reminder
    says: str
    why: str
    source: str
    state: str
    tone: str
    ended_why: str


def line(reminder: Reminder) -> Line:
    label, tone = words.STATES[State(reminder.state)]
    ended = words.ENDINGS.get(reminder.ended_why, "")
    facts = reminder.facts
    text = said(
        reminder.rule.says, ten=str(reminder.about_name) or str(facts.get("name", "")), ngay=facts.get("on", "")
    )
    return Line(reminder, text, words.why(reminder), words.source(facts), str(label), tone, str(ended))


def refused(person_id: int) -> set[str]:
    """The kinds a person does not want to be reminded of; "" is everything."""
    return set(OptOut.objects.filter(person_id=person_id, until=None).values_list("kind", flat=True))


def refusals(person_id: int) -> QuerySet[OptOut]:
    """Every refusal of a person, standing and past."""
    return OptOut.objects.filter(person_id=person_id).order_by("-since")


@dataclass(frozen=True)
class Prepared:
    """What the province filled in, each with its source, and what is left to the person."""

    rows: list[dict[str, str]]
    missing: list[str]


def prepared(draft: Draft) -> Prepared:
    """The pre-filled answers of a draft as text."""
    form = draft.version.form
    if form is None:
        return Prepared([], [])
    answers = answers_of(draft)
    rows = [
        {"label": row.label, "value": row.value, "note": draft.provenance[row.name]}
        for row in summary(form, answers)
        if row.name in draft.provenance
    ]
    return Prepared(rows, [str(error.label) for error in validate(form, answers)])


@dataclass(frozen=True)
class Next:
    """Where the next procedure is done."""

    title: str
    entry: CatalogueEntry | None
    system: System | None
    is_here: bool


def next_step(reminder: Reminder, day: date | None = None) -> Next:
    """The procedure a reminder leads to: its plain name, the ministry's system when it is vertical."""
    code, day = reminder.rule.procedure, day or timezone.localdate()
    version = ProcedureVersion.objects.as_of(day).filter(code=code).first()
    try:
        entry = catalogue.entry(code, day)
    except CatalogueEntry.DoesNotExist:
        entry = None
    title = str(version.plain_name) if version else entry.title if entry else str(reminder.rule.title)
    is_vertical = bool(entry and entry.is_vertical)
    system = system_of(entry) if entry is not None and is_vertical else None
    return Next(title, entry, system, version is not None and not is_vertical)


def visible(actor: Actor) -> QuerySet[Reminder]:
    """What an officer counts: reminders of their units."""
    return Reminder.objects.filter(access.scope(actor, permissions.VIEW, "unit"))


def tally(actor: Actor, first: date, last: date) -> list[dict[str, Any]]:
    """By kind of event, of those told in the period: read, prepared, filed, put off, done elsewhere, ended."""
    found = visible(actor).filter(told_at__date__range=(first, last)).values("rule__kind")
    counted = found.annotate(
        told=Count("pk"),
        read=Count("pk", filter=Q(opened_at__isnull=False)),
        prepared=Count("pk", filter=Q(prepared_at__isnull=False)),
        filed=Count("pk", filter=Q(filed_at__isnull=False)),
        later=Count("pk", filter=Q(state=State.LATER)),
        done=Count("pk", filter=Q(state=State.DONE)),
        ended=Count("pk", filter=Q(state=State.ENDED)),
        simulated=Count("pk", filter=Q(is_simulated=True)),
    ).order_by()
    by_kind = {row["rule__kind"]: row for row in counted}
    empty = dict.fromkeys(("told", "read", "prepared", "filed", "later", "done", "ended", "simulated"), 0)
    return [{"kind": kind.value, "name": kind.label, **{**empty, **by_kind.get(kind.value, {})}} for kind in Kind]


def behind(actor: Actor, kind: str, first: date, last: date) -> QuerySet[Reminder]:
    """The reminders behind one line of the table."""
    found = visible(actor).filter(rule__kind=kind, told_at__date__range=(first, last))
    return found.select_related("rule", "unit", "person").order_by("-told_at", "-pk")


def refusing() -> dict[str, int]:
    """How many persons refuse, by kind; a number only, nobody's name."""
    rows = OptOut.objects.filter(until=None).values("kind").annotate(count=Count("person", distinct=True)).order_by()
    return {row["kind"]: row["count"] for row in rows}


def last_sweep() -> Sweep | None:
    return Sweep.objects.order_by("-on").first()


def rule_lines(day: date | None = None) -> list[ReminderRule]:
    """Each rule's version in force, or its newest to come or ended."""
    day = day or timezone.localdate()
    newest: dict[str, ReminderRule] = {}
    for rule in ReminderRule.objects.order_by("code", "number"):
        known = newest.get(rule.code)
        is_in_force = rule.valid_from <= day and (rule.valid_to is None or rule.valid_to > day)
        if known is None or is_in_force or not (known.valid_from <= day and (known.valid_to is None or known.valid_to > day)):  # fmt: skip  # noqa: E501
            newest[rule.code] = rule
    return sorted(newest.values(), key=lambda rule: (rule.kind, rule.code))


def history(code: str) -> list[ReminderRule]:
    return list(ReminderRule.objects.filter(code=code).select_related("published_by").order_by("-number"))
