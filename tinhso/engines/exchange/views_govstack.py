"""GovStack's information mediator over the same registry: metaservices, and rooms of events. No store of its own.

Metadata of published services is open to every caller, as X-Road's metaservices are within an instance; rights and
rooms ask for a token signed with a registered key (proving.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt

from tinhso.engines.exchange import proving
from tinhso.engines.exchange.errors import Clash, NotInForce
from tinhso.engines.exchange.models import Agreement, Member, Publication, Room, Service, Subscription, Subsystem
from tinhso.engines.exchange.services import rooms
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.gates import machine
from tinhso.foundation.text.errors import Refused

CLIENT_HEADERS = ("X-GovStack-Client", "Information-Mediator-Client", "X-Road-Client")
WORD = re.compile(r"^[A-Za-z][A-Za-z0-9._-]{0,63}$")
CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
View = Callable[..., HttpResponse]


def _json(body: Any, status: int = 200) -> HttpResponse:
    kind = "application/json; charset=utf-8"
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=kind)


def _problem(status: int, title: str) -> HttpResponse:
    body = {"type": "about:blank", "title": title, "status": status}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _claimed(request: HttpRequest) -> str:
    return next((request.headers[name] for name in CLIENT_HEADERS if name in request.headers), "")[:400]


def _caller(request: HttpRequest) -> Subsystem | None:
    """The system behind the call when it proves itself, else None."""
    try:
        return proving.prove(request.headers.get("Authorization", ""), _claimed(request))
    except proving.Unproved:
        return None


@machine
def list_clients(request: HttpRequest) -> HttpResponse:
    """Members and their systems of an instance; ours when none is named."""
    instance = request.GET.get("instanceId") or settings.EXCHANGE_INSTANCE
    rows: list[dict[str, Any]] = [
        {"name": one.name, "id": {"objectType": "MEMBER"} | _member(one)}
        for one in Member.objects.living().filter(instance=instance[:32].replace("\x00", ""))
    ]
    systems = Subsystem.objects.living().filter(member__instance=instance[:32].replace("\x00", ""))
    rows += [
        {
            "name": one.name,
            "id": {"objectType": "APPLICATION"} | _member(one.member) | {"applicationCode": one.code},
        }
        for one in systems.select_related("member")
    ]
    return _json({"member": rows})


def _member(one: Member) -> dict[str, str]:
    return {"instanceId": one.instance, "memberClass": one.member_class, "memberCode": one.code}


@machine
def list_methods(request: HttpRequest, instance: str, kind: str, member: str, application: str) -> HttpResponse:
    """Services of a provider with their endpoints."""
    return _json(
        {"member": [_described(one, one.operations) for one in _services(instance, kind, member, application)]}
    )


@machine
def allowed_methods(request: HttpRequest, instance: str, kind: str, member: str, application: str) -> HttpResponse:
    """Those that the caller may call today. Who does not prove itself may call nothing."""
    caller = _caller(request)
    rows = []
    if caller is not None:
        offered = _services(instance, kind, member, application)
        for one in Agreement.objects.in_force().filter(client=caller, service__in=offered).select_related("service"):
            granted = [row for row in one.service.operations if row["name"] in one.granted_operations]
            rows.append(_described(_whole(one.service), granted))
    return _json({"member": rows})


@machine
def get_openapi(request: HttpRequest, instance: str, kind: str, member: str, application: str) -> HttpResponse:
    """The description of one service, as its owner published it, in a JSON string."""
    code = request.GET.get("serviceCode", "")
    good = all(WORD.match(one) for one in (instance, kind)) and all(
        CODE.match(one) for one in (member, application, code)
    )
    found = _services(instance, kind, member, application).filter(code=code, kind="rest").first() if good else None
    kept = found.contracts.order_by("-number").first() if found else None
    if kept is None:
        return _json("no such service", 400)  # this answer is a string whatever its status
    return _json(kept.text)


def _services(instance: str, kind: str, member: str, application: str) -> Any:
    names = {"instance": instance, "member_class": kind, "code": member}
    if any("\x00" in one for one in (*names.values(), application)):
        return Service.objects.none()
    wanted = {f"subsystem__member__{name}": value for name, value in names.items()}
    rows = Service.objects.living().filter(subsystem__code=application, **wanted)
    return rows.select_related("subsystem__member")


def _whole(one: Service) -> Service:
    return Service.objects.select_related("subsystem__member").get(pk=one.pk)


def _described(one: Service, operations: list[dict[str, Any]]) -> dict[str, Any]:
    member = one.subsystem.member
    return {
        "serviceType": "OPENAPI" if one.kind == "rest" else "WSDL",
        "GovStackInstance": member.instance,
        "memberClass": member.member_class,
        "memberCode": member.code,
        "applicationCode": one.subsystem.code,
        "serviceCode": one.code,
        "serviceVersion": one.version,
        "endpointList": {"member": [{"method": row["method"], "path": row["path"]} for row in operations]},
    }


def in_room(**methods: View) -> Callable[..., Any]:
    """A door into a room: the caller proved, the room found, refusals in GovStack's statuses."""

    @csrf_exempt
    @machine
    def door(
        request: HttpRequest, instance: str, kind: str, member: str, application: str, **more: Any
    ) -> HttpResponse:
        act = methods.get((request.method or "").lower())
        if act is None:
            return HttpResponse(status=405, headers={"Allow": ", ".join(one.upper() for one in methods)})
        caller = _caller(request)
        if caller is None:
            return _problem(401, "prove who you are: a token signed with your registered key")
        try:
            room = _room(instance, kind, member, application)
            return act(request, caller, room, **more)
        except rooms.Missing as missing:
            return _problem(404, missing.sentence)
        except access.Denied as denied:
            return _problem(403, denied.sentence)
        except (Clash, NotInForce) as clash:
            return _problem(409, clash.sentence)
        except Refused as refusal:
            return _problem(400, refusal.sentence)

    return door


