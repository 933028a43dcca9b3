"""Organisations and groups: the same actions, declared once for both nouns."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.faces.data.ckan import shapes
from tinhso.faces.data.ckan.reading import by_name
from tinhso.faces.data.ckan.searching import MOST_ROWS
from tinhso.faces.data.ckan.views import ACTIONS, Action, Call
from tinhso.foundation.access import guard as access
from tinhso.systems.opendata import selectors
from tinhso.systems.opendata.errors import Invalid
from tinhso.systems.opendata.models import Group, Organisation, State
from tinhso.systems.opendata.permissions import MANAGE
from tinhso.systems.opendata.services import catalogue

Model = type[Organisation] | type[Group]
NOUNS: dict[str, Model] = {"organization": Organisation, "group": Group}
_TEXTS = {"title": ("title", 300), "description": ("notes", 20_000), "image_url": ("image_url", 500)}


def _for_both(*verbs: str) -> Callable[[Callable[[Call, Any], Any]], None]:
    """Declares organization_VERB and group_VERB, each all of it or nothing."""

    def declare(function: Callable[[Call, Any], Any]) -> None:
        for noun, model in NOUNS.items():
            for verb in verbs:
                ACTIONS[f"{noun}_{verb}"] = transaction.atomic(_about(function, model))

    return declare


def _about(function: Callable[[Call, Any], Any], model: Model) -> Action:
    @wraps(function)
    def act(call: Call) -> Any:
        return function(call, model)

    return act


def _living(model: Any) -> Any:
    return model.objects.exclude(state=State.DELETED)


def _count(one: Organisation | Group) -> int:
    return one.datasets.filter(state=State.ACTIVE, is_private=False).count()


@_for_both("list")
def _list(call: Call, model: Any) -> Any:
    """Their names; whole with all_fields; only some with `organizations` or `groups`."""
    found = model.objects.filter(state=State.ACTIVE).order_by("name")
    if wanted := call.items("groups" if model is Group else "organizations"):
        found = found.filter(name__in=wanted)
    offset, limit = call.number("offset", 0, 10**9), call.number("limit", 0, 10**9)
    found = found[offset : offset + limit] if limit else found[offset:]
    if not call.flag("all_fields"):
        return list(found.values_list("name", flat=True))
    return [shapes.body(one, _count(one)) for one in found]


@_for_both("show")
def _show(call: Call, model: Any) -> Any:
    """One of them, by name or id; its datasets with include_datasets."""
    one = by_name(_living(model), call.text("id"))
    told = shapes.body(one, _count(one))
    if call.flag("include_datasets"):
        ids = one.datasets.values("pk")
        told["packages"] = [
            shapes.package(each, call.site) for each in selectors.datasets().filter(pk__in=ids)[:MOST_ROWS]
        ]
    return told


def _values(call: Call) -> dict[str, Any]:
    given = call.given
    values: dict[str, Any] = {
        name: str(given[key] or "")[:longest] for key, (name, longest) in _TEXTS.items() if key in given
    }
    if "name" in given:
        values["name"] = shapes.read_name(given["name"])
    if "extras" in given:
        values["extras"] = [
            {"key": str(one.get("key"))[:200], "value": one.get("value")}
            for one in call.items("extras")
            if isinstance(one, dict)
        ]
    if given.get("created") and access.allowed(call.actor, MANAGE):
        values["created_at"] = shapes.read_instant(given["created"], "created")
    return values


@_for_both("create")
def _create(call: Call, model: Any) -> Any:
    """A new one; with `id` under that id (a dump laid back)."""
    access.require(call.actor, MANAGE)
    if not call.given.get("name"):
        raise Invalid({"name": [_("Thiếu tên máy.")]})
    key = shapes.read_key(call.given.get("id"))
    values = _values(call)
    if model.objects.filter(name=values["name"]).exists() or (key and model.objects.filter(pk=key).exists()):
        raise Invalid({"name": [_("Tên hoặc mã này đã dùng.")]})
    one = model(**({"pk": key} if key else {}))
    catalogue.save_body(call.actor, body=one, values={"title": values["name"], **values})
    return shapes.body(one, 0)


@_for_both("update", "patch")
def _update(call: Call, model: Any) -> Any:
    """Writes the fields that are sent."""
    one = by_name(_living(model), call.text("id") or call.text("name"))
    catalogue.save_body(call.actor, body=one, values=_values(call))
    return shapes.body(one, _count(one))


@_for_both("delete")
def _delete(call: Call, model: Any) -> Any:
    """Withdraws one that no dataset stands under."""
    one = by_name(_living(model), call.text("id"))
    if one.datasets.exclude(state=State.DELETED).exists():
        raise Invalid({"id": [_("Vẫn còn bộ dữ liệu đang công bố.")]})
    catalogue.save_body(call.actor, body=one, values={"state": State.DELETED})
