"""Who answers for each target: named, ended, all targets in one list so that none is without somebody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators.models import Target
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.selectors import province
from tinhso.foundation.text.errors import Refused
from tinhso.systems.resolution import permissions, services
from tinhso.systems.resolution.asking import number_of
from tinhso.systems.resolution.models import TargetHead


@permitted(permissions.MANAGE)
def heads(request: HttpRequest) -> HttpResponse:
    """Every target with who answers for it today; the form that names one, the button that ends one."""
    actor, error = actor_of(request), ""
    if request.method == "POST":
        act = {"giao": _name, "ket-thuc": _end}.get(request.POST.get("viec", ""))
        if act is None:
            raise Http404
        try:
            messages.success(request, act(request))
            return redirect(request.path)
        except TargetHead.DoesNotExist:
            raise Http404 from None
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    today = timezone.localdate()
    by_target: dict[int, list[TargetHead]] = {}
    for one in TargetHead.objects.as_of(today).visible_to(actor).select_related("unit", "scope"):
        by_target.setdefault(one.target_id, []).append(one)
    rows: list[dict[str, Any]] = [{"target": one, "heads": by_target.get(one.pk, [])} for one in Target.objects.all()]
    units = Unit.objects.as_of(today).exclude(kind__in=["commune", "district", "office", "service_centre"])[:400]
    scopes = Unit.objects.as_of(today).filter(kind__in=["province", "commune"]).order_by("parent_id", "sort_key")
    context = {
        "rows": rows,
        "without": sum(not row["heads"] for row in rows),
        "choices": [(one.code, f"{one.code} {one.name}") for one in Target.objects.all()],
        "units": [(unit.pk, str(unit.name)) for unit in units],
        "scopes": [(unit.pk, str(unit.name)) for unit in scopes],
        "error": error,
        "typed": request.POST if error else {},
    }
    return render(request, "resolution/heads.html", context, status=422 if error else 200)


def _name(request: HttpRequest) -> str:
    typed = request.POST
    scope = Unit.objects.filter(pk=number_of(typed.get("dia_ban"))).first() or province()
    if scope is None or not Target.objects.filter(code=typed.get("chi_tieu", "")).exists():
        raise Http404
    services.name_head(
        actor=actor_of(request),
        target_code=typed.get("chi_tieu", ""),
        unit=get_object_or_404(Unit, pk=number_of(typed.get("don_vi"))),
        position=typed.get("chuc_vu", ""),
        scope=scope,
        document=typed.get("van_ban", ""),
    )
    return _("Đã giao người chịu trách nhiệm.")


def _end(request: HttpRequest) -> str:
    services.end_head(actor=actor_of(request), head_id=number_of(request.POST.get("giao")))
    return _("Đã kết thúc.")
