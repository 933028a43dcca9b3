"""Context for every template: province, theme, density, demo mark, chosen by cookie so that scripts may be off."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tinhso.foundation.ui import profile

THEME_COOKIE = "giao_dien"
DENSITY_COOKIE = "mat_do"
THEMES = ("auto", "light", "dark")
DENSITIES = ("comfortable", "compact")


def ui(request: HttpRequest) -> dict[str, Any]:
    """`province`, `theme`, `density`, `is_demo`; the province is read only when a template asks."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    density = request.COOKIES.get(DENSITY_COOKIE, "comfortable")
    return {
        "province": SimpleLazyObject(profile.province),
        "theme": theme if theme in THEMES else "auto",
        "density": density if density in DENSITIES else "comfortable",
        "is_demo": settings.DEMO,
    }
