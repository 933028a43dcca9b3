"""Reads: what holds for a person today, what is held about them, what waits for an officer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.privacy import registry
from tinhso.foundation.privacy.models import Basis, Consent, Purpose, Restriction
from tinhso.foundation.privacy.rules import Decision


@dataclass(frozen=True)
class Standing:
    """One purpose as it stands for one person."""

    purpose: Purpose
    word: Consent | None
    # The word covers the wording in force (no wider version came since).
    is_current: bool
    restricted_since: datetime | None

    @property
    def is_given(self) -> bool:
        return self.is_current and self.word is not None and self.word.decision == Decision.GIVEN

    @property
    def is_undecided(self) -> bool:
        return self.purpose.asks and (self.word is None or not self.is_current)

    @property
    def is_in_use(self) -> bool:
        """The processing may go on."""
        return self.restricted_since is None and (self.is_given or not self.purpose.asks)


def purposes_on(day: date | None = None) -> QuerySet[Purpose]:
    """The register as of a day."""
    return Purpose.objects.as_of(day or timezone.localdate())


def standings_of(person_id: int, codes: list[str] | None = None) -> list[Standing]:
    """Every purpose in force with the person's word, consents first. Four questions, however many purposes."""
    found = purposes_on() if codes is None else purposes_on().filter(code__in=codes)
    words: dict[str, Consent] = {}
    for one in Consent.objects.filter(_same(person_id)).select_related("purpose").order_by("-id"):
        words.setdefault(one.code, one)
    stopped = dict(Restriction.objects.filter(_same(person_id), lifted_at=None).values_list("code", "since"))
    latest = _asked_again()
    return [
        Standing(one, words.get(one.code), _covers(words.get(one.code), latest), stopped.get(one.code))
        for one in sorted(found, key=lambda each: (each.basis != Basis.CONSENT, each.code))
    ]


def _same(person_id: int) -> Q:
    """The person, and records merged into theirs."""
    return Q(person_id=person_id) | Q(person__merged_into_id=person_id)


def _asked_again() -> dict[str, int]:
    """The newest version of each purpose by today that asked everybody again."""
    begun = Purpose.objects.filter(asks_again=True, valid_from__lte=timezone.localdate()).order_by("version")
    return dict(begun.values_list("code", "version"))


def _covers(word: Consent | None, latest: dict[str, int]) -> bool:
    return word is not None and word.purpose.version >= latest.get(word.code, 1)


def may_use(person_id: int | None, code: str) -> bool:
    """Whether data of a person may be used for a purpose now: its basis, their word, no restriction.

    A purpose that the register does not carry is not in use for anybody.
    """
    if person_id is None:
        return False
    found = standings_of(person_id, [code])
    return bool(found) and found[0].is_in_use


def is_restricted(person_id: int, code: str) -> bool:
    """Whether a person had a use stopped; for processing by law, which needs no word of theirs."""
    return Restriction.objects.filter(_same(person_id), code=code, lifted_at=None).exists()


def history_of(person_id: int) -> QuerySet[Consent]:
    """Every word of a person, newest first."""
    return Consent.objects.filter(_same(person_id)).select_related("purpose").order_by("-id")


def proof_of(person: Person) -> dict[str, Any]:
    """The person's words as a file that proves them: who, when, which wording, by which way."""
    return {
        "person": {"full_name": person.full_name, "personal_number": person.personal_number},
        "made_at": timezone.localtime().isoformat(timespec="seconds"),
        "words": [
            {
                "number": one.pk,
                "purpose": one.code,
                "wording_version": one.purpose.version,
                "wording": one.purpose.sentence,
                "data": one.purpose.data_fields,
                "receiver": one.purpose.receiver,
                "decision": one.decision,
                "at": timezone.localtime(one.at).isoformat(timespec="seconds"),
                "channel": one.channel,
                "recorded_by": one.account_label,
                "document": one.document,
            }
            for one in history_of(person.pk)
        ],
    }


def collect(person: Person) -> dict[str, Any]:
    """Everything that every app holds about a person, category by category, empty ones named as empty."""
    sections = [
        {
            "code": one.code,
            "title": str(one.title),
            "retention": str(one.retention),
            "rows": [{str(label): value for label, value in row.items()} for row in one.rows(person)],
        }
        for one in registry.in_order()
    ]
    made = {"made_at": timezone.localtime().isoformat(timespec="seconds"), "sections": sections}
    # Through JSON and back: what is kept is exactly what is handed over.
    return dict(json.loads(json.dumps(made, ensure_ascii=False, default=_plain)))


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def controller() -> Unit:
    """The unit that answers for the house's personal data: the province itself."""
    today = timezone.localdate()
    return Unit.objects.as_of(today).filter(kind=UnitKind.PROVINCE).order_by("id")[0]


def holders_of(code: str, unit: Unit) -> list[Account]:
    """Active officers who hold a permission at `unit` today, themselves or from above."""
    roles = [role.code for role in ROLES.values() if code in role.permissions]
    held = RoleAssignment.objects.as_of(timezone.localdate()).filter(role__in=roles)
    here = [
        row.account_id
        for row in held.select_related("unit")
        if row.unit_id == unit.pk or (ROLES[row.role].reaches_below and unit.path.startswith(row.unit.path))
    ]
    return list(Account.objects.filter(pk__in=here, is_active=True).select_related("person").order_by("pk"))


def own_person(actor: access.Actor) -> Person | None:
    return Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
