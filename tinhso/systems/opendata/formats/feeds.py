"""The sitemap and the RSS feed: XML written by a writer, never glued."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from tinhso.systems.opendata.formats.site import Site
from tinhso.systems.opendata.rules.record import Catalogue, DatasetRecord

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
# The protocol allows no more addresses in one file.
MOST_ADDRESSES = 50_000
# What XML 1.0 cannot hold at all, not even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sitemap(records: Iterable[DatasetRecord], site: Site) -> bytes:
    """Every dataset's page and when it changed."""
    register_namespace("", SITEMAP)
    root = Element(f"{{{SITEMAP}}}urlset")
    _address(root, site.home, "")
    for number, record in enumerate(records):
        if number + 1 >= MOST_ADDRESSES:
            break
        _address(root, site.dataset(record), record.modified_at.isoformat(timespec="seconds"))
    return _document(root)


def _address(root: Element, address: str, changed: str) -> None:
    one = SubElement(root, f"{{{SITEMAP}}}url")
    SubElement(one, f"{{{SITEMAP}}}loc").text = address
    if changed:
        SubElement(one, f"{{{SITEMAP}}}lastmod").text = changed


def rss(catalogue: Catalogue, records: list[DatasetRecord], site: Site) -> bytes:
    """RSS 2.0 of the newest publications; an entry is a version, so a new version is a new entry."""
    register_namespace("atom", ATOM)
    register_namespace("dc", DC)
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    for name, text in (("title", catalogue.title), ("link", site.home), ("description", catalogue.description)):
        SubElement(channel, name).text = _clean(text)
    SubElement(channel, "language").text = "vi"
    here = {"href": site.under("rss.xml"), "rel": "self", "type": "application/rss+xml"}
    SubElement(channel, f"{{{ATOM}}}link", here)
    if records:
        SubElement(channel, "lastBuildDate").text = format_datetime(max(record.modified_at for record in records))
    for record in records:
        _entry(channel, record, site)
    return _document(root)


def _entry(channel: Element, record: DatasetRecord, site: Site) -> None:
    item = SubElement(channel, "item")
    SubElement(item, "title").text = _clean(record.title)
    SubElement(item, "link").text = site.dataset(record)
    SubElement(item, "description").text = _clean(record.version_notes or record.notes)
    SubElement(item, "guid", isPermaLink="false").text = f"{site.dataset(record)}#v{record.version}"
    SubElement(item, "pubDate").text = format_datetime(record.modified_at)
    SubElement(item, f"{{{DC}}}publisher").text = _clean(record.publisher.name)
    for tag in record.tags:
        SubElement(item, "category").text = _clean(tag)


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)


def _document(root: Element) -> bytes:
    made: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return made
