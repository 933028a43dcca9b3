"""The public datasets as a source that every format reads from; rows come straight from the Parquet tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import IO, Any

import duckdb
from django.db.models import Q, QuerySet

from tinhso.foundation.files import blobs
from tinhso.systems.opendata import exporting, selectors
from tinhso.systems.opendata.formats.source import Asked
from tinhso.systems.opendata.models import Dataset, Resource, State
from tinhso.systems.opendata.rules.query import Query
from tinhso.systems.opendata.rules.record import Box, Catalogue, DatasetRecord, ResourceRecord

_AT_ONCE = 5_000
_MEMORY = "256MB"


class Published:
    """What anyone may see, and nothing else."""

    def catalogue(self) -> Catalogue:
        return selectors.catalogue([])

    def find(self, asked: Asked) -> tuple[int, list[DatasetRecord]]:
        found = _matching(selectors.datasets(), asked).order_by("-modified_at", "pk")
        page = found[asked.offset : asked.offset + asked.limit]
        return found.count(), [selectors.record(dataset) for dataset in page]

    def one(self, name: str) -> DatasetRecord | None:
        dataset = selectors.dataset_by_name(name)
        return selectors.record(dataset) if dataset else None

    def with_geometry(self) -> list[DatasetRecord]:
        shaped = Q(columns__contains=[{"kind": "geometry"}])
        points = Q(columns__contains=[{"name": "latitude"}, {"name": "longitude"}])
        tables = Resource.objects.filter(shaped | points, state=State.ACTIVE, table__isnull=False)
        found = selectors.datasets().filter(pk__in=tables.values("dataset"), west__isnull=False).order_by("name")
        return [record for record in map(selectors.record, found) if record.has_shapes]

    def rows(self, record: DatasetRecord) -> Iterable[Mapping[str, Any]]:
        """Rows of the first table of shapes, else of the first table."""
        shaped = next((resource for resource in record.resources if resource.columns), None)
        return read(shaped) if shaped else ()


def _matching(found: QuerySet[Dataset], asked: Asked) -> QuerySet[Dataset]:
    for word in asked.words.split():
        told = Q(title__icontains=word) | Q(notes__icontains=word) | Q(title_en__icontains=word)
        found = found.filter(told | Q(tags__icontains=word))
    if asked.names:
        found = found.filter(name__in=asked.names)
    if asked.box:
        found = _meeting(found, asked.box)
    if asked.since:
        found = found.filter(modified_at__date__gte=asked.since)
    return found.filter(modified_at__date__lte=asked.until) if asked.until else found


def _meeting(found: QuerySet[Dataset], box: Box) -> QuerySet[Dataset]:
    return found.filter(west__lte=box.east, east__gte=box.west, south__lte=box.north, north__gte=box.south)


def read(resource: ResourceRecord) -> Iterator[dict[str, Any]]:
    """The rows of a table by the key of any of its formats; nothing when there is no table."""
    table = _table_of(resource)
    if table is None:
        return
    with duckdb.connect(config={"memory_limit": _MEMORY, "threads": 1}) as connection:
        cursor = connection.execute("SELECT * FROM read_parquet(?)", [str(blobs.blob_path(table))])
        names = [column[0] for column in cursor.description or ()]
        while batch := cursor.fetchmany(_AT_ONCE):
            for row in batch:
                yield dict(zip(names, row, strict=True))


def _table_of(resource: ResourceRecord) -> str | None:
    found = Resource.objects.filter(pk=resource.key[:36]).values_list("table__sha256", flat=True).first()
    return str(found) if found else None


def open_csv(resource: ResourceRecord) -> IO[bytes]:
    """The table as CSV, as anyone downloads it; gone when closed."""
    table = _table_of(resource)
    return exporting.write(table, resource.columns, Query(limit=0), "csv") if table else BytesIO()
