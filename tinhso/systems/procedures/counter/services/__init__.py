"""Every write at the one-stop desk, one function per act. Import from here."""

from tinhso.systems.procedures.counter.services.appointments import (
    arrive,
    book_appointment,
    cancel_appointment,
    mark_missed,
    move_appointment,
    remind_tomorrow,
)
from tinhso.systems.procedures.counter.services.arranging import arrange_counter, arrange_group, set_up_desk
from tinhso.systems.procedures.counter.services.receiving import PaperLine, receive_walk_in
from tinhso.systems.procedures.counter.services.scanning import confirm_scan, drop_scan, read_scan, scan_paper
from tinhso.systems.procedures.counter.services.tickets import (
    call_again,
    call_next,
    end_ticket,
    skip_ticket,
    take_ticket,
    transfer_ticket,
)

__all__ = [
    "PaperLine",
    "arrange_counter",
    "arrange_group",
    "arrive",
    "book_appointment",
    "call_again",
    "call_next",
    "cancel_appointment",
    "confirm_scan",
    "drop_scan",
    "end_ticket",
    "mark_missed",
    "move_appointment",
    "read_scan",
    "receive_walk_in",
    "remind_tomorrow",
    "scan_paper",
    "set_up_desk",
    "skip_ticket",
    "take_ticket",
    "transfer_ticket",
]
