"""Rows of a small invented list, for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures.catalogue import rules, services
from tinhso.systems.procedures.catalogue.models import CatalogueEntry

SYSTEM = Actor.system("kiểm thử")


def raw(code: str = "1.000001", **given: Any) -> dict[str, Any]:
    """A good row as a file has it; any column may be given otherwise."""
    row: dict[str, Any] = {
        "code": code,
        "name_vi": "Thủ tục cấp giấy phép thử nghiệm",
        "field_vi": "Thử nghiệm",
        "field_code": "G99-TN01",
        "field_group": "Thử nghiệm",
        "level": "xã",
        "competent_body": "Ủy ban nhân dân cấp xã",
        "competent_body_src": "portal",
        "online_level": "một phần",
        "channels": ["trực tuyến", "trực tiếp", "bưu chính"],
        "legal_term": {"value": 3, "unit": "ngày làm việc", "note": ""},
        "legal_term_src": "portal_channel",
        "terms_all": [],
        "fee_vnd": 15000,
        "fee_note": "",
        "fee_items": [],
        "papers": [{"name": "Đơn đề nghị", "originals": 1, "kind": "mẫu đơn"}],
        "papers_total": 1,
        "form_name": "Đơn đề nghị",
        "result_name": "Giấy phép",
        "legal_basis": ["1/2026/NĐ-CP"],
        "who_may_apply": ["Công dân Việt Nam"],
        "vertical": False,
        "decision": "1/QĐ-BTN",
        "decision_date": "2026-01-02",
        "issuer": "Bộ Thử nghiệm",
        "portal_updated": "2026-02-03",
        "note": "",
        "tier": 2,
        "source": "https://example.test/1",
        "code_v": "yes",
        "term_v": "yes",
        "fee_v": "yes",
        "papers_v": "yes",
        "verified": "yes",
        "as_of": "2026-07-18",
    }
    return {**row, **given}


def rows(*raws: dict[str, Any]) -> list[rules.Row]:
    return [rules.read(number, one) for number, one in enumerate(raws, start=1)]


def load(*raws: dict[str, Any], actor: Actor = SYSTEM, **given: Any) -> services.Report:
    return services.load_entries(actor=actor, rows=rows(*raws), source_name="thu.jsonl", **given)


def newest(code: str = "1.000001") -> CatalogueEntry:
    return CatalogueEntry.objects.newest().get(code=code)


def write_lines(path: Path, *raws: object) -> Path:
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in raws), encoding="utf-8")
    return path
