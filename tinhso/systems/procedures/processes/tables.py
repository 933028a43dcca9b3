"""A decision's step table (B1…Bn) as a process of the engine: who does each row where, and what its sum says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tinhso.engines.workflow.shape import HOURS_PER_WORKING_DAY
from tinhso.systems.procedures import permissions

# Who a row names → where the step stands, and what it takes to do it.
ROLES: Mapping[str, tuple[str, str]] = {
    "desk": ("desk", permissions.RECEIVE),
    "head": ("office", permissions.ASSIGN),
    "officer": ("office", permissions.RESOLVE),
    "leader": ("agency", permissions.ASSIGN),
    "clerk": ("office", permissions.RESOLVE),
    "decides": ("unit", permissions.SIGN),
    "return": ("desk", permissions.RECEIVE),
}
# Rows in "office hours" have no days of their own: the desk answers within a day, and gives a result within one.
OFFICE_HOURS = 8
WEEK = 7
Ways = dict[str, dict[str, Any]]


class BadTable(ValueError):
    """A table that is not one; the message names the row."""


@dataclass(frozen=True)
class Sum:
    """What the rows add up to, beside the decision's own total."""

    days: Decimal
    term: Decimal
    unit: str

    @property
    def agrees(self) -> bool:
        return self.unit == "same_day" or self.days == self.term

    @property
    def is_calendar(self) -> bool:
        """The total is in days of the calendar; the rows do not say which days they count."""
        return self.unit == "day"


def sum_of(table: Mapping[str, Any]) -> Sum:
    """The days of the rows added exactly (quarters stay quarters), and the decision's total."""
    days = sum((Decimal(str(row["days"])) for row in table["steps"] if "days" in row), Decimal(0))
    return Sum(days, Decimal(str(table["term"]["value"])), table["term"]["unit"])


def working_part(table: Mapping[str, Any]) -> float:
    """How much of a working day one day of the rows is: less than one when the total counts days of the calendar,
    so that the steps fit into the fewest working days the total can hold."""
    from tinhso.engines.workflow.rules import term_hours

    term = table["term"]
    if term["unit"] != "day":
        return 1.0
    days = float(term["value"])
    return term_hours(days, "day") / (days * HOURS_PER_WORKING_DAY)


def definition_of(table: Mapping[str, Any]) -> dict[str, Any]:
    """The process of one table. BadTable for a row without a code, a known role or a sensible time."""
    rows = [_row(row) for row in table["steps"]]
    codes = [row["code"] for row in rows]
    if not rows or len(set(codes)) != len(codes):
        raise BadTable(table["code"])
    part = working_part(table)
    decided = next((n for n, row in enumerate(rows) if row["role"] == "decides"), None)
    drafting = _drafting(rows, decided)
    steps = [_step(rows, n, part, decided, drafting) for n in range(len(rows))]
    return {"start": _code(rows[0]), "steps": [*steps, *_waits(steps), *_ends(steps)]}


def _row(row: Mapping[str, Any]) -> Mapping[str, Any]:
    days = row.get("days")
    timed = days is not None or row.get("time") in ("office_hours", "at_once")
    if not row.get("code") or row.get("role") not in ROLES or not timed or (days is not None and not 0 < days < 1000):
        raise BadTable(str(row.get("code", "?")))
    return row


def _code(row: Mapping[str, Any]) -> str:
    return str(row["code"]).lower()


def _drafting(rows: list[Mapping[str, Any]], decided: int | None) -> int | None:
    """The row that drafts the result: the officer's last one before the decision."""
    before = rows[:decided] if decided is not None else []
    return next((n for n in reversed(range(len(before))) if before[n]["role"] == "officer"), None)


def _step(
    rows: list[Mapping[str, Any]], n: int, part: float, decided: int | None, drafting: int | None
) -> dict[str, Any]:
    row = rows[n]
    place, permission = ROLES[row["role"]]
    title = f"{row['code']}. {str(row['what']).split(';')[0].split(':')[0]}"
    step: dict[str, Any] = {
        "code": _code(row),
        "title": title[:120],
        "role": row["who"],
        "place": place,
        "permission": permission,
        "note": " ".join(part for part in (f"{row['what']}.", row.get("papers", "")) if part),
    }
    if row.get("time") == "office_hours":
        step |= {"hours": OFFICE_HOURS, "outside": True}
    else:
        step["hours"] = round(float(row.get("days", 1)) * HOURS_PER_WORKING_DAY * part, 4)
    ways = _ways(rows, n, decided, drafting)
    step["transitions"] = [{"code": code, **way} for code, way in ways.items()]
    return step


def _way(title: str, to: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "to": to, **more}


