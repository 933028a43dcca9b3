"""A CKAN portal, by its Action API v3: pages in the order of change, so that a record changed meanwhile comes later."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from tinhso.systems.opendata.harvest.errors import Unreadable
from tinhso.systems.opendata.harvest.found import (
    MOST_FILES,
    MOST_TAGS,
    MOST_TEXT,
    Found,
    FoundFile,
    Page,
    address,
    text,
)

ROWS = 100
MOST_CLAIMED = 10_000_000
_MARK = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?")


def step(asked: Any, fetch: Any, cursor: dict[str, Any]) -> Page:
    """One page of `package_search`."""
    start = int(cursor.get("start", 0))
    query = {"rows": ROWS, "start": start, "sort": "metadata_modified asc, id asc"}
    if _MARK.fullmatch(asked.mark):
        query["fq"] = f"metadata_modified:[{asked.mark}Z TO *]"
    url = f"{asked.url.rstrip('/')}/api/3/action/package_search?{urlencode(query)}"
    answer = fetch(url, accept="application/json")
    results, claimed = _results(answer.body)
    found = [_found(one, asked.url) for one in results]
    marks = [str(cursor.get("mark", "")), *(one.modified for one in found if _MARK.fullmatch(one.modified))]
    mark, onward = max(marks), None
    if found:
        onward = {"start": start + len(found), "mark": mark}
    notes = []
    if not found and claimed is not None and claimed > start:
        notes.append(_("Nguồn nói có %(claimed)s bộ dữ liệu nhưng chỉ đưa ra %(given)s.") % {
            "claimed": claimed, "given": start})  # fmt: skip
    return Page(found, onward, claimed, len(answer.body), notes, mark)


def _results(body: bytes) -> tuple[list[Any], int | None]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable(_("Nguồn trả lời không phải JSON.")) from None
    result = told.get("result") if isinstance(told, dict) and told.get("success") is True else None
    results = result.get("results") if isinstance(result, dict) else None
    if not isinstance(results, list) or result is None:
        raise Unreadable(_("Nguồn không trả lời như một cổng CKAN."))
    claimed = result.get("count")
    is_count = isinstance(claimed, int) and not isinstance(claimed, bool) and 0 <= claimed <= MOST_CLAIMED
    return results, claimed if is_count else None


def _found(one: Any, root: str) -> Found:
    """One package; what lacks an identifier or a title is told as a fault, never guessed."""
    if not isinstance(one, dict) or not text(one.get("id")):
        return Found("", fault=_("Bản ghi không có mã."))
    identifier, name = text(one["id"]), text(one.get("name"), 100)
    title = text(one.get("title")) or name
    if not title:
        return Found(identifier, fault=_("Bản ghi không có tên."))
    body = one.get("organization")
    return Found(
        identifier=identifier,
        name=name,
        title=title,
        notes=text(one.get("notes"), MOST_TEXT),
        url=f"{root.rstrip('/')}/dataset/{name or identifier}",
        modified=text(one.get("metadata_modified"), 40),
        licence=text(one.get("license_id"), 60),
        publisher=text(body.get("title")) if isinstance(body, dict) else "",
        tags=tuple(tag for tag in map(_tag, _list(one.get("tags"))) if tag)[:MOST_TAGS],
        files=tuple(file for file in map(_file, _list(one.get("resources"))) if file)[:MOST_FILES],
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _tag(one: Any) -> str:
    return text(one.get("name"), 100) if isinstance(one, dict) else text(one, 100)


def _file(one: Any) -> FoundFile | None:
    url = address(one.get("url")) if isinstance(one, dict) else ""
    if not url:
        return None
    return FoundFile(
        url, text(one.get("name")), text(one.get("format"), 40), text(one.get("mimetype"), 100),
        text(one.get("description"), 2000),
    )  # fmt: skip
