"""Which running dossiers may be late and why; and, for everybody, how far such words have held."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Avg, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.gates import permitted, public
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.ui.formats import number
from tinhso.systems.procedures.performance import forecasting
from tinhso.systems.procedures.performance.asked import choices, read
from tinhso.systems.procedures.performance.models import Forecast, LatenessModel
from tinhso.systems.procedures.performance.permissions import VIEW
from tinhso.systems.procedures.performance.rules import lateness
from tinhso.systems.procedures.performance.views import PAGE, lines_of


def cause_words(forecast: Forecast) -> str:
    """The main cause as a sentence, with the figures it stands on."""
    facts = forecast.facts
    match forecast.cause:
        case lateness.TIME:
            return _("Chỉ còn %(left)s%% thời gian mà hồ sơ vẫn %(step)s.") % {
                "left": round(100 * facts["left"]),
                "step": step_words(facts["step"]),
            }
        case lateness.LOAD:
            return _("Phòng đang giữ %(open)s hồ sơ, thường khoảng %(usual)s.") % {
                "open": number(facts["open_now"], 0),
                "usual": number(facts["open_usual"], 0),
            }
        case lateness.HISTORY:
            return _("Thủ tục này trước nay trễ %(share)s%%.") % {"share": number(100 * facts["late_before"], 1)}
        case lateness.ASKED:
            return _("Hồ sơ đã phải yêu cầu bổ sung.")
    return _("Không có dấu hiệu nào hơn mức thường.")


def step_words(step: str) -> str:
    """The step as the sentence needs it."""
    return {
        lateness.RECEIVED: _("chờ chuyển thụ lý"),
        lateness.RESOLVING: _("đang thụ lý"),
        lateness.DRAFTED: _("chờ ký"),
    }[step]


@require_safe
@permitted(VIEW)
def likeliest(request: HttpRequest) -> HttpResponse:
    """Running dossiers by their chance of being late, each with its main cause."""
    page = read(request)
    mine = Unit.objects.filter(access.scope(page.actor, VIEW, "")).values("pk")
    found = forecasting.standing_forecasts().filter(dossier__received_unit__in=mine)
    place = page.place
    if place.kind == UnitKind.OFFICE:
        found = found.filter(dossier__office=place)
    elif place.kind != UnitKind.PROVINCE:
        found = found.filter(dossier__received_unit__in=Unit.objects.under(place).values("pk"))
    related = ("dossier__version", "dossier__applicant", "dossier__received_unit")
    shown = Paginator(found.select_related(*related).order_by("-chance", "pk"), PAGE).get_page(request.GET.get("trang"))
    forecasts = list(shown)
    lines = lines_of(page, [one.dossier for one in forecasts])
    for line, one in zip(lines, forecasts, strict=True):
        line |= {"chance": 100 * one.chance, "cause": cause_words(one), "at": one.at}
    whole = found.aggregate(expected=Sum("chance"), mean=Avg("chance"))
    return render(
        request,
        "performance/forecast.html",
        {
            "page": page,
            "model": forecasting.latest(),
            "lines": lines,
            "shown": shown,
            "expected": whole["expected"],
            "at": forecasts[0].at if forecasts else None,
            "here": page.address(ky=""),
            "back": reverse("performance:statistics") + page.address(),
            **choices(page),
        },
    )


@require_safe
@public
def calibration(request: HttpRequest) -> HttpResponse:
    """How well the forecasts have held, for everybody to read: Brier score, base rate, reliability."""
    model = forecasting.latest()
    context: dict[str, Any] = {
        "model": model,
        "is_used": model is not None and model.status == LatenessModel.Status.IN_USE,
        "least": {
            "learnt": lateness.LEAST_LEARNT,
            "late": lateness.LEAST_LATE,
            "judged": lateness.LEAST_JUDGED,
        },
        "bins": [
            {
                "range": f"{number(100 * one['low'], 0)}–{number(100 * one['high'], 0)} %",
                "count": one["count"],
                "said": 100 * one["said"],
                "happened": 100 * one["happened"],
            }
            for one in (model.reliability if model else [])
        ],
    }
    return render(request, "performance/calibration.html", context)
