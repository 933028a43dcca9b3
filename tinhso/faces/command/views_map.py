"""Outlines of the communes of a day as GeoJSON, for the map that the browser draws. Figures are not in it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.engines.indicators.permissions import VIEW
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.selectors import communes
from tinhso.foundation.places.drawing import Shapes, shapes_on
from tinhso.foundation.text.asked import day_of

KEPT_SECONDS = 3600


@require_safe
@permitted(VIEW)
def shapes(request: HttpRequest) -> HttpResponse:
    """The communes of `ngay`: official boundaries when every one is loaded, else the schematic, which says so."""
    day = day_of(request.GET.get("ngay"))
    if day is None:
        return HttpResponse(
            _("Hãy ghi ngày của bản đồ: ngay=2026-11-23."), status=400, content_type="text/plain; charset=utf-8"
        )
    answer = _drawn(day, shapes_on(day))
    patch_cache_control(answer, private=True, max_age=KEPT_SECONDS)
    return answer


def _drawn(day: date, found: Shapes) -> HttpResponse:
    names = {unit.pk: unit for unit in communes(day).only("pk", "name", "short_name", "code")}
    features = [_feature(names[pk], text) for pk, text in found.geometries.items() if pk in names]
    body: dict[str, Any] = {"type": "FeatureCollection", "so_do": found.is_schematic, "features": features}
    if features:
        body["bbox"] = shapely.total_bounds(shapely.from_geojson(list(found.geometries.values()))).tolist()
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/geo+json")


def _feature(unit: Any, geometry: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": unit.pk,
        "properties": {"code": unit.code, "name": str(unit.name), "short": str(unit.short_name)},
        "geometry": json.loads(geometry),
    }
