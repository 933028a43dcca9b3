"""Forms 06 and 07 build themselves: the control sheet from the workflow log, the register from the dossiers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tinhso.systems.procedures.printing.sets import Form, FormSet

EARLY, ON_TIME, LATE = "Trước hạn", "Đúng hạn", "Quá hạn"


@dataclass(frozen=True)
class Line:
    """One line of a case's log, in local time: what happened, from whom to whom, and the limit of the stay it ends."""

    kind: str
    at: datetime
    from_unit: str
    to_unit: str
    actor: str
    holder: str = ""
    step_due_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Stay:
    """A row of the control sheet: one unit hands the dossier to the next, and how its own time went."""

    giver: str
    receiver: str
    handed_at: datetime
    handed_by: str
    received_at: datetime | None
    received_by: str
    result: str
    note: str


def verdict(at: datetime, due_at: datetime | None) -> str:
    """Early before the day of the limit, on time within it, late after it; nothing where no limit was set."""
    if due_at is None:
        return ""
    if at > due_at:
        return LATE
    return EARLY if at.date() < due_at.date() else ON_TIME


def stays(log: Sequence[Line]) -> list[Stay]:
    """The hand-overs between units, in order. Lines within one unit are its own business; who takes the dossier
    there first is the receiver, at that time. What was never taken has no receiver yet.
    """
    found, log = [], [line for line in log if line.kind != "undo"]
    for place, line in enumerate(log):
        if not line.from_unit or line.from_unit == line.to_unit:
            continue
        taker = _taker(log[place + 1 :], line.to_unit)
        found.append(
            Stay(
                giver=line.from_unit,
                receiver=line.to_unit,
                handed_at=line.at,
                handed_by=line.actor,
                received_at=taker.at if taker else None,
                received_by=(taker.holder or taker.actor) if taker else "",
                result=verdict(line.at, line.step_due_at),
                note=line.note,
            )
        )
    return found


def _taker(rest: Iterable[Line], unit: str) -> Line | None:
    """The first line by which somebody at `unit` shows to have the dossier."""
    for line in rest:
        if line.to_unit == unit and line.kind == "assign":
            return line
        if line.from_unit == unit or (line.to_unit == unit and line.kind != "move"):
            return line
    return None


def control_data(head: dict[str, Any], log: Sequence[Line], form_set: FormSet) -> dict[str, Any]:
    """Form 06 (05 of the 2018 set). `head`: agency_upper, agency, place, code, applicant, procedure, received, due."""
    rule = form_set.forms[Form.CONTROL]
    return head | {
        "form_number": rule["number"],
        "title": rule["title"],
        "paper": rule["paper"],
        "basis": form_set.basis,
        "rows": [
            {
                "giver": one.giver,
                "receiver": one.receiver,
                "handed": _hour(one.handed_at),
                "handed_by": one.handed_by,
                "received": _hour(one.received_at),
                "received_by": one.received_by,
                "result": one.result,
                "note": one.note,
            }
            for one in stays(log)
        ],
    }


def _hour(at: datetime | None) -> str:
    return f"{at:%H} giờ {at:%M} phút, ngày {at:%d/%m/%Y}" if at else ""


def _day(at: datetime | date | None) -> str:
    if isinstance(at, datetime):
        return f"{at:%H:%M %d/%m/%Y}"
    return f"{at:%d/%m/%Y}" if at else ""


@dataclass(frozen=True)
class Entry:
    """A dossier as the register shows it, in local time."""

    code: str
    procedure: str
    applicant: str
    address: str
    phone: str
    channel: str
    office: str
    received_at: datetime | None
    due_at: datetime | None
    handed_over_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    way: str
    state: str
    collected_by: str = ""


def register_data(head: dict[str, Any], entries: Iterable[Entry], form_set: FormSet) -> dict[str, Any]:
    """Form 07 (06 of the 2018 set). `head`: agency_upper, agency, place, first, last."""
    rule = form_set.forms[Form.REGISTER]
    return head | {
        "form_number": rule["number"],
        "title": rule["title"],
        "basis": form_set.basis,
        "rows": [
            {
                "code": one.code,
                "procedure": one.procedure,
                "applicant": one.applicant,
                "address": one.address,
                "phone": one.phone,
                "channel": one.channel,
                "office": one.office,
                "received": _day(one.received_at),
                "due": _day(one.due_at),
                "handed": _day(one.handed_over_at),
                "finished": _day(one.finished_at),
                "returned": _day(one.returned_at),
                "way": one.way,
                "state": one.state,
                "collected_by": one.collected_by,
            }
            for one in entries
        ],
    }
