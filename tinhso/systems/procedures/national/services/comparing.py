"""The night's comparison: what the portal shows against what we hold, and what it was never told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.text.rules import fold
from tinhso.systems.procedures.models import Dossier, ProcedureVersion, SyncState
from tinhso.systems.procedures.national import client, events, hearing, permissions, rules
from tinhso.systems.procedures.national.client import PortalRefused, Unanswered
from tinhso.systems.procedures.national.errors import AlreadySettled, SwitchedOff
from tinhso.systems.procedures.national.models import Difference, DifferenceKind, Outgoing, Reconciliation, SendState
from tinhso.systems.procedures.national.services.operating import resync_dossier
from tinhso.systems.procedures.national.shapes import Service
from tinhso.systems.procedures.services.acts import needs_reason

# How far back a night looks, and how much it asks at the most: one dossier is one question of the interface.
LOOKS_BACK = timedelta(days=2)
MOST_ASKED = 5000
MOST_CAUGHT_UP = 2000


def reconcile(*, actor: Actor, at: datetime | None = None, most: int = MOST_ASKED) -> Reconciliation:
    """Compares recent dossiers and the list of procedures, and tells the portal of dossiers it was never told of.

    Not one transaction: between two questions nothing is held. When the portal stops answering the run ends there and
    says so; what was compared stands.
    """
    access.require(actor, permissions.OPERATE)
    if not hearing.is_on():
        raise SwitchedOff
    at = at or timezone.now()
    run = Reconciliation.objects.create(started_at=at, is_simulated=actor.is_simulated)
    try:
        for dossier in _recent(at, most):
            _compare(run, dossier, at)
        _compare_procedures(run, at)
    except (Unanswered, PortalRefused) as fault:
        run.error = str(fault)
    run.caught_up = _catch_up(actor, at)
    run.finished_at = timezone.now()
    run.save()
    return run


def _recent(at: datetime, most: int) -> Iterator[Dossier]:
    """Dossiers of which the portal took something lately, those with an open difference, and those that failed."""
    told = Outgoing.objects.filter(state=SendState.SENT, sent_at__gte=at - LOOKS_BACK).values("dossier")
    doubtful = Difference.objects.open().exclude(dossier=None).values("dossier")
    ids = set(Dossier.objects.filter(pk__in=told).values_list("pk", flat=True)[:most])
    ids |= set(Dossier.objects.filter(pk__in=doubtful).values_list("pk", flat=True)[:most])
    ids |= set(Dossier.objects.filter(sync_state=SyncState.FAILED).values_list("pk", flat=True)[:most])
    for pk in sorted(ids)[:most]:
        yield Dossier.objects.select_related("office", "version").get(pk=pk)


def _compare(run: Reconciliation, dossier: Dossier, at: datetime) -> None:
    """Asks the portal for one dossier. Compared only when nothing of it waits, before the question and after."""
    if _waits(dossier):
        run.waiting += 1
        return
    found = client.call(Service.LOOK_UP, mahoso=dossier.code).get("result") or []
    theirs = next((one for one in found if isinstance(one, dict) and one.get("MaHoSo") == dossier.code), None)
    dossier.refresh_from_db()
    if _waits(dossier):
        run.waiting += 1
        return
    run.asked += 1
    wrong = _found(dossier, theirs)
    run.agreed += not wrong
    _keep(run, dossier, wrong, at)


def _waits(dossier: Dossier) -> bool:
    waiting = (SendState.WAITING, SendState.SENDING)
    return Outgoing.objects.filter(dossier=dossier, state__in=waiting).exists()


Found = tuple[str, str, str, str]


def _found(dossier: Dossier, theirs: dict[str, Any] | None) -> list[Found]:
    if theirs is None:
        return [(DifferenceKind.MISSING_THERE, "", dossier.code, "")]
    ours = hearing.facts_of(dossier)
    return [(DifferenceKind.FIELD, *one) for one in rules.differences(ours, theirs)]


@transaction.atomic
def _keep(run: Reconciliation, dossier: Dossier, wrong: list[Found], at: datetime) -> None:
    """New ones are written, known ones brought up to date, those that agree now are closed by themselves."""
    Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier.pk)
    still = []
    for kind, name, ours, theirs in wrong:
        row, _is_new = Difference.objects.update_or_create(
            dossier=dossier,
            kind=kind,
            field=name,
            settled_at=None,
            defaults={"run": run, "ours": ours[:300], "theirs": theirs[:300], "is_simulated": dossier.is_simulated},
            create_defaults={
                "run": run,
                "ours": ours[:300],
                "theirs": theirs[:300],
                "found_at": at,
                "is_simulated": dossier.is_simulated,
            },
        )
        still.append(row.pk)
    gone = Difference.objects.open().filter(dossier=dossier).exclude(pk__in=still)
    gone.update(settled_at=at, settled_how="Lần đối soát sau thấy đã khớp.")


def _compare_procedures(run: Reconciliation, at: datetime) -> None:
    """Both sides' lists of procedures: what one of them lacks, and names that are not alike."""
    listed = client.call(Service.PROCEDURES).get("result") or []
    theirs = {
        str(one["MATTHC"]): str(one.get("TENTTHC", "")) for one in listed if isinstance(one, dict) and one.get("MATTHC")
    }
    if not theirs:
        return
    served = ProcedureVersion.objects.as_of(timezone.localdate(at))
    ours: dict[str, str] = dict(served.values_list("code", "name"))
    known = set(ours) | _in_catalogue(theirs, at)
    wrong: list[Found] = [
        (DifferenceKind.PROCEDURE_HERE, code, name, "") for code, name in ours.items() if code not in theirs
    ]
    wrong += [(DifferenceKind.PROCEDURE_THERE, code, "", name) for code, name in theirs.items() if code not in known]
    wrong += [
        (DifferenceKind.PROCEDURE_NAME, code, name, theirs[code])
        for code, name in ours.items()
        if code in theirs and fold(name) != fold(theirs[code])
    ]
    _keep_procedures(run, wrong, at)


