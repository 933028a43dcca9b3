"""The administrator's rules: the list, one with its versions, publishing the next, ending."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.proactive import selectors, services, words
from tinhso.systems.procedures.proactive.forms import RuleForm
from tinhso.systems.procedures.proactive.permissions import RULES
from tinhso.systems.procedures.proactive.rules import NUMBERS, Trigger


@require_safe
@permitted(RULES)
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule: what it reminds of, when, by which law, since when."""
    today = timezone.localdate()
    rows = [
        {"rule": one, "is_in_force": one.valid_from <= today and (one.valid_to is None or one.valid_to > today)}
        for one in selectors.rule_lines(today)
    ]
    return render(request, "proactive/rules.html", {"rows": rows, "today": today})


@permitted(RULES)
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """One rule: its versions, and the form of the next."""
    versions = selectors.history(code)
    if not versions:
        raise Http404
    newest = versions[0]
    if request.method != "POST":
        form = RuleForm(newest)
    elif request.POST.get("viec") == "dung":
        return _end(request, code)
    else:
        form = RuleForm(newest, request.POST)
        if form.is_valid() and _publish(request, code, form):
            return redirect("proactive:rule", code)
    numbers = [
        {"name": words.PARAMS[name], "value": newest.params.get(name)} for name in NUMBERS[Trigger(newest.trigger)]
    ]
    context = {
        "versions": versions,
        "newest": newest,
        "numbers": numbers,
        "form": form if newest.valid_to is None else None,
        "today": timezone.localdate(),
        "crumbs": [(_("Quy tắc nhắc việc"), "/quan-tri/nhac-viec/"), (str(newest.title), "")],
    }
    return render(request, "proactive/rule.html", context, status=422 if form.is_bound else 200)


def _publish(request: HttpRequest, code: str, form: RuleForm) -> bool:
    given = form.cleaned_data
    try:
        services.publish_rule(
            actor=actor_of(request),
            code=code,
            facts=form.facts(),
            valid_from=given["valid_from"],
            reason=given["reason"],
        )
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return False
    messages.success(request, _("Đã ban hành phiên bản mới của quy tắc."))
    return True


def _end(request: HttpRequest, code: str) -> HttpResponse:
    reason = request.POST.get("ly_do", "")[:500]
    try:
        services.end_rule(actor=actor_of(request), code=code, valid_to=timezone.localdate(), reason=reason)
        messages.success(request, _("Đã dừng quy tắc."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("proactive:rule", code)
