"""What happens to money, in the past tense. Payloads carry ids only, never amounts."""

BILL_MADE = "payments.bill_made"
BILL_PAID = "payments.bill_paid"
BILL_CANCELLED = "payments.bill_cancelled"
REFUND_APPROVED = "payments.refund_approved"
REFUND_SETTLED = "payments.refund_settled"
DISCREPANCY_OPENED = "payments.discrepancy_opened"
