"""What is due: for each trigger, whom a rule speaks to on a day, and how the province knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils import timezone

from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account, Enterprise, HouseholdMember, Person
from tinhso.foundation.people.rules import add_months
from tinhso.foundation.text.rules import fold
from tinhso.systems.procedures.afterwards.models import WalletItem
from tinhso.systems.procedures.models import Correction, Dossier
from tinhso.systems.procedures.proactive import addressing, rules
from tinhso.systems.procedures.proactive.models import Child, ReminderRule
from tinhso.systems.procedures.proactive.rules import Trigger
from tinhso.systems.procedures.rules import State

WITH_A_RESULT = (State.ISSUED, State.RETURNED)
BATCH = 500


@dataclass(frozen=True)
class Due:
    """One matter due for one person: everything that a reminder keeps."""

    event_key: str
    person: Person
    account: Account
    facts: dict[str, Any]
    fact_on: date
    unit: Unit
    due_on: date | None = None
    about_name: str = ""
    about: Person | None = None
    dossier: Dossier | None = None
    enterprise: Enterprise | None = None
    # Whose data were used: each of these gets a line in the log of look-ups.
    looked_at: tuple[Person, ...] = field(default=())


Finder = Callable[[ReminderRule, date], Iterator[Due]]


def due(rule: ReminderRule, day: date) -> Iterator[Due]:
    """Everything a rule speaks of on a day, whether or not it was said before."""
    return FINDERS[Trigger(rule.trigger)](rule, day)


def of_results(rule: ReminderRule, day: date) -> Iterator[Due]:
    """Fresh results of the rule's procedures."""
    first = day - timedelta(days=rule.params["within_days"])
    found = results(rule).filter(result__issued_at__date__gte=first, result__issued_at__date__lte=day)
    for dossier in found.iterator(BATCH):
        one = of_result(rule, dossier, day)
        if one is not None:
            yield one


def results(rule: ReminderRule) -> Any:
    """Dossiers of the rule's procedures whose result stands."""
    annulled = Correction.objects.filter(kind=Correction.Kind.ANNUL).values("result__dossier")
    found = Dossier.objects.filter(version__code__in=rule.params.get("procedures", []), state__in=WITH_A_RESULT)
    return found.exclude(pk__in=annulled).select_related("applicant", "version", "unit", "result").order_by("pk")


def of_result(rule: ReminderRule, dossier: Dossier, day: date) -> Due | None:
    """One result: the right answers, fresh, and somebody to tell."""
    issued_on = _issued_on(dossier)
    if not answers_hold(rule, dossier) or not rules.event_is_fresh(issued_on, rule.params["within_days"], day):
        return None
    told = addressing.of_result(dossier, day)
    if told is None or addressing.may_be_told(told[0], rule.kind, day) is None:
        return None
    return Due(
        event_key=f"result:{dossier.pk}",
        person=told[0],
        account=told[1],
        facts=_result_facts("result", dossier),
        fact_on=issued_on,
        due_on=issued_on + timedelta(days=rule.params["within_days"]),
        about_name=str(dossier.data.get(rule.params.get("about", ""), ""))[:120],
        unit=dossier.unit,
        dossier=dossier,
        looked_at=_distinct(told[0], dossier.applicant),
    )


def answers_hold(rule: ReminderRule, dossier: Dossier) -> bool:
    """The dossier answers as the rule wants, and the person it is about was old enough when the rule asks so."""
    wanted: dict[str, Any] = rule.params.get("when", {})
    if any(dossier.data.get(name) not in values for name, values in wanted.items()):
        return False
    aged = rule.params.get("aged")
    if not aged:
        return True
    try:
        born, on = (date.fromisoformat(str(dossier.data.get(name, ""))) for name in (aged["born"], aged["on"]))
    except ValueError:
        return False
    return rules.age_on(born, on) >= int(aged["years"])


def _result_facts(how: str, dossier: Dossier, **more: Any) -> dict[str, Any]:
    return {
        "how": how,
        "on": _issued_on(dossier).isoformat(),
        "unit": str(dossier.unit.name),
        "result": str(dossier.version.result_name),
        "code": dossier.code,
        **more,
    }


def _issued_on(dossier: Dossier) -> date:
    at = dossier.result.issued_at
    return timezone.localdate(at) if at else timezone.localdate(dossier.submitted_at)


def of_expiries(rule: ReminderRule, day: date) -> Iterator[Due]:
    """Results that run out within the rule's lead: by the term of the rule, or as the owner wrote in the wallet."""
    months, lead = rule.params["months"], rule.params["lead_days"]
    written = WalletItem.objects.filter(kind="result", expires_on__range=(day, day + timedelta(days=lead)))
    stated = written.filter(dossier__version__code__in=rule.params.get("procedures", [])).values("dossier")
    first = add_months(day, -months) - timedelta(days=4)
    last = add_months(day + timedelta(days=lead), -months) + timedelta(days=4)
    by_term = Q(result__issued_at__date__range=(first, last))
    for dossier in results(rule).filter(by_term | Q(pk__in=stated)).iterator(BATCH):
        one = _of_expiry(rule, dossier, day, _stated(dossier))
        if one is not None:
            yield one


