"""The outbox's way: claim and commit, send outside any transaction, record. In order per duty, nothing twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.systems.reporting.models import Package, PackageState
from tinhso.systems.reporting.national import client, rules

SENDER = Actor.system("Hệ thống báo cáo quốc gia")
# The earliest open package of each duty: a correction waits until the report it corrects has its receipt.
CLAIM = """
SELECT p.id FROM reporting_package p JOIN reporting_submission s ON s.id = p.submission_id
WHERE p.state IN ('waiting', 'sending') AND p.next_attempt_at <= %(now)s
  AND NOT EXISTS (SELECT 1 FROM reporting_package e JOIN reporting_submission t ON t.id = e.submission_id
                  WHERE t.duty_id = s.duty_id AND t.number < s.number AND e.state <> 'sent')
ORDER BY p.next_attempt_at, p.id LIMIT 1 FOR UPDATE OF p SKIP LOCKED
"""


@dataclass(frozen=True)
class Sent:
    """What became of one try."""

    was_tried: bool = False
    is_taken: bool = False


def send_next(now: datetime | None = None) -> Sent:
    """Sends the next due package, if there is one."""
    now = now or timezone.now()
    package = _claim(now)
    if package is None:
        return Sent()
    receipt, error, is_refused = "", "", False
    try:
        receipt = client.send(str(package.key), package.body)
    except client.SystemRefused as refused:
        error, is_refused = str(refused), True
    except client.Unanswered as silent:
        error = str(silent)
    _record(package, receipt, error, is_refused, now)
    return Sent(True, bool(receipt))


@transaction.atomic
def _claim(now: datetime) -> Package | None:
    """Marked and committed before the first byte goes out; a killed sender's mark ends with the lease."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now})
        row = cursor.fetchone()
    if row is None:
        return None
    package = Package.objects.get(pk=row[0])
    package.state, package.attempts = PackageState.SENDING, package.attempts + 1
    package.next_attempt_at = now + rules.LEASE
    package.save(update_fields=["state", "attempts", "next_attempt_at"])
    return package


@transaction.atomic
def _record(claimed: Package, receipt: str, error: str, is_refused: bool, now: datetime) -> None:
    package = Package.objects.select_for_update(of=("self",)).select_related("submission__duty").get(pk=claimed.pk)
    if package.state != PackageState.SENDING or package.attempts != claimed.attempts:
        return  # the lease ran out and another sender has it
    package.error = error[:500]
    if receipt:
        package.state, package.receipt = PackageState.SENT, receipt
        package.received_at, package.next_attempt_at = now, None
        audit.record(
            SENDER, "reporting.package.sent", package, unit_id=package.submission.duty.unit_id, receipt=receipt
        )
    else:
        package.refusals += int(is_refused)
        if rules.is_given_up(package.attempts, package.refusals):
            package.state, package.next_attempt_at = PackageState.SET_ASIDE, None
        else:
            package.state, package.next_attempt_at = PackageState.WAITING, now + rules.pause_after(package.attempts)
    package.save()


@transaction.atomic
def resend(*, actor: Actor, package_id: int) -> Package:
    """An operator puts a package that was set aside back in the queue: the same body under the same key."""
    from tinhso.foundation.access import guard as access
    from tinhso.systems.reporting import permissions

    package = (
        Package.objects.select_for_update(of=("self",))
        .select_related("submission__duty__regime__owner")
        .get(pk=package_id)
    )
    regime = package.submission.duty.regime
    access.require(actor, permissions.MANAGE, unit=regime.owner)
    if package.state == PackageState.SET_ASIDE:
        package.state, package.next_attempt_at = PackageState.WAITING, timezone.now()
        package.attempts = package.refusals = 0
        package.save()
        audit.record(actor, "reporting.package.resent", package, unit_id=regime.owner_id)
    return package
