"""What a watcher may see: all of it at the province, below it what names a unit under the watcher's own."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.audit.verify import Problem
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.oversight.models import AuditCheck
from tinhso.foundation.oversight.permissions import AUDIT_READ, EVENTS_MANAGE


def visible_rows(actor: access.Actor) -> QuerySet[AuditRow]:
    """Rows of the log that the actor may read."""
    return AuditRow.objects.filter(_scope(actor, AUDIT_READ))


def visible_events(actor: access.Actor) -> QuerySet[DomainEvent]:
    """Events that the actor may see and mend."""
    return DomainEvent.objects.filter(_scope(actor, EVENTS_MANAGE))


def sees_all(actor: access.Actor, code: str) -> bool:
    """True for the program itself and for a role held at the top of the tree."""
    return actor.kind == "system" or any(path.count(".") == 1 for path in _paths(actor, code))


def _scope(actor: access.Actor, code: str) -> Q:
    """Rows carry a unit's number and no foreign key, so access.scope cannot be used on them."""
    if sees_all(actor, code):
        return Q()
    under = Q(pk__in=[])
    for path in _paths(actor, code):
        under |= Q(path__startswith=path)
    return Q(unit_id__in=Unit.objects.filter(under).values("pk"))


def _paths(actor: access.Actor, code: str) -> list[str]:
    return [grant.unit_path for grant in actor.grants if grant.role in ROLES and code in ROLES[grant.role].permissions]


def problems_of(check: AuditCheck) -> list[Problem]:
    """What a check found, with its sentences in the reader's language."""
    return [Problem.from_data(data) for data in check.problems]
