"""Rooms of events: opened for people by people; published, subscribed, pulled and confirmed by subsystems."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import jsonschema_rs
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.exchange import permissions, signatures
from tinhso.engines.exchange.errors import Clash, NotInForce, WrongInput
from tinhso.engines.exchange.guarding import require_at
from tinhso.engines.exchange.models import (
    Delivery,
    DeliveryState,
    EventType,
    Publication,
    Room,
    RoomPass,
    Subscription,
    Subsystem,
)
from tinhso.engines.exchange.services.members import checked_code, person, reasoned, tell
from tinhso.engines.exchange.services.publishing import checked_address
from tinhso.foundation.access import guard as access
from tinhso.foundation.people.secrets_at_rest import seal
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise

LARGEST_EVENT = 256 * 1024
LARGEST_SCHEMA = 64 * 1024
LONGEST_TTL = 30 * 86_400
MOST_REPLAYED = 10_000


class Missing(NotInForce):
    """There is no such thing in the room."""

    code = "exchange.missing"


class Barred(access.Denied):
    """The calling system has no pass for this in the room."""


def machine(caller: Subsystem) -> access.Actor:
    """A system that proved itself by its key: named in the audit, without any right of a person."""
    return access.Actor(None, caller.identifier[:200], "machine", is_simulated=caller.is_simulated)


@transaction.atomic
def open_room(*, actor: access.Actor, subsystem: Subsystem, title: str) -> Room:
    """Mở phòng tin của một hệ thống."""
    require_at(actor, permissions.REGISTER, unit=subsystem.member.unit)
    if subsystem.removed_at or Room.objects.filter(subsystem=subsystem).exists():
        raise Clash(_("Hệ thống đã gỡ hoặc đã có phòng tin."))
    room = Room.objects.create(subsystem=subsystem, title=fitting(normalise(title), 200), **person(actor))
    note(actor, "exchange.room.opened", room, subsystem)
    return room


@transaction.atomic
def give_pass(
    *,
    actor: access.Actor,
    room: Room,
    subsystem: Subsystem,
    reason: str,
    may_publish: bool = False,
    may_subscribe: bool = False,
) -> RoomPass:
    """Cấp quyền trong phòng tin, thay cho quyền đang có. Neither right: the pass ends."""
    why = reasoned(reason)
    require_at(actor, permissions.DECIDE, unit=room.subsystem.member.unit)
    Room.objects.select_for_update().get(pk=room.pk)
    now = timezone.now()
    RoomPass.objects.filter(room=room, subsystem=subsystem, ended_at=None).update(ended_at=now)
    if not may_subscribe:
        cancel(Subscription.objects.filter(event_type__room=room, subscriber=subsystem, cancelled_at=None), now)
    given = RoomPass.objects.create(
        room=room,
        subsystem=subsystem,
        may_publish=may_publish,
        may_subscribe=may_subscribe,
        ended_at=None if may_publish or may_subscribe else now,
    )
    word = "given" if given.ended_at is None else "ended"
    note(actor, f"exchange.room.pass_{word}", given, room.subsystem, subsystem=subsystem.identifier, reason=why)
    return given


@transaction.atomic
def make_event_type(*, caller: Subsystem, room: Room, code: str, schema: dict[str, Any]) -> EventType:
    """Lập loại tin: only the room's own system does."""
    _own(caller, room)
    code = checked_code(code, 80)
    judge(schema)
    try:
        with transaction.atomic():
            made = EventType.objects.create(room=room, code=code, schema=schema)
    except IntegrityError:
        raise Clash(_("Phòng đã có loại tin này.")) from None
    note(machine(caller), "exchange.event_type.made", made, caller, code=code)
    return made


@transaction.atomic
def retire_event_type(*, caller: Subsystem, room: Room, code: str) -> None:
    """Thôi dùng loại tin: nothing more is published; what was published is still delivered."""
    _own(caller, room)
    found = event_type(room, code)
    EventType.objects.filter(pk=found.pk).update(retired_at=timezone.now())
    note(machine(caller), "exchange.event_type.retired", found, caller, code=code)


@transaction.atomic
def publish_event(*, caller: Subsystem, room: Room, code: str, data: Any) -> Publication:
    """Phát tin: judged by its schema, kept, and owed to each subscriber from this transaction on."""
    passes(caller, room, "may_publish")
    kind = EventType.objects.select_for_update().get(pk=event_type(room, code).pk)
    if len(json.dumps(data)) > LARGEST_EVENT:
        raise WrongInput(_("Tin quá lớn (tối đa 256 KiB)."))
    wrong = next(judge(kind.schema).iter_errors(data), None)
    if wrong is not None:
        raise WrongInput(_("Tin không đúng khuôn: %(why)s") % {"why": wrong.message[:200]})
    made = Publication.objects.create(event_type=kind, publisher=caller, data=data)
    living = Subscription.objects.living().filter(event_type=kind)
    Delivery.objects.bulk_create([_owed(one, made, made.published_at) for one in living])
    note(machine(caller), "exchange.event.published", made, caller, code=code)
    return made


