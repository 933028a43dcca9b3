"""What tests of the exchange begin with: two agencies, a published service, a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone

from tinhso.engines.exchange import services
from tinhso.engines.exchange.models import Agreement, Member, Message, Peer, Service, Subsystem
from tinhso.engines.exchange.services.agreements import Decision, Wish
from tinhso.engines.exchange.signing_key import thumbprint
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast

OPENAPI = """
openapi: 3.0.3
info: {title: Tra cứu hộ kinh doanh, version: "1.0"}
paths:
  /households/{code}:
    get:
      operationId: getHousehold
      parameters: [{name: code, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {$ref: "#/components/schemas/Household"}}}
  /households:
    get:
      operationId: listHouseholds
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties: {items: {type: array, items: {$ref: "#/components/schemas/Household"}}}
components:
  schemas:
    Household:
      type: object
      required: [code, name]
      properties:
        code: {type: string}
        name: {type: string}
        income: {type: integer, nullable: true}
        owner: {type: object, properties: {fullName: {type: string}, phone: {type: string}}}
"""
ONE = "GET /households/{code}"


@dataclass
class World:
    """The leader's agency owns a service; the leader elsewhere has a system that may ask for it."""

    cast: Cast
    owner: Member = field(init=False)
    asker: Member = field(init=False)
    source: Subsystem = field(init=False)
    client: Subsystem = field(init=False)
    service: Service = field(init=False)

    def __post_init__(self) -> None:
        chief, units = self.cast.actor("administrator"), self.cast.units
        self.owner = services.admit_member(actor=chief, code="A1", name="Xã An Bình", unit=units.commune_committee)
        self.asker = services.admit_member(actor=chief, code="B1", name="Phường Đông Hải", unit=units.other_committee)
        self.source = services.register_subsystem(
            actor=self.owners, member=self.owner, code="HKD", name="Hộ kinh doanh", contact="Phòng Kinh tế"
        )
        self.client = services.register_subsystem(actor=self.askers, member=self.asker, code="DVC", name="Dịch vụ công")
        self.service = services.publish_service(
            actor=self.owners,
            subsystem=self.source,
            code="households",
            title="Tra cứu hộ kinh doanh",
            base_url="https://hkd.example.vn/api",
            contract=OPENAPI,
        )

    @property
    def owners(self) -> Actor:
        return self.cast.actor("leader")

    @property
    def askers(self) -> Actor:
        return self.cast.actor("leader_elsewhere")

    def asked(self, **changes: Any) -> Agreement:
        return services.ask_access(actor=self.askers, client=self.client, service=self.service, wish=wish(**changes))

    def granted(self, **changes: Any) -> Agreement:
        return services.decide_access(actor=self.owners, agreement=self.asked(), decision=decision(**changes))


def call_of(under: Agreement, /, **changes: Any) -> Message:
    """A call under an agreement, as the plane's copier leaves it."""
    given: dict[str, Any] = {
        "client_identifier": under.client.identifier,
        "service_identifier": under.service.identifier,
        "service": under.service,
        "agreement": under,
        "operation": ONE,
        "receipt": b"",
        "position": 7,
    }
    at, kept = timezone.now(), given | changes
    return Message.objects.create(uid=uuid4(), at=at, method="GET", status=200, duration_ms=1.5, segment="thu", **kept)


def peer_row(key: Ed25519PrivateKey | None = None, instance: str = "BAN") -> Peer:
    """A peer known by a key."""
    public = (key or Ed25519PrivateKey.generate()).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return Peer.objects.create(
        instance=instance,
        title="Nền tảng bạn",
        url="https://ban.example.vn:8443",
        public_pem=pem,
        thumbprint=thumbprint(public),
        certificate_sha256="a" * 64,
        described_at=timezone.now(),
    )


def wish(**changes: Any) -> Wish:
    plain: dict[str, Any] = {
        "purpose": "Đối chiếu khi giải quyết hồ sơ đăng ký hộ kinh doanh",
        "legal_basis": "Nghị định 278/2025/NĐ-CP",
        "operations": [ONE],
        "fields": ["code", "name", "income"],
        "term_from": date(2026, 1, 1),
        "term_to": date(2027, 12, 31),
        "rate_per_minute": 60,
    }
    return Wish(**(plain | changes))


def decision(**changes: Any) -> Decision:
    plain: dict[str, Any] = {
        "is_granted": True,
        "fields": ["code", "name"],
        "refused": (("income", "Thu nhập không cần cho thủ tục này."),),
    }
    return Decision(**(plain | changes))
