"""The calendar of a unit: a month of working days, office hours, days that differ."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.faces.admin import forms_calendar
from tinhso.faces.admin.views_units import run
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.calendar import selectors, services
from tinhso.foundation.calendar.models import DayOverride
from tinhso.foundation.calendar.permissions import MANAGE, VIEW
from tinhso.foundation.calendar.rules import FIRST_YEAR, LAST_YEAR
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.selectors import find, province


@permitted(VIEW)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A month of the province, or of the unit found by `?q=`."""
    query = request.GET.get("q", "").strip()
    if query:
        found = find(query)
        if len(found) == 1:
            return redirect("admin:unit_calendar", found[0].pk)
        return render(request, "admin/calendar/find.html", {"found": found, "query": query})
    root = province()
    if root is None:
        return render(request, "admin/calendar/find.html", {"found": [], "query": ""})
    return _month_page(request, root)


@permitted(VIEW)
@require_safe
def unit_calendar(request: HttpRequest, unit_id: int) -> HttpResponse:
    """A month of one unit."""
    return _month_page(request, get_object_or_404(Unit, pk=unit_id))


def _month_page(request: HttpRequest, unit: Unit) -> HttpResponse:
    today = timezone.localdate()
    first = _month(request)
    days = selectors.month_of(unit, first.year, first.month)
    cells: list[selectors.DayInfo | None] = [None] * first.weekday()
    cells += days
    cells += [None] * (-len(cells) % 7)
    row, week = selectors.hours_of(unit, max(today, unit.valid_from))
    context = {
        "unit": unit,
        "first": first,
        "title": _("Tháng %(month)d năm %(year)d") % {"month": first.month, "year": first.year},
        "before": _month_url(unit, first - timedelta(1)),
        "after": _month_url(unit, first + timedelta(31)),
        "today": today,
        "weeks": [cells[start : start + 7] for start in range(0, len(cells), 7)],
        "weekdays": [{"short": WEEKDAYS_ABBR[number], "long": WEEKDAYS[number]} for number in range(7)],
        "working": sum(day.is_working for day in days),
        "different": [day for day in days if day.reason],
        "hours": row,
        "hours_are_own": row is not None and row.unit_id == unit.pk,
        "week": [
            {"label": WEEKDAYS[number], "value": _spoken([*selectors.spans_of(week[number])])} for number in range(7)
        ],
        "history": unit.office_hours.order_by("-valid_from", "-created_at"),
        "overrides": selectors.overrides_of(unit, first.year),
        "may_manage": access.allowed(actor_of(request), MANAGE, unit),
    }
    return render(request, "admin/calendar/month.html", context)


def _spoken(spans: list[tuple[str, str]]) -> str:
    return ", ".join(f"{start}-{end}" for start, end in spans) or _("nghỉ")


def _month(request: HttpRequest) -> date:
    """The month of the address (`?thang=2026-11`), this one when there is none, a wrong one, or out of range."""
    try:
        first = date.fromisoformat(f"{request.GET.get('thang', '')}-01")
    except ValueError:
        return timezone.localdate().replace(day=1)
    return first if FIRST_YEAR < first.year < LAST_YEAR else timezone.localdate().replace(day=1)


def _month_url(unit: Unit, day: date) -> str:
    return f"{reverse('admin:unit_calendar', args=[unit.pk])}?thang={day:%Y-%m}"


def _manageable(request: HttpRequest, unit_id: int) -> Unit:
    unit = get_object_or_404(Unit, pk=unit_id)
    access.require(actor_of(request), MANAGE, unit=unit)
    return unit


def _form_page(request: HttpRequest, unit: Unit, form: forms.Form, **more: Any) -> HttpResponse:
    crumbs = [
        (_("Lịch làm việc"), reverse("admin:calendar")),
        (str(unit.name), reverse("admin:unit_calendar", args=[unit.pk])),
        (more["title"], ""),
    ]
    context = {"unit": unit, "form": form, "crumbs": crumbs, **more}
    return render(request, "admin/calendar/form.html", context, status=422 if form.errors else 200)


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_hours(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The week of a unit from a day on."""
    unit = _manageable(request, unit_id)
    today = timezone.localdate()
    _row, week = selectors.hours_of(unit, today)
    initial: dict[str, Any] = {"valid_from": today}
    for number in range(7):
        initial[f"day_{number}"] = ", ".join(f"{a}-{b}" for a, b in selectors.spans_of(week[number]))
    form = forms_calendar.HoursForm(request.POST or None, initial=initial)
    return run(
        request,
        form,
        lambda: services.set_office_hours(
            actor_of(request),
            unit=unit,
            week=form.week(),
            valid_from=form.cleaned_data["valid_from"],
            document=form.cleaned_data["document"],
        ),
        lambda _hours: _said(request, unit, _("Đã đặt giờ làm việc.")),
        lambda: _form_page(
            request,
            unit,
            form,
            title=_("Đặt giờ làm việc"),
            button=_("Đặt giờ làm việc"),
            note=_("Áp dụng cho đơn vị và mọi đơn vị trực thuộc không đặt giờ riêng. Hạn của hồ sơ tính theo giờ này."),
        ),
    )


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_override(request: HttpRequest, unit_id: int) -> HttpResponse:
    """A day off or worked against the rule, by a document."""
    unit = _manageable(request, unit_id)
    form = forms_calendar.OverrideForm(request.POST or None, initial={"day": request.GET.get("ngay"), "kind": "off"})
    return run(
        request,
        form,
        lambda: services.set_day_override(actor_of(request), unit=unit, **form.cleaned_data),
        lambda _made: _said(request, unit, _("Đã ghi ngày khác quy định."), form.cleaned_data["day"]),
        lambda: _form_page(
            request,
            unit,
            form,
            title=_("Đặt ngày nghỉ, ngày làm việc"),
            button=_("Ghi ngày này"),
            note=_("Áp dụng cho đơn vị và mọi đơn vị trực thuộc. Ngày đã ghi trước đó được thay và vẫn lưu."),
        ),
    )


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_withdraw(request: HttpRequest, override_id: int) -> HttpResponse:
    """A day that differs goes back to the rule; the row stays."""
    override = get_object_or_404(DayOverride.objects.select_related("unit"), pk=override_id)
    access.require(actor_of(request), MANAGE, unit=override.unit)
    form = forms_calendar.WithdrawForm(request.POST or None)
    note = _("%(day)s: %(reason)s (%(document)s).") % {
        "day": override.day.strftime("%d/%m/%Y"),
        "reason": override.reason,
        "document": override.document,
    }
    return run(
        request,
        form,
        lambda: services.withdraw_override(
            actor_of(request),
            override_id=override.pk,
            reason=form.cleaned_data["reason"],
        ),
        lambda _row: _said(request, override.unit, _("Đã bãi bỏ."), override.day),
        lambda: _form_page(
            request,
            override.unit,
            form,
            title=_("Bãi bỏ ngày khác quy định"),
            button=_("Bãi bỏ"),
            note=note,
            kind="danger",
        ),
    )


def _said(request: HttpRequest, unit: Unit, sentence: str, day: date | None = None) -> HttpResponse:
    messages.success(request, sentence)
    return redirect(_month_url(unit, day or timezone.localdate()))