@transaction.atomic
def stop_event(*, caller: Subsystem, room: Room, code: str, uid: str) -> None:
    """Dừng phát: deliveries that have not happened do not happen any more. Only the publisher may."""
    found = publication(room, code, uid)
    if found.publisher_id != caller.pk:
        raise Missing(_("Không có tin này."))
    now = timezone.now()
    if not Publication.objects.filter(pk=found.pk, stopped_at=None).update(stopped_at=now):
        raise Missing(_("Tin này đã dừng."))
    Delivery.objects.waiting().filter(publication=found).update(state=DeliveryState.STOPPED, ended_at=now)
    note(machine(caller), "exchange.event.stopped", found, caller, code=code)


@dataclass(frozen=True)
class Subscribed:
    """A subscription and, for a pushed one, the secret that is shown once."""

    subscription: Subscription
    secret: str = field(default="", repr=False)


@transaction.atomic
def subscribe(
    *, caller: Subsystem, room: Room, code: str, way: str, url: str = "", ttl: int = 3600, is_fifo: bool = False
) -> Subscribed:
    """Đăng ký nghe tin: pushed to `url` with a signature, or pulled."""
    passes(caller, room, "may_subscribe")
    kind = event_type(room, code)
    secret = signatures.new_secret() if way == "PUSH" else ""
    try:
        with transaction.atomic():
            made = Subscription.objects.create(
                event_type=kind,
                subscriber=caller,
                sealed_secret=seal(secret) if secret else "",
                **_options(way, url, ttl, is_fifo),
            )
    except IntegrityError:
        raise Clash(_("Hệ thống đã nghe loại tin này.")) from None
    note(machine(caller), "exchange.subscription.made", made, caller, code=code)
    return Subscribed(made, secret)


@transaction.atomic
def change_subscription(
    *, caller: Subsystem, room: Room, code: str, way: str, url: str = "", ttl: int = 3600, is_fifo: bool = False
) -> Subscription:
    """Sửa cách nhận. From pull to push needs a new subscription, because its secret is shown only then."""
    found = subscription(caller, room, code)
    if way == "PUSH" and not found.sealed_secret:
        raise WrongInput(_("Muốn đổi sang gửi tới địa chỉ, hãy thôi nghe rồi đăng ký lại để nhận khoá ký."))
    for name, value in _options(way, url or found.url, ttl, is_fifo).items():
        setattr(found, name, value)
    found.save()
    note(machine(caller), "exchange.subscription.changed", found, caller, code=code)
    return found


@transaction.atomic
def cancel_subscription(*, caller: Subsystem, room: Room, code: str) -> None:
    """Thôi nghe: what was still owed is not delivered."""
    found = subscription(caller, room, code)
    cancel(Subscription.objects.filter(pk=found.pk), timezone.now())
    note(machine(caller), "exchange.subscription.cancelled", found, caller, code=code)


def next_owed(*, caller: Subsystem, room: Room, code: str) -> Delivery | None:
    """The oldest event not confirmed yet; the same again until it is."""
    found = subscription(caller, room, code)
    passes(caller, room, "may_subscribe")
    now = timezone.now()
    waiting = Delivery.objects.waiting().filter(subscription=found)
    waiting.filter(expires_at__lte=now).update(state=DeliveryState.EXPIRED, ended_at=now)
    return waiting.order_by("publication_id").select_related("publication__publisher__member").first()


@transaction.atomic
def confirm(*, caller: Subsystem, room: Room, code: str, uid: str) -> None:
    """Xác nhận đã nhận. Said twice, the second finds nothing."""
    found = subscription(caller, room, code)
    wanted = publication(room, code, uid)
    done = Delivery.objects.waiting().filter(subscription=found, publication=wanted)
    if not done.update(state=DeliveryState.DELIVERED, ended_at=timezone.now()):
        raise Missing(_("Không có tin nào chờ xác nhận mang mã này."))


@transaction.atomic
def replay(*, caller: Subsystem, room: Room, code: str, since: datetime, only_dead: bool = False) -> Replayed:
    """Giao lại: events since then are owed to the caller again, or only those that could not be delivered."""
    passes(caller, room, "may_subscribe")
    found = Subscription.objects.select_for_update().get(pk=subscription(caller, room, code).pk)
    done = owe_again(found, since, only_dead)
    note(machine(caller), "exchange.delivery.replayed", found, caller, count=done.count)
    return done


@dataclass(frozen=True)
class Replayed:
    """How many events are owed again; `more`: the bound was met and later ones were left."""

    count: int
    more: bool


