"""Result templates as data that a person without code can edit: four kinds, their parts, and what may stand in them.

A layout (ProcedureVersion.result_layout): {"kind": "decision" | "certificate" | "extract" | "notice", "title",
"abstract", "to", "authority", "grounds": [], "body": [], "articles": [], "rows": [{"label", "field"}], "closing": [],
"recipients": [], "signer_authority", "signer_title"}. In every text "{name}" stands for a fact of the dossier: one of
FACTS, or a question of the form. Pure: no database, no clock.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

KINDS = {
    "decision": "Quyết định",
    "certificate": "Giấy xác nhận, giấy phép",
    "extract": "Trích lục, bản sao",
    "notice": "Thông báo, công văn trả lời",
}
# What every dossier knows; the form's own questions come besides.
FACTS = {
    "applicant": "họ tên người nộp",
    "address": "nơi cư trú của người nộp",
    "procedure": "tên thủ tục",
    "code": "mã hồ sơ",
    "received": "ngày tiếp nhận",
    "conclusion": "kết luận của công chức thụ lý",
    "agency": "cơ quan ban hành",
}
TEXTS = ("title", "abstract", "to", "authority", "signer_authority", "signer_title")
LISTS = ("grounds", "body", "articles", "closing", "recipients")
NAME = re.compile(r"\{([^{}]*)\}")
MOST = 60


def filled(layout: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """The layout's texts with the facts put in. An unknown name prints as a dotted gap, never as braces."""

    def fill(text: Any) -> str:
        return NAME.sub(lambda found: words.get(found[1]) or "……", str(text))

    made: dict[str, Any] = {name: fill(layout[name]) for name in TEXTS if layout.get(name)}
    made |= {name: [fill(one) for one in layout[name]] for name in LISTS if layout.get(name)}
    return made | {"kind": kind_of(layout)}


def kind_of(layout: Mapping[str, Any]) -> str:
    """The kind said, or the one that the title speaks of: layouts older than the kinds say none."""
    if layout.get("kind") in KINDS:
        return str(layout["kind"])
    title = str(layout.get("title", "")).casefold()
    if "trích lục" in title or "bản sao" in title:
        return "extract"
    if title.startswith("quyết định"):
        return "decision"
    return "notice" if title.startswith("thông báo") else "certificate"


def problems(layout: Mapping[str, Any], fields: Collection[str] = ()) -> list[str]:
    """Why this layout may not be published, each a sentence; empty when it may. `fields`: the form's questions."""
    found = []
    if layout.get("kind") and layout["kind"] not in KINDS:
        found.append(f"Loại văn bản “{layout['kind']}” không có; chọn một trong: {', '.join(KINDS.values())}.")
    if not str(layout.get("title", "")).strip():
        found.append("Mẫu kết quả chưa có tên văn bản.")
    if layout.get("kind") == "decision" and not layout.get("articles"):
        found.append("Quyết định chưa có điều nào.")
    if not str(layout.get("signer_title", "")).strip():
        found.append("Mẫu kết quả chưa ghi chức vụ người ký.")
    for row in layout.get("rows", ()):
        if not str(row.get("label", "")).strip():
            found.append("Có dòng thông tin chưa có nhãn.")
        if fields and row.get("field") and row["field"] not in fields:
            found.append(f"Dòng “{row.get('label', '')}” lấy ô “{row['field']}” mà biểu mẫu không có.")
    found += [
        f"Không có thông tin “{name}” để điền vào mẫu." for name in sorted(_names(layout) - set(FACTS) - set(fields))
    ]
    if sum(len(layout.get(name, ())) for name in LISTS) > MOST:
        found.append(f"Mẫu kết quả dài quá {MOST} đoạn.")
    return found


def _names(layout: Mapping[str, Any]) -> set[str]:
    texts = [str(layout.get(name, "")) for name in TEXTS] + [str(one) for name in LISTS for one in layout.get(name, ())]
    return {name for text in texts for name in NAME.findall(text)}
