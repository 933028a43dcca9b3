"""The head's statistics: the table, and the dossiers behind each of its numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation.access.gates import permitted
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.rules import normalise
from tinhso.systems.procedures.measures import initials
from tinhso.systems.procedures.models import Channel, Dossier
from tinhso.systems.procedures.performance import tallies, workbooks
from tinhso.systems.procedures.performance.asked import Page, choices, read, span_words
from tinhso.systems.procedures.performance.permissions import VIEW
from tinhso.systems.procedures.words import state_name

PAGE = 50
MOST_IN_WORKBOOK = 20_000
# The cells of the table, left to right; the parts of what was received are told by the filter on the channel.
COLUMNS = (
    tallies.CARRIED,
    tallies.RECEIVED,
    tallies.ONLINE,
    tallies.FINISHED,
    tallies.EARLY,
    tallies.ON_TIME,
    tallies.LATE,
    tallies.RUNNING,
    tallies.WITHIN,
    tallies.OVERDUE,
    tallies.PAUSED,
)
_FILTER_OF = {
    tallies.BY_PROCEDURE: "thu_tuc",
    tallies.BY_OFFICER: "can_bo",
    tallies.BY_CHANNEL: "kenh",
    tallies.BY_UNIT: "don_vi",
}


@require_safe
@permitted(VIEW)
def statistics(request: HttpRequest) -> HttpResponse:
    """On time, early, overdue, paused: by procedure, unit, officer or channel, over a month, a quarter or a year."""
    page = read(request)
    rows, total = tallies.table(page.actor, page.asked, page.group)
    if request.GET.get("dang") == "xlsx":
        return _workbook(page, rows, total)
    return render(
        request,
        "performance/statistics.html",
        {
            "page": page,
            "columns": [(code, tallies.CELLS[code]) for code in COLUMNS],
            "rows": [_drawn(page, row) for row in rows],
            "total": _drawn(page, total),
            "figures": _figures(page, total),
            "period": span_words(page.asked.span),
            "xlsx": request.path + page.address(dang="xlsx"),
            "group_name": tallies.GROUPS[page.group],
            "officer_name": _officer_name(page),
            "drawn_at": page.asked.now,
            **choices(page),
        },
    )


def _officer_name(page: Page) -> str:
    if page.asked.officer is None:
        return ""
    found = tallies.with_officer(tallies.dossiers(page.actor, page.asked)).filter(officer_id=page.asked.officer)
    # The name is told only to those who see dossiers of that officer.
    return Account.objects.get(pk=page.asked.officer).full_name if found.exists() else ""


def _drawn(page: Page, line: tallies.Line) -> dict[str, Any]:
    narrowed = {_FILTER_OF[page.group]: line.key} if line.key else {}
    is_nobody = page.group == tallies.BY_OFFICER and not line.key and line.label != _("Tổng cộng")
    cells = [
        {
            "value": line.cells[code],
            "label": tallies.CELLS[code],
            "href": "" if is_nobody or not line.cells[code] else _behind(page, code, **narrowed),
            "tone": "bad" if code in (tallies.LATE, tallies.OVERDUE) and line.cells[code] else "",
        }
        for code in COLUMNS
    ]
    return {
        "label": line.label,
        "href": reverse("performance:statistics") + page.address(**narrowed, nhom="") if line.key else "",
        "cells": cells,
        "share": line.on_time_share,
    }


def _behind(page: Page, cell: str, **more: str) -> str:
    return reverse("performance:dossiers") + page.address(**{**more, "o": cell})


def _figures(page: Page, total: tallies.Line) -> list[dict[str, Any]]:
    cells = total.cells
    return [
        {"name": _("Đúng hạn và trước hạn"), "share": total.on_time_share, "href": _behind(page, tallies.FINISHED)},
        {"name": _("Đã giải quyết"), "value": cells[tallies.FINISHED], "href": _behind(page, tallies.FINISHED)},
        {"name": _("Đang quá hạn"), "value": cells[tallies.OVERDUE], "href": _behind(page, tallies.OVERDUE)},
        {"name": _("Tạm dừng"), "value": cells[tallies.PAUSED], "href": _behind(page, tallies.PAUSED)},
    ]


def _workbook(page: Page, rows: list[tallies.Line], total: tallies.Line) -> HttpResponse:
    head = [str(tallies.GROUPS[page.group]), *[str(tallies.CELLS[code]) for code in COLUMNS], _("Tỷ lệ đúng hạn (%)")]
    body = [
        [line.label, *[line.cells[code] for code in COLUMNS], _rounded(line.on_time_share)] for line in [*rows, total]
    ]
    sheets: list[workbooks.Sheet] = [
        (_("Thống kê"), head, body),
        (_("Về số liệu"), [_("Mục"), _("Nội dung")], about(page)),
    ]
    return workbooks.answer(f"giai-quyet-ho-so-{page.asked.span}", workbooks.workbook(sheets))


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 2)


def about(page: Page) -> list[list[object]]:
    """What a reader of the workbook must know: of whom, of when, counted how."""
    return [
        [_("Đơn vị"), page.place.name],
        [_("Kỳ"), span_words(page.asked.span)],
        [_("Đếm lúc"), timezone.localtime(page.asked.now).strftime("%d/%m/%Y %H:%M")],
        [_("Lọc"), " · ".join(normalise(value) for value in page.given.values() if value) or _("không lọc")],
        [
            _("Cách đếm"),
            _(
                "Kỳ trước chuyển sang + tiếp nhận trong kỳ = đã giải quyết + đang giải quyết. Trước hạn: xong trước "
                "ngày hẹn trả; đúng hạn: xong trong ngày hẹn, trước giờ hẹn; hạn là hẹn trả hiện ghi ở hồ sơ."
            ),
        ],
    ]


class Bounded(Paginator):  # type: ignore[type-arg]
    """Counts no further than a person would leaf: a list of a million is filtered, not read to its end."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        listed: Any = self.object_list
        return int(listed.order_by()[: self.MOST + 1].count())

    @property
    def is_cut(self) -> bool:
        return self.count > self.MOST


