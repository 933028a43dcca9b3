"""What every act on a dossier shares: the lock, the order, the trace."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow import services as workflow
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.database import kept
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.procedures import hooks, rules
from tinhso.systems.procedures.errors import AlreadyDecided, ChangedMeanwhile, OutOfOrder, ReasonNeeded, UnknownWay
from tinhso.systems.procedures.models import Channel, Dossier
from tinhso.systems.procedures.words import state_name

_LOCKED = kept.Question(lambda pk: Dossier.objects.select_for_update(no_key=True).filter(pk=pk))
_UNITS = kept.by_keys(lambda: Unit.objects.all())


def lock(dossier_id: int, act: str, *, seen: int | None = None) -> Dossier:
    """The dossier, locked until the act commits, if `act` is in order.

    The lock closes the race of two officers: the second waits, then finds the state or the version changed.
    `seen` is the lock_version of the page the person acted on.
    """
    dossier = _LOCKED.get(dossier_id)
    if seen is not None and seen != dossier.lock_version:
        raise ChangedMeanwhile
    if not rules.may_follow(act, dossier.state):
        if rules.needs_no_decision(act) and rules.is_decided(dossier.state):
            raise AlreadyDecided
        raise OutOfOrder(str(state_name(dossier.state)))
    # After the lock: the row may have moved to another unit while it was awaited.
    units = kept.in_bulk(_UNITS, {dossier.unit_id, dossier.desk_id, dossier.office_id})
    dossier.unit, dossier.desk, dossier.office = (
        units[pk] for pk in (dossier.unit_id, dossier.desk_id, dossier.office_id)
    )
    hooks.ask(dossier, act)
    return dossier


def keep(dossier: Dossier, *changed: str) -> None:
    """Writes the changed columns and moves the version on, so that older pages are refused."""
    dossier.lock_version += 1
    kept.update(dossier, *changed, "lock_version")


def advance(
    actor: Actor,
    dossier: Dossier,
    transition: str,
    *,
    at: datetime,
    note: str = "",
    due_at: datetime | None = None,
    authorised: bool = False,
) -> None:
    """Moves the dossier's case; the engine checks the step's own permission and logs the move.

    `authorised`: the act has required its own right, at a unit that does not hold the case at this step.
    """
    workflow.move(
        actor=actor,
        case_id=case_id_of(dossier),
        transition=transition,
        note=note,
        at=at,
        due_at=due_at,
        authorised=authorised,
        known=(dossier.unit, dossier.desk, dossier.office),
    )


def require_at(actor: Actor, code: str, *units: Unit) -> Unit:
    """The first of `units` where the actor holds `code`; Denied when there is none (a head: of office or agency)."""
    found = next((unit for unit in units if access.allowed(actor, code, unit)), units[0])
    access.require(actor, code, unit=found)
    return found


def finish(dossier: Dossier, at: datetime) -> tuple[str, ...]:
    """Marks the end of handling, and from it the archive's dates; gives the columns to keep."""
    day = timezone.localdate(at)
    dossier.finished_at = at
    dossier.archive_due_on = rules.archive_due(day)
    dossier.retain_until = rules.retain_until(day, dossier.version.retention_years)
    return "finished_at", "archive_due_on", "retain_until"


def case_id_of(dossier: Dossier) -> int:
    """Every filed dossier has a case; one without would be a half-written act, which cannot be."""
    if dossier.case_id is None:
        raise RuntimeError(f"dossier {dossier.pk} has no case")
    return dossier.case_id


def account_id_of(actor: Actor) -> int:
    """The account of an act that only a person may do."""
    if actor.account_id is None:
        raise access.Denied(_("Việc này cần người đăng nhập thực hiện."))
    return actor.account_id


def trace(
    actor: Actor,
    dossier: Dossier,
    *,
    act: str,
    event: str,
    at: datetime,
    on_behalf_of: int | None = None,
    details: dict[str, Any] | None = None,
    counted_on: date | None = None,
    **ids: Any,
) -> None:
    """The audit row and the event of an act, beside its rows. The event names the figure's cell: unit and month."""
    audit.record(
        actor,
        act,
        dossier,
        unit_id=dossier.unit_id,
        on_behalf_of_id=on_behalf_of,
        code=dossier.code,
        **(details or {}),
    )
    bus.publish(
        event,
        subject=dossier,
        unit=dossier.unit,
        occurred_on=timezone.localdate(at),
        by=actor.account_id,
        cells=[[dossier.received_unit_id or dossier.unit_id, (counted_on or counting_day(dossier, at)).isoformat()]],
        **ids,
    )
    for told in hooks.TRACED:
        told(actor, dossier, event, at)


def counting_day(dossier: Dossier, at: datetime) -> date:
    """The day whose month counts the dossier: that of reception, or of the act before there is one."""
    return timezone.localdate(dossier.received_at or at)


def needs_reason(text: str) -> str:
    """The text, trimmed; ReasonNeeded when there is none."""
    if not text.strip():
        raise ReasonNeeded
    return text.strip()


def way_of(text: str) -> Channel:
    """The way somebody came or a paper went, as typed; UnknownWay for anything that is none."""
    try:
        return Channel(text)
    except ValueError:
        raise UnknownWay from None
