"""The desk's lists by remaining legal time: filtered, worked by keyboard, and many dossiers at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.faces.desk.views import QUEUE_TITLES, waiting
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted, signed_in
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.registry import PERMISSIONS
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.ui import nav
from tinhso.foundation.ui.stencils import Stencil
from tinhso.foundation.ui.templatetags.ui import clock
from tinhso.systems.procedures import permissions, selectors, services
from tinhso.systems.procedures.errors import NothingChosen
from tinhso.systems.procedures.models import Channel
from tinhso.systems.procedures.selectors import TODAY, Wanted
from tinhso.systems.procedures.services.batches import BatchOutcome
from tinhso.systems.procedures.stand_ins import stood_in_for
from tinhso.systems.procedures.words import state_name

# What may be done with many dossiers of a list at once: address, word, permission.
MANY: dict[str, tuple[tuple[str, Any, str], ...]] = {
    "tiep-nhan": (("tiep-nhan", gettext_lazy("Tiếp nhận"), permissions.RECEIVE),),
    "chuyen": (("chuyen", gettext_lazy("Chuyển thụ lý"), permissions.RECEIVE),),
    "thu-ly": (
        ("nhan", gettext_lazy("Nhận thụ lý"), permissions.RESOLVE),
        ("giao", gettext_lazy("Giao cho"), permissions.ASSIGN),
    ),
}
DUE = {"late": gettext_lazy("Đã quá hạn"), "today": gettext_lazy("Đến hạn hôm nay"), "later": gettext_lazy("Còn hạn")}
WHOSE = {"mine": gettext_lazy("Việc của tôi"), "nobody": gettext_lazy("Chưa ai nhận")}


def wanted_of(request: HttpRequest) -> Wanted:
    """The filters of the address; what is not a known value asks for nothing."""
    asked = request.GET
    return Wanted(
        procedure=asked.get("thu-tuc", "")[:30],
        channel=asked.get("cach", "") if asked.get("cach") in Channel.values else "",
        due=asked.get("han", "") if asked.get("han") in DUE else "",
        whose=asked.get("cua", "") if asked.get("cua") in WHOSE else "",
        words=asked.get("tu", "").strip()[:60],
    )


KEYS = {"procedure": "thu-tuc", "channel": "cach", "due": "han", "whose": "cua", "words": "tu"}


def address(name: str, wanted: Wanted, **changed: str) -> str:
    """The address of the list so narrowed: it can be sent to a colleague."""
    asked = replace(wanted, **changed)
    parts = {"ds": name, **{key: getattr(asked, field) for field, key in KEYS.items() if getattr(asked, field)}}
    return f"?{urlencode(parts)}"


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The list asked for (`?ds=`), least legal time first; without one today's work, or the first list with any.

    An officer without dossiers (an accountant) is led to the first page of the desk that is theirs.
    """
    actor = actor_of(request)
    if not access.allowed(actor, permissions.VIEW):
        return _first_page(request)
    asked = request.GET.get("ds", "")
    if asked and asked not in (TODAY, *selectors.queues_of(actor)):
        raise Http404
    name, kinds = _opened(request, actor, asked)
    wanted = wanted_of(request)
    pages: Paginator[Any] = Paginator([], selectors.PAGE)
    if wanted != Wanted():
        pages.count = selectors.queue(actor, name, wanted).count()
    else:
        pages.count = sum(kind.count for kind in kinds)  # known already: the list was counted by its procedures
    page = pages.get_page(request.GET.get("trang"))
    start = (page.number - 1) * selectors.PAGE
    rows = selectors.page_of(actor, name, wanted, start, {kind.version_id: kind.plain_name for kind in kinds})
    context = {
        "name": name,
        "title": QUEUE_TITLES[name],
        "page": page,
        "rows": rows,
        "drawn": _drawn(actor, name, rows),
        "late": sum(1 for row in rows if row["minutes"] is not None and row["minutes"] < 0),
        "may_record": access.allowed(actor, permissions.RECEIVE),
        "may_sign": name == "cho-ky" and bool(rows),
        "many": many_of(actor, name),
        "officers": _officers(actor, name, rows),
        "wanted": wanted,
        "chips": chips(actor, name, wanted),
        "kept": [(KEYS[one], getattr(wanted, one)) for one in ("channel", "due", "whose") if getattr(wanted, one)],
        "procedures": list({kind.code: kind.plain_name for kind in kinds}.items())[:MOST_KINDS],
        "here": address(name, wanted),
    }
    return render(request, "desk/queue.html", context)