def _stated(dossier: Dossier) -> date | None:
    items = WalletItem.objects.filter(dossier=dossier, kind="result").exclude(expires_on=None)
    return items.order_by("-pk").values_list("expires_on", flat=True).first()


def _of_expiry(rule: ReminderRule, dossier: Dossier, day: date, stated: date | None) -> Due | None:
    expiry = rules.expires_on(_issued_on(dossier), rule.params["months"], stated)
    told = addressing.of_result(dossier, day)
    if not rules.expiry_is_due(expiry, rule.params["lead_days"], day) or told is None:
        return None
    if addressing.may_be_told(told[0], rule.kind, day) is None or _is_renewed(rule, dossier):
        return None
    how = "expiry_stated" if stated else "expiry"
    return Due(
        event_key=f"expiry:{dossier.pk}:{expiry:%Y%m%d}",
        person=told[0],
        account=told[1],
        facts=_result_facts(how, dossier, expires=expiry.isoformat()),
        fact_on=_issued_on(dossier),
        due_on=rules.act_by(expiry, calendar_for(dossier.unit).is_working),
        unit=dossier.unit,
        dossier=dossier,
        looked_at=_distinct(told[0], dossier.applicant),
    )


def _is_renewed(rule: ReminderRule, dossier: Dossier) -> bool:
    """The same person has filed for the next one already."""
    later = Dossier.objects.filter(applicant_id=dossier.applicant_id, version__code=rule.procedure)
    later = later.exclude(pk=dossier.pk)
    return later.filter(submitted_at__gt=dossier.result.issued_at or dossier.submitted_at).exists()


def of_ages(rule: ReminderRule, day: date) -> Iterator[Due]:
    """Persons who reach an age: themselves when grown up, through their guardians while children."""
    years = rule.params["years"]
    if years < rules.OF_AGE:
        yield from _of_children(rule, day, partial(_age_facts, rule, day))
        return
    between = rules.born_between(years, rule.params["lead_days"], rule.params["until_days"], day)
    people = Person.objects.filter(addressing.reachable(), born_on__range=between).select_related("commune")
    for person in people.order_by("pk").iterator(BATCH):
        one = _of_age(rule, person, day)
        if one is not None:
            yield one


def _of_age(rule: ReminderRule, person: Person, day: date) -> Due | None:
    born, years = person.born_on, rule.params["years"]
    if born is None or not rules.age_is_due(born, years, rule.params["lead_days"], rule.params["until_days"], day):
        return None
    account, unit = addressing.may_be_told(person, rule.kind, day), committee_of(person.commune, day)
    if account is None or unit is None or _has_filed(person, rule.procedure):
        return None
    reached = rules.birthday(born, years)
    return Due(
        event_key=f"age:{years}:{person.pk}:{reached:%Y%m%d}",
        person=person,
        account=account,
        facts={"how": "age", "born": born.isoformat(), "reached": reached.isoformat(), "years": years},
        fact_on=reached,
        unit=unit,
        about=person,
        looked_at=(person,),
    )


def _has_filed(person: Person, code: str) -> bool:
    return Dossier.objects.filter(applicant=person, version__code=code).exists()


def of_schools(rule: ReminderRule, day: date) -> Iterator[Due]:
    """Children whose age by year is the rule's, in the season of enrolment."""
    return _of_children(rule, day, partial(_school_facts, rule, day))


Facts = Callable[[date], "tuple[dict[str, Any], date, date | None] | None"]


def _age_facts(rule: ReminderRule, day: date, born: date) -> tuple[dict[str, Any], date, date | None] | None:
    years, lead, until = (rule.params[name] for name in ("years", "lead_days", "until_days"))
    if not rules.age_is_due(born, years, lead, until, day):
        return None
    reached = rules.birthday(born, years)
    return {"how": "child_age", "reached": reached.isoformat(), "years": years}, reached, None


def _school_facts(rule: ReminderRule, day: date, born: date) -> tuple[dict[str, Any], date, date | None] | None:
    years, begins, ends = (int(rule.params[name]) for name in ("years", "open_month", "close_month"))
    last = rules.school_year(born, years, begins, ends, day)
    return None if last is None else ({"how": "school"}, date(day.year, rule.params["open_month"], 1), last)


def _born_between(rule: ReminderRule, day: date) -> tuple[date, date]:
    years = rule.params["years"]
    if rule.trigger == Trigger.SCHOOL:
        return date(day.year - years, 1, 1), date(day.year - years, 12, 31)
    return rules.born_between(years, rule.params["lead_days"], rule.params["until_days"], day)


