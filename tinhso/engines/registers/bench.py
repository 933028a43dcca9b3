"""How fast a register takes a file and answers by key: `tinhso bench registers`. Everything is rolled back."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction

from tinhso.engines.registers import services
from tinhso.engines.registers.models import Register
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.foundation.orgs.models import Unit

ROWS = 100_000
LOOK_UPS = 400
SHAPE: dict[str, Any] = {
    "fields": [
        {
            "name": "number",
            "label": "Số định danh",
            "type": "personal_number",
            "required": True,
            "sensitivity": "personal",
        },
        {"name": "full_name", "label": "Họ và tên", "type": "name", "required": True, "sensitivity": "personal"},
        {"name": "born_on", "label": "Ngày sinh", "type": "date", "required": True, "sensitivity": "personal"},
        {"name": "sex", "label": "Giới tính", "type": "choice", "options": ["Nam", "Nữ"]},
        {"name": "address", "label": "Nơi cư trú", "type": "address", "sensitivity": "personal"},
        {"name": "phone", "label": "Điện thoại", "type": "phone", "sensitivity": "personal"},
        {"name": "issued_on", "label": "Ngày cấp", "type": "date"},
    ],
    "keys": ["number"],
    "title": "full_name",
    "rules": [{"kind": "not_before", "field": "issued_on", "other": "born_on"}],
}
_GIVEN = ("Hoa", "Đức", "Mai", "Lực", "Tuấn", "Nga", "Sơn", "Thu", "Bảo", "Hạnh")


class _Undo(Exception):
    pass


def sample_file(rows: int = ROWS) -> bytes:
    """A file as an office would send it; every hundredth row has a day that is in no calendar."""
    lines = ["Số định danh;Họ và tên;Ngày sinh;Giới tính;Nơi cư trú;Điện thoại;Ngày cấp"]
    for at in range(rows):
        born = "31/02/1990" if at % 100 == 99 else f"{at % 28 + 1:02}/{at % 12 + 1:02}/{1950 + at % 60}"
        lines.append(
            f"0420{at:08};Nguyễn Thị {_GIVEN[at % 10]} {_GIVEN[at // 10 % 10]};{born};"
            f"{'Nam' if at % 2 else 'Nữ'};Thôn {at % 20 + 1}, xã số {at % 69 + 1};09{at % 10**8:08};01/07/2021"
        )
    return "\n".join(lines).encode()


def bench() -> list[BenchRow]:
    """Import of 100,000 rows with validation, a second import that changes nothing, look-up by key."""
    found: list[BenchRow] = []
    try:
        with transaction.atomic():
            found = _measured()
            raise _Undo
    except _Undo:
        return found


def _measured() -> list[BenchRow]:
    actor = Actor.system("bench", is_simulated=True)
    owner = Unit.objects.filter(kind="province").order_by("id").first()
    if owner is None:
        return []
    register = services.define_register(
        actor=actor, code="bench-registers", name="Đo tốc độ", owner=owner, content=SHAPE, is_catalogued=False
    )
    services.publish_definition(actor=actor, register=register)
    data = sample_file()
    took = _import(actor, register, data)
    again = _import(actor, register, data)
    times = sorted(_look(actor, register, at * 211 % ROWS) for at in range(LOOK_UPS))
    p95 = times[int(LOOK_UPS * 0.95)]
    return [
        BenchRow("import of 100,000 rows, validated, 1,000 refused by number", took, "s", "≤ 30", took <= 30),
        BenchRow("the same file again, nothing to change", again, "s", "≤ 30", again <= 30),
        BenchRow("look-up by key, p95 (audit and log written)", p95, "ms", "≤ 10", p95 <= 10),
    ]


def _import(actor: Actor, register: Register, data: bytes) -> float:
    start = time.perf_counter()
    services.import_rows(actor=actor, register=register, data=data, file_name="do.csv", source="bench")
    return time.perf_counter() - start


def _look(actor: Actor, register: Register, at: int) -> float:
    at -= at % 100 == 99
    start = time.perf_counter()
    services.look_up(
        actor, register=register, key=f"0420{at:08}", fields=["full_name", "born_on"], purpose="Đo tốc độ tra cứu"
    )
    return 1000 * (time.perf_counter() - start)
