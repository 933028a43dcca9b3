"""Actions that read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.engines.search.selectors import find
from tinhso.faces.data.ckan import shapes
from tinhso.faces.data.ckan.views import ACTIONS, Call, action
from tinhso.systems.opendata import selectors
from tinhso.systems.opendata.errors import NotFound
from tinhso.systems.opendata.licences import LICENCES, licence
from tinhso.systems.opendata.models import Activity, Dataset, Organisation, Resource, State

MOST_ROWS = 1000


def by_name(found: QuerySet[Any], name: str) -> Any:
    """The object by name or id; NotFound otherwise."""
    try:
        one = found.filter(Q(pk=UUID(name)) | Q(name=name)).first()
    except ValueError:
        one = found.filter(name=name).first()
    if one is None:
        raise NotFound
    return one


def dataset_of(call: Call, name: str) -> Dataset:
    """A dataset the caller may see: public, or any for whoever may write it."""
    one: Dataset = by_name(
        Dataset.objects.select_related("organisation__unit").prefetch_related("groups").exclude(state=State.DELETED),
        name,
    )
    if one.is_private or one.state != State.ACTIVE:
        from tinhso.foundation.access import guard as access
        from tinhso.systems.opendata.permissions import PUBLISH
        from tinhso.systems.opendata.services import bodies

        if not access.allowed(call.actor, PUBLISH, bodies.unit_of(one.organisation)):
            raise NotFound
    return one


@action
def site_read(call: Call) -> Any:
    return True


@action
def status_show(call: Call) -> Any:
    from tinhso.foundation.orgs.selectors import province_profile

    return {
        "site_title": str(province_profile().portal_name), "site_url": call.site, "ckan_version": "2.11",
        "extensions": ["datastore"], "locale_default": "vi", "error_emails_to": None, "site_description": "",
    }  # fmt: skip


@action
def help_show(call: Call) -> Any:
    known = ACTIONS.get(call.text("name"))
    if known is None:
        raise NotFound
    return known.__doc__ or call.text("name")


@action
def package_list(call: Call) -> Any:
    found = Dataset.objects.public().order_by("name").values_list("name", flat=True)
    offset, limit = call.number("offset", 0, 10**9), call.number("limit", 0, 10**9)
    return list(found[offset : offset + limit] if limit else found[offset:])


@action
def current_package_list_with_resources(call: Call) -> Any:
    offset, limit = call.number("offset", 0, 10**9), call.number("limit", 100, MOST_ROWS)
    found = selectors.datasets().order_by("-modified_at", "pk")[offset : offset + limit]
    return [shapes.package(one, call.site) for one in found]


@action
def package_show(call: Call) -> Any:
    return shapes.package(dataset_of(call, call.text("id") or call.text("name_or_id")), call.site)


@action
def package_autocomplete(call: Call) -> Any:
    hits = find(call.actor, call.text("q")[:200], kinds=("dataset",), limit=call.number("limit", 10, 100))
    names = dict(Dataset.objects.filter(pk__in=[h.object_id for h in hits]).values_list("pk", "name"))
    told = ((UUID(hit.object_id), hit.title) for hit in hits)
    return [{"name": names[key], "title": title, "match_field": "title"} for key, title in told if key in names]


@action
def resource_show(call: Call) -> Any:
    one = resource_of(call)
    return shapes.resource(one, one.dataset, call.site)


def resource_of(call: Call, name: str = "id") -> Resource:
    """A file of a dataset the caller may see."""
    key = shapes.read_key(call.text(name))
    if key is None:
        raise NotFound
    one = Resource.objects.select_related("dataset", "file", "table").filter(pk=key, state=State.ACTIVE).first()
    if one is None:
        raise NotFound
    dataset_of(call, str(one.dataset_id))
    return one


@action
def resource_view_list(call: Call) -> Any:
    return []


@action
def license_list(call: Call) -> Any:
    return [
        {"id": code, "title": licence(code).title, "url": licence(code).url, "status": "active"} for code in LICENCES
    ]


@action
def tag_list(call: Call) -> Any:
    words = call.text("query").lower()
    tags = {tag for tags in Dataset.objects.public().values_list("tags", flat=True) for tag in tags}
    found = sorted(tag for tag in tags if words in tag.lower())
    return [shapes.tag(name) for name in found] if call.flag("all_fields") else found


@action
def tag_show(call: Call) -> Any:
    name = call.text("id")
    found = selectors.datasets().filter(tags__contains=[name])
    if not found.exists():
        raise NotFound
    told = {**shapes.tag(name), "id": name}
    return (
        {**told, "packages": [shapes.package(one, call.site) for one in found]}
        if call.flag("include_datasets")
        else told
    )


@action
def package_activity_list(call: Call) -> Any:
    one = dataset_of(call, call.text("id"))
    return _activities(call, Activity.objects.filter(object_id=one.pk, is_private=False))


@action
def organization_activity_list(call: Call) -> Any:
    one = by_name(Organisation.objects.all(), call.text("id"))
    ids = Dataset.objects.public().filter(organisation=one).values("pk")
    return _activities(call, Activity.objects.filter(object_id__in=ids, is_private=False))


@action
def recently_changed_packages_activity_list(call: Call) -> Any:
    return _activities(call, Activity.objects.filter(is_private=False))


def _activities(call: Call, found: QuerySet[Activity]) -> list[dict[str, Any]]:
    offset, limit = call.number("offset", 0, 10**9), call.number("limit", 31, 100)
    return [
        {
            "id": str(one.pk), "timestamp": shapes.instant(one.at), "user_id": None, "object_id": str(one.object_id),
            "activity_type": one.kind, "data": one.data,
        }
        for one in found.order_by("-at", "pk")[offset : offset + limit]
    ]  # fmt: skip
