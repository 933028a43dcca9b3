"""Every write of the plan, one function per act."""

from tinhso.systems.resolution.services.answering import end_head, explain, name_head
from tinhso.systems.resolution.services.plan import (
    drop_milestone,
    end_body,
    load_tasks,
    name_body,
    report_progress,
    set_budget,
    set_milestone,
)
from tinhso.systems.resolution.services.remedies import accept, assign, confirm, extend, finish, give_back, withdraw

__all__ = [
    "accept",
    "assign",
    "confirm",
    "drop_milestone",
    "end_body",
    "end_head",
    "explain",
    "extend",
    "finish",
    "give_back",
    "load_tasks",
    "name_body",
    "name_head",
    "report_progress",
    "set_budget",
    "set_milestone",
    "withdraw",
]
