"""Units, levels, measures, indicators and forms as objects of the interface."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.faces.api.catalogue import Item
from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.datasets import Form
from tinhso.faces.api.dhis2.things import Thing
from tinhso.faces.api.forest import Node
from tinhso.faces.api.uids import uid_of
from tinhso.foundation.orgs.models import UnitKind

# The interface's own fixed identifiers of "no disaggregation".
DEFAULT_COMBO, DEFAULT_OPTION_COMBO = "bjDvmb4bfuf", "HllvX50cXC0"
DEFAULT_CATEGORY, DEFAULT_OPTION = "GLevLNI9wkl", "xYerKDKCefk"
BEGINNING = date(1900, 1, 1)
AGGREGATIONS = {"sum": "SUM", "avg": "AVERAGE", "max": "MAX", "min": "MIN", "last": "LAST", "own": "NONE"}

Objects = dict[str, Callable[[Call], Iterable[Thing]]]


def instant(day: date | datetime | None) -> str | None:
    """A day or a moment as the interface writes it: local time, milliseconds, no zone."""
    if day is None:
        return None
    return f"{day:%Y-%m-%dT%H:%M:%S}.000"


def _identity(uid: str, code: str, name: str, since: date | None = None) -> dict[str, Any]:
    return {
        "id": uid,
        "code": code,
        "name": name,
        "displayName": name,
        "shortName": name[:50],
        "displayShortName": name[:50],
        "created": instant(since or BEGINNING),
        "lastUpdated": instant(since or BEGINNING),
        "access": {
            "read": True,
            "update": False,
            "delete": False,
            "write": False,
            "manage": False,
            "externalize": False,
        },
        "favorite": False,
        "translations": [],
        "attributeValues": [],
    }


def units(call: Call) -> list[Thing]:
    """Every unit, old ones with the day they closed."""
    made = _Units(call)
    return [made.thing(node) for node in call.forest.nodes]


class _Units:
    """Units as things, each made once: a parent is the same thing for all its children."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.made: dict[int, Thing] = {}

    def thing(self, node: Node) -> Thing:
        if node.pk not in self.made:
            self.made[node.pk] = Thing(self._values(node))
        return self.made[node.pk]

    def _values(self, node: Node) -> dict[str, Any]:
        forest = self.call.forest
        parent = forest.by_id.get(node.parent_id) if node.parent_id else None
        below = forest.children.get(node.pk, [])
        values = _identity(node.uid, node.code, node.name, node.valid_from) | {
            "shortName": node.short_name[:50],
            "displayShortName": node.short_name[:50],
            "level": node.level,
            "path": lambda: forest.uid_path(node),
            "parent": self.thing(parent) if parent else None,
            "children": lambda: [self.thing(child) for child in below],
            "ancestors": lambda: [self.thing(one) for one in forest.ancestors(node)],
            "leaf": not below,
            "openingDate": instant(node.valid_from),
            "closedDate": instant(node.closed_on),
            "geometry": lambda: self.call.shapes.get(node.pk),
            "description": str(UnitKind(node.kind).label),
            "organisationUnitGroups": lambda: [_group_of(self.call, node.kind)],
            "dataSets": lambda: [form_thing(self.call, form) for form in self.call.forms if node.pk in form.units],
            "href": f"{self.call.base}/organisationUnits/{node.uid}",
            "type": "Point",
        }
        values["lastUpdated"] = instant(node.closed_on or node.valid_from)
        return values


def unit_thing(call: Call, node: Node) -> Thing:
    return _Units(call).thing(node)


def unit_things(call: Call, nodes: Iterable[Node]) -> list[Thing]:
    made = _Units(call)
    return [made.thing(node) for node in nodes]


def levels(call: Call) -> list[Thing]:
    names = (_("Tỉnh"), _("Xã, phường và cơ quan của tỉnh"), _("Cơ quan của xã, phòng của sở"), _("Bộ phận"))
    return [
        Thing(
            _identity(uid_of("level", str(level)), f"LEVEL-{level}", names[min(level, len(names)) - 1])
            | {"level": level, "offlineLevels": 1}
        )
        for level in range(1, call.forest.depth + 1)
    ]


