"""What an officer reads off the published act, part by part: the columns of a part as a form, and back as facts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.forms import LineField, LinesField
from tinhso.systems.procedures.catalogue.models import CatalogueEntry, Unit
from tinhso.systems.procedures.catalogue.rules import MOST_TERM, MOST_VND

MOST_PAPERS = 60


class PartForm(forms.Form):
    """The facts of one part and the document they were read in."""

    facts: tuple[str, ...] = ()
    source = LineField(
        label=_("Văn bản đã đọc"), max_length=500, help_text=_("Số, ngày, cơ quan ban hành; điều khoản nếu có")
    )

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.facts}


class TermForm(PartForm):
    facts = ("term_value", "term_unit")
    term_value = forms.IntegerField(label=_("Thời hạn"), min_value=1, max_value=MOST_TERM)
    term_unit = forms.ChoiceField(label=_("Đơn vị"), choices=Unit.choices)


class FeeForm(PartForm):
    facts = ("fee_vnd", "fee_note")
    fee_vnd = forms.IntegerField(
        label=_("Mức thu (đồng)"), min_value=0, max_value=MOST_VND, help_text=_("0 là không thu")
    )
    fee_note = LineField(label=_("Ghi chú"), max_length=500, required=False)


class PapersForm(PartForm):
    papers = LinesField(label=_("Giấy tờ, mỗi dòng một loại"), max_length=12_000)

    def values(self) -> dict[str, Any]:
        names = [line.strip() for line in self.cleaned_data["papers"].splitlines() if line.strip()][:MOST_PAPERS]
        known = {paper["name"]: paper for paper in self.initial.get("known", [])}
        papers = [known.get(name, {"name": name[:600]}) for name in names]
        return {"papers": papers, "papers_total": len(papers)}


class BodyForm(PartForm):
    facts = ("body",)
    body = LineField(label=_("Cơ quan có thẩm quyền"), max_length=600)


class BasisForm(PartForm):
    legal_basis = LinesField(label=_("Căn cứ pháp lý, mỗi dòng một văn bản"), max_length=8_000)

    def values(self) -> dict[str, Any]:
        lines = [line.strip()[:400] for line in self.cleaned_data["legal_basis"].splitlines() if line.strip()]
        return {"legal_basis": lines[:200]}


class CodeForm(PartForm):
    """The code itself is right: nothing but the document to name."""


FORMS: dict[str, type[PartForm]] = {
    "term": TermForm,
    "fee": FeeForm,
    "papers": PapersForm,
    "body": BodyForm,
    "basis": BasisForm,
    "code": CodeForm,
}


def form_for(entry: CatalogueEntry, part: str, data: Any = None) -> PartForm:
    """The form of a part, filled with what the list has now."""
    first = {
        "term_value": entry.term_value,
        "term_unit": entry.term_unit,
        "fee_vnd": entry.fee_vnd,
        "fee_note": entry.fee_note,
        "papers": "\n".join(paper["name"] for paper in entry.papers),
        "known": entry.papers,
        "body": entry.body,
        "legal_basis": "\n".join(entry.legal_basis),
    }
    return FORMS[part](data, initial=first, prefix=part)


class ReasonForm(forms.Form):
    """Why a service is not full-process, and by which document (Decree 224/2026 art. 14)."""

    reason = LineField(label=_("Lý do chưa toàn trình"), max_length=500)
    basis = LineField(label=_("Căn cứ"), max_length=300, help_text=_("Văn bản, điều khoản buộc phải làm một phần"))
