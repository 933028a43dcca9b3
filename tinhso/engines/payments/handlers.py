"""Reactions to events of money: an approved refund is sent to the bank by a job."""

from __future__ import annotations

from tinhso.engines.payments import bank, events
from tinhso.engines.payments.models import Refund
from tinhso.foundation.events import bus
from tinhso.foundation.events.models import DomainEvent


def send_refund(event: DomainEvent) -> None:
    """Defers the order; twice the bank sees one transfer. Without a bank's address the accountant sends it by hand."""
    from tinhso.engines.payments import jobs

    refund = Refund.objects.get(pk=event.subject_id)
    if bank.is_known() and not refund.in_cash:
        jobs.send_refund.defer(refund_id=refund.pk)


def register() -> None:
    """Listens; called once at start."""
    bus.subscribe(events.REFUND_APPROVED, send_refund)
