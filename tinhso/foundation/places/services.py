"""Acts on places: residential areas, and boundaries from a GeoJSON file."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.orgs.selectors import province, unit_by_code
from tinhso.foundation.places import events, permissions, rules
from tinhso.foundation.places.errors import BadBoundaries, WrongPlace
from tinhso.foundation.places.models import Boundary, ResidentialArea
from tinhso.foundation.text.rules import normalise

MOST_BYTES = 200 * 1024 * 1024


@transaction.atomic
def add_residential_area(
    actor: access.Actor,
    *,
    unit: Unit,
    code: str,
    kind: str,
    name: str,
    valid_from: date,
    households: int | None = None,
    population: int | None = None,
    is_simulated: bool = False,
    source: str = "",
) -> ResidentialArea:
    """Lập thôn, tổ dân phố in a commune. Raises WrongPlace, Denied (a commune's leader acts for their own)."""
    committee = unit.agencies.filter(kind=UnitKind.COMMUNE_COMMITTEE, valid_to=None).first()
    access.require(actor, permissions.MANAGE, unit=committee or unit)
    if unit.kind != UnitKind.COMMUNE or not unit.is_valid_on(valid_from):
        raise WrongPlace(_("Khu dân cư phải thuộc một xã, phường có hiệu lực vào ngày đó."))
    if not normalise(name) or not normalise(code) or kind not in ResidentialArea.Kind.values:
        raise WrongPlace(_("Hãy ghi mã, tên và loại khu dân cư."))
    if ResidentialArea.objects.as_of(valid_from).filter(unit=unit, code=normalise(code)).exists():
        raise WrongPlace(_("Mã khu dân cư này đã có trong xã, phường."))
    try:
        with transaction.atomic():
            area = ResidentialArea.objects.create(
                unit=unit,
                code=normalise(code),
                kind=kind,
                name=name,
                valid_from=valid_from,
                households=households,
                population=population,
                is_simulated=is_simulated,
                source=source,
            )
    except IntegrityError:
        raise WrongPlace(_("Mã khu dân cư này đã có trong xã, phường.")) from None
    audit.record(actor, "places.area.added", area, unit_id=unit.pk, code=area.code, name=area.name)
    bus.publish(events.AREA_ADDED, subject=area, unit=unit, occurred_on=valid_from)
    return area


@transaction.atomic
def close_residential_area(
    actor: access.Actor, *, area: ResidentialArea, closed_on: date, document: str
) -> ResidentialArea:
    """Đóng thôn, tổ dân phố from a day on (merged into another). Raises WrongPlace, Denied."""
    area = ResidentialArea.objects.select_for_update(of=("self",)).select_related("unit").get(pk=area.pk)
    committee = area.unit.agencies.filter(kind=UnitKind.COMMUNE_COMMITTEE, valid_to=None).first()
    access.require(actor, permissions.MANAGE, unit=committee or area.unit)
    if not normalise(document):
        raise WrongPlace(_("Hãy ghi số, ngày của văn bản."))
    if area.valid_to is not None or closed_on <= area.valid_from:
        raise WrongPlace(_("Khu dân cư đã đóng, hoặc ngày đóng không sau ngày lập."))
    area.valid_to = closed_on
    area.save(update_fields=["valid_to"])
    audit.record(actor, "places.area.closed", area, unit_id=area.unit_id, closed_on=closed_on, document=document)
    bus.publish(events.AREA_CLOSED, subject=area, unit=area.unit, occurred_on=closed_on)
    return area


@transaction.atomic
def load_boundaries(
    actor: access.Actor,
    name: str | Path = "",
    progress: Progress | None = None,
    *,
    day: date | None = None,
    only_good: bool = False,
) -> int:
    """Nạp ranh giới from a GeoJSON FeatureCollection; a feature's `id` or property `code` is the unit's on `day`.

    All or nothing, unless `only_good` asks for the good ones. A boundary equal to the one that stands is left alone.
    Returns how many were written. Raises BadBoundaries naming every faulty feature; Denied.
    """
    root = province()
    access.require(actor, permissions.LOAD, unit=root)
    if root is None:
        raise BadBoundaries(_("Hãy nạp đơn vị của tỉnh trước."))
    path = Path(name)
    features, digest = _read(path)
    day = day or timezone.localdate()
    if progress:
        progress.start(_("Nạp ranh giới"), len(features))
    good: dict[int, tuple[Unit, dict[str, Any], tuple[float, float, float, float]]] = {}
    problems = []
    for number, feature in enumerate(features, start=1):
        try:
            unit, geometry, box = _checked(number, feature, day)
            if unit.pk in good:
                raise BadBoundaries(_("%(name)s: ghi hai lần.") % {"name": unit.name})
            good[unit.pk] = (unit, geometry, box)
        except BadBoundaries as fault:
            problems.append(str(fault))
        if progress:
            progress.advance()
    if problems and not only_good:
        raise BadBoundaries(
            _("Tệp ranh giới có %(count)d chỗ sai; chưa ghi gì.") % {"count": len(problems)}, tuple(problems)
        )
    written = sum(_write(unit, geometry, box, path.name) for unit, geometry, box in good.values())
    if written:
        audit.record(
            actor, "places.boundaries.loaded", root, unit_id=root.pk, file=path.name, sha256=digest, written=written
        )
        bus.publish(events.BOUNDARIES_LOADED, subject=root, unit=root, occurred_on=day)
    return written


def _read(path: Path) -> tuple[list[Any], str]:
    if not path.is_file():
        raise BadBoundaries(_("Không tìm thấy tệp %(name)s.") % {"name": path})
    if path.stat().st_size > MOST_BYTES:
        raise BadBoundaries(_("Tệp lớn hơn 200 MB. Hãy giản lược đường ranh giới rồi nạp lại."))
    data = path.read_bytes()
    try:
        given = json.loads(data)
        features = given["features"]
        if given.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadBoundaries(_("Tệp %(name)s không phải GeoJSON FeatureCollection.") % {"name": path.name}) from None
    return features, hashlib.sha256(data).hexdigest()


def _checked(number: int, feature: Any, day: date) -> tuple[Unit, dict[str, Any], tuple[float, float, float, float]]:
    if not isinstance(feature, dict):
        raise BadBoundaries(_("Mục %(number)d: không phải đối tượng.") % {"number": number})
    properties = feature.get("properties")
    code = feature.get("id") or (properties.get("code") if isinstance(properties, dict) else None)
    code = str(code or "")
    unit = unit_by_code(code, day) if code else None
    if unit is None:
        raise BadBoundaries(
            _("Mục %(number)d: không có đơn vị mã “%(code)s” vào ngày này.") % {"number": number, "code": code}
        )
    try:
        shape = rules.boundary(feature.get("geometry"))
    except rules.BadRing as fault:
        reason, where = (*fault.args, "")[:2]
        raise BadBoundaries(
            _("%(name)s (%(code)s): %(reason)s%(where)s.")
            % {"name": unit.name, "code": code, "reason": _reason(reason), "where": f" [{where}]" if where else ""}
        ) from None
    return unit, feature["geometry"], shape.bounds


def _reason(code: str) -> str:
    return {
        "type": _("hình không phải Polygon hay MultiPolygon"),
        "empty": _("hình rỗng"),
        "too_short": _("vòng có ít hơn bốn điểm"),
        "not_on_earth": _("tọa độ không phải kinh độ, vĩ độ (WGS 84)"),
        "not_closed": _("vòng không khép kín"),
        "crosses_itself": _("đường ranh giới tự cắt"),
        "no_area": _("hình không có diện tích"),
        "too_many_points": _("quá nhiều điểm"),
    }.get(code, _("hình hỏng"))


def _write(unit: Unit, geometry: dict[str, Any], box: tuple[float, float, float, float], source: str) -> bool:
    standing = Boundary.objects.standing().select_for_update().filter(unit=unit).first()
    kept = {"type": geometry["type"], "coordinates": geometry["coordinates"]}
    if standing is not None:
        if standing.geometry == kept:
            return False
        standing.replaced_at = timezone.now()
        standing.save(update_fields=["replaced_at"])
    west, south, east, north = box
    Boundary.objects.create(unit=unit, geometry=kept, west=west, south=south, east=east, north=north, source=source)
    return True
