"""Every write on registers."""

from tinhso.engines.registers.services.changes import ask_change, decide_change, withdraw_change
from tinhso.engines.registers.services.claims import receive_claims
from tinhso.engines.registers.services.definitions import (
    define_register,
    draft_definition,
    end_register,
    let_fill_forms,
    publish_definition,
)
from tinhso.engines.registers.services.duplicates import decide_duplicate, find_duplicates
from tinhso.engines.registers.services.importing import import_rows
from tinhso.engines.registers.services.looking import look_up
from tinhso.engines.registers.services.writing import close_record, write_record

__all__ = [
    "ask_change",
    "close_record",
    "decide_change",
    "decide_duplicate",
    "define_register",
    "draft_definition",
    "end_register",
    "find_duplicates",
    "import_rows",
    "let_fill_forms",
    "look_up",
    "publish_definition",
    "receive_claims",
    "withdraw_change",
    "write_record",
]