def _group_of(call: Call, kind: str) -> Thing:
    members = [node for node in call.forest.nodes if node.kind == kind]
    name = str(UnitKind(kind).label)
    return Thing(
        _identity(uid_of("unit-kind", kind), kind, name)
        | {"organisationUnits": lambda: unit_things(call, members), "symbol": None}
    )


def unit_groups(call: Call) -> list[Thing]:
    """A group for every kind of unit that there is."""
    present = {node.kind for node in call.forest.nodes}
    return [_group_of(call, kind) for kind in UnitKind.values if kind in present]


def _combo() -> Thing:
    return Thing({"id": DEFAULT_COMBO, "name": "default", "displayName": "default"})


def measure_thing(call: Call, item: Item) -> Thing:
    return Thing(
        _identity(item.uid, item.code, item.name, item.valid_from)
        | {
            "description": item.sentence,
            "displayDescription": item.sentence,
            "formName": item.name,
            "displayFormName": item.name,
            "domainType": "AGGREGATE",
            "dimensionItemType": "DATA_ELEMENT",
            "dimensionItem": item.uid,
            "valueType": "NUMBER",
            "aggregationType": AGGREGATIONS.get(item.over_units if item.is_flow else item.over_time, "SUM"),
            "zeroIsSignificant": True,
            "optionSetValue": False,
            "aggregationLevels": [],
            "categoryCombo": _combo(),
            "unitOfMeasure": item.unit_name,
            "source": item.source,
            "dataElementGroups": lambda: [_measure_group(call, item.group)],
            "dataSetElements": lambda: [
                Thing({"dataElement": measure_thing(call, item), "dataSet": form_thing(call, form)})
                for form in call.forms
                if item.code in form.measures
            ],
            "href": f"{call.base}/dataElements/{item.uid}",
        }
    )


def measures(call: Call) -> list[Thing]:
    return [measure_thing(call, item) for item in call.catalogue.measures.values()]


def _measure_group(call: Call, group: str) -> Thing:
    members = [item for item in call.catalogue.measures.values() if item.group == group]
    return Thing(
        _identity(uid_of("measure-group", group), group, group)
        | {"dataElements": lambda: [measure_thing(call, item) for item in members]}
    )


def measure_groups(call: Call) -> list[Thing]:
    return [_measure_group(call, name) for name in sorted({item.group for item in call.catalogue.measures.values()})]


def _indicator_type(code: str) -> Thing:
    is_percent = code == "percent"
    name = _("Phần trăm") if is_percent else _("Số")
    return Thing(
        _identity(uid_of("indicator-type", code), code, name)
        | {"factor": 100 if is_percent else 1, "number": not is_percent}
    )


def indicator_thing(call: Call, item: Item) -> Thing:
    def named(code: str) -> str:
        measure = call.catalogue.measures.get(code)
        return f"#{{{measure.uid}}}" if measure else "0"

    whole = re.sub(r"\{([^{}]+)\}", lambda found: named(found[1]), item.formula)
    return Thing(
        _identity(item.uid, item.code, item.name, item.valid_from)
        | {
            "description": item.sentence,
            "displayDescription": item.sentence,
            "dimensionItemType": "INDICATOR",
            "dimensionItem": item.uid,
            "indicatorType": _indicator_type("percent" if item.denominator else "number"),
            "annualized": False,
            "numerator": named(item.numerator) if item.numerator else whole,
            "numeratorDescription": item.numerator or item.formula,
            "denominator": named(item.denominator) if item.denominator else "1",
            "denominatorDescription": item.denominator,
            "targets": list(item.targets),
            "indicatorGroups": lambda: [_indicator_group(call, item.group)],
            "href": f"{call.base}/indicators/{item.uid}",
        }
    )


