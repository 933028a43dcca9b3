"""Writing datasets, files and bodies by hand or by a machine: the acts behind the CKAN Action API and the harvest."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.files import kinds
from tinhso.foundation.files.errors import size_in_words
from tinhso.foundation.files.services import store
from tinhso.foundation.files.uploads import OversizedUpload
from tinhso.foundation.openness.rules.personal import Finding
from tinhso.systems.opendata import events, intake, measuring, placing, tables
from tinhso.systems.opendata.errors import Invalid, PersonalData
from tinhso.systems.opendata.models import Dataset, Group, Organisation, Resource, State
from tinhso.systems.opendata.permissions import MANAGE, PUBLISH
from tinhso.systems.opendata.services import bodies
from tinhso.systems.opendata.services.publishing import keep_table, lay, make_findable, note_activity

ALLOWED = (kinds.CSV, kinds.XLSX, kinds.TEXT, kinds.PDF, kinds.XML, kinds.ZIP, kinds.PARQUET, kinds.JPEG, kinds.PNG)


@transaction.atomic
def save_dataset(
    actor: access.Actor,
    *,
    dataset: Dataset,
    values: Mapping[str, Any],
    groups: Iterable[Group] | None = None,
    resources: Sequence[tuple[UUID | None, Mapping[str, Any]]] | None = None,
) -> Dataset:
    """Writes a dataset with its groups and files; files that are not named again are withdrawn. A dataset keeps its
    name once it is published: its addresses are made of it."""
    is_new = dataset._state.adding
    if not is_new:
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        _require(actor, dataset)
    for name, value in values.items():
        setattr(dataset, name, value)
    _require(actor, dataset)
    if "modified_at" not in values:
        dataset.modified_at = timezone.now()
    dataset.save(force_insert=is_new)
    if groups is not None:
        dataset.groups.set(list(groups))
    if resources is not None:
        _write_resources(dataset, resources)
    audit.record(actor, "opendata.dataset.saved", dataset, name=dataset.name, is_new=is_new)
    bus.publish(events.DATASET_CHANGED, subject=dataset, occurred_on=timezone.localdate())
    note_activity(actor, "new package" if is_new else "changed package", dataset)
    make_findable(dataset)
    return dataset


def _require(actor: access.Actor, dataset: Dataset) -> None:
    access.require(actor, PUBLISH, unit=bodies.unit_of(dataset.organisation))


def _write_resources(dataset: Dataset, resources: Sequence[tuple[UUID | None, Mapping[str, Any]]]) -> None:
    kept = {one.pk: one for one in dataset.resources.all()}
    named: set[UUID] = set()
    for position, (key, values) in enumerate(resources):
        resource = kept.get(key) if key else None
        if resource is None:
            resource = Resource(dataset=dataset, **({"pk": key} if key else {}))
            if key and Resource.objects.filter(pk=key).exists():
                raise Invalid({"resources": [_("Mã tệp dữ liệu đã dùng ở bộ dữ liệu khác.")]})
        for name, value in values.items():
            setattr(resource, name, value)
        resource.position, resource.state = position, State.ACTIVE
        resource.save()
        named.add(resource.pk)
    dataset.resources.exclude(pk__in=named).update(state=State.DELETED)


@transaction.atomic
def withdraw_dataset(actor: access.Actor, *, dataset: Dataset) -> None:
    """Takes a dataset from the portal; its rows and versions stay."""
    dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
    _require(actor, dataset)
    dataset.state, dataset.modified_at = State.DELETED, timezone.now()
    dataset.save(update_fields=["state", "modified_at"])
    audit.record(actor, "opendata.dataset.withdrawn", dataset, name=dataset.name)
    bus.publish(events.DATASET_CHANGED, subject=dataset, occurred_on=timezone.localdate())
    note_activity(actor, "deleted package", dataset)
    make_findable(dataset)


@transaction.atomic
def save_resource(
    actor: access.Actor,
    *,
    resource: Resource,
    values: Mapping[str, Any],
    upload: BinaryIO | None = None,
    name: str = "",
) -> Resource:
    """Writes one file of a dataset. An uploaded table is read, measured for personal data and made queryable; one
    that holds any is refused whole, with the reason, and nothing of it is kept."""
    _require(actor, resource.dataset)
    for field, value in values.items():
        setattr(resource, field, value)
    if resource._state.adding:
        resource.position = resource.dataset.resources.filter(state=State.ACTIVE).count()
    resource.modified_at = timezone.now()
    if upload is not None:
        _receive(actor, resource, upload, name)
    resource.save()
    Dataset.objects.filter(pk=resource.dataset_id).update(modified_at=timezone.now())
    audit.record(actor, "opendata.resource.saved", resource, dataset=resource.dataset.name, rows=resource.rows)
    bus.publish(events.DATASET_CHANGED, subject=resource.dataset, occurred_on=timezone.localdate())
    note_activity(actor, "changed package", resource.dataset)
    make_findable(resource.dataset)
    return resource


def _receive(actor: access.Actor, resource: Resource, upload: BinaryIO, name: str) -> None:
    most = settings.OPENDATA_UPLOAD_MIB << 20
    if isinstance(upload, OversizedUpload):
        said = _("Tệp lớn hơn %(size)s; hãy chia thành nhiều tệp hoặc nhờ quản trị cổng nâng giới hạn.")
        raise Invalid({"upload": [said % {"size": size_in_words(min(most, upload.limit))}]})
    shape = kinds.extension(name).upper()
    with tables.workshop() as (connection, folder):
        source = folder / "given"
        with source.open("wb") as target:
            shutil.copyfileobj(upload, target, 1 << 20)
        if shape in _READERS:
            _make_table(actor, resource, connection, folder, source, _READERS[shape])
        with source.open("rb") as stream:
            resource.file = store(
                actor,
                stream=_utf8(folder, source).open("rb") if shape == "CSV" else stream,
                name=name,
                purpose="opendata",
                max_bytes=most,
                allowed=ALLOWED,
            )
    resource.url, resource.format = "", resource.format or shape
    resource.media_type = resource.file.media_type
    resource.data_version += 1


def _utf8(folder: Path, source: Path) -> Path:
    made = folder / "utf8.csv"
    return source if intake.as_utf8(source, made) == "utf-8" else made


_READERS: dict[str, Any] = {"CSV": intake.from_csv, "XLSX": intake.from_xlsx}


def _make_table(
    actor: access.Actor, resource: Resource, connection: Any, folder: Path, source: Path, reader: Any
) -> None:
    target = folder / "table.parquet"
    columns, rows, faults = reader(connection, folder, source, target)
    refuse_personal(measuring.measure(connection, target, columns))
    if (box := placing.box(connection, target, columns)) is not None:
        lay(resource.dataset, box)
        resource.dataset.save(update_fields=["west", "south", "east", "north"])
    resource.table = keep_table(actor, target, str(resource.pk))
    resource.columns = [dataclasses.asdict(column) for column in columns]
    resource.rows, resource.faults = rows, faults
    resource.is_datastore, resource.is_table_stale = True, False


def refuse_personal(findings: Sequence[Finding]) -> None:
    """PersonalData with a sentence per finding, when there is any."""
    if findings:
        raise PersonalData([measuring.sentence(one) for one in findings])


@transaction.atomic
def withdraw_resource(actor: access.Actor, *, resource: Resource) -> None:
    """Takes one file from its dataset."""
    _require(actor, resource.dataset)
    Resource.objects.filter(pk=resource.pk).update(state=State.DELETED, modified_at=timezone.now())
    Dataset.objects.filter(pk=resource.dataset_id).update(modified_at=timezone.now())
    audit.record(actor, "opendata.resource.withdrawn", resource, dataset=resource.dataset.name)
    bus.publish(events.DATASET_CHANGED, subject=resource.dataset, occurred_on=timezone.localdate())


@transaction.atomic
def save_body(actor: access.Actor, *, body: Organisation | Group, values: Mapping[str, Any]) -> None:
    """Writes an organisation or a group of the portal."""
    access.require(actor, MANAGE)
    for name, value in values.items():
        setattr(body, name, value)
    body.save()
    audit.record(actor, "opendata.body.saved", body, name=body.name, state=body.state)
