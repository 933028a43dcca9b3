"""`tinhso restate`: every figure onto the tree of a day, with the proof printed."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from tinhso.faces.cli.words import _, say

if TYPE_CHECKING:
    from tinhso.engines.indicators.restating.exporting import Exported
    from tinhso.engines.indicators.restating.reconciling import Report
    from tinhso.engines.indicators.restating.whole import Restated


def restate(on: date | None, out: Path | None) -> bool:
    """Exports, restates, compares and says what was found; True when nothing was lost, made or added up wrongly."""
    from tinhso.engines.indicators.restating import exporting, reconciling, whole

    day = on or timezone.localdate()
    if out:
        out.mkdir(parents=True, exist_ok=True)
    with nullcontext(str(out)) if out else tempfile.TemporaryDirectory(prefix="tinhso-restate-") as folder:
        exported = exporting.export(Path(folder))
        done = whole.restate(exported.path, on=day)
        report = reconciling.reconcile(exported.path, done.path, on=day)
    _tell(report, exported, done)
    return report.holds


def _tell(report: Report, exported: Exported, done: Restated) -> None:
    say(
        _("Đã quy đổi {rows} số liệu thành {cells} ô trong {seconds:.1f} giây (xuất {export:.1f} giây).").format(
            rows=exported.rows, cells=done.rows, seconds=done.seconds, export=exported.seconds
        )
    )
    for line in report.lost:
        said = _("! {measure}, {period}: trước {before}, sau {after}")
        say(
            said.format(measure=line.measure, period=line.period_on, before=line.before, after=line.after),
            "red",
        )
    for fault in report.faults:
        said = _("! {measure}, {period}: đơn vị {unit} ghi {whole}, các đơn vị dưới cộng lại {parts}")
        say(
            said.format(
                measure=fault.measure, period=fault.period_on, unit=fault.unit_id, whole=fault.whole, parts=fault.parts
            ),
            "red",
        )
    if report.left:
        say(_("Số đơn vị đã kết thúc còn giữ số liệu vì chưa rõ tỷ lệ chuyển: {count}.").format(count=len(report.left)))
    if report.holds:
        say(
            _("{lines} dòng đối chiếu: trước bằng sau, cấp trên bằng tổng cấp dưới ở cả hai cây.").format(
                lines=len(report.lines)
            )
        )
