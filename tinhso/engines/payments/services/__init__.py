"""Every write on money, one function per act. Import from here."""

from tinhso.engines.payments.services.bills import cancel_bill, make_bill, open_account, take_at_desk
from tinhso.engines.payments.services.intake import take_delivery
from tinhso.engines.payments.services.reconciling import reconcile
from tinhso.engines.payments.services.refunds import (
    approve_refund,
    mark_sent,
    reject_refund,
    request_refund,
    settle_refund,
)
from tinhso.engines.payments.services.remitting import list_remittance, pay_remittance
from tinhso.engines.payments.services.resolving import bank_desk_money, resolve_discrepancy
from tinhso.engines.payments.services.statements import read_statement

__all__ = [
    "approve_refund",
    "bank_desk_money",
    "cancel_bill",
    "list_remittance",
    "make_bill",
    "mark_sent",
    "open_account",
    "pay_remittance",
    "read_statement",
    "reconcile",
    "reject_refund",
    "request_refund",
    "resolve_discrepancy",
    "settle_refund",
    "take_at_desk",
    "take_delivery",
]
