"""DCAT-AP 3.0.1 as an RDF graph: the catalogue, its datasets, their files and the interfaces that serve them.

https://semiceu.github.io/DCAT-AP/releases/3.0.1/. Every thing named is also typed and labelled in the same graph, so
that the profile's range shapes hold without anybody following links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD, Namespace
from rdflib.term import Node

from tinhso.systems.opendata.formats import vocabulary
from tinhso.systems.opendata.formats.site import Site, safe_iri
from tinhso.systems.opendata.rules.record import Agent, Box, Catalogue, DatasetRecord, Licence, ResourceRecord

ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
DQV = Namespace("http://www.w3.org/ns/dqv#")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
# A term of DCAT 3 that the library's own list does not know yet.
VERSION = URIRef("http://www.w3.org/ns/dcat#version")
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
PUBLIC = f"{vocabulary.AUTHORITY}access-right/PUBLIC"

# What XML 1.0 cannot hold, escaped or not.
_NO_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

PREFIXES = {
    "adms": ADMS, "dcat": DCAT, "dcatap": DCATAP, "dct": DCTERMS, "dqv": DQV, "foaf": FOAF, "geosparql": GEO,
    "hydra": HYDRA, "rdf": RDF, "rdfs": RDFS, "xsd": XSD, "skos": SKOS, "spdx": SPDX, "vcard": VCARD,
}  # fmt: skip


def empty() -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, space in PREFIXES.items():
        graph.bind(prefix, space)
    return graph


def dataset_graph(record: DatasetRecord, site: Site) -> Graph:
    """One dataset alone."""
    graph = empty()
    add_dataset(graph, record, site)
    return graph


def catalogue_graph(catalogue: Catalogue, site: Site, *, page: int = 1, pages: int = 1, total: int = 0) -> Graph:
    """A page of the catalogue; hydra links lead a harvester through the others."""
    graph = empty()
    node = URIRef(site.home)
    graph.add((node, RDF.type, DCAT.Catalog))
    _said(graph, node, DCTERMS.title, catalogue.title, catalogue.title_en)
    _said(graph, node, DCTERMS.description, catalogue.description)
    graph.add((node, DCTERMS.publisher, _agent(graph, catalogue.publisher, site)))
    graph.add((node, FOAF.homepage, _typed(graph, site.home, FOAF.Document, also=node)))
    graph.add((node, DCTERMS.language, _language(graph, "vi")))
    if catalogue.licence:
        graph.add((node, DCTERMS.license, _licence(graph, catalogue.licence, site)))
    _themes_of(graph, node, catalogue.datasets)
    for record in catalogue.datasets:
        graph.add((node, DCAT.dataset, add_dataset(graph, record, site)))
        graph.add((node, DCAT.record, _catalogue_record(graph, record, site)))
    if catalogue.datasets:
        newest = max(record.modified_at for record in catalogue.datasets)
        graph.add((node, DCTERMS.modified, _instant(newest)))
        graph.add((node, DCTERMS.issued, _instant(min(record.issued_at for record in catalogue.datasets))))
    if pages > 1:
        _paged(graph, site, page, pages, total)
    return graph


def add_dataset(graph: Graph, record: DatasetRecord, site: Site) -> URIRef:
    """Writes one dataset into a graph; its page is its name."""
    node = URIRef(site.dataset(record))
    graph.add((node, RDF.type, DCAT.Dataset))
    # Said outright: the profile's shapes look for the class itself and infer nothing.
    graph.add((node, RDF.type, DCAT.Resource))
    graph.add((node, DCTERMS.identifier, Literal(record.name)))
    _said(graph, node, DCTERMS.title, record.title, record.title_en)
    _said(graph, node, DCTERMS.description, record.notes or record.title, record.notes_en)
    graph.add((node, DCTERMS.publisher, _agent(graph, record.publisher, site)))
    graph.add((node, DCAT.contactPoint, _contact(graph, record.contact or record.publisher, site)))
    graph.add((node, DCTERMS.issued, _instant(record.issued_at)))
    graph.add((node, DCTERMS.modified, _instant(record.modified_at)))
    graph.add((node, DCTERMS.accrualPeriodicity, _typed(graph, vocabulary.frequency(record.cycle), DCTERMS.Frequency)))
    graph.add((node, DCTERMS.accessRights, _typed(graph, PUBLIC, DCTERMS.RightsStatement)))
    graph.add((node, DCAT.landingPage, _typed(graph, f"{site.dataset(record)}#trang", FOAF.Document)))
    graph.add((node, VERSION, Literal(record.version)))
    if record.version_notes:
        graph.add((node, ADMS.versionNotes, Literal(clean(record.version_notes), lang="vi")))
    for language in record.languages:
        graph.add((node, DCTERMS.language, _language(graph, language)))
    for tag in record.tags:
        graph.add((node, DCAT.keyword, Literal(clean(tag), lang="vi")))
    for theme in record.themes:
        graph.add((node, DCAT.theme, _theme(graph, theme)))
    _coverage(graph, node, record)
    _statements(graph, node, record)
    for resource in record.resources:
        graph.add((node, DCAT.distribution, _distribution(graph, record, resource, site)))
    if record.has_shapes:
        _feature_service(graph, node, record, site)
    return node


def _distribution(graph: Graph, record: DatasetRecord, resource: ResourceRecord, site: Site) -> URIRef:
    node = URIRef(site.resource(record, resource))
    address = URIRef(site.file(resource))
    graph.add((node, RDF.type, DCAT.Distribution))
    graph.add((node, DCTERMS.identifier, Literal(resource.key)))
    _said(graph, node, DCTERMS.title, resource.title, resource.title_en)
    if resource.description:
        _said(graph, node, DCTERMS.description, resource.description)
    graph.add((node, DCAT.accessURL, _typed(graph, str(address), RDFS.Resource)))
    graph.add((node, DCAT.downloadURL, address))
    graph.add((node, DCTERMS.license, _licence(graph, record.licence, site)))
    graph.add((node, DCTERMS.format, _typed(graph, vocabulary.file_type(resource.format), DCTERMS.MediaTypeOrExtent)))
    graph.add((node, DCAT.mediaType, _typed(graph, MEDIA_TYPES + _bare(resource.media_type), DCTERMS.MediaType)))
    graph.add((node, DCATAP.availability, _concept(graph, f"{vocabulary.AUTHORITY}planned-availability/STABLE")))
    if resource.size is not None:
        graph.add((node, DCAT.byteSize, Literal(resource.size, datatype=XSD.nonNegativeInteger)))
    if resource.sha256:
        graph.add((node, SPDX.checksum, _checksum(graph, resource.sha256)))
    if resource.created_at:
        graph.add((node, DCTERMS.issued, _instant(resource.created_at)))
    if resource.modified_at:
        graph.add((node, DCTERMS.modified, _instant(resource.modified_at)))
    if resource.columns:
        schema = _typed(graph, site.describe(record, "csvw.json"), DCTERMS.Standard)
        graph.add((node, DCTERMS.conformsTo, schema))
    return node


def _feature_service(graph: Graph, dataset: URIRef, record: DatasetRecord, site: Site) -> None:
    """The OGC interface that serves the shapes."""
    node = URIRef(site.ogc(f"collections/{record.name}"))
    graph.add((node, RDF.type, DCAT.DataService))
    graph.add((node, DCTERMS.title, Literal(f"OGC API Features: {record.title}", lang="vi")))
    graph.add((node, DCAT.endpointURL, _typed(graph, site.ogc(), RDFS.Resource)))
    graph.add((node, DCAT.endpointDescription, _typed(graph, site.ogc("api"), RDFS.Resource)))
    graph.add((node, DCAT.servesDataset, dataset))
    standard = _typed(graph, "http://www.opengis.net/spec/ogcapi-features-1/1.0", DCTERMS.Standard)
    graph.add((node, DCTERMS.conformsTo, standard))
    for _dataset, _of, distribution in graph.triples((dataset, DCAT.distribution, None)):
        graph.add((distribution, DCAT.accessService, node))


def _coverage(graph: Graph, node: URIRef, record: DatasetRecord) -> None:
    if record.box or record.spatial_title:
        place = BNode()
        graph.add((node, DCTERMS.spatial, place))
        graph.add((place, RDF.type, DCTERMS.Location))
        if record.spatial_title:
            graph.add((place, SKOS.prefLabel, Literal(record.spatial_title, lang="vi")))
        if record.box:
            graph.add((place, DCAT.bbox, Literal(wkt(record.box), datatype=GEO.wktLiteral)))
    if record.starts_on or record.ends_on:
        period = BNode()
        graph.add((node, DCTERMS.temporal, period))
        graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
        for predicate, day in ((DCAT.startDate, record.starts_on), (DCAT.endDate, record.ends_on)):
            if day:
                graph.add((period, predicate, Literal(day.isoformat(), datatype=XSD.date)))


def _statements(graph: Graph, node: URIRef, record: DatasetRecord) -> None:
    """Where it comes from: the legal basis, the harvested origin, and that made-up data are made up."""
    said = [record.legal_basis] if record.legal_basis else []
    if record.is_simulated:
        said.append("Dữ liệu mô phỏng, không phải số liệu thật.")
    if record.origin:
        said.append(f"Thu thập từ {record.origin.source}: {record.origin.url}")
        other = BNode()
        graph.add((node, ADMS.identifier, other))
        graph.add((other, RDF.type, ADMS.Identifier))
        graph.add((other, SKOS.notation, Literal(record.origin.identifier)))
        graph.add((node, DCTERMS.source, URIRef(safe_iri(record.origin.url))))
        graph.add((URIRef(safe_iri(record.origin.url)), RDF.type, DCAT.Dataset))
        _said(graph, URIRef(safe_iri(record.origin.url)), DCTERMS.title, record.title)
        _said(graph, URIRef(safe_iri(record.origin.url)), DCTERMS.description, record.notes or record.title)
    for sentence in said:
        statement = BNode()
        graph.add((node, DCTERMS.provenance, statement))
        graph.add((statement, RDF.type, DCTERMS.ProvenanceStatement))
        graph.add((statement, RDFS.label, Literal(clean(sentence), lang="vi")))
    if record.quality is not None:
        measured = BNode()
        graph.add((node, DQV.hasQualityMeasurement, measured))
        graph.add((measured, RDF.type, DQV.QualityMeasurement))
        graph.add((measured, DQV.value, Literal(record.quality)))


def _catalogue_record(graph: Graph, record: DatasetRecord, site: Site) -> URIRef:
    node = URIRef(site.describe(record, ""))
    graph.add((node, RDF.type, DCAT.CatalogRecord))
    graph.add((node, FOAF.primaryTopic, URIRef(site.dataset(record))))
    graph.add((node, DCTERMS.modified, _instant(record.modified_at)))
    profile = _typed(graph, "http://data.europa.eu/r5r/", DCTERMS.Standard)
    graph.add((node, DCTERMS.conformsTo, profile))
    return node


def _paged(graph: Graph, site: Site, page: int, pages: int, total: int) -> None:
    here = URIRef(site.under(f"danh-muc.ttl?page={page}"))
    graph.add((here, RDF.type, HYDRA.PagedCollection))
    graph.add((here, HYDRA.totalItems, Literal(total)))
    graph.add((here, HYDRA.firstPage, Literal(site.under("danh-muc.ttl?page=1"))))
    graph.add((here, HYDRA.lastPage, Literal(site.under(f"danh-muc.ttl?page={pages}"))))
    if page < pages:
        graph.add((here, HYDRA.nextPage, Literal(site.under(f"danh-muc.ttl?page={page + 1}"))))
    if page > 1:
        graph.add((here, HYDRA.previousPage, Literal(site.under(f"danh-muc.ttl?page={page - 1}"))))


def _agent(graph: Graph, agent: Agent, site: Site) -> URIRef:
    node = URIRef(site.under(f"co-quan/{agent.code or 'khac'}/"))
    graph.add((node, RDF.type, FOAF.Agent))
    _said(graph, node, FOAF.name, agent.name, agent.name_en)
    if agent.homepage:
        graph.add((node, FOAF.homepage, _typed(graph, agent.homepage, FOAF.Document)))
    return node


def _contact(graph: Graph, agent: Agent, site: Site) -> URIRef:
    node = URIRef(site.under(f"co-quan/{agent.code or 'khac'}/#lien-he"))
    graph.add((node, RDF.type, VCARD.Organization))
    graph.add((node, RDF.type, VCARD.Kind))
    # One name and one address each, whichever dataset spoke first: the profile allows no second.
    if (node, VCARD.fn, None) not in graph:
        graph.add((node, VCARD.fn, Literal(agent.name)))
        if agent.email:
            graph.add((node, VCARD.hasEmail, URIRef(safe_iri(f"mailto:{agent.email}"))))
        if agent.phone:
            graph.add((node, VCARD.hasTelephone, URIRef(safe_iri("tel:" + agent.phone.replace(" ", "")))))
    return node


def _licence(graph: Graph, licence: Licence, site: Site) -> URIRef:
    node = URIRef(safe_iri(licence.url) if licence.url else site.under(f"giay-phep/#{licence.code}"))
    graph.add((node, RDF.type, DCTERMS.LicenseDocument))
    graph.add((node, DCTERMS.title, Literal(clean(licence.title), lang="vi")))
    return node


def _theme(graph: Graph, code: str) -> URIRef:
    names = vocabulary.THEMES.get(code, (code, code))
    node = _concept(graph, f"{vocabulary.AUTHORITY}data-theme/{code}")
    _said(graph, node, SKOS.prefLabel, *names)
    return node


def _themes_of(graph: Graph, node: URIRef, records: Iterable[DatasetRecord]) -> None:
    if any(record.themes for record in records):
        scheme = _typed(graph, f"{vocabulary.AUTHORITY}data-theme", SKOS.ConceptScheme)
        graph.add((scheme, DCTERMS.title, Literal("Chủ đề dữ liệu", lang="vi")))
        graph.add((node, DCAT.themeTaxonomy, scheme))


def _concept(graph: Graph, address: str) -> URIRef:
    node = _typed(graph, address, SKOS.Concept)
    if (node, SKOS.prefLabel, None) not in graph and "data-theme/" not in address:
        graph.add((node, SKOS.prefLabel, Literal(address.rpartition("/")[2].lower(), lang="en")))
    return node


def _language(graph: Graph, code: str) -> URIRef:
    address = f"{vocabulary.AUTHORITY}language/{vocabulary.LANGUAGES.get(code, code.upper())}"
    return _typed(graph, address, DCTERMS.LinguisticSystem)


def _checksum(graph: Graph, sha256: str) -> Node:
    node = BNode()
    graph.add((node, RDF.type, SPDX.Checksum))
    graph.add((node, SPDX.algorithm, _typed(graph, str(SPDX.checksumAlgorithm_sha256), SPDX.ChecksumAlgorithm)))
    graph.add((node, SPDX.checksumValue, Literal(sha256, datatype=XSD.hexBinary)))
    return node


def _typed(graph: Graph, address: str, kind: URIRef, also: URIRef | None = None) -> URIRef:
    node = URIRef(safe_iri(address))
    graph.add((also or node, RDF.type, kind))
    return node


def _said(graph: Graph, node: URIRef, predicate: URIRef, vi: str, en: str = "") -> None:
    graph.add((node, predicate, Literal(clean(vi), lang="vi")))
    if en and en != vi:
        graph.add((node, predicate, Literal(clean(en), lang="en")))


def clean(text: str) -> str:
    """Without what no XML can hold, so that every spelling says the same."""
    return _NO_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _instant(moment: datetime | date) -> Literal:
    return Literal(moment.isoformat(), datatype=XSD.dateTime if isinstance(moment, datetime) else XSD.date)


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip()


def wkt(box: Box) -> str:
    """The rectangle as Well-Known Text, longitude first, closed."""
    west, south, east, north = box.west, box.south, box.east, box.north
    return f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
