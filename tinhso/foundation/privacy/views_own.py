"""A person's own data: what is used for what, their word on it, their requests. Works with scripts off."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import signed_in
from tinhso.foundation.privacy import papers, registry, rules, selectors, services
from tinhso.foundation.privacy.asking import number_of, token_of
from tinhso.foundation.privacy.models import Channel, DataCopy, DataRequest
from tinhso.foundation.privacy.rules import Decision, Kind, State
from tinhso.foundation.privacy.words import FIELDS, HINTS, KINDS, REFUSALS, STEPS, TONES
from tinhso.foundation.text.errors import Refused

PER_LIST = 50


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the house does with my data: purposes with my word on each, my requests, my words so far."""
    actor = actor_of(request)
    person_id = actor.person_id
    standings = selectors.standings_of(person_id) if person_id else []
    context = {
        "has_person": person_id is not None,
        "asked": [one for one in standings if one.purpose.asks],
        "by_law": [one for one in standings if not one.purpose.asks],
        "requests": [_row(one) for one in DataRequest.objects.belonging_to(actor).select_related("person")[:PER_LIST]],
        "history": list(selectors.history_of(person_id)[:PER_LIST]) if person_id else [],
        "person_id": person_id,
    }
    return render(request, "privacy/mine.html", context)


def _row(one: DataRequest) -> dict[str, Any]:
    return {"one": one, "tone": TONES[State(one.state)]}


