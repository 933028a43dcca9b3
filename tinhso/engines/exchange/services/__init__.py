"""Every write of the registry: one function per act."""

from tinhso.engines.exchange.services.agreements import ask_access, decide_access, remove_access
from tinhso.engines.exchange.services.hearing import end_hearing, replay_for, rotate_secret
from tinhso.engines.exchange.services.keys import (
    Issued,
    issue_certificate,
    issue_token_key,
    revoke_key,
)
from tinhso.engines.exchange.services.members import (
    admit_member,
    register_subsystem,
    remove_member,
    remove_subsystem,
)
from tinhso.engines.exchange.services.peers import admit_peer, remove_peer
from tinhso.engines.exchange.services.publishing import end_service, publish_service, replace_contract
from tinhso.engines.exchange.services.receipts import export_receipt
from tinhso.engines.exchange.services.rooms import give_pass, open_room

__all__ = [
    "Issued",
    "admit_member",
    "admit_peer",
    "ask_access",
    "decide_access",
    "end_hearing",
    "end_service",
    "export_receipt",
    "give_pass",
    "issue_certificate",
    "issue_token_key",
    "open_room",
    "publish_service",
    "register_subsystem",
    "remove_access",
    "remove_member",
    "remove_peer",
    "remove_subsystem",
    "replace_contract",
    "replay_for",
    "revoke_key",
    "rotate_secret",
]
