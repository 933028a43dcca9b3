"""The process of a procedure as data: one shape for the five procedures served, hours from each one's own steps."""

from __future__ import annotations

from typing import Any

from tinhso.systems.procedures import permissions

# Transitions that acts of their own take; any other way of a step is taken as it is (services.forward_dossier).
OWN_ACTS = frozenset(
    {
        "receive",
        "refuse",
        "ask_supplement",
        "answer_supplement",
        "withdraw",
        "stop",
        "hand_over",
        "return_to_desk",
        "refuse_settling",
        "draft",
        "send_back",
        "sign",
        "sign_online",
        "return",
        "undo_receive",
        "undo_hand_over",
        "undo_draft",
    }
)


def process_of(facts: dict[str, Any]) -> dict[str, Any]:
    """The workflow definition of one catalogue file; step hours add up to the file's proposed internal hours."""
    hours = facts["step_hours"]
    steps = _steps(hours)
    return {"start": "filed", "steps": [{"code": code, **step} for code, step in steps.items()]}


def _steps(hours: dict[str, float]) -> dict[str, dict[str, Any]]:
    return {
        "filed": _step(
            "Chờ tiếp nhận",
            "desk",
            permissions.RECEIVE,
            hours["receive"] / 2,
            {
                "receive": _way("Tiếp nhận", "received", starts_clock=True),
                "refuse": _way("Từ chối tiếp nhận", "refused", needs_note=True),
                "ask_supplement": _way("Yêu cầu bổ sung", "waiting_at_desk", needs_note=True),
                **_ENDS,
            },
        ),
        "received": _step(
            "Chuyển đến nơi thụ lý",
            "desk",
            permissions.RECEIVE,
            hours["receive"] / 2,
            {
                "hand_over": _way("Chuyển thụ lý", "resolving"),
                "undo_receive": _way("Huỷ tiếp nhận", "filed", back=True, needs_note=True),
                **_ENDS,
            },
        ),
        "resolving": _step(
            "Thụ lý",
            "office",
            permissions.RESOLVE,
            hours["resolve"],
            {
                "draft": _way("Trình dự thảo kết quả", "drafted"),
                "ask_supplement": _way("Yêu cầu bổ sung", "waiting_at_office", needs_note=True),
                "refuse_settling": _way("Từ chối giải quyết", "refused", needs_note=True),
                "return_to_desk": _way("Trả về bộ phận một cửa", "received", back=True, needs_note=True),
                "undo_hand_over": _way(
                    "Huỷ chuyển thụ lý", "received", permission=permissions.RECEIVE, back=True, needs_note=True
                ),
                **_ENDS,
            },
        ),
        "drafted": _step(
            "Chờ ký",
            "unit",
            permissions.SIGN,
            hours["sign"],
            {
                "sign": _way("Ký và ban hành", "issued"),
                "sign_online": _way("Ký, ban hành và trả bản điện tử", "returned"),
                "send_back": _way("Trả lại dự thảo", "resolving", back=True, needs_note=True),
                "undo_draft": _way(
                    "Rút dự thảo về sửa", "resolving", permission=permissions.RESOLVE, back=True, needs_note=True
                ),
                **_ENDS,
            },
        ),
        "issued": _step(
            "Trả kết quả",
            "desk",
            permissions.RECEIVE,
            hours["give"],
            {
                "return": _way("Trả kết quả", "returned"),
            },
        ),
        "waiting_at_desk": _waiting("filed"),
        "waiting_at_office": _waiting("resolving", place="office"),
        "refused": {"title": "Từ chối tiếp nhận", "end": True},
        "withdrawn": {"title": "Người nộp đã rút", "end": True},
        "stopped": {"title": "Đã dừng giải quyết", "end": True},
        "returned": {"title": "Đã trả kết quả", "end": True},
    }


def _step(title: str, place: str, permission: str, hours: float, transitions: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "place": place, "permission": permission, "hours": hours, "transitions": _ways(transitions)}


def _ways(transitions: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"code": code, **way} for code, way in transitions.items()]


def _way(title: str, to: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "to": to, **more}


# Until there is a decision the person may withdraw, and the desk stops the dossier for them (Circular 03/2025 art. 7).
_ENDS = {
    "withdraw": _way("Rút hồ sơ", "withdrawn", permission=permissions.FILE, needs_note=True),
    "stop": _way("Dừng giải quyết", "stopped", permission=permissions.RECEIVE, needs_note=True),
}


def _waiting(back_to: str, place: str = "desk") -> dict[str, Any]:
    ways = {
        "answer_supplement": _way("Đã bổ sung", back_to, permission=permissions.FILE, back=True),
        **_ENDS,
    }
    return {"title": "Chờ người nộp bổ sung", "place": place, "waits": True, "transitions": _ways(ways)}
