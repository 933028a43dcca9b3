"""Loading a province: its folder of seed files becomes units and successions by one recorded act.

A folder holds `province.json` (name, colours, contacts, sources, the agencies that every commune has),
`units_*.csv` and `agencies*.csv` (one format), and `succession.csv`. Nothing of a province stands in the code.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs import events, permissions
from tinhso.foundation.orgs.errors import AnotherProvince, BadSeed
from tinhso.foundation.orgs.models import ShareBasis, Succession, Unit, UnitKind
from tinhso.foundation.text.rules import normalise, sort_key

SHIPPED = Path(__file__).with_name("seeds")
Row = dict[str, str]
# What other apps load from the same folder once the units stand: name -> fn(actor, province, folder).
PARTS: dict[str, Callable[[access.Actor, Unit, Path], None]] = {}


def register_province_part(name: str, load: Callable[[access.Actor, Unit, Path], None]) -> None:
    """Lets an app read its own files of the province's folder (calendar, places) in the same act."""
    if name in PARTS:
        raise RuntimeError(f"province part {name} is registered twice")
    PARTS[name] = load


@dataclass(frozen=True)
class Loaded:
    """What a load did; a second load of the same folder makes nothing."""

    province: Unit
    units_made: int
    units_known: int
    successions_made: int
    profile_changed: bool

    @property
    def changed(self) -> bool:
        return bool(self.units_made or self.successions_made or self.profile_changed)


@dataclass
class _Known:
    """Units by code, old and new, so that a row finds its parent as of a day."""

    by_code: dict[str, list[Unit]]

    def on(self, code: str, day: date) -> Unit | None:
        return next((unit for unit in self.by_code.get(code, []) if unit.is_valid_on(day)), None)

    def from_day(self, code: str, day: date) -> Unit | None:
        return next((unit for unit in self.by_code.get(code, []) if unit.valid_from == day), None)

    def add(self, unit: Unit) -> None:
        self.by_code.setdefault(unit.code, []).append(unit)


def folder_of(name_or_path: str | Path) -> Path:
    """The seed folder: a shipped one by its name, or any path."""
    folder = Path(name_or_path)
    if not folder.is_absolute() and (SHIPPED / folder).is_dir():
        folder = SHIPPED / folder
    if not (folder / "province.json").is_file():
        raise BadSeed(_("Không tìm thấy tệp province.json trong thư mục %(folder)s.") % {"folder": folder})
    return folder


@transaction.atomic
def load_province(actor: access.Actor, name: str | Path = "", progress: Progress | None = None) -> Loaded:
    """Nạp đơn vị của tỉnh. Makes what is missing and leaves what is there, so it may be run again.

    One act: all rows or none, with one audit row and one event. Refuses a second province (AnotherProvince) and a
    folder that contradicts itself (BadSeed, naming file and row).
    """
    access.require(actor, permissions.LOAD)
    with connection.cursor() as cursor:
        # Two loads at once would both find nothing and both insert.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('orgs.load_province', 7))")
    folder = folder_of(name or settings.PROVINCE)
    given = _read_profile(folder)
    rows = list(_unit_rows(folder, given))
    if progress:
        progress.start(_("Nạp đơn vị %(province)s") % {"province": given["name"]}, len(rows))
    known = _known_units()
    root, root_made, profile_changed = _root(given, known)
    made = _make_units(rows, known, given, progress)
    successions = _make_successions(folder, known, given)
    loaded = Loaded(root, len(made) + root_made, len(rows) + 1 - len(made) - root_made, successions, profile_changed)
    if loaded.changed:
        _record(actor, loaded, folder)
    for load in PARTS.values():
        load(actor, root, folder)
    return loaded


def _record(actor: access.Actor, loaded: Loaded, folder: Path) -> None:
    seals = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _files(folder)}
    audit.record(
        actor,
        "orgs.province.loaded",
        loaded.province,
        unit_id=loaded.province.pk,
        units=loaded.units_made,
        successions=loaded.successions_made,
        profile_changed=loaded.profile_changed,
        files=seals,
    )
    bus.publish(
        events.PROVINCE_LOADED,
        subject=loaded.province,
        unit=loaded.province,
        occurred_on=loaded.province.valid_from,
    )


