"""Recording looks at a person's data. The look-up is written before the data is shown, in the same transaction."""

from __future__ import annotations

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.database import kept
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.errors import PurposeMissing
from tinhso.foundation.people.models import LookUp, Person
from tinhso.foundation.text.rules import normalise


@transaction.atomic
def record_lookup(
    actor: access.Actor, *, person: Person, purpose: str, subject: models.Model | None = None, unit: Unit | None = None
) -> LookUp | None:
    """Writes that `actor` looked at `person` for `purpose` (a sentence the person will read), about `subject`.

    None when a person looks at their own data. Raises PurposeMissing: nobody looks without a reason.
    """
    if actor.person_id is not None and actor.person_id == person.pk:
        return None
    if not normalise(purpose):
        raise PurposeMissing(_("Hãy ghi mục đích xem thông tin cá nhân."))
    looked = LookUp(
        person=person,
        at=timezone.now(),
        account_id=actor.account_id,
        account_label=actor.label[:200],
        unit_id=unit.pk if unit else _unit_of(actor),
        purpose=normalise(purpose)[:300],
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        subject_label=str(subject)[:200] if subject is not None else "",
        is_simulated=actor.is_simulated,
    )
    return kept.insert(looked)


def _unit_of(actor: access.Actor) -> int | None:
    return actor.grants[0].unit_id if actor.grants else None


def lookups_of(person_id: int) -> models.QuerySet[LookUp]:
    """Every look at a person's data, newest first, for that person to read; merged records included."""
    return LookUp.objects.filter(
        models.Q(person_id=person_id) | models.Q(person__merged_into_id=person_id)
    ).select_related("unit")
