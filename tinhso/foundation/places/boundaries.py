"""Boundaries from a GeoJSON file: matched, checked, compared with the register, written in one act."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, mapping

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.selectors import communes, province, unit_by_code
from tinhso.foundation.places import events, permissions, rules
from tinhso.foundation.places.errors import BadBoundaries
from tinhso.foundation.places.models import Boundary
from tinhso.foundation.text.rules import fold, normalise

MOST_BYTES = 200 * 1024 * 1024
# A boundary farther than this from its unit's headquarters is another's.
FARTHEST_DEGREES = 0.5
# The register rounds and leaves out water; beyond this part the difference is told.
AREA_DIFFERENCE = 0.1


@dataclass
class Loaded:
    """What a file brought. Notes are sentences: put right, matched by name, area unlike the register's."""

    written: int = 0
    same: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def load(
    actor: access.Actor,
    name: str = "",
    progress: Progress | None = None,
    *,
    dry_run: bool = False,
    skip_bad: bool = False,
    since: date | None = None,
) -> str:
    """`tinhso load boundaries FILE`: the act, told in sentences."""
    found = Loaded()
    load_boundaries(actor, name, progress, day=since, only_good=skip_bad, dry_run=dry_run, found=found)
    head = (
        _("Sẽ ghi %(written)d ranh giới; %(same)d giữ nguyên.")
        if dry_run
        else _("Đã ghi %(written)d ranh giới; %(same)d giữ nguyên.")
    )
    return "\n".join([head % {"written": found.written, "same": found.same}, *found.problems, *found.notes])


@transaction.atomic
def load_boundaries(
    actor: access.Actor,
    name: str | Path = "",
    progress: Progress | None = None,
    *,
    day: date | None = None,
    only_good: bool = False,
    dry_run: bool = False,
    found: Loaded | None = None,
) -> int:
    """Nạp ranh giới from a GeoJSON FeatureCollection; a feature's `id` or property `code` is the unit's on `day`.

    Without a known code its name with the kind ("Xã …") is asked for, and the match is told. Small faults of rings are
    put right and told. `dry_run` does everything and writes nothing.

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
    found = found if found is not None else Loaded()
    good: dict[int, tuple[Unit, dict[str, Any], tuple[float, float, float, float]]] = {}
    by_name = _by_name(day)
    for number, feature in enumerate(features, start=1):
        try:
            unit, geometry, box = _checked(number, feature, day, by_name, found.notes)
            if unit.pk in good:
                raise BadBoundaries(_("%(name)s: ghi hai lần.") % {"name": unit.name})
            good[unit.pk] = (unit, geometry, box)
        except BadBoundaries as fault:
            found.problems.append(str(fault))
        if progress:
            progress.advance()
    if found.problems and not only_good:
        raise BadBoundaries(
            _("Tệp ranh giới có %(count)d chỗ sai; chưa ghi gì.") % {"count": len(found.problems)},
            tuple(found.problems),
        )
    written = sum(_write(unit, geometry, box, path.name) for unit, geometry, box in good.values())
    found.written, found.same = written, len(good) - written
    if dry_run:
        transaction.set_rollback(True)
    elif written:
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
        _require_degrees(given.get("crs"))
        if given.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadBoundaries(_("Tệp %(name)s không phải GeoJSON FeatureCollection.") % {"name": path.name}) from None
    return features, hashlib.sha256(data).hexdigest()


def _require_degrees(crs: Any) -> None:
    """The old member `crs`: only longitude and latitude in WGS 84 are read, whatever the numbers look like."""
    name = str(crs.get("properties", {}).get("name", "")) if isinstance(crs, dict) else str(crs or "")
    if name and not name.upper().endswith(("CRS84", "EPSG::4326", "EPSG:4326")):
        raise BadBoundaries(
            _("Tệp dùng hệ tọa độ %(name)s. Hãy chuyển sang kinh độ, vĩ độ (WGS 84) rồi nạp lại.") % {"name": name[:80]}
        )


def _by_name(day: date) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for unit in communes(day):
        found.setdefault(fold(str(unit.name)), []).append(unit)
    return found


def _unit_of(number: int, feature: dict[str, Any], day: date, by_name: dict[str, list[Unit]], notes: list[str]) -> Unit:
    properties = feature.get("properties")
    told = properties if isinstance(properties, dict) else {}
    code = str(feature.get("id") or told.get("code") or "")[:40]
    unit = unit_by_code(code, day) if code else None
    if unit is not None:
        return unit
    name = normalise(str(told.get("name") or ""))[:200]
    alike = by_name.get(fold(name), []) if name else []
    if len(alike) == 1:
        notes.append(
            _("%(name)s: khớp theo tên và loại, thành mã %(code)s.") % {"name": alike[0].name, "code": alike[0].code}
        )
        return alike[0]
    raise BadBoundaries(
        _("Mục %(number)d: không có đơn vị mã “%(code)s” vào ngày này.") % {"number": number, "code": code}
    )


def _checked(
    number: int, feature: Any, day: date, by_name: dict[str, list[Unit]], notes: list[str]
) -> tuple[Unit, dict[str, Any], tuple[float, float, float, float]]:
    if not isinstance(feature, dict):
        raise BadBoundaries(_("Mục %(number)d: không phải đối tượng.") % {"number": number})
    unit = _unit_of(number, feature, day, by_name, notes)
    try:
        shape = rules.boundary(feature.get("geometry"))
        if _is_far(unit, shape):
            raise rules.BadRing("far_away", "")
    except rules.BadRing as fault:
        reason, where = (*fault.args, "")[:2]
        raise BadBoundaries(
            _("%(name)s (%(code)s): %(reason)s%(where)s.")
            % {"name": unit.name, "code": unit.code, "reason": _reason(reason), "where": f" [{where}]" if where else ""}
        ) from None
    geometry = feature["geometry"]
    if rules.is_mended(geometry):
        geometry = json.loads(json.dumps(mapping(shape)))
        notes.append(_("%(name)s: đường ranh giới có lỗi nhỏ, đã sửa.") % {"name": unit.name})
    _compare_area(unit, shape, notes)
    return unit, geometry, shape.bounds


def _is_far(unit: Unit, shape: MultiPolygon) -> bool:
    if unit.latitude is None or unit.longitude is None:
        return False
    return rules.degrees_apart(shape, unit.latitude, unit.longitude) > FARTHEST_DEGREES


def _compare_area(unit: Unit, shape: MultiPolygon, notes: list[str]) -> None:
    drawn = rules.square_kilometres(shape)
    if unit.area_km2 and abs(drawn - float(unit.area_km2)) > AREA_DIFFERENCE * float(unit.area_km2):
        said = _("%(name)s: hình rộng %(drawn).1f km², sổ đơn vị ghi %(register).1f km².")
        notes.append(said % {"name": unit.name, "drawn": drawn, "register": float(unit.area_km2)})


def _reason(code: str) -> str:
    return {
        "type": _("hình không phải Polygon hay MultiPolygon"),
        "empty": _("hình rỗng"),
        "too_short": _("vòng có ít hơn bốn điểm"),
        "not_on_earth": _("tọa độ không phải kinh độ, vĩ độ (WGS 84)"),
        "swapped": _("kinh độ và vĩ độ bị đổi chỗ"),
        "far_away": _("hình nằm xa trụ sở của đơn vị; có lẽ của đơn vị khác"),
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
