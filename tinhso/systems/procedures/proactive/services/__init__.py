"""Every write of proactive services, one function per act. Import from here."""

from tinhso.systems.procedures.proactive.services.answering import (
    note_opened,
    opt_in,
    opt_out,
    prepare_again,
    say_done,
    say_later,
    stop_for,
)
from tinhso.systems.procedures.proactive.services.facts import note_result, undo_result
from tinhso.systems.procedures.proactive.services.reminding import end_reminders, mark_filed, remind
from tinhso.systems.procedures.proactive.services.rule_book import end_rule, publish_rule
from tinhso.systems.procedures.proactive.services.sweeping import sweep

__all__ = [
    "end_reminders",
    "end_rule",
    "mark_filed",
    "note_opened",
    "note_result",
    "opt_in",
    "opt_out",
    "prepare_again",
    "publish_rule",
    "remind",
    "say_done",
    "say_later",
    "stop_for",
    "sweep",
    "undo_result",
]
