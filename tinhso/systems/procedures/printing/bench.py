"""How long the papers of a dossier take to set, printed by `tinhso bench papers`. No database, invented facts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tinhso.engines.printing import services as printing
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.systems.procedures.printing.data import form_data
from tinhso.systems.procedures.printing.flow import Entry, Line, control_data, register_data
from tinhso.systems.procedures.printing.sets import Form, form_sets

ROUNDS, RECEIPT_MS, SLIP_MS, REGISTER_ROWS, REGISTER_MS = 30, 60, 60, 200, 1000
AT = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
HEAD: dict[str, Any] = {
    "agency_upper": "UBND XÃ THỬ",
    "agency": "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
    "agency_named": "Trung tâm Phục vụ hành chính công xã Thử",
    "authority": "Uỷ ban nhân dân xã Thử",
    "place": "Thử",
    "qr": "https://example.vn/tra-cuu/?ma=A01.14-260309-0001",
    "is_demo": True,
    "applicant": "Nguyễn Thị Thử",
    "procedure": "Đăng ký khai sinh",
    "request": "Khai sinh cho con",
}


def bench() -> list[BenchRow]:
    """p95 of thirty of each, after one to load the fonts; every paper another dossier's."""
    newest = form_sets()[-1]
    receipt = HEAD | {
        "received": "2026-03-09T09:30",
        "due": "2026-03-12T16:30",
        "papers": [{"name": f"Giấy tờ {n}", "kind": "Bản sao", "quantity": 1} for n in range(5)],
        "form_set": newest.code,
    }
    facts = HEAD | {"issued_at": AT, "items": ["Giấy A", "Giấy B"], "reason": "Ảnh mờ", "guidance": "Xin liên hệ."}
    log = [Line("move", AT + timedelta(hours=n), f"Đơn vị {n}", f"Đơn vị {n + 1}", "Người giao") for n in range(6)]
    entry = Entry("A01.14", "Khai sinh", "Thử", "", "", "", "", AT, AT, AT, None, None, "", "Đang thụ lý")

    def code(n: int) -> dict[str, Any]:
        return {"code": f"A01.14-260309-{n:04d}"}

    def first(n: int) -> None:
        printing.render("procedures.receipt", receipt | code(n))

    def slip(n: int) -> None:
        printing.render("procedures.slip", form_data(facts | code(n), Form.SUPPLEMENT, newest))

    def register(_n: int) -> None:
        head = HEAD | {"first": "01/03/2026", "last": "31/03/2026"}
        printing.render("procedures.register", register_data(head, [entry] * REGISTER_ROWS, newest))

    def sheet(n: int) -> None:
        printing.render("procedures.control", control_data(HEAD | code(n), log, newest))

    return [
        _row("receipt PDF (form 01), p95", first, RECEIPT_MS),
        _row("supplement request PDF (form 02), p95", slip, SLIP_MS),
        _row("control sheet PDF (form 06), p95", sheet, SLIP_MS),
        _row(f"register PDF (form 07) of {REGISTER_ROWS} dossiers, p95", register, REGISTER_MS, rounds=5),
    ]


def _row(what: str, act: Callable[[int], object], budget: int, rounds: int = ROUNDS) -> BenchRow:
    act(0)
    taken = []
    for turn in range(1, rounds + 1):
        begun = time.perf_counter()
        act(turn)
        taken.append((time.perf_counter() - begun) * 1000)
    p95 = round(statistics.quantiles(taken, n=20)[-1], 1)
    return BenchRow(what, p95, "ms", f"≤ {budget}", p95 <= budget)