def _in_catalogue(theirs: dict[str, str], at: datetime) -> set[str]:
    from tinhso.systems.procedures.catalogue.models import CatalogueEntry

    entries = CatalogueEntry.objects.as_of(timezone.localdate(at)).filter(code__in=list(theirs))
    return set(entries.values_list("code", flat=True))


@transaction.atomic
def _keep_procedures(run: Reconciliation, wrong: list[Found], at: datetime) -> None:
    still = []
    for kind, code, ours, theirs in wrong:
        row, _is_new = Difference.objects.get_or_create(
            dossier=None,
            procedure_code=code[:30],
            kind=kind,
            settled_at=None,
            defaults={
                "run": run,
                "ours": ours[:300],
                "theirs": theirs[:300],
                "found_at": at,
                "is_simulated": run.is_simulated,
            },
        )
        still.append(row.pk)
    gone = Difference.objects.open().filter(dossier=None).exclude(pk__in=still)
    gone.update(settled_at=at, settled_how="Lần đối soát sau thấy đã khớp.")


def _catch_up(actor: Actor, at: datetime) -> int:
    """Dossiers that the portal was never told of (from before the exchange was switched on) are told as they stand."""
    never = Dossier.objects.filter(sync_state=SyncState.PENDING, synced_at=None, national_messages=None)
    done = 0
    for dossier in never.order_by("pk")[:MOST_CAUGHT_UP]:
        if hearing.is_told(dossier):
            resync_dossier(actor=actor, dossier_id=dossier.pk, at=at)
            done += 1
    return done


@transaction.atomic
def settle_difference(
    *, actor: Actor, difference_id: int, how: str, resync: bool = False, at: datetime | None = None
) -> Difference:
    """Closes a difference with what was done about it; with `resync` the portal is told the dossier anew."""
    at = at or timezone.now()
    row = Difference.objects.select_related("dossier__unit").select_for_update(of=("self",)).get(pk=difference_id)
    unit = row.dossier.unit if row.dossier else None
    access.require(actor, permissions.OPERATE, unit=unit)
    if row.settled_at is not None:
        raise AlreadySettled
    row.settled_at, row.settled_by_id, row.settled_how = at, actor.account_id, needs_reason(how)
    row.save(update_fields=["settled_at", "settled_by", "settled_how"])
    audit.record(actor, "national.difference.settled", row, unit_id=unit.pk if unit else None, how=how.strip())
    bus.publish(events.DIFFERENCE_SETTLED, subject=row, unit=unit, occurred_on=timezone.localdate(at))
    if resync and row.dossier_id:
        resync_dossier(actor=actor, dossier_id=row.dossier_id, at=at)
    return row


__all__ = ["reconcile", "settle_difference"]
