"""One step through a source of each kind: where we are goes in, a page and where to go on comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tinhso.systems.opendata.harvest.fetching import Fetched
from tinhso.systems.opendata.harvest.found import Page
from tinhso.systems.opendata.harvest.walks import ckan, dcat, table


@dataclass(frozen=True)
class Asked:
    """The source as a walk needs it. `mark` asks only for what changed since; `etag` is of the last whole reading."""

    url: str
    mark: str = ""
    etag: str = ""


Fetch = Callable[..., Fetched]
WALKS: dict[str, Callable[[Any, Fetch, dict[str, Any]], Page]] = {
    "ckan": ckan.step,
    "dcat": dcat.step,
    "csv": table.step,
}