@signed_in
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """One word on one purpose, and back. Withdrawing is one press, as giving is."""
    typed, said = request.POST, request.POST.get("y_kien", "")
    try:
        if said == "bo-han-che":
            services.lift_restriction(actor=actor_of(request), code=typed.get("muc_dich", ""))
        elif said in [str(one) for one in Decision] and (said != Decision.GIVEN or typed.get("doc") == "1"):
            code, purpose_id = typed.get("muc_dich", ""), number_of(typed.get("noi_dung", ""))
            services.decide(actor=actor_of(request), code=code, decision=said, purpose_id=purpose_id)
        else:
            messages.error(request, _("Hãy đánh dấu vào ô đồng ý nếu bạn đồng ý."))
            return redirect(_back(typed.get("ve", "")))
        messages.success(request, _("Đã ghi ý kiến của bạn. Có hiệu lực ngay."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect(_back(typed.get("ve", "")))


def _back(wanted: str) -> str:
    """The page of ours that asked, else the list of purposes."""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if ours else reverse("privacy:mine")


@signed_in
@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """All my words as a file."""
    person = selectors.own_person(actor_of(request))
    if person is None:
        raise Http404
    content = services.export_proof(actor=actor_of(request), person=person)
    return papers.download(
        json.dumps(content, ensure_ascii=False, indent=1).encode(), "application/json", "bang-chung-dong-y.json"
    )


@signed_in
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Which right: every one of the law, in plain words, with its term."""
    kinds = [{"kind": one, "name": KINDS[one], "hint": HINTS[one], "days": rules.term_days(one)} for one in Kind]
    return render(request, "privacy/choose.html", {"kinds": kinds})


@signed_in
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of one right, and filing it."""
    if kind not in [str(one) for one in Kind]:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            made = services.file_request(actor=actor_of(request), token=token_of(request.POST), **_asked(request, kind))
        except Refused as refusal:
            error = refusal.sentence
        else:
            messages.success(request, _("Đã nhận yêu cầu %(code)s của bạn.") % {"code": made.code})
            return redirect("privacy:request", made.code)
    return render(request, "privacy/file.html", _form(request, Kind(kind), error), status=422 if error else 200)


def _asked(request: HttpRequest, kind: str) -> dict[str, Any]:
    typed = request.POST
    for_person = number_of(typed.get("cho", ""))
    return {
        "kind": kind,
        "details": typed.get("noi_dung", ""),
        "purposes": typed.getlist("muc_dich"),
        "wanted": {name: typed.get(name, "") for name in FIELDS},
        "for_person_id": for_person or None,
    }


def _form(request: HttpRequest, kind: Kind, error: str) -> dict[str, Any]:
    actor, typed = actor_of(request), request.POST
    principals = [(str(one.person.pk), f"{one.person} ({one.basis})") for one in registry.principals_of(actor)]
    return {
        "kind": kind,
        "name": KINDS[kind],
        "hint": HINTS[kind],
        "days": rules.term_days(kind),
        "error": error,
        "token": typed.get("phieu") or uuid.uuid4(),
        "principals": [("", _("Cho tôi")), *principals] if principals else [],
        "chosen_for": typed.get("cho", ""),
        "purposes": _choices(actor.person_id, kind),
        "picked": typed.getlist("muc_dich"),
        "fields": [{"name": name, "label": label, "value": typed.get(name, "")} for name, label in FIELDS.items()]
        if kind is Kind.CORRECT
        else [],
        "details": typed.get("noi_dung", ""),
        "needs_words": kind in (Kind.PROTECT, Kind.COMPLAIN, Kind.OBJECT, Kind.DELETE),
    }


def _choices(person_id: int | None, kind: Kind) -> list[tuple[str, str, str]]:
    """The purposes a right can be used on; a consent not given cannot be withdrawn."""
    if person_id is None or kind not in rules.ABOUT_PURPOSES:
        return []
    found = selectors.standings_of(person_id)
    fitting = [one for one in found if one.is_given] if kind is Kind.WITHDRAW else found
    return [
        (one.purpose.code, one.purpose.sentence, "" if one.purpose.asks else one.purpose.legal_basis) for one in fitting
    ]


@signed_in
def request_one(request: HttpRequest, code: str) -> HttpResponse:
    """One request of mine: its clocks, every step, the answer part by part, the copy to collect."""
    actor = actor_of(request)
    found = DataRequest.objects.belonging_to(actor).select_related("person", "unit").filter(code=code).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            services.take_back(actor=actor, code=code)
            messages.success(request, _("Đã rút yêu cầu."))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        return redirect("privacy:request", code)
    copy = DataCopy.objects.filter(request=found).first()
    context = {
        "one": found,
        "tone": TONES[State(found.state)],
        "sections": papers.sections_of(copy.content) if copy is not None else [],
        "moments": moments(found, internal=False),
        "parts": list(found.parts.all()),
        "refusal": REFUSALS.get(found.refusal, ""),
        "copy": copy,
        "named": purpose_sentences(found),
        "is_web": found.channel == Channel.WEB,
    }
    return render(request, "privacy/request.html", context)


def purpose_sentences(found: DataRequest) -> list[str]:
    """The purposes a request names, in words."""
    known = {one.code: one.sentence for one in selectors.purposes_on().filter(code__in=found.purposes)}
    return [known.get(code, code) for code in found.purposes]


def moments(found: DataRequest, *, internal: bool) -> list[dict[str, Any]]:
    """The steps for the timeline, newest first; officers' own notes only for officers."""
    steps = found.steps.all() if internal else found.steps.filter(is_internal=False)
    return [
        {
            "title": f"{STEPS[one.act]} ({_('quá hạn')})" if one.is_late else STEPS[one.act],
            "at": one.at,
            "who": one.by_label if internal else "",
            "text": one.words,
            "state": "bad" if one.is_late or one.act == "refused" else "",
        }
        for one in reversed(steps)
    ]


@signed_in
@require_safe
def copy(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """My copy, to read or to take to another system."""
    if form not in papers.FORMS or not DataRequest.objects.belonging_to(actor_of(request)).filter(code=code).exists():
        raise Http404
    try:
        found = services.collect_copy(actor=actor_of(request), code=code, form=form)
    except DataCopy.DoesNotExist:
        raise Http404 from None
    return papers.hand_over(found, form)
