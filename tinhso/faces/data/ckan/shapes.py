"""Datasets, files, organisations and groups as CKAN words them, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation.openness.columns import Cycle
from tinhso.systems.opendata import selectors
from tinhso.systems.opendata.errors import Invalid
from tinhso.systems.opendata.licences import licence
from tinhso.systems.opendata.models import Dataset, Group, Organisation, Resource, State

LONGEST = 100_000
NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{1,99}$")
OPEN = re.compile(r"^(cc-|odc-|other-pd|vn-open)")


def instant(value: datetime | None) -> str | None:
    """An instant as CKAN writes it: UTC, without a zone."""
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None).isoformat()


def read_instant(value: Any, name: str) -> datetime:
    """Such an instant back; Invalid when it is none."""
    try:
        told = datetime.fromisoformat(str(value))
    except ValueError:
        raise Invalid({name: [_("Thời điểm không hợp lệ.")]}) from None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def package(dataset: Dataset, site: str) -> dict[str, Any]:
    """A dataset as `package_show` gives it."""
    live = getattr(dataset, "live", None)
    if live is None:
        live = list(dataset.resources.filter(state=State.ACTIVE).select_related("file", "table"))
    told = licence(dataset.licence)
    return {
        "id": str(dataset.pk),
        "name": dataset.name,
        "title": dataset.title,
        "notes": dataset.notes,
        "url": dataset.source_url,
        "author": dataset.author,
        "author_email": dataset.author_email,
        "maintainer": dataset.contact_name,
        "maintainer_email": dataset.contact_email,
        "version": dataset.version,
        "license_id": dataset.licence,
        "license_title": told.title,
        "license_url": told.url,
        "isopen": bool(OPEN.match(dataset.licence)),
        "private": dataset.is_private,
        "state": dataset.state,
        "type": "dataset",
        "creator_user_id": None,
        "owner_org": str(dataset.organisation_id) if dataset.organisation_id else None,
        "organization": organisation_short(dataset.organisation) if dataset.organisation else None,
        "metadata_created": instant(dataset.created_at),
        "metadata_modified": instant(dataset.modified_at),
        "num_resources": len(live),
        "num_tags": len(dataset.tags),
        "tags": [tag(name) for name in sorted(dataset.tags)],
        "groups": [group_short(one) for one in sorted(dataset.groups.all(), key=lambda one: one.name)],
        "extras": extras(dataset),
        "resources": [resource(one, dataset, site) for one in live],
        "relationships_as_subject": [],
        "relationships_as_object": [],
    }


def tag(name: str) -> dict[str, Any]:
    return {"name": name, "display_name": name, "state": "active", "vocabulary_id": None}


def organisation_short(body: Organisation) -> dict[str, Any]:
    return {
        "id": str(body.pk), "name": body.name, "title": body.title, "type": "organization",
        "description": body.notes, "image_url": body.image_url, "created": instant(body.created_at),
        "is_organization": True, "approval_status": "approved", "state": body.state,
    }  # fmt: skip


def group_short(body: Group) -> dict[str, Any]:
    return {
        "id": str(body.pk), "name": body.name, "title": body.title, "display_name": body.title,
        "description": body.notes, "image_display_url": body.image_url,
    }  # fmt: skip


def body(one: Organisation | Group, count: int) -> dict[str, Any]:
    """An organisation or a group as its `_show` gives it."""
    is_organisation = isinstance(one, Organisation)
    return {
        "id": str(one.pk), "name": one.name, "title": one.title, "display_name": one.title, "description": one.notes,
        "image_url": one.image_url, "image_display_url": one.image_url, "state": one.state,
        "type": "organization" if is_organisation else "group", "is_organization": is_organisation,
        "approval_status": "approved", "created": instant(one.created_at), "package_count": count, "num_followers": 0,
        "extras": one.extras, "tags": [], "groups": [], "users": [],
    }  # fmt: skip


_EXTRAS: dict[str, tuple[Callable[[Dataset], Any], Callable[[Any], Mapping[str, Any]]]] = {
    "title_en": (lambda d: d.title_en, lambda v: {"title_en": str(v)[:300]}),
    "notes_en": (lambda d: d.notes_en, lambda v: {"notes_en": str(v)}),
    "frequency": (lambda d: d.cycle, lambda v: {"cycle": Cycle(v).value}),
    "theme": (lambda d: json.dumps(d.themes) if d.themes else "", lambda v: {"themes": _names(v)}),
    "language": (lambda d: json.dumps(d.languages) if d.languages else "", lambda v: {"languages": _names(v)}),
    "legal_basis": (lambda d: d.legal_basis, lambda v: {"legal_basis": str(v)}),
    "contact_phone": (lambda d: d.contact_phone, lambda v: {"contact_phone": str(v)[:40]}),
    "spatial_text": (lambda d: d.spatial_title, lambda v: {"spatial_title": str(v)[:200]}),
    "temporal_start": (
        lambda d: d.starts_on and d.starts_on.isoformat(),
        lambda v: {"starts_on": date.fromisoformat(v)},
    ),
    "temporal_end": (lambda d: d.ends_on and d.ends_on.isoformat(), lambda v: {"ends_on": date.fromisoformat(v)}),
    "is_simulated": (lambda d: "true" if d.is_simulated else "", lambda v: {"is_simulated": str(v) == "true"}),
    "quality": (
        lambda d: None if d.quality is None else str(d.quality),
        lambda v: {"quality": min(100, max(0, int(v)))},
    ),
}


def _names(value: Any) -> list[str]:
    told = json.loads(value)
    if not isinstance(told, list):
        raise ValueError
    return [str(one)[:8] for one in told[:20]]


def extras(dataset: Dataset) -> list[dict[str, Any]]:
    """What CKAN has no field for, as its extras, by key."""
    own = [{"key": key, "value": told} for key, (give, _take) in _EXTRAS.items() if (told := give(dataset))]
    return sorted([*own, *dataset.extras], key=lambda one: str(one["key"]))


def read_extras(given: Any) -> dict[str, Any]:
    """Extras back into fields; those that are nobody's stay extras."""
    values: dict[str, Any] = {"extras": []}
    for one in given if isinstance(given, list) else []:
        if not isinstance(one, dict) or not one.get("key"):
            raise Invalid({"extras": [_("Mỗi thuộc tính cần key và value.")]})
        key, value = str(one["key"])[:200], one.get("value")
        if key not in _EXTRAS:
            values["extras"].append({"key": key, "value": value if value is None else str(value)[:LONGEST]})
            continue
        try:
            values |= _EXTRAS[key][1](value)
        except (ValueError, TypeError):
            raise Invalid({"extras": [_("Giá trị của “%(key)s” không hợp lệ.") % {"key": key}]}) from None
    return values


