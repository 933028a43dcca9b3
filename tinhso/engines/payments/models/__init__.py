"""Bills, payments, the ledger, bank statements, refunds and remittances."""

from tinhso.engines.payments.models.bills import Bill, BillState, CollectionAccount, Payment, PaymentState, PayWay
from tinhso.engines.payments.models.checking import (
    Delivery,
    Discrepancy,
    DiscrepancyKind,
    Reconciliation,
    Resolution,
    Statement,
    StatementLine,
)
from tinhso.engines.payments.models.ledger import Entry, EntryKind, LedgerAccount, Posting
from tinhso.engines.payments.models.outgoing import Refund, RefundState, Remittance, RemittanceLine

__all__ = [
    "Bill",
    "BillState",
    "CollectionAccount",
    "Delivery",
    "Discrepancy",
    "DiscrepancyKind",
    "Entry",
    "EntryKind",
    "LedgerAccount",
    "PayWay",
    "Payment",
    "PaymentState",
    "Posting",
    "Reconciliation",
    "Refund",
    "RefundState",
    "Remittance",
    "RemittanceLine",
    "Resolution",
    "Statement",
    "StatementLine",
]
