"""A dataset as one file to carry away: its CSV tables with datapackage.json and CSV on the Web metadata beside them."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from typing import IO, Any

from tinhso.systems.opendata.formats.site import Site
from tinhso.systems.opendata.formats.tables import csvw, data_package, is_table
from tinhso.systems.opendata.rules.record import DatasetRecord, ResourceRecord

# Bigger tables are downloaded by their own addresses.
MOST_BYTES = 256 * 1024 * 1024
# Of a table written on demand only the rows are known beforehand.
MOST_ROWS = 1_000_000


def can_pack(record: DatasetRecord) -> bool:
    tables = [resource for resource in record.resources if is_table(resource)]
    small = sum(resource.size or 0 for resource in tables) <= MOST_BYTES
    return bool(tables) and small and sum(resource.rows or 0 for resource in tables) <= MOST_ROWS


def pack(record: DatasetRecord, site: Site, opened: Callable[[ResourceRecord], IO[bytes]], to: IO[bytes]) -> None:
    """Writes the package. Dates are the version's, so the same version gives the same bytes."""
    tables = [resource for resource in record.resources if is_table(resource)]
    local = {resource.key: f"data/{resource.key.lower()}.csv" for resource in tables}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, document in (
            ("datapackage.json", data_package(record, site, local=local)),
            ("csvw-metadata.json", csvw(record, site, local=local)),
        ):
            archive.writestr(_entry(record, name), _text(document))
        for resource in tables:
            with opened(resource) as given, archive.open(_entry(record, local[resource.key]), "w") as into:
                shutil.copyfileobj(given, into)


def _entry(record: DatasetRecord, name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, record.modified_at.timetuple()[:6])
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
