"""A list of datasets as a CSV file: one row, one dataset. Any usual encoding and separator; bad rows told by number."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any

from django.utils.translation import gettext as _

from tinhso.systems.opendata.harvest.errors import Endless, Unreadable
from tinhso.systems.opendata.harvest.found import MOST_TAGS, MOST_TEXT, Found, FoundFile, Page, address, text

ROWS = 500
MOST_BYTES = 16 * 1024 * 1024
# A list that changes more often than this during one run is never read to its end.
MOST_RESTARTS = 3
# The columns, as they are usually headed here and elsewhere.
NAMES = {
    "identifier": ("identifier", "id", "ma", "mã"),
    "title": ("title", "ten", "tên", "tên bộ dữ liệu"),
    "notes": ("notes", "description", "mo_ta", "mô tả"),
    "url": ("landing_page", "page", "trang", "địa chỉ"),
    "file": ("url", "download_url", "tep", "tệp", "đường dẫn"),
    "format": ("format", "dinh_dang", "định dạng"),
    "modified": ("modified", "updated", "cap_nhat", "ngày cập nhật"),
    "licence": ("licence", "license", "giay_phep", "giấy phép"),
    "publisher": ("publisher", "co_quan", "cơ quan"),
    "tags": ("tags", "keywords", "tu_khoa", "từ khóa", "từ khoá"),
}


def step(asked: Any, fetch: Any, cursor: dict[str, Any]) -> Page:
    """The next rows of the list. The list is read again; one that changed meanwhile is begun again."""
    start, again = int(cursor.get("row", 0)), int(cursor.get("again", 0))
    answer = fetch(asked.url, accept="text/csv", etag="" if start else asked.etag, most=MOST_BYTES)
    if answer.status == 304:
        return Page([], is_unchanged=True, etag=asked.etag)
    digest = hashlib.sha256(answer.body).hexdigest()
    notes = []
    if start and cursor.get("digest") != digest:
        start, again = 0, again + 1
        if again > MOST_RESTARTS:
            raise Endless(_("Danh sách thay đổi liên tục trong lúc đọc; dừng tại đây."))
        notes.append(_("Danh sách đã thay đổi trong lúc đọc; đọc lại từ đầu."))
    header, rows = _table(answer.body)
    found = [_found(header, row, start + number + 2) for number, row in enumerate(rows[start : start + ROWS])]
    end = start + len(found)
    onward = {"row": end, "digest": digest, "again": again} if end < len(rows) else None
    return Page(found, onward, len(rows), len(answer.body), notes, etag=answer.etag)


def _table(body: bytes) -> tuple[dict[str, int], list[list[str]]]:
    lines = _decoded(body)
    separator = max(",;\t|", key=lines.partition("\n")[0].count)
    try:
        rows = [row for row in csv.reader(io.StringIO(lines, newline=""), delimiter=separator) if any(row)]
    except csv.Error:
        raise Unreadable(_("Danh sách của nguồn không đúng dạng CSV.")) from None
    heads = [head.strip().lower() for head in rows[0]] if rows else []
    header = {field: heads.index(name) for field, names in NAMES.items() for name in names if name in heads}
    if "title" not in header or "identifier" not in header:
        raise Unreadable(_("Danh sách của nguồn thiếu cột mã (identifier) hoặc tên (title)."))
    return header, rows[1:]


def _decoded(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(_("Danh sách của nguồn không phải UTF-8 hay UTF-16.")) from None


def _found(header: dict[str, int], row: list[str], number: int) -> Found:
    told = {field: row[place] if place < len(row) else "" for field, place in header.items()}
    identifier, title = text(told["identifier"]), text(told["title"])
    if not identifier or not title:
        return Found(identifier, fault=_("Dòng %(number)s thiếu mã hoặc tên.") % {"number": number})
    url = address(told.get("file"))
    file = FoundFile(url, title, text(told.get("format"), 40)) if url else None
    return Found(
        identifier=identifier,
        title=title,
        name=identifier,
        notes=text(told.get("notes"), MOST_TEXT),
        url=address(told.get("url")),
        modified=text(told.get("modified"), 40),
        licence=text(told.get("licence"), 60),
        publisher=text(told.get("publisher")),
        tags=_tags(told.get("tags", "")),
        files=(file,) if file else (),
    )


def _tags(told: str) -> tuple[str, ...]:
    return tuple(text(tag, 100) for tag in told.replace(";", ",").split(",") if tag.strip())[:MOST_TAGS]
