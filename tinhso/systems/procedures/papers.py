"""The printed papers of a dossier, forms 01 to 05 and the result: always in Vietnamese, whoever reads the screen."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.engines.printing import services as printing
from tinhso.foundation.people.masking import mask_number
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import cases, clock, hooks
from tinhso.systems.procedures.models import Channel, Dossier, IssuedForm, Result, TermUnit
from tinhso.systems.procedures.printing import data as forms
from tinhso.systems.procedures.printing.facts import facts_of, follow_address, place_name
from tinhso.systems.procedures.printing.sets import Form, FormSet, set_for

__all__ = ["expected_at", "follow_address", "form_data", "form_pdf", "latest_forms", "receipt_pdf", "result_pdf"]

RECEIPT = "procedures.receipt"
RESULT = "procedures.result"
SLIP = "procedures.slip"


def expected_at(dossier: Dossier) -> datetime:
    """The appointment; before reception the one to expect if the dossier were received as it was filed."""
    return dossier.due_at or clock.due_at(dossier.version, dossier.office, dossier.submitted_at, dossier.case_code)


@override("vi")
def form_data(dossier: Dossier, form: str, form_set: FormSet | None = None) -> dict[str, object]:
    """What forms 01 to 05 of this dossier say, from its own records, in the form set of the day unless one is named."""
    chosen = form_set or set_for(form, timezone.localdate(issued_at_of(dossier, form)))
    if form == Form.RECEIPT:
        return receipt_data(dossier, chosen)
    return forms.form_data(facts_of(dossier, form, issued_at=issued_at_of(dossier, form)), form, chosen)


def issued_at_of(dossier: Dossier, form: str) -> datetime:
    """When the form speaks: reception for 01, the end for 03 and 05; now for what is only being prepared."""
    if form == Form.RECEIPT:
        return dossier.received_at or dossier.submitted_at
    if form in (Form.REFUSAL, Form.STOP) and dossier.finished_at is not None:
        return dossier.finished_at
    if form == Form.SUPPLEMENT:
        asked = dossier.supplement_requests.order_by("-asked_at").first()
        return asked.asked_at if asked else timezone.now()
    return timezone.now()


def form_pdf(dossier: Dossier, form: str, form_set: FormSet | None = None) -> bytes:
    """The form as it was last issued; one that was not issued is drawn from the records as they are now."""
    if form_set is None:
        issued = dossier.issued_forms.filter(form=form).order_by("-issued_at", "-pk").first()
        if issued is not None:
            return printing.render(RECEIPT if form == Form.RECEIPT else SLIP, issued.data, made_at=issued.issued_at)
    return printing.render(RECEIPT if form == Form.RECEIPT else SLIP, form_data(dossier, form, form_set))


def latest_forms(dossier: Dossier) -> list[IssuedForm]:
    """The newest issued form of each kind, the oldest first."""
    newest = {one.form: one for one in dossier.issued_forms.order_by("issued_at", "pk")}
    return sorted(newest.values(), key=lambda one: (one.issued_at, one.pk))


def receipt_pdf(dossier: Dossier) -> bytes:
    """Form 01: receipt and appointment. Before reception the appointment is marked expected."""
    return form_pdf(dossier, Form.RECEIPT)


def receipt_data(dossier: Dossier, form_set: FormSet) -> dict[str, object]:
    expected = expected_at(dossier)
    person = dossier.applicant
    return {
        "form_set": form_set.code,
        "basis": form_set.basis,
        "form_number": form_set.forms[Form.RECEIPT]["number"],
        "agency_upper": dossier.unit.name.upper(),
        "agency": dossier.desk.name.upper(),
        "agency_named": dossier.desk.name,
        "code": dossier.code,
        "place": place_name(dossier),
        "applicant": person.full_name,
        "id_number": mask_number(person.personal_number or ""),
        "address": person.address,
        "phone": person.phone,
        "email": person.email,
        "procedure": dossier.version.name,
        "papers": _papers(dossier),
        "sets": 1,
        "term": _term(dossier),
        "received": _local(dossier.received_at or dossier.submitted_at),
        "due": _local(expected),
        "expected": dossier.received_at is None,
        "result_at": dossier.data.get("hinh_thuc_nhan", "") or dossier.desk.name,
        "fees": _fees(dossier),
        "submitter": person.full_name,
        "lookup": follow_address(dossier),
        "qr": follow_address(dossier),
        "is_demo": dossier.is_simulated,
    }


def _term(dossier: Dossier) -> str:
    case = cases.facts_of(dossier.version, dossier.case_code)
    unit = TermUnit(case.term_unit).label
    return str(unit) if case.term_unit == TermUnit.SAME_DAY else f"{case.term_value} {unit}"


def _local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def _papers(dossier: Dossier) -> list[dict[str, object]]:
    attached = [
        {"name": paper.label, "kind": _("Bản điện tử"), "quantity": 1}
        for paper in dossier.papers.filter(removed_at=None).order_by("id")
    ]
    if received := hooks.received_papers(dossier):
        return received
    form = (
        {"name": dossier.version.form.title, "kind": _("Bản điện tử"), "quantity": 1} if dossier.version.form else None
    )
    return [form, *attached] if form and dossier.channel == Channel.ONLINE else attached


def _fees(dossier: Dossier) -> list[dict[str, object]]:
    decided = hooks.fee_lines(dossier)
    if decided is not None:
        return decided
    fee = cases.facts_of(dossier.version, dossier.case_code).fee_vnd
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
            "place": place_name(dossier),
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
