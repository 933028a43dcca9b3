"""Procedures as the search box finds them: by official name, plain name, code, life event and field."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tinhso.engines.search.services import Document, index
from tinhso.systems.procedures.models import ProcedureVersion

KIND = "procedure"

# What nested apps add: other names by which a procedure is found; procedures not served here, given the codes that are.
MORE_NAMES: list[Callable[[str], tuple[str, ...]]] = []
MORE_DOCUMENTS: list[Callable[[set[str]], Iterator[Document]]] = []
# A procedure that can be filed here comes first among equals.
SERVED_HERE = 0.15


def document(version: ProcedureVersion) -> Document:
    """What is searched (name, plain name, code, life event, field, result) and shown (plain name, official name)."""
    own = [version.code, str(version.life_event), str(version.field_name), str(version.result_name)]
    return Document(
        object_id=version.code,
        title=str(version.plain_name),
        body=str(version.name) if version.name != version.plain_name else "",
        keywords=" ".join(own),
        aliases=tuple(name for names in MORE_NAMES for name in names(version.code)),
        url=f"/thu-tuc/{version.code}/",
        is_public=True,
        weight=SERVED_HERE,
    )


def documents() -> Iterator[Document]:
    """The newest version of every procedure, for a whole re-index."""
    served = set()
    for version in newest():
        served.add(version.code)
        yield document(version)
    for more in MORE_DOCUMENTS:
        yield from more(served)


def newest(codes: list[str] | None = None) -> Iterator[ProcedureVersion]:
    """The newest version of every procedure served here, or of those named."""
    found = ProcedureVersion.objects.order_by("code", "-version").distinct("code")
    yield from found.filter(code__in=codes) if codes is not None else found


def make_findable(version: ProcedureVersion) -> None:
    """Puts a version just published into the search box, in place of the one before."""
    index(KIND, document(version))
