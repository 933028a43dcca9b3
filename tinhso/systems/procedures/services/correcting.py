"""After issue nothing is undone: a signed decision corrects, replaces or annuls the result, which stays on file."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.files import services as files
from tinhso.foundation.numbering.rules import result_number
from tinhso.foundation.numbering.services import next_number
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import events, permissions
from tinhso.systems.procedures.models import Correction, Dossier, Result
from tinhso.systems.procedures.papers import result_pdf
from tinhso.systems.procedures.services.acts import account_id_of, keep, lock, needs_reason, trace

Rows = list[dict[str, str]]


@transaction.atomic
def correct_result(
    *,
    actor: Actor,
    dossier_id: int,
    kind: str,
    reason: str,
    rows: Rows,
    pin: str = "",
    seen: int | None = None,
    at: datetime | None = None,
) -> Correction:
    """The leader mends an issued result at the agency's own cost (61/2018 art. 21.1), or all of it does not happen.

    A number of its own from the same series, signed and sealed like a result. The dossier's state and dates stay.
    """
    at = at or timezone.now()
    dossier = lock(dossier_id, "correct", seen=seen)
    access.require(actor, permissions.SIGN, unit=dossier.unit)
    result = Result.objects.select_for_update().get(dossier=dossier)
    signer = Account.objects.get(pk=account_id_of(actor))
    symbol = dossier.version.result_symbol
    number = next_number(kind=f"result:{symbol}", unit_id=dossier.unit_id, period=str(timezone.localdate(at).year))
    made = Correction(
        result=result,
        kind=Correction.Kind(kind),
        reason=needs_reason(reason),
        number=number,
        number_text=result_number(number, symbol),
        signed_by=signer,
        signed_at=at,
        issued_at=at,
    )
    made.content = {"rows": rows, "conclusion": _sentence(made, result)}
    made.file = files.store_bytes(
        actor,
        content=_signed(actor, dossier, made, signer, pin, at),
        name=f"{dossier.code}-{number}.pdf",
        purpose="procedures.result",
    )
    made.save()
    keep(dossier)
    trace(
        actor,
        dossier,
        act="procedures.result.corrected",
        event=events.RESULT_CORRECTED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.SIGN, dossier.unit),
        details={"kind": kind, "number": made.number_text, "reason": made.reason, "sha256": made.file.sha256},
    )
    return made


@override("vi")
def _sentence(made: Correction, result: Result) -> str:
    """What the new paper says of the one before."""
    return _("%(kind)s kết quả số %(number)s ngày %(day)s. Lý do: %(reason)s") % {
        "kind": str(made.get_kind_display()).capitalize(),
        "number": result.number_text,
        "day": f"{timezone.localtime(result.issued_at):%d/%m/%Y}",
        "reason": made.reason,
    }


def _signed(actor: Actor, dossier: Dossier, made: Correction, signer: Account, pin: str, at: datetime) -> bytes:
    from tinhso.engines.signing import services as signing

    drawn = Result(dossier=dossier, content=made.content, number_text=made.number_text)
    why = _("Ký ban hành %(number)s") % {"number": made.number_text}
    signed = signing.sign_pdf(
        actor,
        pdf=result_pdf(dossier, drawn, signer, at),
        account=signer,
        pin=pin or None,
        at=at,
        reason=why,
        location=dossier.unit.name,
    )
    return signing.seal_pdf(
        actor,
        pdf=signed,
        unit=dossier.unit,
        signer_name=signer.full_name,
        at=at,
        level="B-LTA",
        reason=why,
        location=dossier.unit.name,
    )
