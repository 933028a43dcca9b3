"""The printed papers of a dossier: form 01 and the result."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.printing import services as printing
from tinhso.foundation.people.masking import mask_number
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import clock
from tinhso.systems.procedures.models import Dossier, Result

RECEIPT = "procedures.receipt"
RESULT = "procedures.result"


def follow_address(dossier: Dossier) -> str:
    """Where anyone with the code may follow the dossier; what the QR carries."""
    return f"{settings.PUBLIC_URL}{reverse('portal:follow')}?ma={dossier.code}"


def _moment(at: datetime | None) -> str:
    """16 giờ 30, ngày 23/11/2026: the wording of the official form."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{local:%H} giờ {local:%M}, ngày {local:%d/%m/%Y}"


def receipt_pdf(dossier: Dossier) -> bytes:
    """Form 01 of Circular 03/2025: receipt and appointment. Before reception the appointment is marked expected."""
    expected = dossier.due_at or clock.due_at(dossier.version, dossier.office, dossier.submitted_at)
    papers = dossier.papers.filter(removed_at=None).select_related("file")
    return printing.render(
        RECEIPT,
        {
            "office": dossier.desk.name,
            "parent_office": dossier.unit.name,
            "code": dossier.code,
            "applicant": dossier.applicant.full_name,
            "identity_number": mask_number(dossier.applicant.personal_number or ""),
            "phone": dossier.applicant.phone,
            "procedure": dossier.version.name,
            "papers": [
                {"name": paper.label, "kind": _("bản điện tử"), "quantity": "1"} for paper in papers
            ],
            "sets": "1",
            "received": _moment(dossier.received_at or dossier.submitted_at),
            "is_received": dossier.received_at is not None,
            "due": _moment(expected),
            "result_at": dossier.desk.name,
            "fee": _fee(dossier),
            "qr": follow_address(dossier),
            "is_simulated": dossier.is_simulated,
        },
    )



def _fee(dossier: Dossier) -> str:
    fee = dossier.version.fee_vnd
    if fee is None:
        return _("theo nghị quyết của Hội đồng nhân dân tỉnh")
    return _("không thu") if fee == 0 else f"{fee:,} đồng".replace(",", ".")


def result_pdf(dossier: Dossier, result: Result, signer: Account, at: datetime) -> bytes:
    """The result as it will be signed: number, place and date, rows, conclusion, signer (Decree 30/2020 layout)."""
    day = timezone.localdate(at)
    layout = dossier.version.result_layout
    return printing.render(
        RESULT,
        {
            "organisation": dossier.unit.name,
            "number": result.number_text,
            "place": (dossier.unit.area or dossier.unit).short_name,
            "day": day.day, "month": day.month, "year": day.year,
            "title": layout.get("title", dossier.version.result_name),
            "introduction": layout.get("introduction", ""),
            "rows": result.values(),
            "conclusion": result.content.get("conclusion", ""),
            "signer_title": layout.get("signer_title", _("CHỦ TỊCH")),
            "signer_name": signer.full_name,
            "code": dossier.code,
            "qr": follow_address(dossier),
            "is_simulated": dossier.is_simulated,
        },
    )
