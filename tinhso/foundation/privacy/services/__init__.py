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
from tinhso.foundation.privacy.services.assessments import exempt, file_assessment, record_assessment
from tinhso.foundation.privacy.services.breaches import (
    close_breach,
    name_people,
    record_breach,
    send_notice,
    tell_people,
    told_by_hand,
    update_breach,
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
    "close_breach",
    "collect_copy",
    "decide",
    "decide_at_desk",
    "end_purpose",
    "exempt",
    "export_proof",
    "extend",
    "file_assessment",
    "file_at_desk",
    "file_request",
    "lift_restriction",
    "name_people",
    "open_request",
    "propose",
    "publish_declared",
    "publish_purpose",
    "record_assessment",
    "record_breach",
    "refuse",
    "send_notice",
    "settle",
    "take_back",
    "tell_people",
    "told_by_hand",
    "update_breach",
]
