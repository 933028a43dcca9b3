"""What the portal reads at our door: our procedures with their forms, and where a dossier stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.national.composing import TERM_UNITS
from tinhso.systems.procedures.national.errors import NotTaken
from tinhso.systems.procedures.national.hearing import facts_of
from tinhso.systems.procedures.national.shapes import Code, Service


def _served() -> Any:
    """What can be filed here online today."""
    found = ProcedureVersion.objects.as_of(timezone.localdate()).filter(channels__contains=["online"])
    return found.exclude(form=None).order_by("code")


def procedures(envelope: dict[str, Any]) -> list[dict[str, Any]]:
    """LayDanhSachTTHC: code, name and version of every procedure served online."""
    rows = _served().values_list("code", "name", "version")
    return [{"MATTHC": code, "TENTTHC": name, "PHIENBAN": version} for code, name, version in rows]


def procedure(envelope: dict[str, Any]) -> list[dict[str, Any]]:
    """LayThuTuc: one procedure's facts, with its electronic form as published."""
    version = _served().select_related("form").filter(code=envelope.get("maTTHC", "")).first()
    if version is None:
        raise NotTaken(Code.NO_PROCEDURE, _("Tỉnh chưa nhận trực tuyến thủ tục này."))
    return [
        {
            "MATTHC": version.code,
            "TENTTHC": version.name,
            "PHIENBAN": version.version,
            "TENLINHVUC": version.field_name,
            "THOIGIANGIAIQUYET": version.term_value,
            "DONVITINH": TERM_UNITS[version.term_unit],
            "QUYETDINHCONGBO": version.decision,
            "KETQUATHUCHIEN": version.result_name,
            "THANHPHANHOSO": [{"TENGIAYTO": paper.get("name", "")} for paper in version.papers],
            "DONVITIEPNHAN": _places(version),
            "BIEUMAU": {"schema": version.form.schema, "ui": version.form.ui},
        }
    ]


def _places(version: ProcedureVersion) -> list[dict[str, str]]:
    """Every commune: a dossier may be filed with any of them, wherever the person lives; the province for its own."""
    kinds = [UnitKind.PROVINCE, UnitKind.COMMUNE] if version.is_provincial else [UnitKind.COMMUNE]
    units = Unit.objects.as_of(timezone.localdate()).filter(kind__in=kinds).order_by("code")
    return [{"MADONVI": code, "TENDONVI": name} for code, name in units.values_list("code", "name")]


def look_up(envelope: dict[str, Any]) -> list[dict[str, Any]]:
    """TraCuuHoSo: where one dossier stands, without anything about the person; an empty list for an unknown code."""
    dossier = Dossier.objects.select_related("office", "version").filter(code=envelope.get("mahoso", "")).first()
    if dossier is None:
        return []
    facts = {name: value for name, value in facts_of(dossier).items() if name not in ("ThanhToan", "GhiChu")}
    return [{"MaHoSo": dossier.code, "MaTTHC": dossier.version.code, **facts}]


SERVICES: dict[str, Callable[[dict[str, Any]], list[dict[str, Any]]]] = {
    Service.PROCEDURES: procedures,
    Service.PROCEDURE: procedure,
    Service.LOOK_UP: look_up,
}
