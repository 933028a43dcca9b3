"""Finding a dataset, reading its page, its versions."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.engines.search.selectors import find
from tinhso.faces.data import drawing, maps
from tinhso.faces.data.formats_views import media_type_of
from tinhso.faces.data.requests import dataset_or_404, table_of
from tinhso.faces.data.words import CYCLES, DESCRIPTIONS, PARTS
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import public
from tinhso.foundation.ui.pickers import with_query
from tinhso.systems.opendata import selectors, tables
from tinhso.systems.opendata.formats.package import can_pack
from tinhso.systems.opendata.models import Dataset, Group, Organisation, Resource, Reuse
from tinhso.systems.opendata.rules.query import Query
from tinhso.systems.opendata.services import datastore

PER_PAGE = 20
PREVIEW = 10
# A search looks at this many; filters then choose among them.
MOST_HITS = 200


@public
def home(request: HttpRequest) -> HttpResponse:
    """All datasets a page at a time, filtered, or those that answer what was typed."""
    words = request.GET.get("q", "")[:200].strip()
    found = _filtered(request, selectors.datasets())
    if words:
        hits = [hit.object_id for hit in find(actor_of(request), words, kinds=("dataset",), limit=MOST_HITS)]
        place = {key: number for number, key in enumerate(hits)}
        listed: Any = sorted(found.filter(pk__in=hits), key=lambda one: place[str(one.pk)])
    else:
        listed = found.order_by("-modified_at", "name")
    shown = Paginator(listed, PER_PAGE).get_page(request.GET.get("trang"))
    total = shown.paginator.count
    context = {
        "words": words,
        "shown": [_card(one) for one in shown],
        "sentence": ngettext("%(n)s bộ dữ liệu", "%(n)s bộ dữ liệu", total) % {"n": total},
        "groups": _chosen(Group.objects.filter(datasets__in=Dataset.objects.public()).distinct()),
        "bodies": _chosen(Organisation.objects.filter(datasets__in=Dataset.objects.public()).distinct()),
        "tags": _tags(),
        "wanted": {name: request.GET.get(name, "") for name in ("chu-de", "co-quan", "tu-khoa")},
        "group": request.GET.get("chu-de", ""),
        "body": request.GET.get("co-quan", ""),
        "tag": request.GET.get("tu-khoa", ""),
        "is_filtered": bool(words) or any(request.GET.get(name) for name in ("chu-de", "co-quan", "tu-khoa")),
        "pages": _("Trang %(page)s/%(of)s") % {"page": shown.number, "of": shown.paginator.num_pages},
        "previous_url": with_query(request, trang=str(shown.number - 1)) if shown.has_previous() else "",
        "next_url": with_query(request, trang=str(shown.number + 1)) if shown.has_next() else "",
    }
    return render(request, "data/home.html", context)


def _filtered(request: HttpRequest, found: QuerySet[Dataset]) -> QuerySet[Dataset]:
    wanted = request.GET
    if wanted.get("chu-de"):
        found = found.filter(groups__name=wanted["chu-de"][:100])
    if wanted.get("co-quan"):
        found = found.filter(organisation__name=wanted["co-quan"][:100])
    return found.filter(tags__contains=[wanted["tu-khoa"][:100]]) if wanted.get("tu-khoa") else found


def _chosen(found: QuerySet[Any]) -> list[tuple[str, str]]:
    return [(one.name, one.title) for one in found.annotate(n=Count("pk")).order_by("title")]


def _tags() -> list[tuple[str, str]]:
    counted = Counter(tag for tags in Dataset.objects.public().values_list("tags", flat=True) for tag in tags)
    return [(tag, f"{tag} ({count})") for tag, count in counted.most_common(40)]


def _card(dataset: Dataset) -> dict[str, Any]:
    table = table_of(dataset)
    live: list[Resource] = dataset.live  # type: ignore[attr-defined]
    shapes = dict.fromkeys(
        shape for one in live for shape in (selectors.formats_of(dataset, one) or (one.format.upper(),))
    )
    return {"dataset": dataset, "rows": table.rows if table else None, "formats": [s for s in shapes if s]}


@public
def dataset(request: HttpRequest, name: str) -> HttpResponse:
    """One dataset: what it is, its files, dictionary, quality, history, and a look at its rows."""
    found = dataset_or_404(name)
    table = table_of(found)
    if table is not None:
        table = datastore.fresh(table)
    record = selectors.record(found)
    context = {
        "dataset": found,
        "record": record,
        "table": table,
        "columns": selectors.columns_of(table.columns) if table else (),
        "about": _about(found, record, table),
        "descriptions": _descriptions(found),
        "can_pack": can_pack(record),
        "parts": [(label, found.quality_facts.get(part)) for part, label in PARTS.items() if found.quality_facts],
        "versions": selectors.versions(found)[:20],
        "reuses": found.reuses.filter(state=Reuse.State.SHOWN),
        "api": request.build_absolute_uri(f"/api/3/action/datastore_search?resource_id={table.pk}&limit=5")
        if table
        else request.build_absolute_uri(f"/api/3/action/package_show?id={found.name}"),
        **(_preview(table) if table and table.table else {}),
    }
    return render(request, "data/dataset.html", context)


def _descriptions(found: Dataset) -> list[dict[str, Any]]:
    return [
        {
            "url": reverse("dataformats:described_as", args=[found.name, kind]),
            "label": label,
            "media_type": media_type_of(kind),
        }
        for kind, label in DESCRIPTIONS.items()
    ]


def _about(found: Dataset, record: Any, table: Resource | None) -> list[dict[str, Any]]:
    rows = [
        (_("Cơ quan công bố"), record.publisher.name),
        (_("Giấy phép"), record.licence.title),
        (_("Chu kỳ cập nhật"), CYCLES[found.cycle]),
        (_("Số dòng"), f"{table.rows:,}".replace(",", ".") if table and table.rows is not None else ""),
        (_("Phạm vi"), found.spatial_title),
        (_("Căn cứ"), found.legal_basis),
        (_("Từ khóa"), ", ".join(found.tags)),
        (_("Nguồn"), record.origin.source if record.origin else ""),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _preview(table: Resource) -> dict[str, Any]:
    assert table.table is not None  # the caller has looked
    columns = selectors.columns_of(table.columns)
    answer = tables.ask(table.table.sha256, columns, Query(limit=PREVIEW))
    titles = {column.name: column.title or column.name for column in columns}
    return {
        "heads": [titles.get(name, name) for name in answer.names[1:]],
        "lines": [[drawing.cell(value) for value in row[1:]] for row in answer.rows],
        "chart": drawing.chart_of(table),
        "map": maps.map_of(table),
    }
