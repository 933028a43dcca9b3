"""Reads of money for screens: scoped to the reader, with a bounded number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from tinhso.engines.payments import permissions, references
from tinhso.engines.payments.models import (
    Bill,
    CollectionAccount,
    Discrepancy,
    Entry,
    Posting,
    Reconciliation,
    Refund,
    Remittance,
)
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor


def bills(actor: Actor, *, state: str = "", query: str = "") -> QuerySet[Bill]:
    """The bills the actor may see, newest first; found by reference or payer."""
    found = Bill.objects.visible_to(actor)
    if state:
        found = found.filter(state=state)
    if query.strip():
        found = found.filter(Q(reference=references.tidy(query)) | Q(payer_name__icontains=query.strip()))
    return found.select_related("unit", "collector").order_by("-made_at", "-id")


def sums(actor: Actor) -> dict[str, tuple[int, int]]:
    """For each state: how many bills, how much."""
    rows = Bill.objects.visible_to(actor).values_list("state").annotate(Count("pk"), Sum("amount")).order_by()
    return {state: (count, total or 0) for state, count, total in rows}


def bill(actor: Actor, reference: str) -> Bill:
    """One bill with all that moved for it; Bill.DoesNotExist when it is not the actor's to see."""
    entries = Entry.objects.order_by("id").prefetch_related("postings")
    return (
        Bill.objects.visible_to(actor)
        .select_related("unit", "collector", "account", "made_by")
        .prefetch_related(Prefetch("entries", entries), "payments__deliveries", "refunds", "discrepancies")
        .get(reference=reference)
    )


def accounts(actor: Actor) -> QuerySet[CollectionAccount]:
    """The bank accounts that the actor reconciles."""
    scope = access.scope(actor, permissions.RECONCILE, "unit")
    return CollectionAccount.objects.filter(scope).select_related("unit").order_by("unit__path", "id")


def discrepancies(actor: Actor, *, is_open: bool = True) -> QuerySet[Discrepancy]:
    """What does not fit, oldest first while open, latest first when resolved."""
    found = Discrepancy.objects.visible_to(actor).select_related("account", "bill", "payment", "resolved_by")
    if is_open:
        return found.filter(resolved_at=None).order_by("opened_at", "id")
    return found.exclude(resolved_at=None).order_by("-resolved_at", "-id")


def of_day(account: CollectionAccount, day: date) -> QuerySet[Discrepancy]:
    """All that was found about a day, open things first."""
    return Discrepancy.objects.filter(account=account, on=day).order_by("resolved_at", "id")


def last_run(account: CollectionAccount, day: date) -> Reconciliation | None:
    """The latest comparison of a day."""
    return Reconciliation.objects.filter(account=account, day=day).order_by("-run_at", "-id").first()


def refunds(actor: Actor) -> QuerySet[Refund]:
    """Refunds the actor may see, those to be decided first."""
    found = Refund.objects.visible_to(actor).select_related("bill", "unit", "requested_by", "decided_by", "payment")
    return found.order_by("decided_at", "-requested_at", "-id")


def remittances(actor: Actor) -> QuerySet[Remittance]:
    """Treasury lists of the actor's accounts, newest first."""
    scope = access.scope(actor, permissions.REMIT, "unit")
    return Remittance.objects.filter(scope).select_related("account", "unit", "made_by").order_by("-id")


def listed(remittance: Remittance) -> Iterable[dict[str, Any]]:
    """The lines of a list: day, bill, what for, how much (deductions negative)."""
    rows = Posting.objects.filter(remitted_in__remittance=remittance).order_by("id")
    for on, reference, receipt, memo, amount in rows.values_list(
        "entry__on", "entry__bill__reference", "entry__bill__receipt_number", "entry__memo", "amount"
    ):
        yield {"on": on, "reference": reference or "", "receipt": receipt, "memo": memo, "amount": -amount}