def _files(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.csv"), *folder.glob("*.json")])


def _read_profile(folder: Path) -> dict[str, Any]:
    try:
        given: dict[str, Any] = json.loads((folder / "province.json").read_text("utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise BadSeed(_("Tệp province.json không phải JSON đúng: %(error)s.") % {"error": error}) from None
    for name in ("code", "name", "short_name", "valid_from"):
        if not isinstance(given, dict) or not given.get(name):
            raise BadSeed(_("Tệp province.json thiếu mục “%(name)s”.") % {"name": name})
    return given


def _known_units() -> _Known:
    known = _Known({})
    for unit in Unit.objects.order_by("valid_from"):
        known.add(unit)
    return known


PROFILE_KEYS = ("identifier", "portal_name", "committee_name", "seal", "hues", "contacts", "epochs")


def _root(given: dict[str, Any], known: _Known) -> tuple[Unit, int, bool]:
    """The province itself (made or not), its profile brought up to date with the folder (changed or not)."""
    other = Unit.objects.filter(kind=UnitKind.PROVINCE).exclude(code=given["code"]).first()
    if other is not None:
        raise AnotherProvince(
            _("Hệ thống đang chứa dữ liệu của %(name)s; không nạp thêm tỉnh khác vào cùng cơ sở dữ liệu.")
            % {"name": other.name}
        )
    profile = {name: given[name] for name in PROFILE_KEYS if name in given}
    day = date.fromisoformat(given["valid_from"])
    unit = known.on(given["code"], day)
    if unit is not None:
        changed = unit.attributes.get("profile") != profile
        if changed:
            Unit.objects.filter(pk=unit.pk).update(attributes={**unit.attributes, "profile": profile})
            unit.refresh_from_db()
        return unit, 0, changed
    unit = Unit(
        code=given["code"],
        valid_from=day,
        kind=UnitKind.PROVINCE,
        name=given["name"],
        short_name=given["short_name"],
        latitude=given.get("latitude"),
        longitude=given.get("longitude"),
        attributes={"profile": profile},
        source=given.get("sources", {}).get("S0", ""),
    )
    unit.save()
    known.add(unit)
    return unit, 1, True


def _unit_rows(folder: Path, given: dict[str, Any]) -> Iterator[tuple[str, Row]]:
    """(where it stands, row) of every unit of the folder, areas before the agencies that serve them."""
    communes: list[Row] = []
    for path in [*sorted(folder.glob("units_*.csv")), *sorted(folder.glob("agencies*.csv"))]:
        for where, row in _csv(path):
            yield where, row
            if row["kind"] == UnitKind.COMMUNE and row["valid_from"] >= given.get("commune_agencies_from", ""):
                communes.append(row)
    start = int(given.get("commune_identifier_start", 101))
    for number, commune in enumerate(sorted(communes, key=lambda row: row["code"]), start=start):
        yield from _agencies_of(commune, number, given)


def _csv(path: Path) -> Iterator[tuple[str, Row]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file, strict=True), start=2):
                where = f"{path.name}, dòng {number}"
                if None in row or None in row.values():
                    raise BadSeed(_("%(where)s: số cột không đúng với dòng tiêu đề.") % {"where": where})
                yield where, {name: normalise(value) for name, value in row.items()}
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadSeed(_("Không đọc được tệp %(name)s: %(error)s.") % {"name": path.name, "error": error}) from None


def _agencies_of(commune: Row, number: int, given: dict[str, Any]) -> Iterator[tuple[str, Row]]:
    """The agencies that province.json says every commune has."""
    words = {"type": commune["type"], "short_name": commune["short_name"]}
    own = f"{given['identifier']}.{number}" if given.get("identifier") else ""
    for agency in given.get("commune_agencies", []):
        if commune["type"] not in agency.get("types", [commune["type"]]):
            continue
        part = agency.get("identifier", "")
        yield (
            f"province.json, commune_agencies {agency['suffix']}",
            {
                "code": f"{commune['code']}.{agency['suffix']}",
                "valid_from": commune["valid_from"],
                "valid_to": commune.get("valid_to", ""),
                "kind": agency["kind"],
                "name": agency["name"].format(**words),
                "short_name": agency["short_name"].format(**words),
                "parent": f"{commune['code']}.{agency['under']}" if agency.get("under") else commune["code"],
                "area": commune["code"],
                "identifier": f"{own}.{part}" if own and part else own,
                "identifier_is_demo": "1",
                "headquarters": commune.get("headquarters", ""),
                "duties": agency.get("duties", ""),
                "latitude": commune.get("latitude", ""),
                "longitude": commune.get("longitude", ""),
                "source": given.get("commune_agencies_source", ""),
            },
        )


def _make_units(
    rows: list[tuple[str, Row]], known: _Known, given: dict[str, Any], progress: Progress | None
) -> list[Unit]:
    """Inserts the missing units at once: ids are drawn first, so that paths are known before the insert."""
    missing = [(where, row) for where, row in rows if not known.from_day(row["code"], _day(where, row, "valid_from"))]
    ids = _draw_ids(len(missing))
    made = []
    for pk, (where, row) in zip(ids, missing, strict=True):
        unit = _unit_from(where, row, known, given)
        unit.pk = pk
        unit.path = f"{unit.parent.path if unit.parent else ''}{pk}."
        known.add(unit)
        made.append(unit)
    Unit.objects.bulk_create(made)
    if progress:
        progress.advance(len(rows))
    return made


def _draw_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('orgs_unit', 'id')) FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def _unit_from(where: str, row: Row, known: _Known, given: dict[str, Any]) -> Unit:
    day = _day(where, row, "valid_from")
    if row["kind"] not in UnitKind.values:
        raise BadSeed(_("%(where)s: không có loại đơn vị “%(kind)s”.") % {"where": where, "kind": row["kind"]})
    parent = _there(where, known, row["parent"], day)
    extra = {name: row[name] for name in ("type", "headquarters", "duties") if row.get(name)}
    extra |= {
        name: row[name] for name in ("population_quality", "area_quality") if row.get(name, "ok") not in ("ok", "")
    }
    return Unit(
        code=row["code"],
        valid_from=day,
        valid_to=_day(where, row, "valid_to") if row.get("valid_to") else None,
        kind=row["kind"],
        name=row["name"],
        short_name=row["short_name"],
        sort_key=sort_key(row["short_name"]),
        parent=parent,
        area=_there(where, known, row["area"], day) if row.get("area") else None,
        identifier=row.get("identifier", ""),
        identifier_is_demo=row.get("identifier_is_demo") == "1",
        population=_number(where, row, "population", int),
        area_km2=_number(where, row, "area_km2", Decimal),
        latitude=_number(where, row, "latitude", float),
        longitude=_number(where, row, "longitude", float),
        attributes=extra,
        source=given.get("sources", {}).get(row.get("source", ""), row.get("source", "")),
    )


def _there(where: str, known: _Known, code: str, day: date) -> Unit:
    unit = known.on(code, day)
    if unit is None:
        raise BadSeed(
            _("%(where)s: không có đơn vị mã “%(code)s” vào ngày %(day)s.")
            % {"where": where, "code": code, "day": day.strftime("%d/%m/%Y")}
        )
    return unit


def _day(where: str, row: Row, name: str) -> date:
    try:
        return date.fromisoformat(row[name])
    except (KeyError, ValueError):
        raise BadSeed(
            _("%(where)s: cột %(name)s phải là ngày dạng 2025-07-01.") % {"where": where, "name": name}
        ) from None


def _number(where: str, row: Row, name: str, kind: Callable[[str], Any]) -> Any:
    if not row.get(name):
        return None
    try:
        return kind(row[name])
    except (ValueError, InvalidOperation):
        raise BadSeed(_("%(where)s: cột %(name)s phải là số.") % {"where": where, "name": name}) from None


def _make_successions(folder: Path, known: _Known, given: dict[str, Any]) -> int:
    path = folder / "succession.csv"
    if not path.is_file():
        return 0
    present = set(Succession.objects.values_list("predecessor_id", "successor_id"))
    made = []
    for where, row in _csv(path):
        succession = _succession_from(where, row, known, given)
        if (succession.predecessor_id, succession.successor_id) not in present:
            made.append(succession)
    Succession.objects.bulk_create(made)
    return len(made)


def _succession_from(where: str, row: Row, known: _Known, given: dict[str, Any]) -> Succession:
    day = _day(where, row, "effective_on")
    predecessor = next((unit for unit in known.by_code.get(row["predecessor"], []) if unit.valid_to == day), None)
    if predecessor is None:
        raise BadSeed(
            _("%(where)s: không có đơn vị mã “%(code)s” kết thúc vào ngày %(day)s.")
            % {"where": where, "code": row["predecessor"], "day": day.strftime("%d/%m/%Y")}
        )
    if row.get("basis", "") not in ("", *ShareBasis.values):
        raise BadSeed(_("%(where)s: không có cơ sở tỷ lệ “%(basis)s”.") % {"where": where, "basis": row["basis"]})
    return Succession(
        predecessor=predecessor,
        successor=_there(where, known, row["successor"], day),
        effective_on=day,
        share=_number(where, row, "share", Decimal),
        share_basis=row.get("basis", ""),
        document=row.get("document", ""),
        source=given.get("sources", {}).get(row.get("source", ""), row.get("source", "")),
    )