def owe_again(found: Subscription, since: datetime, only_dead: bool) -> Replayed:
    """The rows of a replay, the oldest events first, of a subscription that the caller has locked."""
    rows = Publication.objects.filter(event_type=found.event_type, published_at__gte=since, stopped_at=None)
    if only_dead:
        rows = rows.filter(deliveries__subscription=found, deliveries__state__in=["dead", "expired"])
    rows_and_one = list(rows.order_by("pk")[: MOST_REPLAYED + 1])
    wanted = rows_and_one[:MOST_REPLAYED]
    now = timezone.now()
    again = {
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "next_attempt_at": now,
        "expires_at": now + timedelta(seconds=found.ttl_seconds),
        "ended_at": None,
        "error": "",
    }
    Delivery.objects.filter(subscription=found, publication__in=wanted).update(**again)
    known = set(Delivery.objects.filter(subscription=found).values_list("publication_id", flat=True))
    Delivery.objects.bulk_create([_owed(found, one, now) for one in wanted if one.pk not in known])
    return Replayed(len(wanted), len(rows_and_one) > len(wanted))


def event_type(room: Room, code: str) -> EventType:
    found = EventType.objects.filter(room=room, code=code, retired_at=None).first()
    if found is None:
        raise Missing(_("Phòng không có loại tin này."))
    return found


def publication(room: Room, code: str, uid: str) -> Publication:
    found = Publication.objects.filter(event_type__room=room, event_type__code=code, uid=uid).first()
    if found is None:
        raise Missing(_("Không có tin này."))
    return found


def subscription(caller: Subsystem, room: Room, code: str) -> Subscription:
    rows = Subscription.objects.filter(event_type__room=room, event_type__code=code, subscriber=caller)
    found = rows.filter(cancelled_at=None).select_related("event_type").first()
    if found is None:
        raise Missing(_("Hệ thống không nghe loại tin này."))
    return found


def judge(schema: Any) -> jsonschema_rs.Validator:
    """The validator of a stranger's schema: nothing is fetched for it."""
    if not isinstance(schema, dict) or len(json.dumps(schema)) > LARGEST_SCHEMA:
        raise WrongInput(_("Khuôn dữ liệu phải là JSON Schema, tối đa 64 KiB."))
    try:
        return jsonschema_rs.validator_for(schema, retriever=_nowhere)
    except (ValueError, RecursionError) as wrong:
        raise WrongInput(_("Khuôn dữ liệu không đọc được: %(why)s") % {"why": str(wrong)[:200]}) from wrong


def _nowhere(uri: str) -> Any:
    raise ValueError(f"{uri[:100]} is not fetched")


def _own(caller: Subsystem, room: Room) -> None:
    if room.subsystem_id != caller.pk:
        raise Barred(_("Chỉ hệ thống chủ phòng tin làm được việc này."))


def passes(caller: Subsystem, room: Room, right: str) -> None:
    """Refuses what the system may not do in the room; NotInForce when the room is closed."""
    if room.subsystem.removed_at or room.subsystem.member.removed_at:
        raise NotInForce(_("Phòng tin đã đóng."))
    if room.subsystem_id == caller.pk:
        return
    if not RoomPass.objects.filter(room=room, subsystem=caller, ended_at=None, **{right: True}).exists():
        raise Barred(_("Hệ thống chưa được cấp quyền này trong phòng tin."))


def _options(way: str, url: str, ttl: int, is_fifo: bool) -> dict[str, Any]:
    if way not in ("PUSH", "PULL"):
        raise WrongInput(_("Cách nhận phải là PUSH hoặc PULL."))
    if not 1 <= ttl <= LONGEST_TTL:
        raise WrongInput(_("Thời gian giữ tin phải từ 1 giây đến 30 ngày."))
    if way == "PUSH" and url.startswith("connector:"):
        raise WrongInput(_("Địa chỉ nhận phải là http:// hoặc https://."))
    address = checked_address(url) if way == "PUSH" else ""
    return {"way": way, "url": address, "ttl_seconds": ttl, "is_fifo": is_fifo}


def _owed(one: Subscription, made: Publication, at: datetime) -> Delivery:
    return Delivery(
        subscription=one, publication=made, next_attempt_at=at, expires_at=at + timedelta(seconds=one.ttl_seconds)
    )


def cancel(rows: Any, now: datetime) -> None:
    """Ends subscriptions; what they were still owed is not delivered."""
    ids = list(rows.values_list("pk", flat=True))
    Subscription.objects.filter(pk__in=ids).update(cancelled_at=now)
    Delivery.objects.waiting().filter(subscription__in=ids).update(state=DeliveryState.STOPPED, ended_at=now)


def note(actor: access.Actor, act: str, subject: Any, owner: Subsystem, **details: Any) -> None:
    """Audit row and event of an act in a room, at the unit of the system it concerns."""
    tell(actor, act, f"exchange.{act.split('.', 1)[1].replace('.', '_')}", subject, owner.member.unit, **details)
