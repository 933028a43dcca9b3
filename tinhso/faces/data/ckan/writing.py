"""Actions that write, by machine token."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.faces.data.ckan import shapes
from tinhso.faces.data.ckan.reading import by_name, dataset_of, resource_of
from tinhso.faces.data.ckan.views import Call, writes
from tinhso.foundation.access import guard as access
from tinhso.systems.opendata.errors import Invalid
from tinhso.systems.opendata.models import Dataset, Group, Organisation, Resource, State
from tinhso.systems.opendata.permissions import MANAGE, PUBLISH
from tinhso.systems.opendata.services import catalogue

_TEXTS = {
    "title": ("title", 300), "notes": ("notes", 100_000), "url": ("source_url", 500), "author": ("author", 200),
    "author_email": ("author_email", 200), "maintainer": ("contact_name", 200), "version": ("version", 60),
    "maintainer_email": ("contact_email", 200), "license_id": ("licence", 60),
}  # fmt: skip


def _values(call: Call) -> dict[str, Any]:
    given = call.given
    values: dict[str, Any] = {
        name: str(given[key] or "")[:longest] for key, (name, longest) in _TEXTS.items() if key in given
    }
    if "name" in given:
        values["name"] = shapes.read_name(given["name"])
    if "private" in given:
        values["is_private"] = call.flag("private")
    if given.get("state") in State.values:
        values["state"] = given["state"]
    if "tags" in given:
        values["tags"] = [_tag(one) for one in call.items("tags")]
    if "owner_org" in given:
        named = call.text("owner_org")
        values["organisation"] = by_name(Organisation.objects.exclude(state=State.DELETED), named) if named else None
    if "extras" in given:
        values |= shapes.read_extras(given["extras"])
    return values


def _tag(one: Any) -> str:
    name = str(one.get("name") if isinstance(one, dict) else one).strip()
    if not name or len(name) > 100:
        raise Invalid({"tags": [_("Từ khóa dài từ 1 đến 100 chữ.")]})
    return name


def _restored(call: Call) -> dict[str, Any]:
    """A dump laid back keeps its instants: for whoever runs the portal."""
    if not access.allowed(call.actor, MANAGE):
        return {}
    told = {"metadata_created": "created_at", "metadata_modified": "modified_at"}
    return {field: shapes.read_instant(call.given[key], key) for key, field in told.items() if call.given.get(key)}


def _groups(call: Call) -> list[Group] | None:
    if "groups" not in call.given:
        return None
    named = [one.get("name") or one.get("id") if isinstance(one, dict) else one for one in call.items("groups")]
    return [by_name(Group.objects.exclude(state=State.DELETED), str(name)) for name in named]


def _resources(call: Call) -> list[tuple[UUID | None, dict[str, Any]]] | None:
    return [shapes.read_resource(one) for one in call.items("resources")] if "resources" in call.given else None


@writes
def package_create(call: Call) -> Any:
    access.require(call.actor, PUBLISH)
    if not call.given.get("name"):
        raise Invalid({"name": [_("Thiếu tên máy.")]})
    key = shapes.read_key(call.given.get("id"))
    name = shapes.read_name(call.given["name"])
    if Dataset.objects.filter(name=name).exists() or (key and Dataset.objects.filter(pk=key).exists()):
        raise Invalid({"name": [_("Tên hoặc mã này đã dùng.")]})
    dataset = Dataset(**({"pk": key} if key else {}))
    values = {"title": name, **_values(call), **_restored(call)}
    if not values["title"]:
        values["title"] = name
    made = catalogue.save_dataset(
        call.actor, dataset=dataset, values=values, groups=_groups(call), resources=_resources(call)
    )
    return shapes.package(made, call.site)


def _written(call: Call) -> Dataset:
    dataset = dataset_of(call, call.text("id") or call.text("name"))
    if dataset.source:
        raise Invalid({"id": [_("Bộ dữ liệu này do hệ thống tự công bố; hãy sửa ở nguồn.")]})
    return dataset


@writes
def package_update(call: Call) -> Any:
    dataset = _written(call)
    blank = dict.fromkeys((name for name, _most in _TEXTS.values()), "") | {"tags": [], "title": dataset.name}
    values = {**blank, **_values(call), **_restored(call)}
    if values.get("name", dataset.name) != dataset.name:
        raise Invalid({"name": [_("Tên máy không đổi được: địa chỉ của bộ dữ liệu làm từ tên này.")]})
    made = catalogue.save_dataset(
        call.actor, dataset=dataset, values=values, groups=_groups(call) or [], resources=_resources(call) or []
    )
    return shapes.package(made, call.site)


@writes
def package_patch(call: Call) -> Any:
    dataset = _written(call)
    values = _values(call)
    if values.get("name", dataset.name) != dataset.name:
        raise Invalid({"name": [_("Tên máy không đổi được: địa chỉ của bộ dữ liệu làm từ tên này.")]})
    made = catalogue.save_dataset(
        call.actor, dataset=dataset, values=values, groups=_groups(call), resources=_resources(call)
    )
    return shapes.package(made, call.site)


@writes
def package_delete(call: Call) -> Any:
    catalogue.withdraw_dataset(call.actor, dataset=dataset_of(call, call.text("id")))


@writes
def resource_create(call: Call) -> Any:
    dataset = dataset_of(call, call.text("package_id"))
    key, values = shapes.read_resource(call.given)
    if key and Resource.objects.filter(pk=key).exists():
        raise Invalid({"id": [_("Mã này đã dùng.")]})
    one = Resource(dataset=dataset, **({"pk": key} if key else {}))
    return _saved(call, one, values)


def _saved(call: Call, one: Resource, values: dict[str, Any]) -> Any:
    values["name"] = values.get("name") or one.name or call.upload_name
    made = catalogue.save_resource(call.actor, resource=one, values=values, upload=call.upload, name=call.upload_name)
    return shapes.resource(made, made.dataset, call.site)


@writes
def resource_update(call: Call) -> Any:
    one = resource_of(call)
    _key, values = shapes.read_resource(call.given)
    return _saved(call, one, values)


@writes
def resource_patch(call: Call) -> Any:
    one = resource_of(call)
    _key, values = shapes.read_resource(call.given)
    return _saved(call, one, {**values, "extras": {**one.extras, **values["extras"]}})


@writes
def resource_delete(call: Call) -> Any:
    catalogue.withdraw_resource(call.actor, resource=resource_of(call))
