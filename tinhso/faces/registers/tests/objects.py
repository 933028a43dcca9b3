"""A register is its owner's: here the commune's committee."""

from __future__ import annotations

from tinhso.engines.registers import services
from tinhso.engines.registers.models import Record, RecordVersion
from tinhso.engines.registers.tests.conftest import make_register
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample

FILE = "Số định danh;Họ và tên\n042190000017;Nguyễn Thị Hoa\n1;Sai\n".encode()
INSIDERS = ("leader", "administrator", "auditor")


def samples(cast: Cast) -> list[Sample]:
    register = make_register(cast, code="so-mau")
    run = services.import_rows(
        actor=cast.actor("leader"), register=register, data=FILE, file_name="mau.csv", source="Xã"
    )
    record = Record.objects.get(register=register)
    services.ask_change(
        actor=cast.actor("leader"),
        register=register,
        kind="correct",
        record=record,
        wanted={"full_name": "Nguyễn Thị Hoà"},
        reason="Sai dấu",
        document="Giấy khai sinh",
    )
    version = RecordVersion.objects.get(record=record)
    own, its = {"pk": register.pk}, {"pk": run.pk}
    return [
        Sample("registers:register", own, INSIDERS),
        Sample("registers:structure", own, INSIDERS),
        Sample("registers:imports", own, INSIDERS),
        Sample("registers:requests", own, INSIDERS),
        Sample("registers:duplicates", own, INSIDERS),
        Sample("registers:run", its, INSIDERS),
        Sample("registers:faults", its, INSIDERS),
        Sample("registers:record", {"pk": record.pk}, INSIDERS),
        Sample("registers:proof", {"pk": version.pk}, INSIDERS),
    ]
