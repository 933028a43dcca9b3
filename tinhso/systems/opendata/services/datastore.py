"""Rows written one by one or in batches.

Kept in PostgreSQL (so one row is found by its key), made a Parquet table again when next asked.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.openness.columns import Column
from tinhso.systems.opendata import measuring, tables
from tinhso.systems.opendata.errors import Invalid, NotFound
from tinhso.systems.opendata.models import DatastoreRow, Resource
from tinhso.systems.opendata.permissions import PUBLISH
from tinhso.systems.opendata.rules.query import BadQuery, read
from tinhso.systems.opendata.selectors import columns_of
from tinhso.systems.opendata.services import bodies
from tinhso.systems.opendata.services.catalogue import refuse_personal
from tinhso.systems.opendata.services.publishing import keep_table

MOST_RECORDS = 250_000
BATCH = 5_000
Record = Mapping[str, Any]


@transaction.atomic
def create(
    actor: access.Actor, *, resource: Resource, columns: Sequence[Column], key: Sequence[str], records: Sequence[Record]
) -> Resource:
    """Gives a resource a table written row by row. Columns may be added later, never changed."""
    resource = _locked(actor, resource)
    known = {column.name: column for column in columns_of(resource.columns)}
    for column in columns:
        if column.name in known and known[column.name].kind is not column.kind:
            raise Invalid({"fields": [_("Cột “%(name)s” đã có với kiểu khác.") % {"name": column.name}]})
    merged = {**{column.name: column for column in columns}, **known} if known else {c.name: c for c in columns}
    if unknown := set(key) - set(merged):
        raise Invalid({"primary_key": [_("Không có cột: %(names)s") % {"names": ", ".join(sorted(unknown))}]})
    if resource.table is not None and not resource.stored_rows.exists():
        raise Invalid({"resource_id": [_("Bảng này được dựng từ tệp; hãy tải tệp mới để thay.")]})
    resource.columns = [dataclasses.asdict(column) for column in merged.values()]
    resource.key = list(key) or resource.key
    resource.is_datastore = True
    return _write(actor, resource, records, "upsert" if resource.key else "insert")


@transaction.atomic
def upsert(actor: access.Actor, *, resource: Resource, records: Sequence[Record], method: str = "upsert") -> Resource:
    """Writes rows: insert (refused when the key is taken), upsert, or update (refused when it is not)."""
    resource = _locked(actor, resource)
    if not resource.is_datastore:
        raise NotFound
    if method not in ("insert", "upsert", "update"):
        raise Invalid({"method": [_("Chỉ có insert, upsert, update.")]})
    if method != "insert" and not resource.key:
        raise Invalid({"primary_key": [_("Bảng không có khóa nên chỉ thêm dòng được.")]})
    return _write(actor, resource, records, method)


def _locked(actor: access.Actor, resource: Resource) -> Resource:
    # Two writers to one table wait for each other: row numbers and keys stay unique.
    resource = (
        Resource.objects.select_for_update(of=("self",)).select_related("dataset__organisation").get(pk=resource.pk)
    )
    access.require(actor, PUBLISH, unit=bodies.unit_of(resource.dataset.organisation))
    return resource


def _write(actor: access.Actor, resource: Resource, records: Sequence[Record], method: str) -> Resource:
    if len(records) > MOST_RECORDS:
        raise Invalid({"records": [_("Mỗi lần gửi nhiều nhất 250.000 dòng.")]})
    columns = columns_of(resource.columns)
    read_in = [_checked(number, record, columns) for number, record in enumerate(records, 1)]
    if read_in:
        _measure(columns, read_in)
        _keep(resource, read_in, method)
    resource.rows = resource.stored_rows.count()
    resource.is_table_stale, resource.data_version = True, resource.data_version + 1
    resource.modified_at = timezone.now()
    resource.save()
    audit.record(actor, "opendata.rows.written", resource, rows=len(read_in), method=method)
    return resource


def _checked(number: int, record: Record, columns: Sequence[Column]) -> dict[str, Any]:
    if not isinstance(record, Mapping):
        raise Invalid({"records": [_("Dòng %(row)s không phải một đối tượng.") % {"row": number}]})
    known = {column.name: column for column in columns}
    if extra := set(record) - set(known) - {"_id"}:
        raise Invalid({"records": [_("Dòng %(row)s: không có cột “%(name)s”.") % {"row": number, "name": min(extra)}]})
    try:
        return {name: _stored(read(record[name], known[name])) for name in known if name in record}
    except BadQuery as bad:
        said = _("Dòng %(row)s: giá trị không đúng kiểu của cột (%(what)s).") % {"row": number, "what": bad.what}
        raise Invalid({"records": [said]}) from None


def _stored(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _measure(columns: Sequence[Column], records: Sequence[Record]) -> None:
    with tables.workshop() as (connection, folder):
        lines, table = folder / "rows.json", folder / "table.parquet"
        tables.write_lines(lines, columns, ([record.get(c.name) for c in columns] for record in records))
        tables.from_lines(connection, lines, columns, (), table)
        refuse_personal(measuring.measure(connection, table, columns))


def _key(resource: Resource, record: Record) -> str | None:
    if not resource.key:
        return None
    parts = [record.get(name) for name in resource.key]
    if any(part is None for part in parts):
        raise Invalid({"records": [_("Có dòng thiếu khóa %(names)s.") % {"names": ", ".join(resource.key)}]})
    return "\x1f".join(str(part) for part in parts)[:500]


def _keep(resource: Resource, records: Sequence[dict[str, Any]], method: str) -> None:
    keyed = [(_key(resource, record), record) for record in records]
    wanted = [key for key, _record in keyed if key is not None]
    have = {row.key: row for row in resource.stored_rows.filter(key__in=wanted)} if wanted else {}
    next_one = (resource.stored_rows.aggregate(last=Max("number"))["last"] or 0) + 1
    new: list[DatastoreRow] = []
    for key, record in keyed:
        row = have.get(key) if key is not None else None
        if row is not None and method == "insert":
            raise Invalid({"records": [_("Khóa đã có: %(key)s") % {"key": str(key).replace(chr(31), ", ")}]})
        if row is None and method == "update":
            raise Invalid({"records": [_("Không có khóa: %(key)s") % {"key": str(key).replace(chr(31), ", ")}]})
        if row is not None:
            row.data = {**row.data, **record}
            continue
        row = DatastoreRow(resource=resource, number=next_one, key=key, data=record)
        next_one += 1
        new.append(row)
        if key is not None:
            have[key] = row
    DatastoreRow.objects.bulk_update([row for row in have.values() if row.pk], ["data"], batch_size=BATCH)
    DatastoreRow.objects.bulk_create(new, batch_size=BATCH)


@transaction.atomic
def delete_rows(actor: access.Actor, *, resource: Resource, filters: Mapping[str, Any] | None) -> Resource:
    """Takes rows out of a table, or all of them: they are working copies of a publisher, not official records."""
    resource = _locked(actor, resource)
    found = resource.stored_rows.all()
    for name, value in (filters or {}).items():
        if name not in {column["name"] for column in resource.columns}:
            raise Invalid({"filters": [_("Bảng không có cột “%(what)s”.") % {"what": name}]})
        found = found.filter(**{"data__contains": {name: value}})
    found.delete()
    resource.rows, resource.is_table_stale = resource.stored_rows.count(), True
    resource.data_version += 1
    resource.save()
    audit.record(actor, "opendata.rows.written", resource, rows=0, method="delete")
    return resource


def row_by_key(resource_id: UUID, values: Sequence[Any]) -> dict[str, Any] | None:
    """One row by its whole key, straight from PostgreSQL."""
    found = DatastoreRow.objects.filter(resource=resource_id, key="\x1f".join(map(str, values))[:500])
    row = found.values_list("number", "data").first()
    return None if row is None else {"_id": row[0], **row[1]}


def is_written(resource_id: UUID) -> bool:
    """Whether the table is written row by row, so that PostgreSQL holds its rows."""
    return DatastoreRow.objects.filter(resource=resource_id).exists()


def fresh(resource: Resource) -> Resource:
    """The resource with a table that holds every row written so far: made anew when rows came since."""
    if not resource.is_table_stale:
        return resource
    with transaction.atomic():
        resource = Resource.objects.select_for_update().get(pk=resource.pk)
        if not resource.is_table_stale:
            return resource
        columns = columns_of(resource.columns)
        with tables.workshop() as (connection, folder):
            lines, table = folder / "rows.json", folder / "table.parquet"
            tables.write_lines(lines, columns, _rows(resource, columns))
            tables.from_lines(connection, lines, columns, (), table)
            resource.table = keep_table(access.Actor.system("Dựng bảng dữ liệu"), table, str(resource.pk))
        resource.is_table_stale = False
        resource.save(update_fields=["table", "is_table_stale"])
        return resource


def _rows(resource: Resource, columns: Sequence[Column]) -> Iterator[list[Any]]:
    for data in resource.stored_rows.order_by("number").values_list("data", flat=True).iterator(chunk_size=10_000):
        yield [data.get(column.name) for column in columns]
