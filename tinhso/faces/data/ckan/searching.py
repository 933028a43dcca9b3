"""`package_search`: words, filters, order, pages, facets."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from tinhso.engines.search.selectors import find
from tinhso.faces.data.ckan import shapes, solr
from tinhso.faces.data.ckan.views import Call, action
from tinhso.systems.opendata import selectors
from tinhso.systems.opendata.models import Dataset

MOST_ROWS = 1000
MOST_HITS = 1000
FACETS = {
    "organization": "organisation__name",
    "groups": "groups__name",
    "license_id": "licence",
    "res_format": "resources__format",
}


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
