"""Every write of privacy, one function per act."""

from tinhso.foundation.privacy.services.answering import (
    acknowledge,
    add_third_party,
    assign,
    collect_copy,
    extend,
    open_request,
    refuse,
    settle,
    take_back,
)
from tinhso.foundation.privacy.services.checking import check, propose
from tinhso.foundation.privacy.services.consents import decide, decide_at_desk, export_proof, lift_restriction
from tinhso.foundation.privacy.services.filing import file_at_desk, file_request
from tinhso.foundation.privacy.services.purposes import end_purpose, publish_declared, publish_purpose

__all__ = [
    "acknowledge",
    "add_third_party",
    "assign",
    "check",
    "collect_copy",
    "decide",
    "decide_at_desk",
    "end_purpose",
    "export_proof",
    "extend",
    "file_at_desk",
    "file_request",
    "lift_restriction",
    "open_request",
    "propose",
    "publish_declared",
    "publish_purpose",
    "refuse",
    "settle",
    "take_back",
]
