"""The plain parts of a proposal: facts, papers, cases, the result."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tinhso.foundation.access.gates import permitted
from tinhso.systems.procedures.authoring import forms, previewing, selectors
from tinhso.systems.procedures.authoring.asked import back, draw, found, save
from tinhso.systems.procedures.authoring.permissions import WRITE

ASKED = ["GET", "HEAD", "POST"]


@permitted(WRITE)
@require_http_methods(ASKED)
def facts(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Names, ways to file, term, clock rule, legal basis, the day it begins."""
    one = found(proposal_id)
    form = forms.FactsForm(request.POST or None, initial={**one.content, "valid_from": one.valid_from})
    if request.method == "POST" and form.is_valid():
        changes = dict(form.cleaned_data)
        day = changes.pop("valid_from")
        if save(request, one, changes, valid_from=day):
            return back(one, "proposal")
    return draw(request, "facts", one, "facts", form=form)


@permitted(WRITE)
@require_http_methods(ASKED)
def papers(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """The papers to be filed."""
    one = found(proposal_id)
    rows = forms.Rows(forms.PaperForm, "papers", one.fact("papers", []), _posted(request))
    if request.method == "POST" and rows.is_valid():
        kept = [{"originals": 0, "copies": 0, **row} for row in rows.values()]
        if save(request, one, {"papers": kept}):
            return back(one, "papers" if "more" in request.POST else "proposal")
    return draw(request, "rows", one, "papers", rows=rows)


@permitted(WRITE)
@require_http_methods(ASKED)
def cases(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """The cases: the same name, another term, other papers, another fee."""
    one = found(proposal_id)
    rows = forms.Rows(forms.CaseForm, "cases", one.fact("cases", []), _posted(request))
    if request.method == "POST" and rows.is_valid() and save(request, one, {"cases": rows.values()}):
        return back(one, "cases" if "more" in request.POST else "proposal")
    return draw(request, "rows", one, "cases", rows=rows)


@permitted(WRITE)
@require_http_methods(ASKED)
def fees(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """What is paid, by case and channel, and who pays less."""
    one = found(proposal_id)
    cases_ = [("", _("Mọi trường hợp")), *((case["code"], case.get("title", "")) for case in one.fact("cases", []))]
    rows = forms.Rows(forms.FeeForm, "fees", one.fact("fees", []), _posted(request), case=cases_)
    more = forms.Rows(forms.ExemptionForm, "exemptions", one.fact("exemptions", []), _posted(request))
    is_right = request.method == "POST" and rows.is_valid() and more.is_valid()
    if is_right and save(request, one, {"fees": rows.values(), "exemptions": more.values()}):
        return back(one, "fees" if "more" in request.POST else "proposal")
    return draw(request, "rows", one, "fees", rows=rows, more=more)


@permitted(WRITE)
@require_http_methods(ASKED)
def result(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """The result's name, symbol and template: which answer stands on which line."""
    one = found(proposal_id)
    held = one.fact("result_layout", {})
    names = {"result_name": one.fact("result_name"), "result_symbol": one.fact("result_symbol")}
    form = forms.ResultForm(request.POST or None, initial={**held, **names})
    sources = [("", _("Họ và tên người nộp")), *selectors.asked_before(one.content)]
    rows = forms.Rows(forms.ResultRowForm, "rows", held.get("rows", []), _posted(request), field=sources)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        words = {name: value for name, value in form.cleaned_data.items() if value or name in held}
        words |= {name: form.cleaned_data[name] for name in names}
        lines = [{"field": "", **row} for row in rows.values()]
        changes = {name: words.pop(name) for name in names}
        if save(request, one, {**changes, "result_layout": {**held, **words, "rows": lines}}):
            return back(one, "result" if "more" in request.POST else "proposal")
    return draw(request, "rows", one, "result", form=form, rows=rows)


@permitted(WRITE)
@require_http_methods(["GET", "HEAD"])
def result_preview(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """The template as it would be printed, with sample answers."""
    one = found(proposal_id)
    answer = HttpResponse(previewing.sample_result(one), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="mau-ket-qua-{one.code}.pdf"'
    return answer


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
