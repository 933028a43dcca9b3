"""Procedures: the list, the search, the page of one."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.engines.search.selectors import find
from tinhso.faces.portal.requests import actor_of
from tinhso.foundation.access.gates import public
from tinhso.systems.procedures import rules, selectors
from tinhso.systems.procedures.models import Channel, ProcedureVersion, TermUnit

LONGEST_QUERY = 200


@public
def procedures(request: HttpRequest) -> HttpResponse:
    """All procedures by field, or those that answer what was typed."""
    query = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    hits = find(actor_of(request), query, kinds=("procedure",), limit=20) if query else []
    groups: list[tuple[str, list[ProcedureVersion]]] = []
    if not query:
        groups = [(name, list(rows)) for name, rows in groupby(selectors.catalogue(), key=lambda row: row.field_name)]
    return render(request, "portal/procedures.html", {"query": query, "hits": hits, "groups": groups})


@public
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Who, what to bring, how long, how much, by which law; and the way to start."""
    try:
        version = selectors.procedure(code)
    except ProcedureVersion.DoesNotExist:
        raise Http404 from None
    context = {
        "version": version,
        "facts": facts(version),
        "is_online": rules.may_file_online(version.channels) and version.form_id is not None,
        "crumbs": [(_("Thủ tục"), "/thu-tuc/"), (version.field_name, ""), (version.plain_name, "")],
    }
    return render(request, "portal/procedure.html", context)


def facts(version: ProcedureVersion) -> list[dict[str, str]]:
    """The four questions people ask first, answered in a few words."""
    return [
        {"icon": "people", "name": _("Ai làm được"), "value": "; ".join(version.who_may_apply) or _("Mọi người")},
        {"icon": "clock", "name": _("Bao lâu"), "value": term(version)},
        {"icon": "money", "name": _("Bao nhiêu tiền"), "value": fee(version)},
        {"icon": "place", "name": _("Nộp ở đâu"), "value": where(version)},
    ]


def term(version: ProcedureVersion) -> str:
    """The legal term in words."""
    number: dict[str, Any] = {"number": version.term_value}
    if version.term_unit == TermUnit.SAME_DAY:
        return _("Trong ngày; nhận sau 15 giờ thì ngày làm việc tiếp theo")
    if version.term_unit == TermUnit.WORKING_HOUR:
        return ngettext("%(number)d giờ làm việc", "%(number)d giờ làm việc", version.term_value) % number
    return ngettext("%(number)d ngày làm việc", "%(number)d ngày làm việc", version.term_value) % number


def fee(version: ProcedureVersion) -> str:
    """The fee in words; what is not known is said to be set by the province's council."""
    if version.fee_vnd is None:
        return _("Theo nghị quyết của Hội đồng nhân dân tỉnh")
    return _("Không thu") if version.fee_vnd == 0 else f"{version.fee_vnd:,} đ".replace(",", ".")


def where(version: ProcedureVersion) -> str:
    """The channels in words."""
    named = {
        str(Channel.ONLINE): _("trên trang này"),
        str(Channel.DESK): _("tại Trung tâm Phục vụ hành chính công"),
        str(Channel.POST): _("qua bưu chính"),
    }
    found = "; ".join(named[channel] for channel in named if channel in version.channels)
    return found[:1].upper() + found[1:]
