"""The leader's acts: sign and issue, or send the draft back. Numbering, signing, issuing keep separate evidence."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.files import services as files
from tinhso.foundation.numbering.rules import result_number
from tinhso.foundation.numbering.services import next_number
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import events, permissions
from tinhso.systems.procedures.models import DeliveryState, Dossier, Result
from tinhso.systems.procedures.papers import result_pdf
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.acts import account_id_of, advance, finish, keep, lock, needs_reason, trace

if TYPE_CHECKING:
    from tinhso.engines.signing.opening import Pen

# The form's question on how the result is to be given, and the answer that asks for the electronic original.
RESULT_WAY = "hinh_thuc_nhan"
ELECTRONIC = "Bản điện tử"


@transaction.atomic
def send_back(
    *, actor: Actor, dossier_id: int, reason: str, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """The leader returns the draft to the officer with a reason."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "send_back", seen=seen)
    access.require(actor, permissions.SIGN, unit=dossier.unit)
    result = dossier.result
    result.sent_back_reason = needs_reason(reason)
    result.save(update_fields=["sent_back_reason"])
    dossier.state = State.RESOLVING
    keep(dossier, "state")
    advance(actor, dossier, "send_back", note=reason, at=at)
    trace(
        actor,
        dossier,
        act="procedures.result.sent_back",
        event=events.RESULT_SENT_BACK,
        at=at,
        details={"reason": reason},
    )
    return dossier


@transaction.atomic
def sign_and_issue(
    *,
    actor: Actor,
    dossier_id: int,
    seen: int | None = None,
    at: datetime | None = None,
    pin: str = "",
    pen: Pen | None = None,
) -> Dossier:
    """The leader signs the result: numbered, printed, signed, sealed and issued, together or not at all.

    `pin` opens a key held by a PIN or on a device; `pen` is such a key opened already, for many results.
    """
    at = at or timezone.now()
    dossier = lock(dossier_id, "sign", seen=seen)
    access.require(actor, permissions.SIGN, unit=dossier.unit)
    result = Result.objects.select_for_update().get(dossier=dossier)
    signer = Account.objects.get(pk=account_id_of(actor))
    _number(actor, dossier, result, at)
    signed = _sign(actor, dossier, result, signer, at, pin=pin, pen=pen)
    _seal(actor, dossier, result, signer, signed, at)
    _issue(actor, dossier, result, at)
    if wants_electronic(dossier):
        _return_online(actor, dossier, result, at)
    return dossier


def wants_electronic(dossier: Dossier) -> bool:
    """The citizen asked for the electronic original only; issuing it also returns it."""
    return bool(dossier.data.get(RESULT_WAY) == ELECTRONIC)


def _return_online(actor: Actor, dossier: Dossier, result: Result, at: datetime) -> None:
    result.collected_at, result.collected_by = at, ELECTRONIC
    result.save(update_fields=["collected_at", "collected_by"])
    dossier.state, dossier.delivery_state = State.RETURNED, DeliveryState.DELIVERED
    keep(dossier, "state", "delivery_state")
    trace(actor, dossier, act="procedures.result.returned", event=events.RESULT_RETURNED, at=at)


def _number(actor: Actor, dossier: Dossier, result: Result, at: datetime) -> None:
    """The number is taken from the year's series of the unit; it rolls back with the act, so no gap remains."""
    year = timezone.localdate(at).year
    symbol = dossier.version.result_symbol
    result.number = next_number(kind=f"result:{symbol}", unit_id=dossier.unit_id, period=str(year))
    result.number_text = result_number(result.number, symbol)
    result.numbered_at = at
    audit.record(
        actor,
        "procedures.result.numbered",
        dossier,
        unit_id=dossier.unit_id,
        number=result.number_text,
        code=dossier.code,
    )


def _sign(
    actor: Actor, dossier: Dossier, result: Result, signer: Account, at: datetime, *, pin: str, pen: Pen | None
) -> bytes:
    from tinhso.engines.signing import services as signing

    document = result_pdf(dossier, result, signer, at)
    signed = signing.sign_pdf(
        actor,
        pdf=document,
        account=signer,
        pin=pin or None,
        pen=pen,
        at=at,
        reason=_("Ký ban hành %(number)s") % {"number": result.number_text},
        location=dossier.unit.name,
    )
    result.signed_by, result.signed_at = signer, at
    audit.record(
        actor,
        "procedures.result.signed",
        dossier,
        unit_id=dossier.unit_id,
        sha256=hashlib.sha256(signed).hexdigest(),
        code=dossier.code,
        on_behalf_of_id=access.behalf_of(actor, permissions.SIGN, dossier.unit),
    )
    return signed


def _seal(actor: Actor, dossier: Dossier, result: Result, signer: Account, signed: bytes, at: datetime) -> None:
    """The authority's seal over the person's signature (Decree 30/2020, Annex I): only then may it be issued."""

    from tinhso.engines.signing import services as signing

    sealed = signing.seal_pdf(
        actor,
        pdf=signed,
        unit=dossier.unit,
        signer_name=signer.full_name,
        at=at,
        # Results are looked at for years: the proofs and an archive stamp go with them (PAdES B-LTA).
        level="B-LTA",
        reason=_("Phát hành %(number)s") % {"number": result.number_text},
        location=dossier.unit.name,
    )
    result.file = files.store_bytes(actor, content=sealed, name=f"{dossier.code}.pdf", purpose="procedures.result")
    result.sealed_at = at
    audit.record(
        actor,
        "procedures.result.sealed",
        dossier,
        unit_id=dossier.unit_id,
        sha256=result.file.sha256,
        code=dossier.code,
    )


def _issue(actor: Actor, dossier: Dossier, result: Result, at: datetime) -> None:
    result.issued_at = at
    result.save()
    dossier.state, dossier.delivery_state = State.ISSUED, DeliveryState.WAITING
    keep(dossier, "state", "delivery_state", *finish(dossier, at))
    advance(actor, dossier, "sign_online" if wants_electronic(dossier) else "sign", at=at)
    trace(
        actor,
        dossier,
        act="procedures.result.issued",
        event=events.RESULT_ISSUED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.SIGN, dossier.unit),
        details={"number": result.number_text},
    )
