"""Procedures as the search box finds them: by official name, plain name, code, life event and field."""

from __future__ import annotations

from collections.abc import Iterator

from tinhso.engines.search.services import Document, index
from tinhso.systems.procedures.models import ProcedureVersion

KIND = "procedure"


def document(version: ProcedureVersion) -> Document:
    """What is searched (name, plain name, code, life event, field, result) and shown (plain name, official name)."""
    return Document(
        object_id=version.code,
        title=str(version.plain_name),
        body=str(version.name) if version.name != version.plain_name else "",
        keywords=" ".join([version.code, str(version.life_event), str(version.field_name), str(version.result_name)]),
        url=f"/thu-tuc/{version.code}/",
        is_public=True,
    )


def documents() -> Iterator[Document]:
    """The newest version of every procedure, for a whole re-index."""
    for version in ProcedureVersion.objects.order_by("code", "-version").distinct("code"):
        yield document(version)


def make_findable(version: ProcedureVersion) -> None:
    """Puts a version just published into the search box, in place of the one before."""
    index(KIND, document(version))
