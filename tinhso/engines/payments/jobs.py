"""What talks to the bank, outside any act: refunds sent, statements fetched, each night's reconciliation."""

from __future__ import annotations

from datetime import date, timedelta

from procrastinate import RetryStrategy

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.app import app, every_night


@app.task(name="payments.send_refund", queue="default", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def send_refund(refund_id: int) -> None:
    """Orders the transfer of an approved refund. The bank's message settles it."""
    from tinhso.engines.payments import bank, services
    from tinhso.engines.payments.errors import OutOfOrder
    from tinhso.engines.payments.models import Refund, RefundState

    refund = Refund.objects.select_related("account").get(pk=refund_id)
    if refund.in_cash or refund.state not in (RefundState.APPROVED, RefundState.FAILED):
        return
    bank.order_transfer(refund)
    try:
        services.mark_sent(
            actor=Actor.system("Gửi lệnh hoàn trả", is_simulated=refund.is_simulated), refund_id=refund.pk
        )
    except OutOfOrder:
        return  # the bank's answer was quicker than this mark


@app.task(name="payments.fetch_statement", queue="default", retry=RetryStrategy(max_attempts=4, exponential_wait=4))
def fetch_statement(account_id: int, day: str) -> None:
    """Brings the bank's statement of a day and reconciles the day."""
    from tinhso.engines.payments import bank, services
    from tinhso.engines.payments.models import CollectionAccount

    account = CollectionAccount.objects.get(pk=account_id)
    wanted = date.fromisoformat(day)
    actor = Actor.system("Đối soát", is_simulated=account.is_simulated)
    content = bank.statement_of(account, wanted)
    services.read_statement(actor=actor, account_id=account_id, content=content, name=f"sao-ke-{day}.json")
    services.reconcile(actor=actor, account_id=account_id, day=wanted)


@app.periodic(cron=every_night(1, 45))
@app.task(name="payments.reconcile_yesterday", queue="nightly", queueing_lock="payments.reconcile_yesterday")
def reconcile_yesterday(timestamp: int = 0) -> None:
    """Every account's day before, with the bank's statement where the bank has an address."""
    from django.utils import timezone

    from tinhso.engines.payments import bank, services
    from tinhso.engines.payments.models import CollectionAccount

    day = timezone.localdate() - timedelta(days=1)
    for account in CollectionAccount.objects.as_of(day):
        if bank.is_known():
            fetch_statement.defer(account_id=account.pk, day=day.isoformat())
        else:
            actor = Actor.system("Đối soát", is_simulated=account.is_simulated)
            services.reconcile(actor=actor, account_id=account.pk, day=day)
