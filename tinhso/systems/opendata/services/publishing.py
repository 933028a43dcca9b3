"""Publishing what apps registered: read, sort, measure, compare, then a new version or a refusal with its reasons."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
from django.db import transaction
from django.utils import timezone

from tinhso.engines.search import services as search
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.files import blobs, kinds
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.files.services import store
from tinhso.foundation.openness.columns import Column, Cycle
from tinhso.foundation.openness.registry import DATASETS, Published
from tinhso.foundation.openness.rules.personal import Finding
from tinhso.foundation.orgs.selectors import province, province_profile
from tinhso.systems.opendata import events, measuring, placing, tables, working
from tinhso.systems.opendata.errors import NotFound
from tinhso.systems.opendata.licences import PROVINCE
from tinhso.systems.opendata.models import Activity, Dataset, DatasetVersion, Resource, State
from tinhso.systems.opendata.permissions import PUBLISH
from tinhso.systems.opendata.rules import quality
from tinhso.systems.opendata.rules.query import quoted
from tinhso.systems.opendata.rules.record import Box
from tinhso.systems.opendata.services import bodies

log = logging.getLogger(__name__)
MAX_TABLE = 4 * 1024**3
EVERY = {
    Cycle.CONTINUAL: timedelta(hours=1),
    Cycle.DAILY: timedelta(hours=20),
    Cycle.WEEKLY: timedelta(days=6, hours=20),
    Cycle.MONTHLY: timedelta(days=27),
    Cycle.QUARTERLY: timedelta(days=85),
    Cycle.YEARLY: timedelta(days=360),
}


@dataclass(frozen=True)
class Changes:
    """What a new table has that the last one had not."""

    added: int
    removed: int
    changed: int

    @property
    def is_none(self) -> bool:
        return not (self.added or self.removed or self.changed)


def publish(actor: access.Actor, *, name: str) -> Dataset:
    """Reads a registered source and publishes its table: a new version when anything differs, the reasons when it may
    not be published (what was published before stays as it was). The source is read before the transaction opens."""
    published = DATASETS.get(name)
    if published is None:
        raise NotFound
    organisation = bodies.publisher(published.publisher)
    access.require(actor, PUBLISH, unit=bodies.unit_of(organisation))
    with tables.workshop() as (connection, folder):
        try:
            rows = _written(connection, folder, published)
        except Exception as fault:
            log.exception("open data: the source of %s cannot be read", name)
            return _refuse(actor, published, [Finding(type(fault).__name__, "source_broken")])
        table = folder / "table.parquet"
        findings = measuring.measure(
            connection,
            table,
            published.columns,
            opened=[column for column, _ground in published.opened],
            counts=published.counts,
            people=published.people,
        )
        if findings:
            return _refuse(actor, published, findings)
        return _accept(actor, published, connection, table, rows)


def _written(connection: duckdb.DuckDBPyConnection, folder: Path, published: Published) -> int:
    lines = folder / "rows.json"
    tables.write_lines(lines, published.columns, published.rows())
    return tables.from_lines(
        connection, lines, published.columns, published.sorted_by or published.key, folder / "table.parquet"
    )


@transaction.atomic
def _refuse(actor: access.Actor, published: Published, findings: Sequence[Finding]) -> Dataset:
    dataset, _made = _row(published)
    dataset.refusal = [dataclasses.asdict(one) for one in findings]
    dataset.refused_at = dataset.checked_at = timezone.now()
    dataset.save(update_fields=["refusal", "refused_at", "checked_at"])
    audit.record(actor, "opendata.publication.refused", dataset, findings=dataset.refusal)
    bus.publish(events.PUBLICATION_REFUSED, subject=dataset, occurred_on=timezone.localdate())
    return dataset


@transaction.atomic
def _accept(
    actor: access.Actor, published: Published, connection: duckdb.DuckDBPyConnection, table: Path, rows: int
) -> Dataset:
    dataset, is_new = _row(published)
    dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
    resource = dataset.resources.filter(is_datastore=True).first()
    # As they come back from the row: lists for tuples.
    columns = [{**dataclasses.asdict(column), "choices": list(column.choices)} for column in published.columns]
    changes = _changes(connection, table, resource, published, rows)
    dataset.refusal, dataset.refused_at, dataset.checked_at = [], None, timezone.now()
    dataset.is_simulated = published.is_simulated() if callable(published.is_simulated) else published.is_simulated
    _rate(dataset, _filled(connection, table, published.columns), published.columns)
    lay(dataset, placing.box(connection, table, published.columns))
    if resource is not None and changes.is_none and resource.columns == columns:
        dataset.save()
        return dataset
    resource = resource or Resource(dataset=dataset, name=published.title, format="CSV", media_type="text/csv")
    _fill(actor, resource, table, columns, published, rows)
    _version(actor, dataset, resource, changes)
    dataset.state, dataset.modified_at = State.ACTIVE, timezone.now()
    dataset.save()
    note_activity(actor, "new package" if is_new else "changed package", dataset)
    make_findable(dataset)
    return dataset


def _row(published: Published) -> tuple[Dataset, bool]:
    """The dataset of a registration, with what the registration says of it now."""
    fields: dict[str, Any] = {
        "title": published.title,
        "title_en": published.title_en,
        "notes": published.notes or published.title,
        "notes_en": published.notes_en,
        "organisation": bodies.publisher(published.publisher),
        "tags": sorted(published.tags),
        "themes": list(published.themes),
        "languages": ["vi"],
        "licence": PROVINCE,
        "cycle": published.cycle,
        "legal_basis": published.legal_basis,
        "source_url": published.source if published.source.startswith("http") else "",
        "source": published.name,
        "spatial_title": province_profile().name,
        "contact_name": province_profile().name,
        "contact_email": getattr(province_profile(), "email", "") or "",
    }
    dataset, is_new = Dataset.objects.update_or_create(
        name=published.name, defaults=fields, create_defaults=fields | {"state": State.DRAFT}
    )
    if is_new:
        dataset.groups.add(bodies.subject(published.group))
    return dataset, is_new


def _fill(
    actor: access.Actor,
    resource: Resource,
    table: Path,
    columns: list[dict[str, Any]],
    published: Published,
    rows: int,
) -> None:
    resource.table = keep_table(actor, table, published.name)
    resource.columns, resource.rows = columns, rows
    resource.key, resource.sorted_by = list(published.key), list(published.sorted_by or published.key)
    resource.is_datastore, resource.is_table_stale = True, False
    resource.title_en, resource.modified_at = published.title_en, timezone.now()
    resource.data_version += 1
    resource.save()


def keep_table(actor: access.Actor, table: Path, name: str) -> StoredFile:
    """A Parquet table of the workshop into the file store, with its working copy when it is large."""
    with table.open("rb") as stream:
        kept = store(
            actor,
            stream=stream,
            name=f"{name[:120]}.parquet",
            purpose="opendata",
            max_bytes=MAX_TABLE,
            allowed=(kinds.PARQUET,),
        )
    working.ready(kept.sha256)
    return kept


def _version(actor: access.Actor, dataset: Dataset, resource: Resource, changes: Changes) -> DatasetVersion:
    last = dataset.versions.order_by("-number").first()
    assert resource.table is not None  # `_fill` has just kept it
    version = DatasetVersion.objects.create(
        dataset=dataset,
        number=last.number + 1 if last else 1,
        published_at=timezone.now(),
        published_by=actor.label,
        table=resource.table,
        columns=resource.columns,
        rows=resource.rows or 0,
        **dataclasses.asdict(changes),
    )
    dataset.version = str(version.number)
    audit.record(actor, "opendata.version.published", dataset, version=version.number, rows=version.rows)
    bus.publish(events.VERSION_PUBLISHED, subject=dataset, occurred_on=timezone.localdate(), version=version.number)
    return version


def _changes(
    connection: duckdb.DuckDBPyConnection, table: Path, resource: Resource | None, published: Published, rows: int
) -> Changes:
    if resource is None or resource.table is None:
        return Changes(rows, 0, 0)
    if [column["name"] for column in resource.columns] != [column.name for column in published.columns]:
        return Changes(rows, resource.rows or 0, 0)
    return compare(connection, blobs.blob_path(resource.table.sha256), table, published.key)


def compare(connection: duckdb.DuckDBPyConnection, old: Path, new: Path, key: Sequence[str]) -> Changes:
    """Rows that came, went, and (where rows have a key) stayed under their key with another content."""

    def count(left: str, right: str, chosen: str) -> int:
        row = connection.execute(
            f"SELECT count(*) FROM (SELECT {chosen} FROM {left} EXCEPT ALL SELECT {chosen} FROM {right})"  # noqa: S608
        ).fetchone()
        return int(row[0]) if row else 0

    before, after = (f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')" for path in (old, new))
    came, went = count(after, before, "*"), count(before, after, "*")
    if not key or not (came and went):
        return Changes(came, went, 0)
    names = ", ".join(map(quoted, key))
    added, removed = count(after, before, names), count(before, after, names)
    return Changes(added, removed, came - added)


def _filled(connection: duckdb.DuckDBPyConnection, table: Path, columns: Sequence[Column]) -> float:
    """The share of filled cells."""
    asked = " + ".join(f"count({quoted(column.name)})" for column in columns)
    row = connection.execute(f"SELECT count(*), {asked} FROM read_parquet('{table}')").fetchone()  # noqa: S608
    return row[1] / (row[0] * len(columns)) if row and row[0] else 0.0


def lay(dataset: Dataset, box: Box | None) -> None:
    """The dataset lies where its rows lie."""
    edges = (box.west, box.south, box.east, box.north) if box else (None,) * 4
    dataset.west, dataset.south, dataset.east, dataset.north = edges


def _rate(dataset: Dataset, filled: float, columns: Sequence[Column]) -> None:
    described = sum(bool(column.title) for column in columns) / len(columns)
    dataset.quality, dataset.quality_facts = quality.score(
        quality.Measured(
            filled=filled,
            described=described,
            age=timedelta(0),
            cycle=Cycle(dataset.cycle),
            has_table=True,
            has_licence=bool(dataset.licence),
            has_notes=bool(dataset.notes),
            has_contact=bool(dataset.contact_name or dataset.contact_email),
        )
    )


def note_activity(actor: access.Actor, kind: str, subject: Dataset, **data: Any) -> Activity:
    """What readers of the portal may know of an act."""
    told = {"package": {"id": str(subject.pk), "name": subject.name, "title": subject.title}, **data}
    return Activity.objects.create(
        kind=kind, object_id=subject.pk, account_id=actor.account_id, data=told, is_private=subject.is_private
    )


def document(dataset: Dataset) -> search.Document:
    """How people find the dataset: its titles, words, publisher and the titles of its columns."""
    titles = [
        str(column.get("title") or column["name"])
        for resource in dataset.resources.all()
        if resource.state == State.ACTIVE
        for column in resource.columns
    ]
    return search.Document(
        object_id=str(dataset.pk),
        title=dataset.title,
        body=dataset.notes[:2000],
        keywords=" ".join([*dataset.tags, dataset.organisation.title if dataset.organisation else "", *titles[:80]]),
        aliases=tuple(filter(None, (dataset.title_en,))),
        url=f"/du-lieu/bo/{dataset.name}/",
        is_public=dataset.state == State.ACTIVE and not dataset.is_private,
    )


def make_findable(dataset: Dataset) -> None:
    """Search knows the dataset, or forgets it once withdrawn."""
    if dataset.state == State.ACTIVE and not dataset.is_private:
        search.index("dataset", document(dataset))
    else:
        search.remove("dataset", str(dataset.pk))


def publish_due(actor: access.Actor, *, everything: bool = False) -> list[Dataset]:
    """Every registered source whose cycle has come round; one that fails keeps no other from being published."""
    if province() is None:
        return []
    read_at = dict(Dataset.objects.exclude(source="").values_list("source", "checked_at"))
    done = []
    for name, published in DATASETS.items():
        last = read_at.get(name)
        pause = EVERY.get(published.cycle, timedelta(days=1))
        if everything or last is None or timezone.now() - last >= pause:
            done.append(publish(actor, name=name))
    return done
