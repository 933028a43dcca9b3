"""Units: the tree of any day, one unit with its history, and the acts on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.faces.admin import forms_units
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs import heirs, selectors, services
from tinhso.foundation.orgs.models import HandOver, Succession, Unit
from tinhso.foundation.orgs.permissions import MANAGE, VIEW
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused

MOST_CHANGE_DAYS = 8


@dataclass
class Node:
    """A unit of the tree with what hangs under it."""

    unit: Unit
    name: str
    children: list[Node] = field(default_factory=list)
    is_open: bool = False


@permitted(VIEW)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The tree of units on a day, or what a search finds in it."""
    day, query = day_asked(request), request.GET.get("q", "").strip()
    context: dict[str, Any] = {"day": day, "query": query, "change_days": selectors.change_days()[:MOST_CHANGE_DAYS]}
    if query:
        found = selectors.find(query, day)
        names = selectors.named_on(found, day)
        context["found"] = [{"unit": unit, "name": names[unit.pk], "above": _above(unit)} for unit in found]
    else:
        listed = selectors.tree(day)
        context |= {"nodes": _nodes(listed, day), "count": len(listed), "communes": selectors.communes(day).count()}
    context["may_manage"] = access.allowed(actor_of(request), MANAGE)
    return render(request, "admin/units/list.html", context)


def _nodes(listed: list[Unit], day: date) -> list[Node]:
    names = selectors.named_on(listed, day)
    by_id: dict[int, Node] = {}
    roots: list[Node] = []
    for unit in listed:
        node = by_id[unit.pk] = Node(unit, names[unit.pk], is_open=unit.kind in ("province", "provincial_committee"))
        above = by_id.get(unit.parent_id or 0)
        (above.children if above else roots).append(node)
    return roots


def _above(unit: Unit) -> str:
    return " › ".join(str(one.name) for one in selectors.ancestors_of(unit))


def day_asked(request: HttpRequest) -> date:
    """The day of the address (`?ngay=`), today when there is none or a wrong one."""
    return day_of(request.GET.get("ngay")) or timezone.localdate()


