"""The facts of a dossier's forms, read from its own records. What an act states itself comes in as `given`."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from tinhso.foundation.people.masking import mask_number
from tinhso.systems.procedures.models import Apology, Dossier, Ending, FeeState, Supplement
from tinhso.systems.procedures.printing.data import Facts, lines
from tinhso.systems.procedures.printing.sets import Form
from tinhso.systems.procedures.words import state_name

GUIDANCE = "Nếu có vướng mắc, xin liên hệ {agency} để được hướng dẫn."


def follow_address(dossier: Dossier) -> str:
    """Where anyone with the code may follow the dossier; what the QR carries."""
    return f"{settings.PUBLIC_URL}/tra-cuu/?ma={dossier.code}"


def place_name(dossier: Dossier) -> str:
    return str((dossier.unit.area or dossier.unit).short_name)


def facts_of(dossier: Dossier, form: str, *, issued_at: datetime, given: Facts | None = None) -> Facts:
    """All facts of `form` for this dossier: the head, the form's own, then what the act states (local times)."""
    own = {
        Form.SUPPLEMENT: _supplement,
        Form.REFUSAL: _refusal,
        Form.APOLOGY: _apology,
        Form.STOP: _stop,
    }[Form(form)](dossier)
    facts = _head(dossier) | own | {"issued_at": issued_at} | (given or {})
    return {key: timezone.localtime(value) if isinstance(value, datetime) else value for key, value in facts.items()}


def _head(dossier: Dossier) -> Facts:
    person = dossier.applicant
    return {
        "agency_upper": dossier.unit.name.upper(),
        "agency": dossier.desk.name.upper(),
        "agency_named": dossier.desk.name,
        "authority": dossier.unit.name,
        "place": place_name(dossier),
        "code": dossier.code,
        "qr": follow_address(dossier),
        "is_demo": dossier.is_simulated,
        "applicant": person.full_name,
        "submitter": person.full_name,
        "id_number": mask_number(person.personal_number or ""),
        "address": person.address,
        "phone": person.phone,
        "email": person.email,
        "procedure": dossier.version.name,
        "request": dossier.version.plain_name or dossier.version.name,
        "issuer": "",
    }


def _guidance(dossier: Dossier) -> str:
    return GUIDANCE.format(agency=dossier.desk.name)


def _supplement(dossier: Dossier) -> Facts:
    asked: Supplement | None = dossier.supplement_requests.select_related("asked_by").order_by("-asked_at").first()
    if asked is None:
        return {"items": [], "reason": "", "guidance": _guidance(dossier)}
    return {
        "items": lines(asked.items),
        "reason": asked.reason,
        "guidance": _guidance(dossier),
        "issuer": asked.asked_by.full_name if asked.asked_by else "",
    }


def _refusal(dossier: Dossier) -> Facts:
    ending = ending_of(dossier)
    return {
        "reason": (ending.reason if ending else "") or dossier.ended_reason,
        "guidance": (ending.guidance if ending else "") or _guidance(dossier),
        "issuer": ending.by.full_name if ending and ending.by else "",
    }


def _apology(dossier: Dossier) -> Facts:
    said: Apology | None = (
        dossier.apologies.filter(declined_at=None).select_related("sent_by").order_by("-proposed_at").first()
    )
    facts: Facts = {
        "received": timezone.localdate(dossier.received_at) if dossier.received_at else "",
        "promised": (said.old_due_at if said else dossier.promised_at) or "",
        "new_due": said.new_due_at if said else "",
        "reason": said.reason if said else "",
        "signer_title": dossier.version.result_layout.get("signer_title", "Chủ tịch"),
        "signer": said.sent_by.full_name if said and said.sent_by else "",
        # A letter is followed by its own number, not by the dossier's.
        "doc_number": (said.number_text if said else "") or "…",
    }
    return facts


def _stop(dossier: Dossier) -> Facts:
    ending = ending_of(dossier)
    result = getattr(dossier, "result", None)
    return {
        "requested_at": (ending.at if ending else dossier.finished_at) or "",
        "stopped_at": (ending.at if ending else dossier.finished_at) or "",
        "reason": (ending.reason if ending else "") or dossier.ended_reason,
        "submitter": (ending.asked_by if ending else "") or dossier.applicant.full_name,
        "stage": str(state_name(ending.state_before if ending else dossier.state)),
        "finance": str(FeeState(ending.fee_state_before if ending else dossier.fee_state).label),
        "no_decision": result is None or result.issued_at is None,
        "issuer": ending.by.full_name if ending and ending.by else "",
    }


def ending_of(dossier: Dossier) -> Ending | None:
    return Ending.objects.filter(dossier=dossier).select_related("by").first()
