"""The printed papers of a dossier, forms 01 to 05 and the result: always in Vietnamese, whoever reads the screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.engines.printing import services as printing
from tinhso.engines.workflow.models import CaseStep
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.masking import mask_number
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import cases, clock, hooks
from tinhso.systems.procedures.errors import RegisterTooLong
from tinhso.systems.procedures.models import Channel, Dossier, IssuedForm, Result, TermUnit
from tinhso.systems.procedures.printing import data as forms
from tinhso.systems.procedures.printing import flow, layouts
from tinhso.systems.procedures.printing.facts import facts_of, follow_address, place_name
from tinhso.systems.procedures.printing.sets import Form, FormSet, set_for
from tinhso.systems.procedures.words import state_name

__all__ = [
    "control_pdf",
    "expected_at",
    "follow_address",
    "form_data",
    "form_pdf",
    "latest_forms",
    "receipt_pdf",
    "register_pdf",
    "result_pdf",
]

RECEIPT = "procedures.receipt"
RESULT = "procedures.result"
SLIP = "procedures.slip"
CONTROL = "procedures.control"
REGISTER = "procedures.register"


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


# The register of one desk on paper: what a person can leaf through.
MOST_IN_A_REGISTER = 2000


@override("vi")
def control_pdf(dossier: Dossier, form_set: FormSet | None = None) -> bytes:
    """Form 06, the control sheet, as the log of the case tells it now."""
    chosen = form_set or set_for(Form.CONTROL, timezone.localdate(dossier.received_at or dossier.submitted_at))
    head = {
        "agency_upper": dossier.unit.name.upper(),
        "agency": dossier.desk.name.upper(),
        "code": dossier.code,
        "applicant": dossier.applicant.full_name,
        "procedure": dossier.version.name,
        "received": forms.worded(timezone.localtime(dossier.received_at)) if dossier.received_at else "",
        "due": forms.worded(timezone.localtime(dossier.due_at)) if dossier.due_at else "",
        "is_demo": dossier.is_simulated,
    }
    return printing.render(CONTROL, flow.control_data(head, log_of(dossier), chosen))


def log_of(dossier: Dossier) -> list[flow.Line]:
    """The lines of the dossier's case that took place (those taken back are left out), in local time."""
    rows = CaseStep.objects.filter(case_id=dossier.case_id or 0, undone_by=None).exclude(kind=CaseStep.Kind.UNDO)
    return [
        flow.Line(
            kind=row.kind,
            at=timezone.localtime(row.at),
            from_unit=row.from_unit.name if row.from_unit else "",
            to_unit=row.to_unit.name,
            actor=row.actor_label,
            holder=row.holder.full_name if row.holder else "",
            step_due_at=timezone.localtime(row.step_due_at) if row.step_due_at else None,
            note=row.note,
        )
        for row in rows.select_related("from_unit", "to_unit", "holder").order_by("version")
    ]


@override("vi")
def register_pdf(*, actor: Actor, desk: Unit, first: date, last: date, form_set: FormSet | None = None) -> bytes:
    """Form 07, the register of a desk: every dossier received from `first` to `last`, both included."""
    if last < first or (found := register_of(actor, desk, first, last)).count() > MOST_IN_A_REGISTER:
        raise RegisterTooLong(MOST_IN_A_REGISTER)
    entries = [entry_of(row) for row in found]
    head = {
        "agency_upper": (desk.parent.name if desk.parent else "").upper(),
        "agency": desk.name.upper(),
        "first": f"{first:%d/%m/%Y}",
        "last": f"{last:%d/%m/%Y}",
        "is_demo": found.filter(is_simulated=True).exists(),
    }
    return printing.render(REGISTER, flow.register_data(head, entries, form_set or set_for(Form.REGISTER, last)))


def register_of(actor: Actor, desk: Unit, first: date, last: date) -> QuerySet[Dossier]:
    """What `actor` may see of the dossiers that the desk received in those days, in the order received."""
    begins = timezone.make_aware(datetime.combine(first, time.min))
    ends = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    found = Dossier.objects.visible_to(actor).filter(desk=desk, received_at__gte=begins, received_at__lt=ends)
    return found.select_related("version", "applicant", "office", "result").order_by("received_at", "id")


def entry_of(dossier: Dossier) -> flow.Entry:
    result = getattr(dossier, "result", None)
    person = dossier.applicant
    return flow.Entry(
        code=dossier.code,
        procedure=dossier.version.plain_name or dossier.version.name,
        applicant=person.full_name,
        address=person.address,
        phone=person.phone,
        channel=str(Channel(dossier.channel).label),
        office=dossier.office.name,
        received_at=_when(dossier.received_at),
        due_at=_when(dossier.due_at),
        handed_over_at=_when(dossier.handed_over_at),
        finished_at=_when(dossier.finished_at),
        returned_at=_when(result.collected_at if result else None),
        way=str(dossier.data.get("hinh_thuc_nhan", "")),
        state=str(state_name(dossier.state)),
        collected_by=result.collected_by if result else "",
    )


def _when(at: datetime | None) -> datetime | None:
    return timezone.localtime(at) if at else None


@override("vi")
def result_pdf(dossier: Dossier, result: Result, signer: Account, at: datetime) -> bytes:
    """The result as it will be signed: number, place and date, rows, conclusion, signer (Decree 30/2020 layout)."""
    conclusion = result.content.get("conclusion", "")
    return laid_out(
        dossier.version.result_layout,
        words_of(dossier, conclusion),
        title=dossier.version.result_name,
        agency=dossier.unit.name.upper(),
        number=result.number_text or "…",
        place=place_name(dossier),
        date=timezone.localdate(at).isoformat(),
        facts=result.values(),
        signer=signer.full_name,
        qr=follow_address(dossier),
        is_demo=dossier.is_simulated,
    )


@override("vi")
def laid_out(layout: Mapping[str, Any], words: Mapping[str, str], **printed: Any) -> bytes:
    """A result layout on paper. What it leaves open stands in its usual place: the conclusion after the facts, the
    usual recipients."""
    conclusion, applicant = words.get("conclusion", ""), words.get("applicant", "")
    says_it = "{conclusion}" in str(layout)
    usual = {
        "closing": [conclusion] if conclusion and not says_it else [],
        "recipients": [applicant + ";", "Lưu: VT."],
        "signer_authority": "",
        "signer_title": _("CHỦ TỊCH"),
        "to": applicant,
        "agency_upper": "",
    }
    title = {"title": printed.pop("title", "")}
    return printing.render(RESULT, {**usual, **title, **layouts.filled(layout, words), **printed})


def words_of(dossier: Dossier, conclusion: str) -> dict[str, str]:
    """What a result layout may name: the facts of every dossier, and the plain answers of its form."""
    answers = {name: str(value) for name, value in dossier.data.items() if isinstance(value, str | int | float)}
    received = timezone.localdate(dossier.received_at) if dossier.received_at else None
    return answers | {
        "applicant": dossier.applicant.full_name,
        "address": dossier.applicant.address,
        "procedure": dossier.version.name,
        "code": dossier.code,
        "received": forms.worded(received),
        "conclusion": conclusion,
        "agency": dossier.unit.name,
    }
