"""Actions that read."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tinhso.engines.search.selectors import find
from tinhso.faces.data.ckan import shapes, solr
from tinhso.faces.data.ckan.views import ACTIONS, Call, action
from tinhso.systems.opendata import selectors
from tinhso.systems.opendata.errors import NotFound
from tinhso.systems.opendata.licences import LICENCES, licence
from tinhso.systems.opendata.models import Activity, Dataset, Group, Organisation, Resource, State

MOST_ROWS = 1000
MOST_HITS = 1000
FACETS = {
    "organization": "organisation__name",
    "groups": "groups__name",
    "license_id": "licence",
    "res_format": "resources__format",
}


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
def package_search(call: Call) -> Any:
    """Search: q (words or field:value), fq, sort, rows, start, facet.field; the fields CKAN's own clients ask for."""
    found = Dataset.objects.public()
    words, where = solr.read_q(call.text("q", "*:*")[:1000])
    for text in [call.text("fq"), *map(str, call.items("fq_list"))]:
        where &= solr.read_fq(text[:4000])
    found = found.filter(where).distinct() if where else found
    order = solr.read_sort(call.text("sort"))
    start, rows = call.number("start", 0, 10**9), call.number("rows", 10, MOST_ROWS)
    if words:
        hits = [UUID(hit.object_id) for hit in find(call.actor, words, kinds=("dataset",), limit=MOST_HITS)]
        found = found.filter(pk__in=hits)
        keys = [key for key in hits if key in set(found.values_list("pk", flat=True))] if not order else None
    else:
        keys = None
    if keys is None:
        count = found.count()
        keys = list(
            found.order_by(*(order or ["-modified_at"]), "pk").values_list("pk", flat=True)[start : start + rows]
        )
    else:
        count, keys = len(keys), keys[start : start + rows]
    read = {one.pk: one for one in selectors.datasets().filter(pk__in=keys)}
    facets = _facets(call, found)
    return {
        "count": count,
        "sort": call.text("sort") or "score desc, metadata_modified desc",
        "facets": {name: {one["name"]: one["count"] for one in told["items"]} for name, told in facets.items()},
        "search_facets": facets,
        "results": [shapes.package(read[key], call.site) for key in keys if key in read],
    }


def _facets(call: Call, found: QuerySet[Dataset]) -> dict[str, Any]:
    most = call.number("facet.limit", 50, 500)
    names = [str(name) for name in call.items("facet.field")]
    return {name: {"title": name, "items": _facet(name, found, most)} for name in names if name in (*FACETS, "tags")}


def _facet(name: str, found: QuerySet[Dataset], most: int) -> list[dict[str, Any]]:
    keys = found.order_by().values("pk")
    told = Dataset.objects.filter(pk__in=keys).order_by()
    if name == "tags":
        counted = Counter(tag for tags in told.values_list("tags", flat=True) for tag in tags)
        return [{"name": tag, "display_name": tag, "count": count} for tag, count in counted.most_common(most or None)]
    path = FACETS[name]
    rows = told.exclude(**{path: None}).exclude(**{path: ""}).values_list(path).annotate(n=Count("pk", distinct=True))
    return [
        {"name": key, "display_name": key, "count": count} for key, count in rows.order_by("-n", path)[: most or None]
    ]


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


def _list(call: Call, model: Any) -> Any:
    found = model.objects.filter(state=State.ACTIVE).order_by("name")
    if wanted := call.items("groups" if model is Group else "organizations"):
        found = found.filter(name__in=wanted)
    offset, limit = call.number("offset", 0, 10**9), call.number("limit", 0, 10**9)
    found = found[offset : offset + limit] if limit else found[offset:]
    if not call.flag("all_fields"):
        return list(found.values_list("name", flat=True))
    return [shapes.body(one, _count(one)) for one in found]


def _count(one: Organisation | Group) -> int:
    return one.datasets.filter(state=State.ACTIVE, is_private=False).count()


def _show(call: Call, model: Any) -> Any:
    one = by_name(model.objects.exclude(state=State.DELETED), call.text("id"))
    told = shapes.body(one, _count(one))
    if call.flag("include_datasets"):
        ids = one.datasets.values("pk")
        told["packages"] = [
            shapes.package(each, call.site) for each in selectors.datasets().filter(pk__in=ids)[:MOST_ROWS]
        ]
    return told


@action
def organization_list(call: Call) -> Any:
    return _list(call, Organisation)


@action
def organization_show(call: Call) -> Any:
    return _show(call, Organisation)


@action
def group_list(call: Call) -> Any:
    return _list(call, Group)


@action
def group_show(call: Call) -> Any:
    return _show(call, Group)


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
