"""From acts to the outbox: called by the core beside each act's event, in the act's own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures import events
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.national import words
from tinhso.systems.procedures.national.models import Outgoing
from tinhso.systems.procedures.national.shapes import Service, stamp
from tinhso.systems.procedures.services.states import mark_unsynced


def is_on() -> bool:
    """The province has an address of the portal and what to sign in with."""
    return bool(settings.NATIONAL_URL and settings.NATIONAL_SECRET)


def is_told(dossier: Dossier) -> bool:
    """A played dossier never goes to a real portal."""
    return is_on() and (settings.NATIONAL_IS_SIMULATED or not dossier.is_simulated)


def hear(actor: Actor, dossier: Dossier, event: str, at: datetime) -> None:
    """Writes the messages that tell the portal of this act, with the dossier as the act left it.

    Only what the dossier's own columns say is taken now, which costs the act one insert; papers, fees and results
    are looked up as of this moment when the message is first sent (composing.py).
    """
    told = words.TOLD.get(event)
    if told is None or not is_told(dossier):
        return
    rows = [_row(dossier, Service.SYNC, event, at, facts_of(dossier))]
    if told.step:
        rows.append(_row(dossier, Service.PROGRESS, event, at, _step(actor, dossier, told.step, at)))
    Outgoing.objects.bulk_create(rows)
    mark_unsynced(dossier)


def sync_row(dossier: Dossier, at: datetime) -> Outgoing:
    """A message that tells the dossier whole as it stands now: asked for by an operator or a comparison."""
    return _row(dossier, Service.SYNC, words.RESYNC, at, facts_of(dossier))


def _row(dossier: Dossier, service: Service, event: str, at: datetime, facts: dict[str, Any]) -> Outgoing:
    return Outgoing(
        dossier=dossier,
        service=service,
        event=event,
        at=at,
        facts=facts,
        next_attempt_at=at,
        is_simulated=dossier.is_simulated,
    )


def facts_of(dossier: Dossier) -> dict[str, Any]:
    """What changes from act to act, in the portal's words. The date promised is the clock's: a re-route keeps it."""
    return {
        "TrangThaiHoSo": int(dossier.national_state),
        "NgayNopHoSo": stamp(dossier.submitted_at),
        "NgayTiepNhan": stamp(dossier.received_at),
        "NgayHenTra": stamp(dossier.due_at),
        "NgayKetThucXuLy": stamp(dossier.finished_at),
        "DonViXuLy": dossier.office.name,
        "ThanhToan": dossier.fee_state,
        "GhiChu": dossier.ended_reason,
    }


def _step(actor: Actor, dossier: Dossier, step: str, at: datetime) -> dict[str, Any]:
    return {
        "MaHoSo": dossier.code,
        "NguoiXuLy": actor.label or "Hệ thống",
        "ChucDanh": "",
        "ThoiDiemXuLy": stamp(at),
        "PhongBanXuLy": _place(dossier).name,
        "NoiDungXuLy": f"{step}: {dossier.ended_reason}"[:4000] if dossier.ended_reason else step,
        "TrangThai": int(dossier.national_state),
        "NgayBatDau": stamp(dossier.received_at),
        "NgayKetThucTheoQuyDinh": stamp(dossier.due_at),
    }


def _place(dossier: Dossier) -> Any:
    """Who holds it: the desk until it is handed over and once there is a result, else the office."""
    at_desk = dossier.handed_over_at is None or dossier.finished_at is not None
    return dossier.desk if at_desk else dossier.office


UNHEARD = frozenset(
    # Inner steps that change nothing a citizen of the portal is shown.
    {
        events.DOSSIER_ASSIGNED,
        events.DOSSIER_ACCEPTED,
        events.DOSSIER_FORWARDED,
        events.RESULT_DRAFTED,
        events.RESULT_SENT_BACK,
        events.DRAFT_UNDONE,
        events.APOLOGY_PROPOSED,
        events.APOLOGY_DECLINED,
        events.RESULT_ANNOUNCED,
        events.DELIVERY_STATE_CHANGED,
    }
)