_RESOURCE = {
    "name": ("name", 300), "description": ("description", LONGEST), "format": ("format", 40), "url": ("url", 1000),
    "mimetype": ("media_type", 100), "title_en": ("title_en", 300),
}  # fmt: skip
# What the portal says of a file by itself, and what names it: never kept as extras.
_SAID = {
    "id", "package_id", "position", "state", "created", "last_modified", "metadata_modified", "datastore_active",
    "rows",
    "upload", "clear_upload", "url_type", "revision_id", "cache_url", "cache_last_updated", "mimetype_inner",
    "resource_type", *_RESOURCE,
}  # fmt: skip


def resource(one: Resource, dataset: Dataset, site: str) -> dict[str, Any]:
    """A file as CKAN gives it."""
    address, kept = one.url, one.file
    if kept is not None:
        address = site + selectors.file_path(dataset, one)
    elif one.table_id is not None:
        address = site + selectors.table_path(dataset, one, "CSV")
    said: dict[str, Any] = {
        "id": str(one.pk), "package_id": str(dataset.pk), "name": one.name, "description": one.description,
        "format": one.format, "mimetype": one.media_type, "url": address, "url_type": "upload" if kept else None,
        "position": one.position, "state": one.state, "created": instant(one.created_at),
        "last_modified": instant(one.modified_at), "metadata_modified": instant(one.modified_at),
        "datastore_active": one.is_datastore, "title_en": one.title_en,
    }  # fmt: skip
    if kept is not None:
        said |= {"size": kept.size, "hash": kept.sha256}
    if one.rows is not None:
        said["rows"] = one.rows
    return {**one.extras, **said}


def read_resource(given: Any) -> tuple[UUID | None, dict[str, Any]]:
    """A file as CKAN clients send it."""
    if not isinstance(given, dict):
        raise Invalid({"resources": [_("Mỗi tệp phải là một đối tượng.")]})
    values: dict[str, Any] = {
        name: str(given[key] or "")[:longest] for key, (name, longest) in _RESOURCE.items() if key in given
    }
    values["extras"] = {key: value for key, value in given.items() if key not in _SAID}
    for key, name in (("created", "created_at"), ("last_modified", "modified_at")):
        if given.get(key):
            values[name] = read_instant(given[key], key)
    return read_key(given.get("id")), values


def read_key(value: Any) -> UUID | None:
    """An id as CKAN sends it; None when there is none; Invalid when it is no UUID."""
    if not value:
        return None
    try:
        return UUID(str(value))
    except ValueError:
        raise Invalid({"id": [_("Mã phải là UUID.")]}) from None


def read_name(value: Any) -> str:
    """A machine name as CKAN sends it; Invalid when it is none."""
    if not NAME.match(str(value)):
        raise Invalid({"name": [_("Tên máy gồm 2–100 chữ thường không dấu, số, gạch ngang, gạch dưới.")]})
    return str(value)