def indicators(call: Call) -> list[Thing]:
    return [indicator_thing(call, item) for item in call.catalogue.indicators.values()]


def _indicator_group(call: Call, group: str) -> Thing:
    members = [item for item in call.catalogue.indicators.values() if item.group == group]
    return Thing(
        _identity(uid_of("indicator-group", group), group, group)
        | {"indicators": lambda: [indicator_thing(call, item) for item in members]}
    )


def indicator_groups(call: Call) -> list[Thing]:
    return [
        _indicator_group(call, name) for name in sorted({item.group for item in call.catalogue.indicators.values()})
    ]


def form_thing(call: Call, form: Form) -> Thing:
    items = [call.catalogue.measures[code] for code in form.measures if code in call.catalogue.measures]
    return Thing(
        _identity(form.uid, form.code, form.name)
        | {
            "periodType": form.period_type,
            "formType": "DEFAULT",
            "openFuturePeriods": 0,
            "expiryDays": 0,
            "timelyDays": form.timely_days,
            "categoryCombo": _combo(),
            "dataSetElements": lambda: [
                Thing({"dataElement": measure_thing(call, item), "dataSet": Thing({"id": form.uid})}) for item in items
            ],
            "organisationUnits": lambda: unit_things(
                call, [node for node in call.forest.nodes if node.pk in form.units]
            ),
            "indicators": list[Thing],
            "sections": list[Thing],
            "workflow": Thing({"id": form.uid}) if form.needs_approval else None,
            "href": f"{call.base}/dataSets/{form.uid}",
        }
    )


def form_things(call: Call) -> list[Thing]:
    return [form_thing(call, form) for form in call.forms]


def _only(uid: str, **more: Any) -> Callable[[Call], list[Thing]]:
    return lambda _call: [Thing(_identity(uid, "default", "default") | more)]


def me(call: Call) -> Thing:
    """The caller: the units it may see, and those it may write for."""
    account = call.caller.account
    roots = call.forest.roots(call.reach)
    names = str(account.full_name).split(" ")
    roles = sorted({grant.role for grant in call.caller.actor.grants})
    return Thing(
        _identity(uid_of("account", account.username), account.username, str(account.full_name))
        | {
            "username": account.username,
            "surname": names[0],
            "firstName": " ".join(names[1:]) or names[0],
            "email": account.email or None,
            "organisationUnits": lambda: unit_things(call, roots),
            "dataViewOrganisationUnits": lambda: unit_things(call, roots),
            "teiSearchOrganisationUnits": list[Thing],
            "authorities": [],
            "userRoles": [Thing({"id": uid_of("role", role), "name": role, "displayName": role}) for role in roles],
            "userGroups": [],
            "dataSets": lambda: [form.uid for form in call.forms if form.units & call.seen],
            "programs": [],
            "settings": {"keyDbLocale": settings.LANGUAGE_CODE, "keyUiLocale": settings.LANGUAGE_CODE},
        }
    )


# By the name in the address; the same name holds the list in the answer.
OBJECTS: Objects = {
    "organisationUnits": units,
    "organisationUnitLevels": levels,
    "organisationUnitGroups": unit_groups,
    "dataElements": measures,
    "dataElementGroups": measure_groups,
    "indicators": indicators,
    "indicatorGroups": indicator_groups,
    "indicatorTypes": lambda _call: [_indicator_type("percent"), _indicator_type("number")],
    "dataSets": form_things,
    "categoryCombos": _only(DEFAULT_COMBO, isDefault=True, dataDimensionType="DISAGGREGATION"),
    "categoryOptionCombos": lambda _call: [
        Thing(_identity(DEFAULT_OPTION_COMBO, "default", "default") | {"categoryCombo": _combo()})
    ],
    "categories": _only(DEFAULT_CATEGORY, dataDimensionType="DISAGGREGATION"),
    "categoryOptions": _only(DEFAULT_OPTION),
    "attributes": lambda _call: [],
    "users": lambda call: [me(call)],
}
