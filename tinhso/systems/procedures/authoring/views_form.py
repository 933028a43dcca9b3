"""Writing the form: pages and questions, with the form as the citizen will see it beside them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tinhso.engines.forms import layout, xlsform
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.authoring import forming, forms_question, selectors
from tinhso.systems.procedures.authoring.asked import back, draw, found, save
from tinhso.systems.procedures.authoring.content import asks_anything, form_of
from tinhso.systems.procedures.authoring.models import Proposal
from tinhso.systems.procedures.authoring.permissions import WRITE

ASKED = ["GET", "HEAD", "POST"]
STEPS = {"up": -1, "down": 1}


@permitted(WRITE)
@require_http_methods(ASKED)
def form(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """The form whole: its pages and questions in order, moved and removed here; the preview beside."""
    one = found(proposal_id)
    new_page = forms_question.PageForm(request.POST if "add_page" in request.POST else None)
    if request.method == "POST":
        changed = _changed(request, one, new_page)
        if changed is not None and save(request, one, {"schema": changed[0], "ui": changed[1]}):
            return back(one, "form")
    pages = layout.pages(selectors.definition_of(one.content)) if asks_anything(one.content) else []
    return draw(request, "form", one, "form", pages=pages, new_page=new_page, preview=selectors.preview(one.content))


def _changed(request: HttpRequest, one: Proposal, new_page: forms_question.PageForm) -> forming.Form | None:
    held, posted = form_of(one.content), request.POST
    try:
        if "add_page" in posted:
            return forming.add_page(held, **new_page.cleaned_data) if new_page.is_valid() else None
        act, _colon, rest = posted.get("act", "").partition(":")
        kind, _colon, name = rest.partition(":")
        if act in STEPS:
            move = forming.move_page if kind == "page" else forming.move_question
            return move(held, name, STEPS[act])
        if act == "remove":
            return forming.remove_page(held, name) if kind == "page" else forming.remove_question(held, name)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return None


@permitted(WRITE)
@require_http_methods(ASKED)
def workbook(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """The whole form from an XLSForm workbook; what cannot be read is named by its sheet and row, nothing is kept."""
    one = found(proposal_id)
    asked = forms_question.WorkbookForm(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if request.method == "POST" and asked.is_valid():
        try:
            given = xlsform.read_workbook(asked.cleaned_data["workbook"].read(xlsform.MAX_BYTES + 1))
        except xlsform.BadWorkbook as refusal:
            faults = [fault.sentence for fault in refusal.faults]
        else:
            if save(request, one, {"schema": given.schema, "ui": given.ui}):
                return back(one, "form")
    answer = draw(request, "workbook", one, "form", form=asked, faults=faults)
    answer.status_code = 422 if faults or asked.errors else 200
    return answer


@permitted(WRITE)
@require_http_methods(ASKED)
def page(request: HttpRequest, proposal_id: int, key: str) -> HttpResponse:
    """A page's title and introduction."""
    one = found(proposal_id)
    held = form_of(one.content)
    known = next((page for page in held[1].get("pages", []) if str(page.get("key")) == key), None)
    if known is None:
        raise Http404
    asked = forms_question.PageForm(
        request.POST or None, initial={name: known.get(name, "") for name in ("title", "intro")}
    )
    if request.method == "POST" and asked.is_valid():
        schema, ui = forming.change_page(held, key, **asked.cleaned_data, when=known.get("when", ""))
        if save(request, one, {"schema": schema, "ui": ui}):
            return back(one, "form")
    return draw(request, "one", one, "form", form=asked, heading=known.get("title"), up="authoring:form")


@permitted(WRITE)
@require_http_methods(ASKED)
def question_new(request: HttpRequest, proposal_id: int, key: str) -> HttpResponse:
    """A new question on a page."""
    one = found(proposal_id)
    before = selectors.asked_before(one.content)
    asked = forms_question.QuestionForm(request.POST or None, before=before)
    if request.method == "POST" and asked.is_valid():
        try:
            schema, ui = forming.add_question(form_of(one.content), key, asked.raw())
        except Refused as refusal:
            asked.add_error(None, refusal.sentence)
        else:
            if save(request, one, {"schema": schema, "ui": ui}):
                return back(one, "form")
    return draw(request, "one", one, "form", form=asked, heading="", up="authoring:form", is_new=True)


@permitted(WRITE)
@require_http_methods(ASKED)
def question(request: HttpRequest, proposal_id: int, name: str) -> HttpResponse:
    """One question: its words, choices, condition and source."""
    one = found(proposal_id)
    known = layout.fields(selectors.definition_of(one.content)).get(name)
    if known is None:
        raise Http404
    before = selectors.asked_before(one.content, name)
    asked = forms_question.QuestionForm(request.POST or None, before=before, known=True, initial=_initial(known))
    if request.method == "POST" and asked.is_valid():
        raw = asked.raw()
        if known.when and not raw["when"] and _is_plain(known.when) is False:
            raw["when"] = known.when
        schema, ui = forming.change_question(form_of(one.content), name, raw)
        if save(request, one, {"schema": schema, "ui": ui}):
            return back(one, "form")
    return draw(request, "one", one, "form", form=asked, heading=known.label, up="authoring:form")


def _initial(known: layout.Field) -> dict[str, Any]:
    when_field, when_value = "", ""
    if isinstance(known.when, str):
        when_field, _equals, when_value = known.when.partition("=")
    elif known.when and "equals" in known.when:
        when_field, when_value = str(known.when["field"]), str(known.when["equals"])
    return {
        "label": known.label,
        "help": known.help,
        "required": known.is_required,
        "options": [option.value for option in known.options],
        "when_field": when_field,
        "when_value": when_value,
        "prefill": known.prefill,
        "concept": known.concept,
        "of_kind": known.of_kind,
        "about": layout.OTHER if known.is_of_other else "",
    }


def _is_plain(when: Any) -> bool:
    """Whether this page can show the condition; a richer one (all, any, not) is kept as it is."""
    return isinstance(when, str) or "equals" in when
