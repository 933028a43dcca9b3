"""Walls arranged by an administrator: scenes, passes issued once and revoked, when each device was last seen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators.boards import services
from tinhso.engines.indicators.boards.models import Scene, Wall, WallPass
from tinhso.engines.indicators.boards.permissions import MANAGE
from tinhso.engines.indicators.models import Target
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.asked import whole_number
from tinhso.foundation.text.errors import Refused


def _number(text: str | None) -> int:
    text = text or ""
    return whole_number(text) or 0


def _visible(request: HttpRequest) -> Any:
    return Wall.objects.filter(access.scope(actor_of(request), MANAGE)).select_related("unit")


@permitted(MANAGE)
def walls(request: HttpRequest) -> HttpResponse:
    """All walls of the reader's units, and the form for one more."""
    error, today = "", timezone.localdate()
    units = Unit.objects.as_of(today).filter(access.units(actor_of(request), MANAGE))
    if request.method == "POST":
        try:
            unit = get_object_or_404(units, pk=_number(request.POST.get("don_vi")))
            made = services.make_wall(actor=actor_of(request), name=request.POST.get("ten", ""), unit=unit)
            return redirect("wall:wall", made.pk)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    rows = [
        {
            "one": one,
            "scenes": one.scenes.filter(removed_at=None).count(),
            "passes": one.passes.filter(revoked_at=None).count(),
        }
        for one in _visible(request)[:50]
    ]
    choices = units.exclude(kind__in=["district", "office"]).order_by("pk")[:300]
    context = {
        "rows": rows,
        "units": [(unit.pk, str(unit.name)) for unit in choices],
        "error": error,
        "typed": request.POST if error else {},
    }
    return render(request, "wall/admin/walls.html", context, status=422 if error else 200)


@permitted(MANAGE)
def wall(request: HttpRequest, pk: int) -> HttpResponse:
    """One wall: its scenes, its passes."""
    found, error, secret = get_object_or_404(_visible(request), pk=pk), "", ""
    if request.method == "POST":
        try:
            secret = _act(request, found)
            if not secret:
                return redirect(request.path)
        except (Scene.DoesNotExist, WallPass.DoesNotExist):
            raise Http404 from None
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    targets = [(one.code, f"{one.code} {one.name}") for one in Target.objects.all()]
    context = {
        "one": found,
        "scenes": found.scenes.filter(removed_at=None),
        "passes": found.passes.all()[:60],
        "kinds": Scene.Kind.choices,
        "targets": targets,
        "error": error,
        "typed": request.POST if error else {},
        # Shown this once: only its digest is kept.
        "address": request.build_absolute_uri(reverse("wall:enter", args=[secret])) if secret else "",
    }
    answer = render(request, "wall/admin/wall.html", context, status=422 if error else 200)
    if secret:
        answer["Cache-Control"] = "no-store"
    return answer


def _act(request: HttpRequest, found: Wall) -> str:
    """Does what the form asks; the secret of a new pass, else ""."""
    actor, typed = actor_of(request), request.POST
    match typed.get("viec", ""):
        case "them-canh":
            services.add_scene(
                actor=actor,
                wall_id=found.pk,
                kind=typed.get("loai", ""),
                seconds=_number(typed.get("giay")),
                targets=[code for code in typed.getlist("chi_tieu") if code],
            )
            messages.success(request, _("Đã thêm cảnh."))
        case "bo-canh":
            services.remove_scene(actor=actor, wall_id=found.pk, scene_id=_number(typed.get("canh")))
            messages.success(request, _("Đã bỏ cảnh."))
        case "cap-the":
            _made, secret = services.issue_pass(actor=actor, wall_id=found.pk, place=typed.get("noi_dat", ""))
            return secret
        case "thu-hoi":
            services.revoke_pass(actor=actor, wall_id=found.pk, pass_id=_number(typed.get("the")))
            messages.success(request, _("Đã thu hồi thẻ; màn hình ấy tắt ở lần tải kế tiếp."))
        case _other:
            raise Http404
    return ""
