"""Who is told: the person, the guardian of a child, nobody for somebody who died or who does not want it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q

from tinhso.foundation.people.models import Account, HouseholdMember, Person
from tinhso.systems.procedures.afterwards.models import ActingDossier, Power, PowerKind
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.proactive.models import Death, OptOut
from tinhso.systems.procedures.proactive.rules import is_minor

Relation = HouseholdMember.Relation


def is_dead(person: Person) -> bool:
    """A death registered here names the person, by record or by number."""
    named = Q(person=person)
    if person.personal_number:
        named |= Q(personal_number=person.personal_number)
    return Death.objects.filter(named, ended_at=None).exists()


def refuses(person: Person, kind: str) -> bool:
    """The person has opted out of this kind, or of everything."""
    return OptOut.objects.filter(person=person, until=None, kind__in=("", kind)).exists()


def account_of(person: Person) -> Account | None:
    """The citizen's account to tell; None when the person has none, and the province cannot reach them here."""
    kind = Account.Kind.CITIZEN
    return Account.objects.filter(person=person, kind=kind, is_active=True).order_by("pk").first()


def may_be_told(person: Person, kind: str, day: date) -> Account | None:
    """The account to tell, when the person may and wants to be told of this kind of event."""
    if person.merged_into_id is not None or is_dead(person) or refuses(person, kind):
        return None
    if person.born_on is not None and is_minor(person.born_on, day):
        return None
    return account_of(person)


def guardians_of(child: Person, day: date) -> list[Person]:
    """Who answers for a child: guardians by confirmed power; else the father or mother, as the household records it."""
    powers = Power.objects.holding(day).filter(kind=PowerKind.GUARDIAN, person=child).select_related("agent__person")
    named = [power.agent.person for power in powers.order_by("pk") if power.agent.person is not None]
    return named or list(_parents_at_home(child, day))


def _parents_at_home(child: Person, day: date) -> Iterable[Person]:
    """The head of the household whose child it is, and the head's spouse."""
    own = HouseholdMember.objects.as_of(day).filter(person=child, relation=Relation.CHILD).first()
    if own is None:
        return []
    same = HouseholdMember.objects.as_of(day).filter(household_id=own.household_id)
    heads = same.filter(relation__in=(Relation.HEAD, Relation.SPOUSE)).select_related("person").order_by("relation")
    return [row.person for row in heads]


def of_result(dossier: Dossier, day: date) -> tuple[Person, Account] | None:
    """Whose matter a result is: the applicant's; while somebody acts for another, theirs whose account filed it."""
    applicant = dossier.applicant
    acting = ActingDossier.objects.filter(dossier=dossier).select_related("power__agent__person").first()
    is_own = acting is None or acting.power.enterprise_id is None
    if is_own and not is_dead(applicant) and (account := account_of(applicant)) is not None:
        return applicant, account
    if acting is not None and acting.power.holds_on(day) and acting.power.agent.person is not None:
        return acting.power.agent.person, acting.power.agent
    return None


def reachable() -> Q:
    """Persons with a citizen's account, not merged, of whom no death is registered, who have not refused everything."""
    account = Account.objects.filter(person=OuterRef("pk"), is_active=True, kind=Account.Kind.CITIZEN)
    dead = Death.objects.filter(ended_at=None).filter(
        Q(person=OuterRef("pk")) | Q(personal_number=OuterRef("personal_number"))
    )
    refused = OptOut.objects.filter(person=OuterRef("pk"), until=None, kind="")
    return Q(Exists(account)) & ~Q(Exists(dead)) & ~Q(Exists(refused)) & Q(merged_into=None)
