"""What anyone may read: the catalogue of databases, and what one register holds (never its records)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tinhso.engines.registers import selectors, words
from tinhso.engines.registers.models import RecordVersion, Register
from tinhso.foundation.access.gates import public
from tinhso.foundation.text.rules import fold
from tinhso.systems.databases.shipped import CATALOGUE

MOST = 500


@require_safe
@public
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every database: those of the list, and the registers that live here."""
    wanted, level = fold(request.GET.get("tim", "")[:100]).strip(), request.GET.get("cap", "")[:60]
    listed = RecordVersion.objects.as_of(timezone.localdate()).filter(register__code=CATALOGUE)
    rows = [{**one.data, "is_simulated": one.record.is_simulated} for one in listed.select_related("record")[:MOST]]
    levels = sorted({str(row.get("level", "")) for row in rows})
    shown = [row for row in rows if (not level or row.get("level") == level) and wanted in _words(row)]
    context = {
        "rows": sorted(shown, key=lambda row: (levels.index(str(row.get("level", ""))), str(row.get("name")))),
        "total": len(rows),
        "levels": levels,
        "level": level,
        "words": request.GET.get("tim", "")[:100],
        "registers": selectors.catalogued(),
    }
    return render(request, "registers/catalogue.html", context)


def _words(row: dict[str, Any]) -> str:
    return fold(" ".join(str(row.get(name, "")) for name in ("code", "name", "owner", "purpose", "legal_act")))


@require_safe
@public
def register(request: HttpRequest, code: str) -> HttpResponse:
    """One register: its dictionary, its versions, the root of its history."""
    found: Register | None = selectors.catalogued().filter(code=code).first()
    shape = selectors.shape_on(found) if found else None
    if found is None or shape is None:
        raise Http404
    fields = [
        {
            "label": one.label,
            "name": one.name,
            "type": words.TYPES[one.type],
            "sensitivity": words.SENSITIVITIES[one.sensitivity],
            "is_required": one.is_required,
            "is_key": one.name in shape.keys,
        }
        for one in shape.fields
    ]
    versions = found.definitions.filter(published_at__isnull=False)
    context = {"one": found, "fields": fields, "versions": versions, "head": found.heads.order_by("-size").first()}
    return render(request, "registers/public.html", context)
