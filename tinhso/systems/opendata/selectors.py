"""Reads: a dataset as plain values, lists for pages and machines, versions, requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.orgs.selectors import province, province_profile
from tinhso.systems.opendata.licences import PROVINCE, licence
from tinhso.systems.opendata.models import Dataset, DatasetVersion, Resource, State
from tinhso.systems.opendata.rules import record as plain

MEDIA_TYPES = {
    "CSV": "text/csv",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "JSON": "application/json",
    "PARQUET": "application/vnd.apache.parquet",
    "GEOJSON": "application/geo+json",
}


def datasets() -> QuerySet[Dataset]:
    """Public datasets with what a record needs, in four queries however many."""
    live = Resource.objects.filter(state=State.ACTIVE).select_related("file", "table")
    return (
        Dataset.objects.public()
        .select_related("organisation", "organisation__unit")
        .prefetch_related("groups", Prefetch("resources", live, to_attr="live"))
    )


def without_tables(keys: Iterable[UUID]) -> list[Dataset]:
    """Public datasets by their keys, in that order, without what only their tables and pages need: lists are long."""
    live = (
        Resource.objects.filter(state=State.ACTIVE)
        .select_related("file")
        .defer("columns", "faults", "key", "sorted_by", "file__name", "file__finding", "file__scanned_by")
    )
    found = (
        Dataset.objects.public()
        .select_related("organisation")
        .defer("quality_facts", "refusal", "origin", "refused_at", "checked_at", "west", "south", "east", "north")
        .prefetch_related("groups", Prefetch("resources", live, to_attr="live"))
    )
    read = found.in_bulk(list(keys))
    return [read[key] for key in keys if key in read]


def dataset_by_name(name: str) -> Dataset | None:
    """The public dataset of this name or id."""
    try:
        key = UUID(name)
    except ValueError:
        return datasets().filter(name=name).first()
    return datasets().filter(pk=key).first()


def columns_of(stored: Iterable[Mapping[str, Any]]) -> tuple[plain.Column, ...]:
    """The dictionary as kept in a row, as values."""
    return tuple(
        plain.Column(
            **{**column, "kind": plain.Kind(column.get("kind", "string")), "choices": tuple(column.get("choices", ()))}
        )
        for column in ({name: value for name, value in one.items() if name in _COLUMN} for one in stored)
    )


_COLUMN = frozenset(plain.Column.__dataclass_fields__)


def record(dataset: Dataset) -> plain.DatasetRecord:
    """The dataset as values, from which every format is written. Tables are offered in every format made of them."""
    live: list[Resource] = getattr(dataset, "live", None) or list(
        dataset.resources.filter(state=State.ACTIVE).select_related("file", "table")
    )
    return plain.DatasetRecord(
        name=dataset.name,
        title=dataset.title,
        title_en=dataset.title_en,
        notes=dataset.notes or dataset.title,
        notes_en=dataset.notes_en,
        publisher=_publisher(dataset),
        licence=licence(dataset.licence),
        issued_at=dataset.created_at,
        modified_at=dataset.modified_at,
        version=dataset.version or "1",
        cycle=plain.Cycle(dataset.cycle),
        themes=tuple(dataset.themes),
        tags=tuple(dataset.tags),
        groups=tuple(group.title for group in dataset.groups.all()),
        contact=_contact(dataset),
        spatial_title=dataset.spatial_title,
        box=_box(dataset),
        starts_on=dataset.starts_on,
        ends_on=dataset.ends_on,
        languages=tuple(dataset.languages) or ("vi",),
        quality=dataset.quality,
        legal_basis=dataset.legal_basis,
        is_simulated=dataset.is_simulated,
        origin=_origin(dataset.origin),
        resources=tuple(one for resource in live for one in _files(dataset, resource)),
    )


def _publisher(dataset: Dataset) -> plain.Agent:
    body = dataset.organisation
    if body is None:
        return plain.Agent(province_profile().name)
    return plain.Agent(body.title, code=body.unit.code if body.unit else body.name)


def _contact(dataset: Dataset) -> plain.Agent | None:
    if not (dataset.contact_name or dataset.contact_email):
        return None
    return plain.Agent(
        dataset.contact_name or dataset.contact_email, email=dataset.contact_email, phone=dataset.contact_phone
    )


def _box(dataset: Dataset) -> plain.Box | None:
    if dataset.west is None or dataset.south is None or dataset.east is None or dataset.north is None:
        return None
    return plain.Box(dataset.west, dataset.south, dataset.east, dataset.north)


def _origin(kept: Mapping[str, Any] | None) -> plain.Origin | None:
    if not kept:
        return None
    at = kept.get("harvested_at")
    return plain.Origin(
        kept.get("source", ""),
        kept.get("url", ""),
        kept.get("identifier", ""),
        datetime.fromisoformat(at) if at else None,
    )


def formats_of(dataset: Dataset, resource: Resource) -> tuple[str, ...]:
    """The formats a table is written in on demand; a file without a table has only its own."""
    if resource.table_id is None:
        return ()
    shapes = dataset.west is not None and (
        any(column.get("kind") == "geometry" for column in resource.columns) or _has_point(resource.columns)
    )
    return ("CSV", "XLSX", "JSON", "PARQUET", *(("GEOJSON",) if shapes else ()))


def _has_point(columns: Iterable[Mapping[str, Any]]) -> bool:
    return {"latitude", "longitude"} <= {column["name"] for column in columns}


def _files(dataset: Dataset, resource: Resource) -> Iterable[plain.ResourceRecord]:
    formats = formats_of(dataset, resource)
    columns = columns_of(resource.columns)
    common: dict[str, Any] = {
        "description": resource.description,
        "title_en": resource.title_en,
        "rows": resource.rows,
        "created_at": resource.created_at,
        "modified_at": resource.modified_at,
        "columns": columns,
    }
    if not formats:
        kept = resource.file
        yield plain.ResourceRecord(
            key=str(resource.pk),
            title=resource.name or dataset.title,
            format=(resource.format or "").upper(),
            media_type=resource.media_type or "application/octet-stream",
            path=file_path(dataset, resource) if kept else resource.url,
            size=kept.size if kept else None,
            sha256=kept.sha256 if kept else "",
            **common,
        )
    for number, shape in enumerate(formats):
        exact = shape == "PARQUET" and resource.table is not None
        yield plain.ResourceRecord(
            key=str(resource.pk) if number == 0 else f"{resource.pk}-{shape.lower()}",
            title=f"{resource.name or dataset.title} ({shape})",
            format=shape,
            media_type=MEDIA_TYPES[shape],
            path=table_path(dataset, resource, shape),
            size=resource.table.size if exact and resource.table else None,
            sha256=resource.table.sha256 if exact and resource.table else "",
            **common,
        )


def table_path(dataset: Dataset, resource: Resource, shape: str) -> str:
    """Where the table is read in one format; kept for good."""
    return f"/du-lieu/bo/{dataset.name}/tep/{resource.pk}.{shape.lower()}"


def file_path(dataset: Dataset, resource: Resource) -> str:
    """Where the file is read as it came."""
    return f"/du-lieu/bo/{dataset.name}/tep/{resource.pk}/goc"


def catalogue(found: Iterable[Dataset] | None = None) -> plain.Catalogue:
    """The whole portal as values."""
    profile = province_profile()
    title = _("Cổng dữ liệu mở %(province)s") % {"province": profile.name}
    return plain.Catalogue(
        title=title,
        description=title,
        publisher=plain.Agent(profile.name, code=getattr(province(), "code", "")),
        licence=licence(PROVINCE),
        datasets=tuple(record(one) for one in (datasets() if found is None else found)),
    )


@dataclass(frozen=True)
class OpenTable:
    """A public table as a question needs it: its content, its dictionary, its key."""

    resource_id: UUID
    sha256: str
    columns: tuple[plain.Column, ...]
    key: tuple[str, ...]


# By hand: it stands before every question of a program, and composing it took longer than answering it.
_OPEN_TABLE = """
SELECT f.sha256, r.data_version, r.key FROM opendata_resource r
JOIN opendata_dataset d ON d.id = r.dataset_id JOIN files_storedfile f ON f.id = r.table_id
WHERE r.id = %s AND r.state = 'active' AND r.is_datastore AND NOT r.is_table_stale
AND d.state = 'active' AND NOT d.is_private"""


def open_table(key: UUID) -> OpenTable | None:
    """The public table of this file, in one small query; None when it is not public or waits to be made anew."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_TABLE, [key])
        found = cursor.fetchone()
    if found is None:
        return None
    sha256, version, named = found
    return OpenTable(key, sha256, _dictionary(key, version), tuple(named))


def opened(resource: Resource) -> OpenTable:
    """The same of a file at hand that has its table."""
    assert resource.table is not None
    return OpenTable(resource.pk, resource.table.sha256, columns_of(resource.columns), tuple(resource.key))


@lru_cache(maxsize=256)
def _dictionary(key: UUID, version: int) -> tuple[plain.Column, ...]:
    # `data_version` grows with every change, of the dictionary too.
    return columns_of(Resource.objects.values_list("columns", flat=True).get(pk=key))


def versions(dataset: Dataset) -> QuerySet[DatasetVersion]:
    """Every published state of the dataset, newest first."""
    return dataset.versions.select_related("table").order_by("-number")


def is_late(due_at: datetime) -> bool:
    return timezone.now() > due_at
