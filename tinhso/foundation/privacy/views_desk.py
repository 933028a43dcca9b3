"""The counter: a request taken from somebody with their card in hand; their word on a purpose."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.privacy import permissions, rules, selectors, services
from tinhso.foundation.privacy.asking import number_of, token_of
from tinhso.foundation.privacy.errors import WrongRequest
from tinhso.foundation.privacy.models import DataRequest
from tinhso.foundation.privacy.rules import Decision, Kind, State
from tinhso.foundation.privacy.words import FIELDS, HINTS, KINDS, TONES
from tinhso.foundation.text.errors import Refused

PER_LIST = 50


def _desks(request: HttpRequest) -> list[Unit]:
    """The counters where this officer takes requests."""
    return list(Unit.objects.filter(access.units(actor_of(request), permissions.RECEIVE)).order_by("pk")[:20])


@permitted(permissions.RECEIVE)
@require_safe
def at_desk(request: HttpRequest) -> HttpResponse:
    """Which right somebody came for; what was taken here."""
    scope = access.scope(actor_of(request), permissions.RECEIVE, "desk")
    taken = DataRequest.objects.filter(scope).select_related("person")[:PER_LIST]
    context = {
        "kinds": [{"kind": one, "name": KINDS[one], "hint": HINTS[one]} for one in Kind],
        "rows": [{"one": one, "tone": TONES[State(one.state)]} for one in taken],
    }
    return render(request, "privacy/at_desk.html", context)


@permitted(permissions.RECEIVE)
def take(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of one right at the counter."""
    if kind not in [str(one) for one in Kind]:
        return redirect("privacy:at_desk")
    error, typed = "", request.POST
    if request.method == "POST":
        try:
            made = _take(request, kind, typed)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
        else:
            messages.success(request, _("Đã nhận yêu cầu %(code)s.") % {"code": made.code})
            return redirect("privacy:slip", made.pk)
    return render(request, "privacy/take.html", _form(request, Kind(kind), error), status=422 if error else 200)


def _desk(request: HttpRequest, typed: Any) -> Unit:
    desks = _desks(request)
    wanted = number_of(typed.get("quay", ""))
    found = next((one for one in desks if one.pk == wanted), desks[0] if len(desks) == 1 else None)
    if found is None:
        raise WrongRequest(_("Hãy chọn nơi nhận."))
    return found


def _take(request: HttpRequest, kind: str, typed: Any) -> DataRequest:
    return services.file_at_desk(
        actor=actor_of(request),
        unit=_desk(request, typed),
        token=token_of(typed),
        personal_number=typed.get("so", ""),
        document=typed.get("giay_to", ""),
        kind=kind,
        details=typed.get("noi_dung", ""),
        purposes=typed.getlist("muc_dich"),
        wanted={name: typed.get(name, "") for name in FIELDS},
    )


def _form(request: HttpRequest, kind: Kind, error: str) -> dict[str, Any]:
    typed = request.POST
    shown = selectors.purposes_on() if kind in rules.ABOUT_PURPOSES else []
    purposes = [one for one in shown if kind is not Kind.WITHDRAW or one.asks]
    return {
        "kind": kind,
        "name": KINDS[kind],
        "hint": HINTS[kind],
        "days": rules.term_days(kind),
        "error": error,
        "token": typed.get("phieu") or uuid.uuid4(),
        "desks": [(str(one.pk), one.name) for one in _desks(request)],
        "typed": {name: typed.get(name, "") for name in ("so", "giay_to", "quay")},
        "purposes": [(one.code, one.sentence, "" if one.asks else one.legal_basis) for one in purposes],
        "picked": typed.getlist("muc_dich"),
        "fields": [{"name": name, "label": label, "value": typed.get(name, "")} for name, label in FIELDS.items()]
        if kind is Kind.CORRECT
        else [],
        "details": typed.get("noi_dung", ""),
        "needs_words": kind in (Kind.PROTECT, Kind.COMPLAIN, Kind.OBJECT, Kind.DELETE),
    }


@permitted(permissions.RECEIVE)
@require_safe
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """What was taken, to read to the person: the code and both dates."""
    scope = access.scope(actor_of(request), permissions.RECEIVE, "desk")
    taken = DataRequest.objects.filter(scope).select_related("person", "unit", "desk")
    found = get_object_or_404(taken, pk=number_of(str(pk)))
    services.open_request(actor_of(request), found)
    return render(request, "privacy/slip.html", {"one": found, "tone": TONES[State(found.state)]})


@permitted(permissions.RECEIVE)
def word(request: HttpRequest) -> HttpResponse:
    """Somebody's word on one purpose, taken at the counter: giving and withdrawing side by side."""
    error, typed = "", request.POST
    if request.method == "POST":
        try:
            said = typed.get("y_kien", "")
            if said not in [str(one) for one in Decision]:
                raise WrongRequest(_("Hãy chọn ý kiến của người dân."))
            services.decide_at_desk(
                actor=actor_of(request),
                unit=_desk(request, typed),
                personal_number=typed.get("so", ""),
                document=typed.get("giay_to", ""),
                code=typed.get("muc_dich", ""),
                decision=said,
            )
            messages.success(request, _("Đã ghi ý kiến. Có hiệu lực ngay."))
            return redirect("privacy:word")
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    context = {
        "error": error,
        "typed": {name: typed.get(name, "") for name in ("so", "giay_to", "quay", "muc_dich", "y_kien")},
        "desks": [(str(one.pk), one.name) for one in _desks(request)],
        "purposes": [one for one in selectors.purposes_on() if one.asks],
        "decisions": [("given", _("đồng ý")), ("declined", _("không đồng ý")), ("withdrawn", _("rút lại sự đồng ý"))],
    }
    return render(request, "privacy/word.html", context, status=422 if error else 200)