def _ways(rows: list[Mapping[str, Any]], n: int, decided: int | None, drafting: int | None) -> Ways:
    role = rows[n]["role"]
    onward = _code(rows[n + 1]) if n + 1 < len(rows) else "returned"
    if n == 0:
        return _reception(onward)
    if role == "return" or n + 1 == len(rows):
        return {"return": _way("Trả kết quả", "returned")} if role == "return" else {"done": _way("Xong", "returned")}
    if decided is not None and n > decided:
        return {f"to_{onward}": _way(f"Chuyển bước {onward.upper()}", onward, undo=True)}
    if n == decided:
        return {**_decision(rows, onward, drafting), **_LEAVES}
    if role == "desk":
        return {
            "hand_over": _way("Chuyển thụ lý", onward),
            "undo_receive": _way("Huỷ tiếp nhận", _code(rows[n - 1]), back=True, needs_note=True),
            **_LEAVES,
        }
    return {**_settling(rows, n, onward, drafting), **_LEAVES}


_LEAVES: Ways = {
    "withdraw": _way("Rút hồ sơ", "withdrawn", permission=permissions.FILE, needs_note=True),
    "stop": _way("Dừng giải quyết", "stopped", permission=permissions.RECEIVE, needs_note=True),
}


def _reception(onward: str) -> Ways:
    return {
        "receive": _way("Tiếp nhận", onward, starts_clock=True),
        "refuse": _way("Từ chối tiếp nhận", "refused", needs_note=True),
        "ask_supplement": _way("Yêu cầu bổ sung", "waiting", needs_note=True),
        **_LEAVES,
    }


def _settling(rows: list[Mapping[str, Any]], n: int, onward: str, drafting: int | None) -> Ways:
    """Rows between the desk and the decision: the officer's work, then those who look it over."""
    desk = _code(next(row for row in reversed(rows[:n]) if row["role"] == "desk"))
    if drafting is not None and n > drafting:
        back = _code(rows[drafting])
        return {
            f"to_{onward}": _way(f"Chuyển bước {onward.upper()}", onward, undo=True),
            "look_again": _way("Trả lại để sửa dự thảo", back, back=True, needs_note=True),
            "undo_draft": _way("Rút dự thảo về sửa", back, permission=permissions.RESOLVE, back=True, needs_note=True),
        }
    ways: Ways = (
        {"draft": _way("Trình dự thảo kết quả", onward)}
        if n == drafting
        else {f"to_{onward}": _way(f"Chuyển bước {onward.upper()}", onward, undo=True)}
    )
    if rows[n]["role"] == "officer":
        ways |= {
            "ask_supplement": _way("Yêu cầu bổ sung", "waiting", needs_note=True),
            "refuse_settling": _way("Từ chối giải quyết", "refused", needs_note=True),
        }
    if rows[n - 1]["role"] == "desk":
        ways["undo_hand_over"] = _way(
            "Huỷ chuyển thụ lý", desk, permission=permissions.RECEIVE, back=True, needs_note=True
        )
    return {**ways, "return_to_desk": _way("Trả về bộ phận một cửa", desk, back=True, needs_note=True)}


def _decision(rows: list[Mapping[str, Any]], onward: str, drafting: int | None) -> Ways:
    ways: Ways = {
        "sign": _way("Ký và ban hành", onward),
        "sign_online": _way("Ký, ban hành và trả bản điện tử", "returned"),
    }
    if drafting is not None:
        back = _code(rows[drafting])
        ways |= {
            "send_back": _way("Trả lại dự thảo", back, back=True, needs_note=True),
            "undo_draft": _way("Rút dự thảo về sửa", back, permission=permissions.RESOLVE, back=True, needs_note=True),
        }
    return ways


def _waits(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A waiting step for each that may ask for more, going back to it."""
    waits = []
    for step in steps:
        for way in step["transitions"]:
            if way["to"] == "waiting":
                way["to"] = f"waiting_{step['code']}"
                answer = _way("Đã bổ sung", step["code"], permission=permissions.FILE, back=True)
                ways: Ways = {"answer_supplement": answer, **_LEAVES}
                waits.append(
                    {
                        "code": way["to"],
                        "title": "Chờ người nộp bổ sung",
                        "place": step["place"],
                        "waits": True,
                        "transitions": [{"code": code, **each} for code, each in ways.items()],
                    }
                )
    return waits


ENDS = {
    "refused": "Từ chối",
    "withdrawn": "Người nộp đã rút",
    "stopped": "Đã dừng giải quyết",
    "returned": "Đã trả kết quả",
}


def _ends(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    led_to = {way["to"] for step in steps for way in step["transitions"]}
    return [{"code": code, "title": title, "end": True} for code, title in ENDS.items() if code in led_to]
