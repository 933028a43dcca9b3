"""Why an act on a report is refused, each in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.foundation.text.errors import Refused


class ReportRefused(Refused):
    """The root of this system's refusals."""

    code = "reporting.refused"


class WrongOrder(ReportRefused):
    code = "reporting.wrong_order"

    def __init__(self, state: str) -> None:
        super().__init__(
            _("Việc này không làm được nữa: báo cáo đang ở trạng thái “%(state)s”. Hãy mở lại trang.")
            % {"state": state}
        )


class ChangedMeanwhile(ReportRefused):
    code = "reporting.changed"

    def __init__(self) -> None:
        super().__init__(_("Báo cáo vừa được người khác thay đổi. Hãy mở lại trang rồi làm tiếp."))


class ReasonMissing(ReportRefused):
    code = "reporting.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("Hãy ghi lý do."))


class UnitEnded(ReportRefused):
    code = "reporting.unit_ended"

    def __init__(self, unit: str, ended: str) -> None:
        super().__init__(
            _("%(unit)s đã kết thúc ngày %(ended)s, trước kỳ báo cáo này, nên không báo cáo kỳ này.")
            % {"unit": unit, "ended": ended}
        )


class NotDue(ReportRefused):
    code = "reporting.not_due"


class BadVersion(ReportRefused):
    """A version that may not be changed or published; every fault is named."""

    code = "reporting.bad_version"

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__(" ".join(self.faults))


@dataclass(frozen=True)
class CellFault:
    """What is wrong with one cell ("" for the form as a whole)."""

    code: str
    sentence: str
    # The check that failed, for an explanation; "" for a missing or unreadable figure.
    check: str = ""


class NotReady(ReportRefused):
    """The report cannot be submitted yet; `faults` says of each cell why."""

    code = "reporting.not_ready"

    def __init__(self, faults: Sequence[CellFault]) -> None:
        self.faults = list(faults)
        super().__init__(
            ngettext(
                "Chưa trình được: còn %(count)s chỗ cần sửa.",
                "Chưa trình được: còn %(count)s chỗ cần sửa.",
                len(faults),
            )
            % {"count": len(faults)}
        )


class BadWorkbook(ReportRefused):
    """The workbook is not the template of this form, unit and period, or cannot be read."""

    code = "reporting.bad_workbook"


class Stale(ReportRefused):
    code = "reporting.stale_upload"

    def __init__(self) -> None:
        super().__init__(_("Tệp này đã được ghi vào báo cáo hoặc báo cáo đã đổi phiên bản. Hãy tải tệp lên lại."))


class AlreadyPublished(ReportRefused):
    code = "reporting.already_published"


class NothingToPublish(ReportRefused):
    code = "reporting.nothing_to_publish"


class AlreadyPublic(ReportRefused):
    code = "reporting.already_public"

    def __init__(self) -> None:
        super().__init__(_("Báo cáo này đang được công khai rồi."))


class NotPublic(ReportRefused):
    code = "reporting.not_public"

    def __init__(self) -> None:
        super().__init__(_("Báo cáo này hiện không công khai."))


class WouldDisclose(ReportRefused):
    """The frozen set holds cells that may point at persons; `cells` names them, as people find them."""

    code = "reporting.would_disclose"
    MOST_NAMED = 10

    def __init__(self, cells: Sequence[str]) -> None:
        self.cells = list(cells)
        named = "; ".join(self.cells[: self.MOST_NAMED]) + ("…" if len(self.cells) > self.MOST_NAMED else "")
        super().__init__(
            _("Chưa công khai được: có ô có thể làm lộ người cụ thể (%(cells)s). Hãy xem lại từng ô.")
            % {"cells": named}
        )
