"""Where things stand: every address that a description may name, made in one place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from tinhso.systems.opendata.rules.record import DatasetRecord, ResourceRecord

_WHITE = re.compile(r"\s+")


@dataclass(frozen=True)
class Site:
    """The portal under one address. `root` is the site's ("https://host"), `prefix` the portal's path in it."""

    root: str
    prefix: str = "/du-lieu/"
    title: str = ""

    @property
    def home(self) -> str:
        return self.root + self.prefix

    def under(self, path: str) -> str:
        """An address below the portal. Spaces never get through: an IRI with one is no IRI."""
        return urljoin(self.home, quote(path.lstrip("/"), safe="/:@!$&'()*+,;=-._~?%#"))

    def dataset(self, record: DatasetRecord) -> str:
        """The dataset's page, which is also its name in every graph."""
        return self.under(f"bo/{record.name}/")

    def describe(self, record: DatasetRecord, kind: str) -> str:
        return self.under(f"bo/{record.name}/mo-ta/{kind}")

    def file(self, resource: ResourceRecord) -> str:
        """A file of our own, or the outside address of a harvested one."""
        if resource.path.startswith(("http://", "https://")):
            return safe_iri(resource.path)
        return (
            self.root + quote(resource.path, safe="/:@!$&'()*+,;=-._~?%")
            if resource.path[:1] == "/"
            else (self.under(resource.path))
        )

    def resource(self, record: DatasetRecord, resource: ResourceRecord) -> str:
        """The name of a file in graphs: below its dataset, whatever its bytes' address is."""
        return f"{self.dataset(record)}#{quote(resource.key, safe='-._~')}"

    def ogc(self, path: str = "") -> str:
        return self.under(f"ogc/{path}")


def safe_iri(text: str) -> str:
    """An outside address as an IRI may stand in RDF: no blanks, quotes, brackets that would break a serialisation."""
    return quote(_WHITE.sub("%20", text.strip()), safe="/:@!$&'()*+,;=-._~?%#")
