"""Changing answers that a supplement request asks about: page by page, kept beside the dossier until sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tinhso.engines.forms import layout
from tinhso.engines.forms.browser import page_rules
from tinhso.engines.forms.drawing import draw_page, error_links
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.parsing import merge_page, parse_page, row_pressed
from tinhso.engines.forms.validation import FieldError
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import signed_in
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import selectors, services
from tinhso.systems.procedures.models import Dossier


@signed_in
def mend(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One page of the filed form with its answers, while something is asked for; elsewhere back to the dossier."""
    try:
        one = selectors.own_dossier(actor_of(request), code)
    except Dossier.DoesNotExist:
        raise Http404 from None
    asked = one.supplement_requests.filter(answered_at=None).first()
    form = one.version.form
    if asked is None or form is None:
        return redirect("portal:dossier", code)
    data = {**one.data, **asked.changes}
    here = next((page for page in layout.pages(form, data) if page.number == number), None)
    if here is None:
        raise Http404
    if request.method == "POST":
        return _keep(request, one, form, here, data)
    return _show(request, one, form, here, data)


def _keep(
    request: HttpRequest, one: Dossier, form: FormDefinition, here: layout.Page, data: dict[str, Any]
) -> HttpResponse:
    values, wrong = parse_page(form, here.number, request.POST, data)
    files = {field.name for field in here.fields if field.is_file}
    wrong = [error for error in wrong if error.name not in files]
    changed = {name: value for name, value in values.items() if name not in files and data.get(name) != value}
    if wrong:
        return _show(request, one, form, here, merge_page(form, here.number, data, values), wrong)
    try:
        services.keep_supplement_page(actor=actor_of(request), dossier_id=one.pk, values=changed)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("portal:dossier", one.code)
    row = row_pressed(request.POST)
    if row:
        return redirect(f"{request.get_full_path()}#{row}")
    messages.success(request, _("Đã lưu phần sửa. Phần này chỉ được gửi khi bạn bấm “Gửi bổ sung”."))
    return redirect("portal:dossier", one.code)


def _show(
    request: HttpRequest,
    one: Dossier,
    form: FormDefinition,
    here: layout.Page,
    data: dict[str, Any],
    wrong: list[FieldError] | None = None,
) -> HttpResponse:
    files = {field.name for field in here.fields if field.is_file}
    questions = [
        question
        for question in draw_page(form, here.number, data, errors=wrong or [], provenance=one.provenance)
        if question.field.name not in files
    ]
    context = {
        "dossier": one,
        "page": here,
        "questions": questions,
        "rules": page_rules(form, here.number, data),
        "errors": error_links(questions),
    }
    return render(request, "portal/mend.html", context, status=422 if wrong else 200)
