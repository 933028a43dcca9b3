"""Units named by UID, level, group, or by whose they are (USER_ORGUNIT…); and their boundaries."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.encoding import as_json
from tinhso.faces.api.forest import Node
from tinhso.faces.api.uids import uid_of

MINE, MY_CHILDREN, MY_GRANDCHILDREN = "USER_ORGUNIT", "USER_ORGUNIT_CHILDREN", "USER_ORGUNIT_GRANDCHILDREN"


def places_of(call: Call, names: list[str], out_of_reach: str) -> list[Node]:
    """The units named. With LEVEL-n or OU_GROUP-x, those of that level or group below the units named beside it.

    A unit outside the caller's reach is refused, not left out in silence.
    """
    named = _named(call, names)
    for node in named:
        if not is_within(call, node):
            raise Fault(out_of_reach, node.uid)
    narrowing = [name for name in names if name.startswith(("LEVEL-", "OU_GROUP-"))]
    if not narrowing:
        if not named:
            raise Fault("E7124", "ou")
        return named
    boundaries = named or call.forest.roots(call.reach)
    below = {node.pk: node for boundary in boundaries for node in call.forest.below[boundary.pk]}
    wanted = {pk for name in narrowing for pk in _of_level_or_group(call, name)}
    return [node for node in call.forest.nodes if node.pk in below and node.pk in wanted]


def is_within(call: Call, node: Node) -> bool:
    """The caller sees the unit itself, or something below it (a total then holds only what it sees)."""
    return node.pk in call.seen


def _named(call: Call, names: list[str]) -> list[Node]:
    found: dict[int, Node] = {}
    for name in names:
        if name.startswith(("LEVEL-", "OU_GROUP-")):
            continue
        for node in _one(call, name):
            found[node.pk] = node
    return list(found.values())


def _one(call: Call, name: str) -> list[Node]:
    mine = call.forest.roots(call.reach)
    match name:
        case "USER_ORGUNIT":
            return mine
        case "USER_ORGUNIT_CHILDREN":
            return [child for node in mine for child in call.forest.children.get(node.pk, [])]
        case "USER_ORGUNIT_GRANDCHILDREN":
            children = [child for node in mine for child in call.forest.children.get(node.pk, [])]
            return [one for child in children for one in call.forest.children.get(child.pk, [])]
    node = call.forest.by_uid.get(name)
    if node is None:
        raise Fault("E7143", name)
    return [node]


def _of_level_or_group(call: Call, name: str) -> set[int]:
    kind, _dash, given = name.partition("-")
    if kind == "LEVEL":
        levels = {uid_of("level", str(level)): level for level in range(1, call.forest.depth + 1)}
        level = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else levels.get(given, 0)
        found = {node.pk for node in call.forest.at_level(level)}
    else:
        found = {node.pk for node in call.forest.nodes if uid_of("unit-kind", node.kind) == given}
    if not found:
        raise Fault("E7143", name)
    return found


def as_geojson(call: Call) -> HttpResponse:
    """`organisationUnits.geojson`: boundaries of the units at `level` (several; the top when none is given) below
    `parent` (several). Units without a boundary are left out; where none was loaded, there is no feature."""
    levels = {int(level) for level in call.listed("level") if level.isascii() and level.isdigit() and len(level) < 4}
    parents = {node.pk for uid in call.listed("parent") if (node := call.forest.by_uid.get(uid))}
    wanted = levels or {1}
    shown = [
        node
        for node in call.forest.nodes
        if node.pk in call.shapes and node.level in wanted and (not parents or parents.intersection(node.ids))
    ]
    has_properties = call.flag("properties", default=True)
    features = [_feature(call, node, has_properties=has_properties) for node in shown]
    return as_json({"type": "FeatureCollection", "features": features})


def _feature(call: Call, node: Node, *, has_properties: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    if has_properties:
        parent = call.forest.by_id.get(node.parent_id) if node.parent_id else None
        properties = {"code": node.code, "name": node.name, "level": str(node.level)}
        properties |= {"parent": parent.uid} if parent else {}
        properties |= {
            "parentGraph": "/".join(one.uid for one in _above(call, node)),
            "groups": [uid_of("unit-kind", node.kind)],
        }
    return {"type": "Feature", "id": node.uid, "geometry": call.shapes[node.pk], "properties": properties}


def _above(call: Call, node: Node) -> list[Node]:
    """The way down to the unit's parent: from the nearest of the caller's uppermost units, else from the top."""
    roots = {root.pk for root in call.forest.roots(call.reach)}
    ancestors = call.forest.ancestors(node)
    first = max((place for place, one in enumerate(ancestors) if one.pk in roots), default=0)
    return ancestors[first:]
