"""Lists and single objects: filtered, ordered, paged and cut to the asked fields."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from math import ceil
from typing import Any

from django.http import HttpResponse

from tinhso.faces.api.dhis2 import metadata
from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.rules import fields, filters
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.dhis2.things import Cutter, Thing
from tinhso.faces.api.dhis2.words import no_such
from tinhso.faces.api.encoding import as_json

PAGE = 50
MOST_ORDERS = 5
LIST_FIELDS = "id,displayName"


def listing(call: Call, name: str) -> HttpResponse:
    """A list, `{"pager": …, "<name>": […]}`."""
    found = _ordered(call, _filtered(call, metadata.OBJECTS[name](call), name))
    pager, page = _paged(call, name, found)
    asked = _asked(call, LIST_FIELDS)
    cutter = Cutter()
    body: dict[str, Any] = {"pager": pager} if pager else {}
    return as_json(body | {name: [cutter.cut(thing, asked) for thing in page]})


def _asked(call: Call, default: str) -> tuple[fields.Field, ...]:
    return fields.parse(",".join(call.params.getlist("fields")) or default)


def _filtered(call: Call, things: Iterable[Thing], name: str) -> list[Thing]:
    kept = list(things)
    if name == "organisationUnits":
        kept = _by_place(call, kept)
    query = filters.folded(call.params.get("query", "")[:200])
    if query:
        kept = [thing for thing in kept if _meets(thing, query)]
    conditions = filters.parse_all(call.params.getlist("filter"))
    if not conditions:
        return kept
    joined = any if call.params.get("rootJunction", "AND").upper() == "OR" else all
    return [thing for thing in kept if joined(one.holds(thing.at(one.path)) for one in conditions)]


def _meets(thing: Thing, query: str) -> bool:
    if query in (filters.folded(str(thing.get("id"))), filters.folded(str(thing.get("code")))):
        return True
    return query in filters.folded(str(thing.get("displayName")))


def _by_place(call: Call, things: list[Thing]) -> list[Thing]:
    """The older parameters of units: level, maxLevel, parent, withinUserHierarchy, userOnly."""
    levels = {int(level) for level in call.listed("level") if level.isascii() and level.isdigit() and len(level) < 4}
    if "level" in call.params:
        things = [thing for thing in things if thing.get("level") in levels]
    if "maxLevel" in call.params:
        deepest = call.number("maxLevel", 1, most=50)
        things = [thing for thing in things if thing.get("level") <= deepest]
    parents = call.listed("parent")
    if parents:
        things = [thing for thing in things if any(f"/{uid}" in thing.get("path") for uid in parents)]
    if call.flag("withinUserHierarchy") or call.flag("withinUserSearchHierarchy"):
        mine = {call.forest.by_id[pk].uid for pk in call.seen}
        things = [thing for thing in things if thing.get("id") in mine]
    if call.flag("userOnly") or call.flag("userDataViewOnly"):
        roots = {node.uid for node in call.forest.roots(call.reach)}
        things = [thing for thing in things if thing.get("id") in roots]
    return things


def _ordered(call: Call, things: list[Thing]) -> list[Thing]:
    asked = [part for given in call.params.getlist("order") for part in given.split(",") if part]
    if len(asked) > MOST_ORDERS:
        raise Fault("E7654", ",".join(asked))
    for part in reversed(asked):
        name, _colon, direction = part.partition(":")
        if direction not in ("", "asc", "desc", "iasc", "idesc") or not name.isalnum():
            raise Fault("E7654", part)
        things.sort(key=functools.partial(_sort_key, name), reverse=direction.endswith("desc"))
    return things


def _sort_key(name: str, thing: Thing) -> tuple[int, float, str]:
    value = thing.get(name)
    if isinstance(value, (int, float)):
        return 1, float(value), ""
    return (0, 0.0, "") if value is None or not isinstance(value, str) else (2, 0.0, filters.folded(value))


def _paged(call: Call, name: str, found: list[Thing]) -> tuple[dict[str, Any] | None, list[Thing]]:
    if not call.flag("paging", default=True):
        return None, found
    size = call.number("pageSize", PAGE, most=10_000)
    page = call.number("page", 1, most=1_000_000)
    count = max(1, ceil(len(found) / size))
    pager: dict[str, Any] = {"page": page, "pageCount": count, "total": len(found), "pageSize": size}
    if page < count:
        pager["nextPage"] = _page_address(call, name, page + 1)
    if 1 < page <= count:
        pager["prevPage"] = _page_address(call, name, page - 1)
    return pager, found[(page - 1) * size : page * size]


def _page_address(call: Call, name: str, page: int) -> str:
    params = call.params.copy()
    params["page"] = str(page)
    version = f"/{call.version}" if call.version else ""
    return f"{call.base}{version}/{name}?{params.urlencode()}"


def single(call: Call, name: str, uid: str) -> HttpResponse:
    """One object; units also with those below or above, as the interface has it."""
    found = next((thing for thing in metadata.OBJECTS[name](call) if thing.get("id") == uid), None)
    if found is None:
        return no_such(name, uid)
    if name == "organisationUnits":
        around = _around(call, uid)
        if around is not None:
            asked = _asked(call, LIST_FIELDS)
            cutter = Cutter()
            return as_json({name: [cutter.cut(thing, asked) for thing in around]})
    return as_json(Cutter().cut(found, _asked(call, ":all")))


def _around(call: Call, uid: str) -> list[Thing] | None:
    node = call.forest.by_uid[uid]
    if "level" in call.params:
        depth = node.level + call.number("level", 0, least=0, most=50)
        return metadata.unit_things(call, [one for one in call.forest.below[node.pk] if one.level == depth])
    if call.flag("includeDescendants"):
        return metadata.unit_things(call, call.forest.below[node.pk])
    if call.flag("includeChildren"):
        return metadata.unit_things(call, [node, *call.forest.children.get(node.pk, [])])
    if call.flag("includeAncestors"):
        return metadata.unit_things(call, [*call.forest.ancestors(node), node])
    return None


def any_object(call: Call, uid: str) -> HttpResponse:
    """Whatever bears the UID: `identifiableObjects/<uid>`."""
    for make in metadata.OBJECTS.values():
        for thing in make(call):
            if thing.get("id") == uid:
                return as_json(Cutter().cut(thing, _asked(call, ":all")))
    return no_such("identifiableObject", uid)


def filled_levels(call: Call) -> HttpResponse:
    """Levels as a plain array, as this one address of the interface has it."""
    asked = _asked(call, ":all")
    cutter = Cutter()
    return as_json([cutter.cut(thing, asked) for thing in metadata.levels(call)])


def who(call: Call) -> HttpResponse:
    return as_json(Cutter().cut(metadata.me(call), _asked(call, ":all")))