@permitted(VIEW)
@require_safe
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit: what it is, what it was called, where it came from and went, who serves there."""
    one = get_object_or_404(Unit.objects.select_related("area", "parent"), pk=unit_id)
    today = timezone.localdate()
    below = Unit.objects.filter(parent=one)
    context = {
        "unit": one,
        "crumbs": _crumbs(one),
        "is_living": one.is_valid_on(today),
        "former_names": one.former_names.all(),
        "predecessors": selectors.predecessors_of(one),
        "successions": selectors.successions_of(one),
        "standing_in": [] if one.is_valid_on(today) else selectors.successors_of(one, today),
        "children": below.as_of(min(today, one.valid_to or today)) if one.valid_to is None else below,
        "areas": one.residential_areas.as_of(today) if one.is_valid_on(today) else [],
        "hand_over": HandOver.objects.filter(unit=one).select_related("heir").first(),
        "passed": _passed(one),
        "other_rows": Unit.objects.filter(code=one.code).exclude(pk=one.pk).order_by("valid_from"),
        "may_manage": access.allowed(actor_of(request), MANAGE, one),
    }
    return render(request, "admin/units/detail.html", context)


def _crumbs(one: Unit) -> list[tuple[str, str]]:
    above = [(str(unit.name), reverse("admin:unit", args=[unit.pk])) for unit in selectors.ancestors_of(one)]
    return [(_("Đơn vị"), reverse("admin:units")), *above, (str(one.name), "")]


def _passed(one: Unit) -> list[tuple[str, int]]:
    row = HandOver.objects.filter(unit=one).first()
    labels = {name: str(heir.label) for name, heir in heirs.HEIRS.items()}
    return [(labels.get(name, name), number) for name, number in (row.passed if row else {}).items() if number]


def _manageable(request: HttpRequest, unit_id: int) -> Unit:
    """The unit, for one who may change it; others are refused before they see a form."""
    one = get_object_or_404(Unit, pk=unit_id)
    access.require(actor_of(request), MANAGE, unit=one)
    return one


def run(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Any],
    done: Callable[[Any], HttpResponse],
    page: Callable[[], HttpResponse],
) -> HttpResponse:
    """Shows the form, or calls the act once; what the act refuses stands beside the form, nothing typed is lost."""
    if request.method == "POST" and form.is_valid():
        try:
            result = act()
        except access.Denied:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return done(result)
    return page()


def _form_page(request: HttpRequest, one: Unit, form: forms.Form, title: str, **more: Any) -> HttpResponse:
    context = {"unit": one, "crumbs": [*_crumbs(one)[:-1], (str(one.name), _url(one)), (title, "")], "form": form}
    status = 422 if form.errors else 200
    return render(request, "admin/units/form.html", {**context, "title": title, **more}, status=status)


def _url(one: Unit) -> str:
    return reverse("admin:unit", args=[one.pk])


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def unit_create(request: HttpRequest, unit_id: int) -> HttpResponse:
    """A new unit under this one."""
    above = _manageable(request, unit_id)
    form = forms_units.CreateForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    return run(
        request,
        form,
        lambda: services.create_unit(actor_of(request), parent=above, **form.cleaned_data),
        lambda made: _said(request, made, _("Đã lập %(name)s.")),
        lambda: _form_page(request, above, form, _("Lập đơn vị trực thuộc"), button=_("Lập đơn vị")),
    )


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def unit_rename(request: HttpRequest, unit_id: int) -> HttpResponse:
    """A new name from a day on; the old one stays for its time."""
    one = _manageable(request, unit_id)
    given = {"name": one.name, "short_name": one.short_name, "renamed_on": timezone.localdate()}
    form = forms_units.RenameForm(request.POST or None, initial=given)
    return run(
        request,
        form,
        lambda: services.rename_unit(actor_of(request), unit=one, **form.cleaned_data),
        lambda made: _said(request, made, _("Đã đổi tên thành %(name)s.")),
        lambda: _form_page(request, one, form, _("Đổi tên đơn vị"), button=_("Đổi tên")),
    )


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def unit_move(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Another unit above, with everything below it."""
    one = _manageable(request, unit_id)
    form = forms_units.MoveForm(request.POST or None, initial={"moved_on": timezone.localdate()})
    note = _(
        "Đơn vị và các đơn vị trực thuộc giữ mã, cán bộ, sổ đánh số, việc đang xử lý. Lịch sử trước ngày đó không đổi."
    )
    return run(
        request,
        form,
        lambda: services.move_unit(actor_of(request), unit=one, **form.cleaned_data),
        lambda made: _said(request, made, _("Đã chuyển %(name)s.")),
        lambda: _form_page(request, one, form, _("Chuyển sang cấp trên khác"), button=_("Chuyển đơn vị"), note=note),
    )


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def unit_dissolve(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The end of a unit, by merger, split or dissolution, after seeing what passes on."""
    one = _manageable(request, unit_id)
    form = forms_units.DissolveForm(request.POST or None, initial={"ended_on": timezone.localdate()})
    if request.method == "POST":
        form.is_valid()
        _set_day(form)
    return run(
        request,
        form,
        lambda: services.dissolve_unit(
            actor_of(request),
            unit=one,
            ended_on=form.cleaned_data["ended_on"],
            document=form.cleaned_data["document"],
            successors=form.successors(),
            heir=form.cleaned_data.get(f"successor_{form.cleaned_data['heir']}"),
            basis=form.cleaned_data["basis"],
        ),
        lambda made: _said(request, made.unit, _("Đã ghi việc kết thúc của %(name)s.")),
        lambda: _form_page(
            request,
            one,
            form,
            _("Sáp nhập, chia, giải thể"),
            button=_("Ghi việc kết thúc"),
            kind="danger",
            open_work=_open_work(one),
        ),
    )


def _set_day(form: forms_units.DissolveForm) -> None:
    """Successors are sought among the units of the day on which they take over."""
    day = getattr(form, "cleaned_data", {}).get("ended_on")
    if day is not None:
        for row in forms_units.ROWS:
            form.fields[f"successor_{row}"].day = day  # type: ignore[attr-defined]
        form.full_clean()


def _open_work(one: Unit) -> list[tuple[str, int]]:
    """What is open at the unit and at the agencies that end with it."""
    today = timezone.localdate()
    total: dict[str, int] = {}
    for each in Unit.objects.as_of(today).under(one):
        for label, number in heirs.open_at(each, today):
            total[label] = total.get(label, 0) + number
    return list(total.items())


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def succession_share(request: HttpRequest, succession_id: int) -> HttpResponse:
    """The share of a succession, once it is known."""
    row = get_object_or_404(Succession.objects.select_related("predecessor", "successor"), pk=succession_id)
    access.require(actor_of(request), MANAGE, unit=row.successor)
    form = forms_units.ShareForm(request.POST or None)
    note = _("Phần của %(old)s chuyển sang %(new)s.") % {"old": row.predecessor.name, "new": row.successor.name}
    return run(
        request,
        form,
        lambda: services.set_share(actor_of(request), succession_id=row.pk, **form.cleaned_data),
        lambda made: _said(request, row.predecessor, _("Đã ghi tỷ lệ của %(name)s.")),
        lambda: _form_page(request, row.predecessor, form, _("Ghi tỷ lệ"), button=_("Ghi tỷ lệ"), note=note),
    )


def _said(request: HttpRequest, one: Unit, sentence: str) -> HttpResponse:
    messages.success(request, sentence % {"name": one.name})
    return redirect("admin:unit", one.pk)
