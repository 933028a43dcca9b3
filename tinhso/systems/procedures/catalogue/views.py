"""Officers' pages: what has to be checked, one procedure with its versions, confirming, saying why partial."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.asked import whole_number
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.ui.pickers import with_query
from tinhso.systems.procedures.catalogue import everyday, selectors, services, words
from tinhso.systems.procedures.catalogue.forms import FORMS, PartForm, ReasonForm, form_for
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.catalogue.permissions import CONFIRM, VIEW

PER_PAGE = 50
LINE = ("code", "name", "plain_name", "field_name", "tier", "doubts", "online_level", "issuer", "decision")


@require_safe
@permitted(VIEW)
def worklist(request: HttpRequest) -> HttpResponse:
    """Procedures with something to check, the common ones first; by part."""
    part = request.GET.get("phan", "")
    part = part if part in FORMS else ""
    counted = selectors.doubts_counted()
    chips = [
        {
            "href": with_query(request, phan=name or None, trang=None),
            "label": str(words.PART_NAMES[name]) if name else _("tất cả"),
            "count": counted[name or "every"],
            "is_current": name == part,
        }
        for name in ("", *FORMS)
    ]
    return _list(request, selectors.worklist(part), _("Cần kiểm tra"), "worklist", chips)


@require_safe
@permitted(VIEW)
def partial(request: HttpRequest) -> HttpResponse:
    """Services that are not full-process and do not say why (Decree 224/2026 art. 14)."""
    return _list(request, selectors.without_reason(), _("Chưa toàn trình mà chưa ghi lý do"), "partial", [])


@require_safe
@permitted(VIEW)
def drift(request: HttpRequest) -> HttpResponse:
    """Procedures served here whose national facts have changed since they were published here."""
    found = CatalogueEntry.objects.newest().filter(code__in=[link.version.code for link in selectors.drifted()])
    return _list(request, found.order_by("sort_key", "code"), _("Danh mục đã đổi sau khi tỉnh ban hành"), "drift", [])


def _list(request: HttpRequest, found: Any, title: str, here: str, chips: list[dict[str, Any]]) -> HttpResponse:
    shown = Paginator(found.values(*LINE), PER_PAGE).get_page(request.GET.get("trang"))
    rows = [
        {
            **row,
            "title": row["plain_name"] or everyday.short(row["name"]),
            "parts": [str(words.PART_NAMES[part]) for part in row["doubts"]],
        }
        for row in shown
    ]
    count = shown.paginator.count
    context = {
        "title": title,
        "here": here,
        "chips": chips,
        "rows": rows,
        "sentence": ngettext("%(count)d thủ tục", "%(count)d thủ tục", count) % {"count": count},
        "pages": _("Trang %(number)d trên %(count)d") % {"number": shown.number, "count": shown.paginator.num_pages},
        "previous_url": with_query(request, trang=str(shown.number - 1)) if shown.has_previous() else "",
        "next_url": with_query(request, trang=str(shown.number + 1)) if shown.has_next() else "",
    }
    return render(request, "catalogue/worklist.html", context)


@require_safe
@permitted(VIEW)
def entry(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure of the list: what is sure, every version with its changes, what to confirm."""
    return _show(request, code)


def _show(
    request: HttpRequest, code: str, *, wrong: PartForm | None = None, part: str = "", why: ReasonForm | None = None
) -> HttpResponse:
    history = selectors.history(code)
    if not history:
        raise Http404
    found: CatalogueEntry = history[0]["entry"]
    may_confirm = access.allowed(actor_of(request), CONFIRM) and found.valid_to is None
    forms = {name: form_for(found, name) for name in found.doubts} if may_confirm else {}
    if wrong is not None:
        forms[part] = wrong
    first = {"reason": found.partial_reason, "basis": found.partial_basis}
    context = {
        "entry": found,
        "title": found.plain_name or everyday.short(found.name),
        "parts": [
            {
                "code": name,
                "name": words.PART_NAMES[name],
                "form": (wrong if wrong is not None and name == part else form_for(found, name))
                if may_confirm
                else None,
            }
            for name in found.doubts
        ],
        "confirmed": [{"name": words.PART_NAMES[name], **told} for name, told in found.confirmed.items()],
        "versions": [_version(one) for one in history],
        "reason_form": (why or ReasonForm(initial=first)) if may_confirm and not found.is_full_process else None,
        "crumbs": [(_("Danh mục thủ tục"), "/can-bo/danh-muc/"), (code, "")],
    }
    return render(request, "catalogue/entry.html", context, status=422 if wrong is not None or why is not None else 200)


def _version(one: dict[str, Any]) -> dict[str, Any]:
    changes = [
        {
            "name": words.fact_name(change.fact),
            "before": words.value_words(change.fact, change.before),
            "after": words.value_words(change.fact, change.after),
        }
        for change in one["changes"]
    ]
    return {"entry": one["entry"], "changes": changes, "is_first": one["is_first"]}


def _seen(request: HttpRequest) -> int:
    typed = request.POST.get("phien-ban", "")
    return whole_number(typed) or 0


def _newest(code: str) -> CatalogueEntry:
    found = CatalogueEntry.objects.newest().filter(code=code).first()
    if found is None:
        raise Http404
    return found


@require_POST
@permitted(CONFIRM)
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """A part read off the published act: a new version, or the form again with what is wrong."""
    part = request.POST.get("phan", "")
    if part not in FORMS:
        raise Http404
    form = form_for(_newest(code), part, request.POST)
    if not form.is_valid():
        return _show(request, code, wrong=form, part=part)
    try:
        services.confirm_part(
            actor=actor_of(request),
            code=code,
            part=part,
            values=form.values(),
            source=form.cleaned_data["source"],
            seen=_seen(request),
        )
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return _show(request, code, wrong=form, part=part)
    messages.success(request, _("Đã xác nhận; phiên bản mới có hiệu lực từ hôm nay."))
    return redirect("catalogue:entry", code)


@require_POST
@permitted(CONFIRM)
def reason(request: HttpRequest, code: str) -> HttpResponse:
    """Why the service is not full-process."""
    _newest(code)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, code, why=form)
    try:
        services.say_why_partial(actor=actor_of(request), code=code, seen=_seen(request), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return _show(request, code, why=form)
    messages.success(request, _("Đã ghi lý do và căn cứ."))
    return redirect("catalogue:entry", code)
