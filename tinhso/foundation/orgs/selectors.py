"""Reads of units: by code and day, by area, by succession; and the province's own face."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, When
from django.db.models.functions import Length
from django.utils import timezone

from tinhso.foundation.orgs import rules
from tinhso.foundation.orgs.models import AREA_KINDS, Succession, Unit, UnitKind, UnitName, UnitQuerySet
from tinhso.foundation.text.db import Fold
from tinhso.foundation.text.rules import fold, normalise


def unit_by_code(code: str, day: date | None = None) -> Unit | None:
    """The one unit that bore `code` on `day` (today unless said): codes are reused, so the day decides."""
    return Unit.objects.as_of(day or timezone.localdate()).filter(code=code).first()


def unit_by_identifier(identifier: str, day: date | None = None) -> Unit | None:
    """The unit with the electronic identifier (Decision 20/2020/QĐ-TTg) on `day`."""
    if not identifier:
        return None
    return Unit.objects.as_of(day or timezone.localdate()).filter(identifier=identifier).first()


def province() -> Unit | None:
    """The province of this installation, or None before it is loaded."""
    return Unit.objects.filter(kind=UnitKind.PROVINCE, valid_to=None).order_by("id").first()


def area_of(unit: Unit) -> Unit:
    """The area that a unit serves: its own declared one, the nearest ancestor's, or itself when it is an area."""
    here: Unit | None = unit
    while here is not None:
        if here.kind in AREA_KINDS:
            return here
        if here.area is not None:
            return here.area
        here = here.parent
    return unit


def commune_of(unit: Unit) -> Unit | None:
    """The commune in which the unit works or which it is; None for bodies of the province."""
    area = area_of(unit)
    return area if area.kind == UnitKind.COMMUNE else None


def communes(day: date | None = None) -> UnitQuerySet:
    """The communes, wards and townships in being on `day`."""
    return Unit.objects.as_of(day or timezone.localdate()).filter(kind=UnitKind.COMMUNE)


def units_serving(area: Unit, kind: UnitKind | str, day: date | None = None) -> UnitQuerySet:
    """The agencies of `kind` that serve `area` on `day`, e.g. the service centre of a commune."""
    return Unit.objects.as_of(day or timezone.localdate()).filter(area=area, kind=kind)


def ancestors_of(unit: Unit) -> list[Unit]:
    """From the root down to the unit above this one."""
    found = Unit.objects.in_bulk(unit.ancestor_ids[:-1])
    return [found[pk] for pk in unit.ancestor_ids[:-1]]


def tree(day: date, *, under: Unit | None = None) -> list[Unit]:
    """Every unit in being on `day`, each parent before its children, siblings in Vietnamese order."""
    units = Unit.objects.as_of(day)
    if under is not None:
        units = units.under(under)
    return rules.in_tree_order(list(units), key=lambda unit: (rules.KIND_ORDER.get(unit.kind, 9), unit.sort_key))


def named_on(units: Iterable[Unit], day: date) -> dict[int, str]:
    """The names that the units bore on `day`, by id."""
    listed = list(units)
    names = {unit.pk: str(unit.name) for unit in listed}
    worn = UnitName.objects.filter(unit__in=listed, valid_from__lte=day, valid_to__gt=day)
    return names | dict(worn.values_list("unit_id", "name"))


def name_on(unit: Unit, day: date) -> str:
    """The name that the unit bore on `day`."""
    return named_on([unit], day)[unit.pk]


def find(query: str, day: date | None = None, *, limit: int = 30) -> list[Unit]:
    """Units whose name (also a former one), code or identifier holds the words, with or without marks."""
    words = fold(normalise(query)).split()
    found = Unit.objects.as_of(day or timezone.localdate()).annotate(folded=Fold("name"))
    former = UnitName.objects.filter(unit=OuterRef("pk")).annotate(folded=Fold("name"))
    for word in words:
        found = found.filter(
            Q(folded__contains=word)
            | Q(code__istartswith=word)
            | Q(identifier__istartswith=word)
            | Exists(former.filter(folded__contains=word))
        )
    if not words:
        return []
    phrase = " ".join(words)
    nearest = Case(
        When(folded_short=phrase, kind__in=AREA_KINDS, then=0),
        When(folded_short=phrase, then=1),
        When(folded__contains=phrase, then=2),
        default=3,
        output_field=IntegerField(),
    )
    ranked = found.annotate(folded_short=Fold("short_name")).annotate(nearest=nearest)
    return list(ranked.order_by("nearest", Length("path"), "sort_key", "id")[:limit])


