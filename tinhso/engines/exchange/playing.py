"""The demo's exchange: national databases behind connectors, two agencies that ask, answers in writing, some calls."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.exchange import services, trying
from tinhso.engines.exchange.connectors.registry import CONNECTORS, SCHEME, Connector
from tinhso.engines.exchange.contracts.compiled import fields_of
from tinhso.engines.exchange.errors import NotInForce
from tinhso.engines.exchange.models import Agreement, Member, Service, Subsystem
from tinhso.engines.exchange.services import rooms
from tinhso.engines.exchange.services.agreements import Decision, Wish
from tinhso.engines.exchange.services.publishing import Promise
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.jobs.registry import Progress

# Fields that the demo's owners do not give away, and what they write.
KEPT_BACK = {"phone": "Số điện thoại không cần cho việc giải quyết thủ tục; công dân tự khai khi muốn được báo tin."}
BASIS = "Nghị định 278/2025/NĐ-CP; Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15"
EVENT = "result.returned"
EVENT_SCHEMA = {"type": "object", "required": ["ma_ho_so"], "properties": {"ma_ho_so": {"type": "string"}}}
CALLS = ("042090001234", "042190000017", "042085000321", "042070000099", "042199000450")


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """Publishes the shipped connectors and plays a few days of asking and granting. Nothing when there is something."""
    chiefs = _chiefs()
    if not settings.DEMO or Service.objects.exists() or not chiefs:
        return
    actor = Actor.system(actor.label, is_simulated=True)
    progress.start(str(_("Mở nền tảng chia sẻ dữ liệu")), len(CONNECTORS) + len(chiefs) + 1)
    published = {}
    for connector in CONNECTORS.values():
        published[connector.name] = _publish(actor, connector)
        progress.advance()
    systems = []
    for chief in chiefs:
        systems.append(_join(actor, chief))
        progress.advance()
    granted = [
        _ask_and_grant(actor, chief, systems[number], published["population"]) for number, chief in enumerate(chiefs)
    ]
    _ask(Actor.of(chiefs[-1].account, stepped_up=True), systems[-1], published["civil-status"], "hồ sơ kết hôn")
    _ask(Actor.of(chiefs[0].account, stepped_up=True), systems[0], published["land"], "hồ sơ đất đai")
    _tell_events(chiefs, systems)
    _call(actor, granted[0])
    progress.advance()


def _chiefs() -> list[RoleAssignment]:
    """Two leaders in post, of different units."""
    rows = RoleAssignment.objects.as_of(timezone.localdate()).filter(role="unit_leader", account__is_simulated=True)
    found: dict[int, RoleAssignment] = {}
    for row in rows.select_related("unit", "account").order_by("pk")[:50]:
        found.setdefault(row.unit_id, row)
    return list(found.values())[:2]


def _publish(actor: Actor, connector: Connector) -> Service:
    kind, code, name = connector.member
    member = Member.objects.filter(instance=settings.EXCHANGE_INSTANCE, member_class=kind, code=code).first()
    member = member or services.admit_member(actor=actor, member_class=kind, code=code, name=name)
    system = services.register_subsystem(
        actor=actor, member=member, code=connector.subsystem, name=str(connector.title).split(":")[0]
    )
    return services.publish_service(
        actor=actor,
        subsystem=system,
        code=connector.name,
        title=str(connector.title),
        base_url=SCHEME + connector.name,
        contract=json.dumps(connector.contract(), ensure_ascii=False, indent=1),
        promise=Promise(response_objective_ms=800, demands_purpose=True),
    )


def _join(actor: Actor, chief: RoleAssignment) -> Subsystem:
    """The chief's agency becomes a member, and its engineer registers the system that will ask."""
    unit = chief.unit
    member = services.admit_member(actor=actor, code=unit.identifier or unit.code, name=unit.name, unit=unit)
    own = Actor.of(chief.account, stepped_up=True)
    system = services.register_subsystem(
        actor=own, member=member, code="DVC", name=str(_("Hệ thống giải quyết thủ tục")), contact=str(chief.account)
    )
    services.issue_certificate(actor=own, subsystem=system, name=str(_("Máy chủ chính")))
    return system


def _ask(own: Actor, system: Subsystem, service: Service, work: str) -> Agreement:
    today = timezone.localdate()
    names = [row["name"] for row in service.operations]
    return services.ask_access(
        actor=own,
        client=system,
        service=service,
        wish=Wish(
            purpose=_("Đối chiếu thông tin khi giải quyết %(work)s, không hỏi lại người dân") % {"work": work},
            legal_basis=BASIS,
            operations=names,
            fields=fields_of(service.operations, names),
            term_from=today,
            term_to=today + timedelta(days=365),
            rate_per_minute=600,
        ),
    )


def _ask_and_grant(actor: Actor, chief: RoleAssignment, system: Subsystem, service: Service) -> Agreement:
    asked = _ask(Actor.of(chief.account, stepped_up=True), system, service, "hồ sơ hộ tịch")
    return services.decide_access(
        actor=actor,
        agreement=asked,
        decision=Decision(
            is_granted=True,
            fields=[name for name in asked.asked_fields if name not in KEPT_BACK],
            refused=tuple(KEPT_BACK.items()),
            demands_purpose=True,
        ),
    )


def _tell_events(chiefs: list[RoleAssignment], systems: list[Subsystem]) -> None:
    """The first agency tells by events which results it gave; the second, where there is one, hears and took one."""
    own = Actor.of(chiefs[0].account, stepped_up=True)
    room = services.open_room(actor=own, subsystem=systems[0], title=str(_("Kết quả thủ tục đã trả")))
    rooms.make_event_type(caller=systems[0], room=room, code=EVENT, schema=EVENT_SCHEMA)
    for hearer in systems[1:2]:
        why = str(_("Cùng cập nhật tình trạng hồ sơ (mô phỏng)"))
        services.give_pass(actor=own, room=room, subsystem=hearer, reason=why, may_subscribe=True)
        rooms.subscribe(caller=hearer, room=room, code=EVENT, way="PULL", ttl=rooms.LONGEST_TTL)
    told = [
        rooms.publish_event(caller=systems[0], room=room, code=EVENT, data={"ma_ho_so": f"DEMO-{number:04}"})
        for number in range(1, 4)
    ]
    for hearer in systems[1:2]:
        rooms.confirm(caller=hearer, room=room, code=EVENT, uid=str(told[0].uid))


def _call(actor: Actor, agreement: Agreement) -> None:
    """A few calls through the data plane, when one runs: the first evidence that the pages show."""
    if not settings.EXCHANGE_URL:
        return
    client, service = agreement.client, agreement.service
    issued = services.issue_token_key(actor=actor, subsystem=client, name=str(_("Gọi thử khi mở nền tảng")), days=1)
    operation = service.operations[0]["name"]
    try:
        for number in CALLS:
            path = trying.address(service, operation, {"number": number})
            trying.call(settings.EXCHANGE_URL + path, client, issued, _purpose(), f"DEMO-{uuid.uuid4().hex[:6]}")
    except NotInForce:
        pass  # the plane is not there yet: the pages then say that there are no figures
    finally:
        services.revoke_key(actor=actor, key=issued.key, reason=str(_("Đã gọi thử xong.")))


def _purpose() -> str:
    return str(_("Giải quyết hồ sơ hộ tịch"))
