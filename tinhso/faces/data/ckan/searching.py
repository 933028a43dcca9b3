"""`package_search`: words, filters, order, pages, facets, each over all datasets that are met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from tinhso.engines.search.models import SearchDocument
from tinhso.engines.search.selectors import every_word, find
from tinhso.faces.data.ckan import shapes, solr
from tinhso.faces.data.ckan.views import Call, action
from tinhso.systems.opendata import selectors
from tinhso.systems.opendata.models import Dataset
from tinhso.systems.opendata.searching import KIND

MOST_ROWS = 1000
# When no dataset holds every word, so many of those that hold most of them.
MOST_HITS = 50
# Each facet counts the datasets of `found` under a name; joins go by an index however many are met.
FACETS = {
    "organization": "SELECT (SELECT name FROM opendata_organisation o WHERE o.id = each.key) AS label, n FROM "
    "(SELECT organisation_id AS key, count(*) AS n FROM found GROUP BY 1) AS each",
    "groups": "SELECT (SELECT name FROM opendata_group g WHERE g.id = each.key) AS label, n FROM (SELECT d.group_id AS "
    "key, count(*) AS n FROM found f JOIN opendata_dataset_groups d ON d.dataset_id = f.id GROUP BY 1) AS each",
    "license_id": "SELECT licence AS label, count(*) AS n FROM found GROUP BY 1",
    "res_format": "SELECT format AS label, count(*) AS n FROM (SELECT DISTINCT r.dataset_id, r.format FROM found f "
    "JOIN opendata_resource r ON r.dataset_id = f.id AND r.state = 'active') AS each GROUP BY 1",
    "tags": "SELECT tag AS label, count(*) AS n FROM found, unnest(tags) AS tag GROUP BY 1",
}
_WITH_RANK = """SELECT d.*, ts_rank(s.vector, %s::tsquery) AS rank, s.weight FROM ({met}) AS d
JOIN search_searchdocument s ON s.object_id::uuid = d.id
AND s.kind = '{kind}' AND s.is_public AND s.vector @@ %s::tsquery"""
_NEAREST = (
    "SELECT d.*, hit.place FROM ({met}) AS d JOIN unnest(%s::uuid[]) WITH ORDINALITY AS hit(key, place) ON key = id"
)
# What facets are counted by; what the page is sorted by comes beside it. Narrow: every row met is written down once.
_COUNTED = {"organization": "organisation_id", "license_id": "licence", "tags": "tags"}
_COUNT, _PAGE = -1, -2


@action
def package_search(call: Call) -> Any:
    """Search: q (words or field:value), fq, sort, rows, start, facet.field; the fields CKAN's own clients ask for."""
    words, where = solr.read_q(call.text("q", "*:*")[:1000])
    for text in [call.text("fq"), *map(str, call.items("fq_list"))]:
        where &= solr.read_fq(text[:4000])
    found = Dataset.objects.public()
    if where:
        # A dataset of several groups or files is still one.
        found = found.filter(pk__in=Dataset.objects.filter(where).values("pk"))
    names = [str(name) for name in call.items("facet.field") if str(name) in FACETS]
    met = _met(call, found, words, names)
    return {
        "count": met.count,
        "sort": call.text("sort") or "score desc, metadata_modified desc",
        "facets": {name: dict(told) for name, told in met.facets.items()},
        "search_facets": {name: _facet(name, told) for name, told in met.facets.items()},
        "results": [shapes.package(one, call.site) for one in selectors.without_tables(met.keys)],
    }


def _facet(name: str, told: list[tuple[str, int]]) -> dict[str, Any]:
    return {
        "title": name,
        "items": [{"name": label, "display_name": label, "count": n} for label, n in told],
    }


@dataclass
class Met:
    """What a search met: how many datasets, the keys of the page in order, names with their counts by facet."""

    count: int
    keys: list[UUID]
    facets: dict[str, list[tuple[str, int]]]


def _met(call: Call, found: QuerySet[Dataset], words: str, names: list[str]) -> Met:
    asked_order = solr.read_sort(call.text("sort")) or ([] if words else ["-modified_at"])
    sorts = [("id" if one.lstrip("-") == "pk" else one.lstrip("-"), one.startswith("-")) for one in asked_order]
    columns = dict.fromkeys(["id", *(name for name, _down in sorts), *(_COUNTED[n] for n in names if n in _COUNTED)])
    met, given = found.order_by().values(*columns).query.sql_with_params()
    order = ", ".join(f"{name}{' DESC' if down else ''}" for name, down in sorts)
    if not words:
        return _counted(call, met, given, order, names)
    asked = every_word(words)
    if asked and SearchDocument.objects.filter(kind=KIND, is_public=True, vector__holds=asked).exists():
        met = _WITH_RANK.format(met=met, kind=KIND)
        return _counted(call, met, (asked, *given, asked), order or "rank DESC, weight DESC", names)
    # No dataset holds every word: the few that hold most of them, the best first.
    hits = [UUID(hit.object_id) for hit in find(call.actor, words, kinds=(KIND,), limit=MOST_HITS)]
    return _counted(call, _NEAREST.format(met=met), (*given, hits), order or "place", names)


def _counted(call: Call, met: str, given: tuple[Any, ...], order: str, names: list[str]) -> Met:
    """Count, page and facets in one statement: what is met is gone through once."""
    start, rows = call.number("start", 0, 10**9), call.number("rows", 10, MOST_ROWS)
    most = call.number("facet.limit", 50, 500)
    parts = [
        f"SELECT {_COUNT}, NULL::text, count(*) FROM found",  # noqa: S608
        f"SELECT {_PAGE}, id::text, row_number() OVER () FROM "  # noqa: S608
        f"(SELECT id FROM found ORDER BY {order}, id LIMIT {rows} OFFSET {start}) AS page",
        *(
            f"(SELECT {place}, label, n FROM ({FACETS[name]}) AS facet WHERE label <> '' "  # noqa: S608
            f"ORDER BY n DESC, label {f'LIMIT {most}' if most else ''})"
            for place, name in enumerate(names)
        ),
    ]
    with connection.cursor() as cursor:
        # Written here but for values, which travel beside it.
        cursor.execute(f"WITH found AS MATERIALIZED ({met}) {' UNION ALL '.join(parts)}", given)
        return _read(cursor.fetchall(), names)


def _read(rows: list[tuple[int, str, int]], names: list[str]) -> Met:
    made = Met(0, [], {name: [] for name in names})
    for place, label, n in rows:
        if place == _COUNT:
            made.count = n
        elif place == _PAGE:
            made.keys.append(UUID(label))
        else:
            made.facets[names[place]].append((label, n))
    return made
