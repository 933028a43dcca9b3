"""Every write on money, one function per act. Import from here."""

from tinhso.engines.payments.services.bills import cancel_bill, make_bill, open_account, take_at_desk
from tinhso.engines.payments.services.intake import take_delivery

__all__ = [
    "cancel_bill",
    "make_bill",
    "open_account",
    "take_at_desk",
    "take_delivery",
]
