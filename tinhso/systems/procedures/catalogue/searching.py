"""Putting every procedure of the list into the search box, by official and plain name, code, field, everyday words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tinhso.engines.search.services import Document, index_many, remove
from tinhso.systems.procedures import searching as core
from tinhso.systems.procedures.catalogue import everyday
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.models import ProcedureVersion

# The common procedures come first among equals.
WEIGHTS = {1: 0.12, 2: 0.05}


def document(entry: CatalogueEntry) -> Document:
    """What is searched and shown of a procedure that is not served here."""
    return Document(
        object_id=entry.code,
        title=entry.plain_name or entry.name,
        body=entry.name if entry.plain_name else "",
        keywords=f"{entry.code} {entry.field_name} {entry.field_group} {entry.result_name[:200]}",
        aliases=everyday.aliases(entry.code),
        url=f"/thu-tuc/{entry.code}/",
        is_public=True,
        weight=WEIGHTS.get(entry.tier, 0.0),
    )


def documents(served: set[str]) -> Iterator[Document]:
    """All procedures of the list but those served here, which the core describes itself."""
    for entry in CatalogueEntry.objects.newest().exclude(code__in=served).order_by("code").iterator():
        yield document(entry)


def index_entries(entries: Iterable[CatalogueEntry]) -> None:
    """Makes new versions findable; a procedure served here keeps its own words."""
    made = list(entries)
    served = {version.code: version for version in core.newest([entry.code for entry in made])}
    index_many(
        core.KIND,
        [core.document(served[entry.code]) if entry.code in served else document(entry) for entry in made],
    )


def forget(codes: Iterable[str]) -> None:
    """Takes procedures that ended out of the box, unless they are still served here."""
    wanted = list(codes)
    served = set(ProcedureVersion.objects.filter(code__in=wanted).values_list("code", flat=True))
    for code in wanted:
        if code not in served:
            remove(core.KIND, code)
