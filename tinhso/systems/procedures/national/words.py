"""The words of the exchange: operators' acts in the log, and the step told to the portal for each event."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tinhso.systems.procedures import events
from tinhso.systems.procedures.national.shapes import STATUS_NAMES

ACTS = {
    "national.message.resent": _("gửi lại tin cho Cổng quốc gia"),
    "national.message.skipped": _("bỏ qua tin gửi Cổng quốc gia"),
    "national.dossier.resynced": _("gửi lại toàn bộ hồ sơ cho Cổng quốc gia"),
    "national.difference.settled": _("xử lý chênh lệch với Cổng quốc gia"),
    "national.dossier.arrived": _("hồ sơ đến từ Cổng quốc gia"),
    "national.file.fetched": _("Cổng quốc gia tải tệp của hồ sơ"),
}


@dataclass(frozen=True)
class Told:
    """What the portal is told of one event: the step in the portal's language; "" when only the facts changed."""

    step: str = ""


# The interface speaks Vietnamese whatever the reader's language: these are data, not screen texts.
TOLD = {
    events.DOSSIER_SUBMITTED: Told("Nộp hồ sơ"),
    events.DOSSIER_RECEIVED: Told("Tiếp nhận hồ sơ"),
    events.DOSSIER_REFUSED: Told("Từ chối hồ sơ"),
    events.RECEIVE_UNDONE: Told("Huỷ tiếp nhận để kiểm tra lại"),
    events.DOSSIER_HANDED_OVER: Told("Chuyển hồ sơ đến nơi thụ lý"),
    events.HAND_OVER_UNDONE: Told("Huỷ chuyển hồ sơ"),
    events.DOSSIER_RETURNED_TO_DESK: Told("Trả hồ sơ về bộ phận một cửa"),
    events.DOSSIER_TAKEN: Told("Nhận thụ lý hồ sơ"),
    events.DOSSIER_REROUTED: Told("Chuyển hồ sơ đến nơi có thẩm quyền"),
    events.SUPPLEMENT_ASKED: Told("Yêu cầu bổ sung hồ sơ"),
    events.SUPPLEMENT_ANSWERED: Told("Nhận phần bổ sung hồ sơ"),
    events.APOLOGY_SENT: Told("Xin lỗi và hẹn lại ngày trả kết quả"),
    events.RESULT_ISSUED: Told("Ký, ban hành kết quả"),
    events.RESULT_CORRECTED: Told("Ban hành quyết định sửa kết quả"),
    events.RESULT_RETURNED: Told("Trả kết quả"),
    events.DOSSIER_WITHDRAWN: Told("Người nộp rút hồ sơ"),
    events.DOSSIER_STOPPED: Told("Dừng giải quyết theo yêu cầu"),
    events.FEE_STATE_CHANGED: Told(),
    events.RESULT_POSTED: Told(),
}
RESYNC = "national.resync"


def status_name(number: int) -> str:
    """TrangThaiHoSo in words."""
    return f"{number} {STATUS_NAMES.get(number, '')}".strip()