def _of_children(rule: ReminderRule, day: date, facts_of: Facts) -> Iterator[Due]:
    """Children by birth certificates issued here, then those recorded in households or under a guardian; each once."""
    seen: set[tuple[int, date, str]] = set()
    for one in (*_by_certificate(rule, day, facts_of), *_by_record(rule, day, facts_of)):
        known = (one.person.pk, date.fromisoformat(one.facts["born"]), fold(one.about_name))
        if known not in seen:
            seen.add(known)
            yield one


def _by_certificate(rule: ReminderRule, day: date, facts_of: Facts) -> Iterator[Due]:
    children = Child.objects.filter(ended_at=None, born_on__range=_born_between(rule, day))
    for child in children.select_related("parent__commune", "dossier__unit").order_by("pk").iterator(BATCH):
        found = facts_of(child.born_on)
        if found is not None:
            record = {"code": child.dossier.code}
            who = _Child(f"child:{child.pk}", str(child.name), None, child.born_on, record, child.dossier.unit)
            yield from _to_parents(rule, day, who, [child.parent], found)


def _by_record(rule: ReminderRule, day: date, facts_of: Facts) -> Iterator[Due]:
    living = HouseholdMember.objects.as_of(day).filter(relation=HouseholdMember.Relation.CHILD)
    kept = Q(memberships__in=living) | Q(powers_given__kind="guardian", powers_given__state="confirmed")
    minors = Person.objects.filter(kept, born_on__range=_born_between(rule, day), merged_into=None).distinct()
    for person in minors.select_related("commune").order_by("pk").iterator(BATCH):
        found = facts_of(person.born_on) if person.born_on and not addressing.is_dead(person) else None
        if found is not None and person.born_on is not None:
            home = living.filter(person=person).select_related("household").first()
            record = {"household": home.household.code} if home else {"guardian": "1"}
            unit = committee_of(person.commune, day)
            who = _Child(f"person:{person.pk}", str(person.full_name), person, person.born_on, record, unit)
            yield from _to_parents(rule, day, who, addressing.guardians_of(person, day), found)


@dataclass(frozen=True)
class _Child:
    """A child, by certificate or by record."""

    key: str
    name: str
    person: Person | None
    born: date
    record: dict[str, str]
    # Where it counts when the parent's own commune is not known.
    unit: Unit | None


def _to_parents(
    rule: ReminderRule, day: date, child: _Child, parents: list[Person], found: tuple[dict[str, Any], date, date | None]
) -> Iterator[Due]:
    more, on, until = found
    for parent in parents:
        account = addressing.may_be_told(parent, rule.kind, day)
        unit = committee_of(parent.commune, day) or child.unit
        if account is None or unit is None:
            continue
        yield Due(
            event_key=f"{rule.trigger}:{rule.params['years']}:{child.key}",
            person=parent,
            account=account,
            facts={**more, "born": child.born.isoformat(), "record": child.record},
            fact_on=on,
            due_on=until,
            about_name=child.name[:120],
            about=child.person,
            unit=unit,
            looked_at=_distinct(parent, child.person),
        )


def of_businesses(rule: ReminderRule, day: date) -> Iterator[Due]:
    """Enterprises and household businesses founded lately, through who represents them."""
    first = day - timedelta(days=rule.params["within_days"])
    found = Enterprise.objects.filter(founded_on__range=(first, day), closed_on=None, parent=None)
    people = found.exclude(representative=None).select_related("representative", "commune").order_by("pk")
    for one in people.iterator(BATCH):
        made = of_business(rule, one, day)
        if made is not None:
            yield made


def of_business(rule: ReminderRule, one: Enterprise, day: date) -> Due | None:
    person = one.representative
    if person is None or one.founded_on is None:
        return None
    account = addressing.may_be_told(person, rule.kind, day)
    unit = committee_of(one.commune or person.commune, day)
    if account is None or unit is None:
        return None
    return Due(
        event_key=f"business:{one.pk}",
        person=person,
        account=account,
        facts={"how": "business", "on": one.founded_on.isoformat(), "name": str(one.name)},
        fact_on=one.founded_on,
        due_on=one.founded_on + timedelta(days=rule.params["within_days"]),
        about_name=str(one.name)[:120],
        unit=unit,
        enterprise=one,
        looked_at=(person,),
    )


def committee_of(commune: Unit | None, day: date) -> Unit | None:
    """The committee that answers for a commune: the reminder counts there."""
    if commune is None:
        return None
    return Unit.objects.as_of(day).filter(area=commune, kind=UnitKind.COMMUNE_COMMITTEE).order_by("pk").first()


def _distinct(*people: Person | None) -> tuple[Person, ...]:
    return tuple({person.pk: person for person in people if person is not None}.values())


FINDERS: dict[Trigger, Finder] = {
    Trigger.RESULT: of_results,
    Trigger.EXPIRY: of_expiries,
    Trigger.AGE: of_ages,
    Trigger.SCHOOL: of_schools,
    Trigger.BUSINESS: of_businesses,
}