def _first_page(request: HttpRequest) -> HttpResponse:
    mine = nav.links("desk", request) if actor_of(request).grants else []
    if not mine:
        sentence = str(PERMISSIONS[permissions.VIEW].sentence)
        raise PermissionDenied(_("Bạn không có quyền: %(sentence)s.") % {"sentence": sentence})
    return redirect(mine[0].url)


ROW = Stencil("desk/parts/queue_row.html", ("may_pick", "is_simulated", "stands_in", "shows_state"))
# How many procedures the filter of a list offers.
MOST_KINDS = 40


def _opened(request: HttpRequest, actor: Actor, asked: str) -> tuple[str, list[selectors.Kind]]:
    """The list asked for; else today's work when there is any, else the first list with work; and what is in it."""
    kinds = selectors.kinds_of(actor, asked or TODAY)
    if asked or kinds:
        return asked or TODAY, kinds
    name = next((name for name, count in waiting(request).items() if count), TODAY)
    return name, selectors.kinds_of(actor, name) if name != TODAY else kinds


def _drawn(actor: Actor, name: str, rows: list[dict[str, Any]]) -> SafeString:
    """The rows of the table."""
    mine = stood_in_for(actor)
    channels = {value: str(label) for value, label in Channel.choices}
    states: dict[str, str] = {}
    href = reverse("desk:dossier", args=[0])
    for row in rows:
        state, holder = row["state"], row["case__holder_id"]
        row["state_name"] = states.get(state) or states.setdefault(state, str(state_name(state)))
        row["channel_name"] = channels[row["channel"]]
        row["stands_in"] = holder in mine and holder != actor.account_id
        row["holder"] = row["case__holder__full_name"] or row["office__short_name"]
        row["href"] = href.replace("0", str(row["id"]))
        row["clock"] = clock(row["due"], row["minutes"], row["is_paused"], row["finished_at"])
    return ROW.draw(rows, may_pick=bool(many_of(actor, name)), shows_state=name == TODAY)


def many_of(actor: Actor, name: str) -> list[tuple[str, Any]]:
    """The bulk acts of a list that this officer may do."""
    return [(slug, label) for slug, label, code in MANY.get(name, ()) if access.allowed(actor, code)]


