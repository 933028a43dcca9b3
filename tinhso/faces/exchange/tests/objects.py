"""Sample objects of the exchange: seen by their own sides and by who reaches the whole province."""

from __future__ import annotations

from tinhso.engines.exchange import services
from tinhso.engines.exchange.services import rooms
from tinhso.engines.exchange.testing import World, call_of, peer_row
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample

WHOLE = ("administrator",)
READERS = ("administrator", "auditor")
OWNER, ASKER = "leader", "leader_elsewhere"
WHY = {"reason": "không còn dùng nữa"}


def samples(cast: Cast) -> list[Sample]:
    world = World(cast)
    asked = world.asked()
    key = services.issue_token_key(actor=world.owners, subsystem=world.source, name="máy chủ").key
    peer = peer_row()
    call = call_of(asked)
    room = services.open_room(actor=world.owners, subsystem=world.source, title="Tin hộ kinh doanh")
    rooms.make_event_type(caller=world.source, room=room, code="born", schema={})
    services.give_pass(actor=world.owners, room=room, subsystem=world.client, reason="cùng làm", may_subscribe=True)
    heard = rooms.subscribe(caller=world.client, room=room, code="born", way="PUSH", url="https://nghe.example.vn/tin")
    hearing, ends = {"pk": heard.subscription.pk}, {"since": "2026-01-01T00:00", **WHY}
    service, system, agreement = {"pk": world.service.pk}, {"pk": world.source.pk}, {"pk": asked.pk}
    everybody = (*READERS, OWNER, ASKER)
    return [
        Sample("exchanging:service", service, everybody),
        Sample("exchanging:contract", service, everybody),
        Sample("exchanging:try_out", service, (ASKER, *WHOLE), data={"client": str(world.client.pk)}),
        Sample("exchanging:ask", service, (OWNER, ASKER, *WHOLE)),
        Sample("exchanging:replace", service, (OWNER, *WHOLE)),
        Sample("exchanging:end", service, (OWNER, *WHOLE), data=WHY),
        Sample("exchanging:agreement", agreement, everybody),
        Sample("exchanging:decide", agreement, (OWNER, *WHOLE), data={"tra-loi": "cho"}),
        Sample("exchanging:remove", agreement, (OWNER, ASKER, *WHOLE), data=WHY),
        Sample("exchanging:receipt", {"uid": call.uid}, everybody),
        Sample("exchanging:system", system, (OWNER, *READERS)),
        Sample("exchanging:publish", system, (OWNER, *WHOLE)),
        Sample("exchanging:issue", system, (OWNER, *WHOLE)),
        Sample("exchanging:remove_system", system, (OWNER, *WHOLE), data=WHY),
        Sample("exchanging:revoke", {"pk": key.pk}, (OWNER, *WHOLE), data=WHY),
        Sample("exchanging:room", {"pk": room.pk}, everybody),
        Sample(
            "exchanging:room_pass", {"pk": room.pk}, (OWNER, *WHOLE), data={"system": world.client.identifier, **WHY}
        ),
        Sample("exchanging:hearing", hearing, (ASKER, *READERS)),
        Sample("exchanging:replay", hearing, (ASKER, *WHOLE), data=ends),
        Sample("exchanging:rotate", hearing, (ASKER, *WHOLE), data=WHY),
        Sample("exchanging:end_hearing", hearing, (ASKER, *WHOLE), data=WHY),
        Sample("exchanging:peer", {"pk": peer.pk}, READERS),
        Sample("exchanging:peer_receipts", {"pk": peer.pk}, READERS),
        Sample("exchanging:remove_peer", {"pk": peer.pk}, WHOLE, data=WHY),
        Sample("exchanging:remove_member", {"pk": world.owner.pk}, WHOLE, data=WHY),
    ]
