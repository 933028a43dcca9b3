"""The wall: one page of scenes for a screen that nobody touches. A pass of the device opens it, nothing else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.engines.indicators.boards.models import Wall, WallPass
from tinhso.engines.indicators.boards.permissions import MANAGE
from tinhso.engines.indicators.boards.services import pass_of
from tinhso.faces.wall import scenes
from tinhso.faces.wall.build import build_mark
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted, public
from tinhso.foundation.access.reach import PASS_SECONDS, Reach, write_pass
from tinhso.foundation.text.asked import whole_number

COOKIE = "tinhso_wall"
YEAR_SECONDS = 366 * 24 * 3600


@require_safe
@never_cache
@public
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """The address that an administrator opens once on the device: the pass becomes a cookie, the address forgets it."""
    if pass_of(secret) is None:
        return _closed(request)
    answer = HttpResponseRedirect(reverse("wall:show"))
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=YEAR_SECONDS,
        path="/wall/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _pass(request: HttpRequest) -> WallPass | None:
    return pass_of(request.COOKIES.get(COOKIE, ""))


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "wall/closed.html", {"build": build_mark()}, status=403)


@require_safe
@never_cache
@public
def show(request: HttpRequest) -> HttpResponse:
    """All scenes of the device's wall; without a standing pass, how to get one."""
    found = _pass(request)
    if found is None:
        return _closed(request)
    return _drawn(request, found.wall, reverse("wall:pass"))


@require_safe
@never_cache
@public
def listening_pass(request: HttpRequest) -> JsonResponse:
    """A fresh pass for the live stream, over the wall's unit and nothing above it."""
    found = _pass(request)
    if found is None:
        return JsonResponse({"title": "closed"}, status=403)
    # Each device counts for itself against the bound per listener; accounts have positive numbers.
    return JsonResponse(_stream_pass(-found.pk, found.wall))


def _stream_pass(listener: int | None, wall: Wall) -> dict[str, Any]:
    return {"pass": write_pass(listener, Reach(paths=(wall.unit.path,))), "seconds": PASS_SECONDS}


def _visible(request: HttpRequest, pk: int) -> Wall:
    actor: access.Actor = actor_of(request)
    return get_object_or_404(Wall.objects.filter(access.scope(actor, MANAGE)).select_related("unit"), pk=pk)


@require_safe
@never_cache
@permitted(MANAGE)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The wall as its devices show it, for whoever arranges it."""
    return _drawn(request, _visible(request, pk), reverse("wall:preview_pass", args=[pk]))


@require_safe
@never_cache
@permitted(MANAGE)
def preview_pass(request: HttpRequest, pk: int) -> JsonResponse:
    """The same for the preview's stream."""
    actor: access.Actor = actor_of(request)
    return JsonResponse(_stream_pass(actor.account_id, _visible(request, pk)))


def _drawn(request: HttpRequest, wall: Wall, pass_url: str) -> HttpResponse:
    drawn = scenes.draw(wall)
    shown = _asked_scene(request, len(drawn))
    counted = [one.counted_at for one in drawn if one.counted_at]
    context = {
        "wall": wall,
        "scenes": drawn,
        "shown": shown,
        "next": (shown + 1) % len(drawn) if drawn else 0,
        "seconds": drawn[shown].seconds if drawn else 30,
        "stream": f"{settings.PUSH_URL}/day/so-lieu",
        "pass_url": pass_url,
        "build": build_mark(),
        "drawn_at": timezone.now(),
        "counted_at": max(counted, default=None),
        "is_simulated": any(one.is_simulated for one in drawn),
    }
    return render(request, "wall/wall.html", context)


def _asked_scene(request: HttpRequest, total: int) -> int:
    """With scripts off each scene is a page that leads to the next."""
    text = request.GET.get("canh", "0")
    number = whole_number(text, 3) or 0
    return number % total if total else 0
