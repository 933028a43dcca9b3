"""The registry of the exchange (members, services, agreements, keys), its evidence, and its rooms of events."""

from tinhso.engines.exchange.models.agreements import Agreement, AgreementState
from tinhso.engines.exchange.models.evidence import MerkleBatch, Message, Outage
from tinhso.engines.exchange.models.keys import Key, KeyKind
from tinhso.engines.exchange.models.members import Member, MemberClass, Subsystem
from tinhso.engines.exchange.models.peers import Peer
from tinhso.engines.exchange.models.rooms import (
    Delivery,
    DeliveryState,
    EventType,
    Publication,
    Room,
    RoomPass,
    Subscription,
)
from tinhso.engines.exchange.models.services import Contract, ContractFormat, Service, ServiceKind
from tinhso.engines.exchange.models.used import UsedToken

__all__ = [
    "Agreement",
    "AgreementState",
    "Contract",
    "ContractFormat",
    "Delivery",
    "DeliveryState",
    "EventType",
    "Key",
    "KeyKind",
    "Member",
    "MemberClass",
    "MerkleBatch",
    "Message",
    "Outage",
    "Peer",
    "Publication",
    "Room",
    "RoomPass",
    "Service",
    "ServiceKind",
    "Subscription",
    "Subsystem",
    "UsedToken",
]
