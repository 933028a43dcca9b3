"""A record of elsewhere becomes a dataset here: marked with its origin, its files as links to where they lie."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from django.utils import timezone

from tinhso.foundation.text.rules import fold
from tinhso.systems.opendata.harvest.found import Found, FoundFile
from tinhso.systems.opendata.harvest.models import Source
from tinhso.systems.opendata.models import Dataset, Resource, State
from tinhso.systems.opendata.services.publishing import make_findable

_NO_NAME = re.compile(r"[^a-z0-9]+")


def put(source: Source, found: Found, dataset: Dataset | None) -> Dataset:
    """Writes the record; the name given at first stays for good."""
    made = dataset or Dataset(name=_name(source, found), created_at=timezone.now())
    made.title, made.notes = found.title, found.notes
    made.tags, made.licence = list(found.tags), found.licence or "notspecified"
    made.source_url, made.author = found.url, found.publisher[:200]
    made.organisation, made.is_simulated = source.organisation, source.is_simulated
    made.modified_at, made.state = _moment(found.modified), State.ACTIVE
    made.origin = {
        "source": source.title,
        "url": found.url or source.url,
        "identifier": found.identifier,
        "harvested_at": timezone.now().isoformat(),
    }
    made.save()
    _files(made, found.files)
    make_findable(made)
    return made


def _name(source: Source, found: Found) -> str:
    """The source's code and the record's own name; a name already taken gets a mark of its identifier."""
    plain = _NO_NAME.sub("-", fold(found.name or found.title)).strip("-") or "du-lieu"
    name = f"{source.code}-{plain}"[:100].rstrip("-")
    if not Dataset.objects.filter(name=name).exists():
        return name
    return f"{name[:87]}-{hashlib.sha256(found.identifier.encode()).hexdigest()[:12]}"


def _moment(told: str) -> datetime:
    """When the source says it changed; what cannot be read, or lies ahead, is now."""
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return timezone.now()
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(moment, timezone.now())


def _files(dataset: Dataset, files: tuple[FoundFile, ...]) -> None:
    """Links kept by their address: what the source no longer names is withdrawn, not erased."""
    known = {resource.url: resource for resource in dataset.resources.all()}
    for position, file in enumerate(files):
        resource = known.pop(file.url, None) or Resource(dataset=dataset, url=file.url)
        resource.position, resource.name, resource.description = position, file.title, file.description
        resource.format, resource.media_type = file.format.upper(), file.media_type
        resource.state, resource.modified_at = State.ACTIVE, timezone.now()
        resource.save()
    for resource in known.values():
        resource.state = State.DELETED
        resource.save(update_fields=["state"])


def withdraw(dataset: Dataset) -> None:
    """The source has it no more: no longer shown here, nothing erased."""
    dataset.state = State.DELETED
    dataset.save(update_fields=["state"])
    make_findable(dataset)
