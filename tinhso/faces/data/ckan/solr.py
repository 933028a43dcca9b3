"""The part of the query language that CKAN's clients use: field:value, quotes, brackets, ranges, + - AND OR NOT.

Read into a condition of the model; a field that is not known meets nothing, and no text of the caller reaches SQL.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.faces.data.ckan.shapes import read_instant, read_key
from tinhso.systems.opendata.errors import Invalid

FIELDS = {
    "organization": "organisation__name", "owner_org": "organisation_id", "groups": "groups__name", "name": "name",
    "id": "pk", "license_id": "licence", "res_format": "resources__format__iexact", "title": "title__icontains",
    "notes": "notes__icontains", "author": "author", "maintainer": "contact_name", "version": "version",
}  # fmt: skip
SORTS = {
    "metadata_modified": "modified_at", "metadata_created": "created_at", "name": "name", "title": "title",
    "title_string": "title", "id": "pk",
}  # fmt: skip
INSTANTS = {"metadata_modified": "modified_at", "metadata_created": "created_at"}
_PARTS = re.compile(r'\s*(\[[^\]]*\]|\{[^}]*\}|\(|\)|[+-](?=[\w(])|"(?:[^"\\]|\\.)*"|\w[\w.]*:|[^\s()"\[\]]+)')
_KEYS = ("pk", "organisation_id")
NOTHING = Q(pk=None)
MOST_PARTS = 300


def read_q(text: str) -> tuple[str, Q]:
    """Words to be looked for, and conditions among them (`title:nước`)."""
    text = text.strip()
    if text in ("", "*", "*:*"):
        return "", Q()
    if re.search(r"(^|[\s(+-])\w+:\S", text):
        return "", read_fq(text)
    return re.sub(r"[*\"()~^]", " ", text).strip(), Q()


def read_fq(text: str) -> Q:
    """A filter as a condition."""
    parts = _PARTS.findall(text)
    if len(parts) > MOST_PARTS:
        raise Invalid({"fq": [_("Bộ lọc quá dài.")]})
    condition, rest = _any(parts)
    if rest:
        raise Invalid({"fq": [_("Bộ lọc thừa dấu ngoặc.")]})
    return condition


def _any(parts: list[str], depth: int = 0) -> tuple[Q, list[str]]:
    if depth > 20:
        raise Invalid({"fq": [_("Bộ lọc lồng nhau quá sâu.")]})
    made, joined = Q(), "AND"
    while parts and parts[0] != ")":
        word = parts[0]
        if word in ("AND", "OR", "&&", "||"):
            joined, parts = ("OR" if word in ("OR", "||") else "AND"), parts[1:]
            continue
        negative = False
        while parts and parts[0] in ("+", "-", "NOT", "!"):
            negative ^= parts[0] != "+"
            parts = parts[1:]
        one, parts = _one(parts, depth)
        one = ~one if negative and one else one
        made = (made | one) if joined == "OR" and made else (made & one)
        joined = "AND"
    return made, parts


def _one(parts: list[str], depth: int) -> tuple[Q, list[str]]:
    if not parts:
        raise Invalid({"fq": [_("Bộ lọc bị cụt.")]})
    word, rest = parts[0], parts[1:]
    if word == "(":
        made, rest = _any(rest, depth + 1)
        return made, rest[1:]
    if word.endswith(":") and rest:
        if rest[0] == "(":
            return _values(word[:-1], rest[1:])
        return _field(word[:-1], rest[0]), rest[1:]
    if word == "*:*" or word == "*":
        return Q(), rest
    plain = _plain(word)
    return Q(title__icontains=plain) | Q(notes__icontains=plain), rest


def _values(field: str, parts: list[str]) -> tuple[Q, list[str]]:
    """field:(a OR b): any of them (AND: all)."""
    made, joined = Q(), "OR"
    while parts and parts[0] != ")":
        word, parts = parts[0], parts[1:]
        if word in ("AND", "OR"):
            joined = word
            continue
        one = _field(field, word)
        made = (made & one) if joined == "AND" and made else (made | one)
    return made, parts[1:]


def _plain(word: str) -> str:
    return word[1:-1].replace('\\"', '"') if word.startswith('"') and len(word) > 1 else word.strip("*")


def _field(field: str, value: str) -> Q:
    if field in INSTANTS and value[:1] in "[{":
        return _range(INSTANTS[field], value)
    plain = _plain(value)
    if field == "*":
        return Q()
    if field in ("dataset_type", "type", "entity_type"):
        return Q() if plain in ("dataset", "package") else NOTHING
    if field in ("state", "capacity", "private", "site_id"):
        return Q()
    if field == "tags":
        return Q(tags__contains=[plain]) if value != "*" else ~Q(tags=[])
    if field not in FIELDS:
        return NOTHING
    if value == "*":
        return Q(**{f"{FIELDS[field].removesuffix('__icontains').removesuffix('__iexact')}__isnull": False})
    return Q(**{FIELDS[field]: _key(plain) if FIELDS[field] in _KEYS else plain})


def _key(text: str) -> Any:
    try:
        return read_key(text)
    except Invalid:
        return None


def _range(path: str, value: str) -> Q:
    begin, _to, end = value[1:-1].partition(" TO ")
    made = Q()
    if begin.strip() not in ("", "*"):
        made &= Q(**{f"{path}__{'gte' if value[0] == '[' else 'gt'}": read_instant(begin.strip(), "fq")})
    if end.strip() not in ("", "*"):
        made &= Q(**{f"{path}__{'lte' if value[-1] == ']' else 'lt'}": read_instant(end.strip(), "fq")})
    return made


def read_sort(text: str) -> list[str]:
    """`name asc, metadata_modified desc` as an order of the model; [] for the best hits first."""
    order = []
    for part in text.split(","):
        name, _space, way = part.strip().partition(" ")
        if name in SORTS:
            order.append(("-" if way.strip().lower() == "desc" else "") + SORTS[name])
        elif name and name not in ("score", "relevance", "views_recent"):
            raise Invalid({"sort": [_("Không xếp được theo “%(name)s”.") % {"name": name[:40]}]})
    return order
