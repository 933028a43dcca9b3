"""What people do about the hearing of their own systems: events owed again, a new secret, an end; audited by name.

The systems do the same by themselves through GovStack's paths (`rooms`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.exchange import permissions, signatures
from tinhso.engines.exchange.errors import NotInForce, WrongInput
from tinhso.engines.exchange.guarding import require_at
from tinhso.engines.exchange.models import Subscription
from tinhso.engines.exchange.services import rooms
from tinhso.engines.exchange.services.members import reasoned
from tinhso.foundation.access import guard as access
from tinhso.foundation.people.secrets_at_rest import seal

# So long deliveries carry the marks of both secrets, and the receiving system may be changed over.
OVERLAP = timedelta(hours=24)


@transaction.atomic
def replay_for(
    *, actor: access.Actor, subscription: Subscription, since: datetime, reason: str, only_dead: bool = False
) -> rooms.Replayed:
    """Giao lại cho hệ thống của đơn vị: what was published since then, or only what could not be delivered. At most
    10,000 events, the oldest first."""
    found = _own(actor, subscription, permissions.REGISTER)
    why = reasoned(reason)
    if since > timezone.now():
        raise WrongInput(_("Thời điểm giao lại phải ở trong quá khứ."))
    rooms.passes(found.subscriber, found.event_type.room, "may_subscribe")
    done = rooms.owe_again(found, since, only_dead)
    _note(actor, "exchange.delivery.replayed", found, reason=why, since=since.isoformat(), count=done.count)
    return done


@transaction.atomic
def rotate_secret(*, actor: access.Actor, subscription: Subscription, reason: str) -> str:
    """Đổi khoá ký tin gửi tới. Shown once; for 24 hours each delivery carries the mark of the old one as well.

    A second change within that time ends the oldest secret at once.
    """
    found = _own(actor, subscription, permissions.ISSUE_KEYS)
    why = reasoned(reason)
    if found.way != Subscription.Way.PUSH:
        raise WrongInput(_("Hệ thống tự đến lấy tin nên không có khoá ký."))
    secret = signatures.new_secret()
    found.sealed_former, found.former_until = found.sealed_secret, timezone.now() + OVERLAP
    found.sealed_secret = seal(secret)
    found.save(update_fields=["sealed_secret", "sealed_former", "former_until"])
    _note(actor, "exchange.subscription.secret_changed", found, reason=why, old_until=found.former_until.isoformat())
    return secret


@transaction.atomic
def end_hearing(*, actor: access.Actor, subscription: Subscription, reason: str) -> None:
    """Thôi nghe thay cho hệ thống: what was still owed is not delivered."""
    found = _own(actor, subscription, permissions.REGISTER)
    why = reasoned(reason)
    rooms.cancel(Subscription.objects.filter(pk=found.pk), timezone.now())
    _note(actor, "exchange.subscription.cancelled", found, reason=why)


def _own(actor: access.Actor, subscription: Subscription, permission: str) -> Subscription:
    """The living subscription, locked; the right is asked at the unit of the system that hears."""
    rows = Subscription.objects.select_for_update(of=("self",))
    found = rows.select_related("subscriber__member__unit", "event_type__room__subsystem__member").get(
        pk=subscription.pk
    )
    require_at(actor, permission, unit=found.subscriber.member.unit)
    if found.cancelled_at is not None:
        raise NotInForce(_("Hệ thống đã thôi nghe loại tin này."))
    return found


def _note(actor: access.Actor, act: str, subject: Subscription, **details: Any) -> None:
    rooms.note(actor, act, subject, subject.subscriber, code=subject.event_type.code, **details)