def _officers(actor: Actor, name: str, rows: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Whom a head may give the work of this page to: only where all of it lies at one office."""
    from tinhso.foundation.orgs.models import Unit

    offices = {row["office_id"] for row in rows}
    if name != "thu-ly" or len(offices) != 1 or not access.allowed(actor, permissions.ASSIGN):
        return []
    return [(one.pk, one.full_name) for one in selectors.officers_of(Unit.objects.get(pk=offices.pop()))]


def chips(actor: Actor, name: str, wanted: Wanted) -> list[dict[str, Any]]:
    """The filters as chips: one that is on takes itself off."""
    made = []
    for field, words in (("due", DUE), ("whose", WHOSE), ("channel", dict(Channel.choices))):
        if field == "whose" and name not in (TODAY, "thu-ly"):
            continue
        for value, label in words.items():
            is_on = getattr(wanted, field) == value
            made.append(
                {
                    "href": address(name, wanted, **{field: "" if is_on else value}),
                    "label": label,
                    "is_current": is_on,
                    "removes": is_on,
                }
            )
    return made


@permitted(permissions.VIEW)
def many(request: HttpRequest) -> HttpResponse:
    """One act on the dossiers ticked: what became of each is said, none is left half done."""
    if request.method != "POST":
        return redirect("desk:home")
    actor, slug = actor_of(request), request.POST.get("viec", "")
    known = {one: label for acts in MANY.values() for one, label, _code in acts}
    if slug not in known:
        raise Http404
    ids = [int(one) for one in request.POST.getlist("chon") if one.isdecimal() and len(one) < 19]
    error, outcomes = "", []
    try:
        outcomes = services.do_many(actor, ids, _act_of(slug, actor, request))
    except access.Denied:
        raise
    except Refused as refusal:
        error = refusal.sentence
    context = {
        "title": known[slug],
        "outcomes": outcomes,
        "done": sum(1 for one in outcomes if one.is_done),
        "error": error,
        "back": request.POST.get("ve", "") if request.POST.get("ve", "").startswith("?") else "",
    }
    return render(request, "desk/outcomes.html", context, status=409 if error else 200)


def _act_of(slug: str, actor: Actor, request: HttpRequest) -> Callable[[int], Any]:
    if slug == "giao":
        chosen = request.POST.get("nguoi", "")
        account = Account.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 19 else None
        if account is None:
            raise Refused(_("Hãy chọn người thụ lý."))
        reason = request.POST.get("ly_do", "")
        return lambda pk: services.assign_dossier(actor=actor, dossier_id=pk, account=account, reason=reason)
    acts: dict[str, Callable[..., Any]] = {
        "tiep-nhan": services.receive_dossier,
        "chuyen": services.hand_over,
        "nhan": services.take_dossier,
    }
    return lambda pk: acts[slug](actor=actor, dossier_id=pk)


@permitted(permissions.SIGN)
def sign_many(request: HttpRequest) -> HttpResponse:
    """The leader's page: previews, ticks, one fresh proof; signed in slices, so that the page can say how far it is."""
    actor = actor_of(request)
    if request.method != "POST":
        found = selectors.queue(actor, "cho-ky").select_related("version", "applicant", "office", "result__drafted_by")[
            :SHEET
        ]
        return render(request, "desk/sign_many.html", {"rows": list(found), "most": SHEET})
    access.require(actor, permissions.SIGN)  # asks for the fresh proof before anything is signed
    ids = [int(one) for one in request.POST.getlist("chon") if one.isdecimal() and len(one) < 19]
    return _signed(request, actor, list(dict.fromkeys(ids))[:SHEET])


# How many results a page offers, and how many one answer signs before it says how far it is.
SHEET, SLICE = 40, 5


def _signed(request: HttpRequest, actor: Actor, ids: list[int]) -> HttpResponse:
    """Signs the next slice, or all at once when a PIN was typed: it is never written back into a page."""
    typed = request.POST
    pin = typed.get("pin", "")[:64]
    codes = dict(selectors.queue(actor, "cho-ky").filter(pk__in=ids).values_list("pk", "code"))
    known = [pk for pk in ids if pk in codes]
    now = known if pin else known[:SLICE]
    error = "" if now else NothingChosen().sentence
    outcome = BatchOutcome()
    if now:
        try:
            outcome = services.sign_batch(actor=actor, dossier_ids=now, pin=pin)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    if error:
        found = selectors.queue(actor, "cho-ky").select_related("version", "applicant", "office", "result__drafted_by")
        context = {"rows": list(found[:SHEET]), "most": SHEET, "error": error}
        return render(request, "desk/sign_many.html", context, status=409)
    return render(request, "desk/signed_many.html", _told(typed, known, now, codes, outcome))


def _told(typed: Any, known: list[int], now: list[int], codes: dict[int, str], outcome: BatchOutcome) -> dict[str, Any]:
    """What the page says of the slice just signed, of those before it, and of what is left."""
    before = [one for one in typed.getlist("da") if one.isdecimal() and len(one) < 19]
    wrong = dict(outcome.untouched)
    gone = len(before) + len(now)
    left = [pk for pk in known if pk not in now]
    total = typed.get("tong", "")
    whole = int(total) if total.isdecimal() and len(total) < 4 else gone + len(left)
    return {
        "outcomes": [{"dossier_id": pk, "code": codes[pk], "sentence": wrong.get(pk, "")} for pk in now],
        "stopped_by": outcome.stopped_by,
        "left": left,
        "before": [*before, *(str(pk) for pk in now)],
        "total": max(whole, gone),
        "gone": gone,
        "share": 100 * gone // max(whole, 1),
    }
