"""What the house itself has to count: people with a part in it, and one-stop centres, on the last day of each month."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators import permissions
from tinhso.engines.indicators.registry import STOCK, Measure, RecordLine, register_measure
from tinhso.foundation.access import events as access_events
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.orgs import events as orgs_events
from tinhso.foundation.orgs.models import Unit, UnitKind


def roles_held(*, day: date) -> QuerySet[RoleAssignment]:
    """Roles in force on the day; a person with two roles is two rows here and one in the figure."""
    return RoleAssignment.objects.as_of(day)


def centres(*, day: date) -> QuerySet[Unit]:
    """One-stop centres in being on the day."""
    return Unit.objects.as_of(day).filter(kind=UnitKind.SERVICE_CENTRE)


def at_the_parent(event: DomainEvent) -> list[tuple[int, date]]:
    """A centre counts at the agency it belongs to."""
    unit = Unit.objects.filter(pk=event.unit_id or 0).first()
    return [(unit.parent_id, event.occurred_on)] if unit and unit.parent_id else []


def see_roles(actor: access.Actor, rows: QuerySet[RoleAssignment]) -> QuerySet[RoleAssignment]:
    return rows.filter(access.scope(actor, permissions.VIEW, "unit")).select_related("account", "unit")


def see_units(actor: access.Actor, rows: QuerySet[Unit]) -> QuerySet[Unit]:
    return rows.filter(access.units(actor, permissions.VIEW))


def describe_role(row: RoleAssignment) -> RecordLine:
    known = ROLES.get(row.role)
    return RecordLine(
        code=row.role,
        title=str(row.unit.name),
        person=str(row.account),
        on=row.valid_from,
        state=str(known.name) if known else row.role,
        is_simulated=row.account.is_simulated,
    )


def describe_centre(unit: Unit) -> RecordLine:
    state = str(unit.get_kind_display())
    return RecordLine(unit.code, str(unit.name), "", unit.valid_from, state, is_simulated=unit.identifier_is_demo)


STAFF = Measure(
    code="orgs.staff_with_role",
    name=_("Người có vai trò trên hệ thống"),
    sentence=_(
        "Số tài khoản giữ ít nhất một vai trò tại đơn vị hoặc đơn vị trực thuộc vào ngày cuối tháng; mỗi người "
        "tính một lần."
    ),
    kind=STOCK,
    unit_path="unit",
    records=roles_held,
    touched_by=(access_events.ROLE_GRANTED, access_events.ROLE_REVOKED),
    unit_kinds=(UnitKind.COMMUNE_COMMITTEE, UnitKind.PROVINCE),
    distinct_field="account",
    simulated_field="account__is_simulated",
    visible_to=see_roles,
    describe=describe_role,
    unit_of_measure="person",
)
CENTRES = Measure(
    code="orgs.one_stop_centres",
    name=_("Trung tâm phục vụ hành chính công"),
    sentence=_("Số trung tâm phục vụ hành chính công đang hoạt động vào ngày cuối tháng, theo cơ quan quản lý."),
    kind=STOCK,
    unit_path="parent",
    records=centres,
    touched_by=(orgs_events.UNIT_CREATED, orgs_events.UNIT_DISSOLVED),
    cells=at_the_parent,
    unit_kinds=(UnitKind.COMMUNE_COMMITTEE, UnitKind.PROVINCIAL_COMMITTEE),
    visible_to=see_units,
    describe=describe_centre,
    unit_of_measure="agency",
)


def register() -> None:
    """Declares the measures; called once at start."""
    for measure in (STAFF, CENTRES):
        register_measure(measure)