def successors_of(unit: Unit, day: date | None = None) -> list[tuple[Unit, Decimal | None]]:
    """Who stands for the unit on `day`, through every later merger, with the share of it that came to each.

    The unit itself (share 1) while it lives. A share is None when a step on the way has no known share.
    """
    day = day or timezone.localdate()
    steps = _steps_until(day)
    shares = rules.follow(unit.pk, steps)
    found = Unit.objects.in_bulk(list(shares))
    return sorted(((found[pk], share) for pk, share in shares.items()), key=lambda pair: (pair[0].sort_key, pair[0].pk))


def _steps_until(day: date) -> dict[int, list[tuple[int, Decimal | None]]]:
    steps: dict[int, list[tuple[int, Decimal | None]]] = {}
    rows = Succession.objects.filter(effective_on__lte=day)
    for old, new, share in rows.values_list("predecessor_id", "successor_id", "share"):
        steps.setdefault(old, []).append((new, share))
    return steps


def predecessors_of(unit: Unit) -> QuerySet[Succession]:
    """The successions by which the unit came to be."""
    return Succession.objects.filter(successor=unit).select_related("predecessor").order_by("predecessor__sort_key")


def successions_of(unit: Unit) -> QuerySet[Succession]:
    """The successions by which the unit passed on."""
    return Succession.objects.filter(predecessor=unit).select_related("successor").order_by("successor__sort_key")


def change_days() -> list[date]:
    """The days on which the tree changed, newest first: what a date picker offers."""
    starts = Unit.objects.order_by().values_list("valid_from", flat=True).distinct()
    ends = Unit.objects.exclude(valid_to=None).order_by().values_list("valid_to", flat=True).distinct()
    return sorted({day for day in [*starts, *ends] if day}, reverse=True)


@dataclass(frozen=True)
class ProvinceProfile:
    """What the screens show of the province: all of it data of the seed folder (province.json)."""

    is_loaded: bool
    code: str
    identifier: str
    name: str
    short_name: str
    portal_name: str
    committee_name: str
    # The letters in the round seal of the header, and its full lines where there is room.
    seal: str
    seal_lines: tuple[str, ...] = ()
    # OKLCH hue angles in degrees of the two province colours, by the token names of the design system.
    hues: dict[str, float] = field(default_factory=lambda: {"lam": 255.0, "hong": 12.0})
    contacts: dict[str, str] = field(default_factory=dict)


NEUTRAL = ProvinceProfile(False, "", "", "Tỉnh Số", "Tỉnh Số", "Tỉnh Số", "", "TS", ("TỈNH SỐ",))


def province_profile() -> ProvinceProfile:
    """Name, seal text, colours and contacts of the loaded province; a neutral one before any is loaded."""
    with connection.cursor() as cursor:
        cursor.execute(_PROVINCE_ROW, [UnitKind.PROVINCE])
        written = cursor.fetchone()
    if written is None:
        return NEUTRAL
    if written not in _profiles:
        _profiles.clear()
        _profiles[written] = _profile_of(province())
    return _profiles[written]


# Which row is the province's, and which writing of it: every page bears its name, so only a changed row is read again.
_PROVINCE_ROW = f"""SELECT id, xmin::text, ctid::text FROM {Unit._meta.db_table}
WHERE kind = %s AND valid_to IS NULL ORDER BY id LIMIT 1"""  # noqa: S608 - our own table
_profiles: dict[tuple[Any, ...], ProvinceProfile] = {}


def _profile_of(unit: Unit | None) -> ProvinceProfile:
    if unit is None:
        return NEUTRAL
    given: dict[str, Any] = unit.attributes.get("profile", {})
    seal: dict[str, Any] = given.get("seal") or {}
    return ProvinceProfile(
        is_loaded=True,
        code=unit.code,
        identifier=str(given.get("identifier", "")),
        name=str(unit.name),
        short_name=str(unit.short_name),
        portal_name=str(given.get("portal_name") or unit.name),
        committee_name=str(given.get("committee_name") or ""),
        seal=str(seal.get("initials") or _initials(str(unit.short_name))),
        seal_lines=tuple(seal.get("lines") or [str(unit.name).upper()]),
        hues={**NEUTRAL.hues, **(given.get("hues") or {})},
        contacts=given.get("contacts") or {},
    )


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()