def _room(instance: str, kind: str, member: str, application: str) -> Room:
    names = (instance, kind, member, application)
    found = None
    if not any("\x00" in one for one in names):
        rows = Room.objects.select_related("subsystem__member__unit").filter(
            subsystem__code=application,
            subsystem__member__instance=instance,
            subsystem__member__member_class=kind,
            subsystem__member__code=member,
        )
        found = rows.first()
    if found is None:
        raise rooms.Missing("no such room")
    return found


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        given = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Refused("the body must be a JSON object")
    if "\\u0000" in request.body.decode("utf-8", "replace"):
        raise Refused("null characters are not kept")
    return given


def make_type(request: HttpRequest, caller: Subsystem, room: Room) -> HttpResponse:
    given = _body(request)
    rooms.make_event_type(
        caller=caller,
        room=room,
        code=str(given.get("eventType", "")),
        schema=given.get("schema"),  # type: ignore[arg-type]
    )
    return HttpResponse(status=200)


def list_types(request: HttpRequest, caller: Subsystem, room: Room) -> HttpResponse:
    names = list(room.event_types.filter(retired_at=None).order_by("code").values_list("code", flat=True))
    return _json(names) if names else HttpResponse(status=204)


def one_type(request: HttpRequest, caller: Subsystem, room: Room, event: str) -> HttpResponse:
    found = rooms.event_type(room, event)
    return _json({"eventType": found.code, "schema": found.schema})


def retire_type(request: HttpRequest, caller: Subsystem, room: Room, event: str) -> HttpResponse:
    rooms.retire_event_type(caller=caller, room=room, code=event)
    return HttpResponse(status=204)


def publish(request: HttpRequest, caller: Subsystem, room: Room, event: str) -> HttpResponse:
    given = _body(request)
    if given.get("eventType", event) != event or "event" not in given:
        raise Refused("eventType and event must be given")
    made = rooms.publish_event(caller=caller, room=room, code=event, data=given["event"])
    return _json({"id": str(made.uid)}, 201)


def status(request: HttpRequest, caller: Subsystem, room: Room, event: str, uid: UUID) -> HttpResponse:
    found = rooms.publication(room, event, str(uid))
    if found.publisher_id != caller.pk and room.subsystem_id != caller.pk:
        raise rooms.Missing("no such event")
    counts: dict[str, int] = {}
    for state in found.deliveries.values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return _json(_item(found) | {"deliveries": counts, "stopped": found.stopped_at is not None})