def per_page(request: HttpRequest) -> int:
    return 100 if request.GET.get("moi-trang") == "100" else PAGE


@require_safe
@permitted(VIEW)
def dossiers(request: HttpRequest) -> HttpResponse:
    """The dossiers behind one number: the same rows, names as initials; whole dossiers open by the desk's right."""
    page = read(request)
    cell = request.GET.get("o", "")
    if cell not in tallies.CELLS:
        raise Http404
    found = tallies.behind(page.actor, page.asked, cell)
    if request.GET.get("dang") == "xlsx":
        return _list_workbook(page, cell, found)
    if request.GET.get("dang") == "json":
        return _list_data(request, found)
    shown = Bounded(found, per_page(request)).get_page(request.GET.get("trang"))
    return render(
        request,
        "performance/dossiers.html",
        {
            "page": page,
            "cell_name": tallies.CELLS[cell],
            "cell": cell,
            "shown": shown,
            "lines": _lines(page, Listed.read(shown.object_list)),
            "period": span_words(page.asked.span),
            "officer_name": _officer_name(page),
            "back": reverse("performance:statistics") + page.address(),
            "here": page.address(o=cell),
            "xlsx": request.path + page.address(o=cell, dang="xlsx"),
        },
    )


# What the lists show of a dossier, in one narrow read.
_SHOWN = (
    "code", "version__plain_name", "applicant__full_name", "received_unit__name", "channel", "received_at", "due_at",
    "finished_at", "state", "is_simulated",
)  # fmt: skip


class Listed(NamedTuple):
    """What a table shows of a dossier. A hundred rows as objects, with three beside each, cost a third of the page."""

    pk: int
    code: str
    state: str
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    is_simulated: bool
    procedure: str
    applicant: str
    unit: str | None

    @classmethod
    def read(cls, found: Any) -> list[Listed]:
        """The rows of a query of dossiers."""
        names = ("version__plain_name", "applicant__full_name", "received_unit__name")
        return [cls(*row) for row in found.values_list(*cls._fields[:7], *names)]

    @classmethod
    def of(cls, one: Dossier) -> Listed:
        """The row of a dossier that is at hand."""
        unit = one.received_unit.name if one.received_unit else None
        beside = (one.version.plain_name, one.applicant.full_name, unit)
        return cls._make([*(getattr(one, name) for name in cls._fields[:7]), *beside])


def _list_data(request: HttpRequest, found: QuerySet[Dossier]) -> JsonResponse:
    """The same list for programs: so many rows, and whether there are more; nothing is counted to the end."""
    size = per_page(request)
    text = request.GET.get("trang", "1")
    number = int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else 1
    start = (max(number, 1) - 1) * size
    rows = list(found.values_list(*_SHOWN)[start : start + size + 1])
    listed = [
        {
            "code": code, "procedure": title, "applicant": initials(name), "unit": unit, "channel": channel,
            "received_at": received, "due_at": due, "finished_at": finished, "state": state, "is_simulated": simulated,
        }
        for code, title, name, unit, channel, received, due, finished, state, simulated in rows[:size]
    ]  # fmt: skip
    return JsonResponse({"dossiers": listed, "has_more": len(rows) > size})


def lines_of(page: Page, listed: list[Dossier]) -> list[dict[str, Any]]:
    """Dossiers as lines without full names, with a link for those that the reader may open whole."""
    return _lines(page, [Listed.of(one) for one in listed])


def _lines(page: Page, listed: list[Listed]) -> list[dict[str, Any]]:
    keys = [one.pk for one in listed]
    open_ones = set(Dossier.objects.visible_to(page.actor).filter(pk__in=keys).values_list("pk", flat=True))
    states: dict[str, str] = {}
    href = reverse("desk:dossier", args=[0])
    return [
        {
            "dossier": one,
            "person": initials(one.applicant),
            "state": states.get(one.state) or states.setdefault(one.state, str(state_name(one.state))),
            "href": href.replace("0", str(one.pk)) if one.pk in open_ones else "",
        }
        for one in listed
    ]


def _list_workbook(page: Page, cell: str, found: QuerySet[Dossier]) -> HttpResponse:
    head = (
        _("Mã hồ sơ"), _("Thủ tục"), _("Người nộp"), _("Đơn vị"), _("Cách nộp"), _("Tiếp nhận"), _("Hẹn trả"),
        _("Xong"), _("Trạng thái"), _("Mô phỏng"),
    )  # fmt: skip
    listed = found.values_list(*_SHOWN)[:MOST_IN_WORKBOOK]
    body = [
        [code, title, initials(name), unit, str(Channel(channel).label), *map(_moment, (received, due, finished)),
         str(state_name(state)), _("mô phỏng") if simulated else ""]
        for code, title, name, unit, channel, received, due, finished, state, simulated in listed
    ]  # fmt: skip
    sheets: list[workbooks.Sheet] = [
        (str(tallies.CELLS[cell]), head, body),
        (_("Về số liệu"), [_("Mục"), _("Nội dung")], about(page)),
    ]
    return workbooks.answer(f"ho-so-{cell}-{page.asked.span}", workbooks.workbook(sheets))


def _moment(at: Any) -> str:
    return timezone.localtime(at).strftime("%d/%m/%Y %H:%M") if at else ""
