"""The printed papers of a dossier, form 01 and the result: always in Vietnamese, whoever reads the screen."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.engines.printing import services as printing
from tinhso.foundation.people.masking import mask_number
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import clock
from tinhso.systems.procedures.cases import facts_of
from tinhso.systems.procedures.models import Channel, Dossier, Result

RECEIPT = "procedures.receipt"
RESULT = "procedures.result"


def follow_address(dossier: Dossier) -> str:
    """Where anyone with the code may follow the dossier; what the QR carries."""
    return f"{settings.PUBLIC_URL}/tra-cuu/?ma={dossier.code}"


def expected_at(dossier: Dossier) -> datetime:
    """The appointment; before reception the one to expect if the dossier were received as it was filed."""
    return dossier.due_at or clock.due_at(dossier.version, dossier.office, dossier.submitted_at, dossier.case_code)


@override("vi")
def receipt_pdf(dossier: Dossier) -> bytes:
    """Form 01 of Circular 03/2025: receipt and appointment. Before reception the appointment is marked expected."""
    expected = expected_at(dossier)
    return printing.render(
        RECEIPT,
        {
            "agency_upper": dossier.unit.name.upper(),
            "agency": dossier.desk.name.upper(),
            "agency_named": dossier.desk.name,
            "code": dossier.code,
            "place": _place(dossier),
            "applicant": dossier.applicant.full_name,
            "id_number": mask_number(dossier.applicant.personal_number or ""),
            "phone": dossier.applicant.phone,
            "procedure": dossier.version.name,
            "papers": _papers(dossier),
            "sets": 1,
            "received": _local(dossier.received_at or dossier.submitted_at),
            "due": _local(expected),
            "expected": dossier.received_at is None,
            "result_at": dossier.data.get("hinh_thuc_nhan", "") or dossier.desk.name,
            "fees": _fees(dossier),
            "submitter": dossier.applicant.full_name,
            "lookup": follow_address(dossier),
            "qr": follow_address(dossier),
            "is_demo": dossier.is_simulated,
        },
    )


def _local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def _place(dossier: Dossier) -> str:
    return str((dossier.unit.area or dossier.unit).short_name)


def _papers(dossier: Dossier) -> list[dict[str, object]]:
    attached = [
        {"name": paper.label, "kind": _("Bản điện tử"), "quantity": 1}
        for paper in dossier.papers.filter(removed_at=None).order_by("id")
    ]
    form = (
        {"name": dossier.version.form.title, "kind": _("Bản điện tử"), "quantity": 1} if dossier.version.form else None
    )
    return [form, *attached] if form and dossier.channel == Channel.ONLINE else attached


def _fees(dossier: Dossier) -> list[dict[str, object]]:
    fee = facts_of(dossier.version, dossier.case_code).fee_vnd
    return [{"name": _("Phí, lệ phí"), "amount": fee}] if fee else []


@override("vi")
def result_pdf(dossier: Dossier, result: Result, signer: Account, at: datetime) -> bytes:
    """The result as it will be signed: number, place and date, rows, conclusion, signer (Decree 30/2020 layout)."""
    layout = dossier.version.result_layout
    conclusion = result.content.get("conclusion", "")
    return printing.render(
        RESULT,
        {
            "agency_upper": "",
            "agency": dossier.unit.name.upper(),
            "number": result.number_text or "…",
            "place": _place(dossier),
            "date": timezone.localdate(at).isoformat(),
            "title": layout.get("title", dossier.version.result_name),
            "facts": result.values(),
            "body": [],
            "closing": [conclusion] if conclusion else [],
            "recipients": [dossier.applicant.full_name + ";", "Lưu: VT."],
            "signer_authority": layout.get("signer_authority", ""),
            "signer_title": layout.get("signer_title", _("CHỦ TỊCH")),
            "signer": signer.full_name,
            "qr": follow_address(dossier),
            "is_demo": dossier.is_simulated,
        },
    )