def stop(request: HttpRequest, caller: Subsystem, room: Room, event: str, uid: UUID) -> HttpResponse:
    rooms.stop_event(caller=caller, room=room, code=event, uid=str(uid))
    return HttpResponse(status=204)


def _item(one: Publication) -> dict[str, Any]:
    return {
        "id": str(one.uid),
        "sequence": one.pk,
        "publisherId": _member(one.publisher.member) | {"applicationCode": one.publisher.code},
        "eventType": one.event_type.code,
        "event": one.data,
    }


def _subscribed(one: Subscription) -> dict[str, Any]:
    return {
        "id": str(one.uid),
        "subscriberId": _member(one.subscriber.member) | {"applicationCode": one.subscriber.code},
        "eventType": one.event_type.code,
        "delivery": one.way,
        "url": one.url,
        "options": {"TTL": one.ttl_seconds, "FIFO": one.is_fifo},
    }


def _wanted(request: HttpRequest) -> dict[str, Any]:
    given = _body(request)
    options: dict[str, Any] = given["options"] if isinstance(given.get("options"), dict) else {}
    ttl = options.get("TTL", 3600)
    if type(ttl) is not int:
        raise Refused("TTL must be a whole number of seconds")
    return {
        "way": str(given.get("delivery", "PUSH")),
        "url": str(given.get("url", "")),
        "ttl": ttl,
        "is_fifo": options.get("FIFO") is True,
    }


def list_subs(request: HttpRequest, caller: Subsystem, room: Room) -> HttpResponse:
    rows = Subscription.objects.filter(event_type__room=room, subscriber=caller, cancelled_at=None)
    return _json([_subscribed(one) for one in rows.select_related("event_type", "subscriber__member")])


def add_sub(request: HttpRequest, caller: Subsystem, room: Room, event: str) -> HttpResponse:
    made = rooms.subscribe(caller=caller, room=room, code=event, **_wanted(request))
    # The signing secret of a pushed subscription is said here and never again.
    return _json(_subscribed(made.subscription) | ({"secret": made.secret} if made.secret else {}))


def one_sub(request: HttpRequest, caller: Subsystem, room: Room, event: str) -> HttpResponse:
    return _json(_subscribed(rooms.subscription(caller, room, event)))


def change_sub(request: HttpRequest, caller: Subsystem, room: Room, event: str) -> HttpResponse:
    return _json(_subscribed(rooms.change_subscription(caller=caller, room=room, code=event, **_wanted(request))), 201)


def cancel_sub(request: HttpRequest, caller: Subsystem, room: Room, event: str) -> HttpResponse:
    rooms.cancel_subscription(caller=caller, room=room, code=event)
    return HttpResponse(status=204)


def pull(request: HttpRequest, caller: Subsystem, room: Room, event: str) -> HttpResponse:
    owed = rooms.next_owed(caller=caller, room=room, code=event)
    if owed is None:
        raise rooms.Missing("no event available")
    return _json(_item(owed.publication))


def confirm(request: HttpRequest, caller: Subsystem, room: Room, event: str, uid: UUID) -> HttpResponse:
    rooms.confirm(caller=caller, room=room, code=event, uid=str(uid))
    return HttpResponse(status=204)


def replay(request: HttpRequest, caller: Subsystem, room: Room, event: str) -> HttpResponse:
    """Ours beside GovStack's: {"since": "…", "onlyDead": true}; "more" says that later events were left."""
    given = _body(request)
    try:
        since = parse_datetime(str(given.get("since", "")))
    except ValueError:
        since = None
    if since is None or since.tzinfo is None:
        raise Refused("since must be a moment with its zone")
    done = rooms.replay(caller=caller, room=room, code=event, since=since, only_dead=given.get("onlyDead") is True)
    return _json({"replayed": done.count} | ({"more": True} if done.more else {}), 202)


types_door = in_room(post=make_type, get=list_types)
type_door = in_room(get=one_type, delete=retire_type)
publish_door = in_room(post=publish)
event_door = in_room(get=status, delete=stop)
subs_door = in_room(get=list_subs)
sub_door = in_room(post=add_sub, get=one_sub, patch=change_sub, delete=cancel_sub)
pull_door = in_room(get=pull)
confirm_door = in_room(delete=confirm)
replay_door = in_room(post=replay)
