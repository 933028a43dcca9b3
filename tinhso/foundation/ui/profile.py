"""The province's name, seal, hues and contacts for every page; a plain fallback before a province is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from importlib import import_module
from typing import Any

from django.utils.translation import gettext as _

DEFAULT_HUES: dict[str, float] = {"lam": 255, "hong": 12}


def province() -> dict[str, Any]:
    """What layouts draw: name, short_name, seal, portal_name, hues, contacts, has_own_hues."""
    found = _from_orgs()
    hues = {**DEFAULT_HUES, **_numbers(found.get("hues"))}
    name = found.get("name") or _("Tỉnh Số")
    return {
        "name": name,
        "short_name": found.get("short_name") or name,
        "seal": _seal(found.get("seal")) or _initials(found.get("short_name") or name),
        "portal_name": found.get("portal_name") or _("Cổng dịch vụ công"),
        "contacts": found.get("contacts") or {},
        "hues": hues,
        "has_own_hues": hues != DEFAULT_HUES,
    }


def _from_orgs() -> dict[str, Any]:
    try:
        selectors = import_module("tinhso.foundation.orgs.selectors")
    except ImportError:
        return {}
    read = getattr(selectors, "province_profile", None)
    found = read() if read else None
    if found is None:
        return {}
    if is_dataclass(found) and not isinstance(found, type):
        return asdict(found)
    return dict(found) if isinstance(found, Mapping) else dict(vars(found))


def _numbers(hues: Any) -> dict[str, float]:
    """Only angles of 0 to 360 count; anything else keeps our own hue."""
    if not isinstance(hues, Mapping):
        return {}
    return {
        key: value
        for key, value in hues.items()
        if key in DEFAULT_HUES and isinstance(value, int | float) and 0 <= value <= 360
    }


def _seal(given: Any) -> str:
    """The two or three letters inside the round mark."""
    if isinstance(given, Mapping):
        return str(given.get("initials") or "")
    return str(given or "")[:3]


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[-2:]).upper()
