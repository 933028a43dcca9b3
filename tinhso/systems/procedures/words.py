"""The words for states and acts, the same on every screen: plain for citizens, the office's own for the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tinhso.systems.procedures.rules import State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STATE_NAMES: dict[State, _StrPromise] = {
    State.SUBMITTED: _("Mới nộp, chờ tiếp nhận"),
    State.RECEIVED: _("Đã tiếp nhận"),
    State.RESOLVING: _("Đang thụ lý"),
    State.SUPPLEMENT: _("Chờ bổ sung"),
    State.DRAFTED: _("Chờ ký"),
    State.ISSUED: _("Đã có kết quả"),
    State.RETURNED: _("Đã trả kết quả"),
    State.REFUSED: _("Từ chối"),
    State.WITHDRAWN: _("Đã rút"),
    State.STOPPED: _("Đã dừng giải quyết"),
}

PLAIN: dict[State, _StrPromise] = {
    State.SUBMITTED: _("Hồ sơ của bạn đã đến bộ phận một cửa. Cán bộ sẽ kiểm tra và trả lời trong 8 giờ làm việc."),
    State.RECEIVED: _("Hồ sơ của bạn đã được tiếp nhận."),
    State.RESOLVING: _("Công chức chuyên môn đang giải quyết hồ sơ của bạn."),
    State.SUPPLEMENT: _("Hồ sơ cần bạn bổ sung. Hãy xem nội dung yêu cầu bên dưới."),
    State.DRAFTED: _("Kết quả đã soạn xong, đang chờ lãnh đạo ký."),
    State.ISSUED: _("Kết quả đã được ký và ban hành. Bạn có thể tải về."),
    State.RETURNED: _("Bạn đã nhận kết quả."),
    State.REFUSED: _("Hồ sơ bị từ chối. Hãy xem lý do bên dưới."),
    State.WITHDRAWN: _("Bạn đã rút hồ sơ này."),
    State.STOPPED: _("Hồ sơ đã dừng giải quyết theo yêu cầu của bạn."),
}

# What the audit log's acts are called, for the history shown on a dossier and in the log.
ACTS: dict[str, _StrPromise] = {
    "procedures.dossier.submitted": _("nộp hồ sơ"),
    "procedures.dossier.received": _("tiếp nhận hồ sơ"),
    "procedures.dossier.refused": _("từ chối tiếp nhận"),
    "procedures.dossier.handed_over": _("chuyển hồ sơ đến nơi thụ lý"),
    "procedures.dossier.taken": _("nhận thụ lý"),
    "procedures.dossier.viewed": _("mở xem hồ sơ"),
    "procedures.dossier.withdrawn": _("rút hồ sơ"),
    "procedures.dossier.passed_on": _("chuyển hồ sơ sang đơn vị kế thừa"),
    "procedures.dossier.refused_settling": _("từ chối giải quyết hồ sơ"),
    "procedures.dossier.stopped": _("dừng giải quyết theo yêu cầu của người nộp"),
    "procedures.dossier.accepted": _("nhận bàn giao hồ sơ"),
    "procedures.dossier.returned_to_desk": _("trả hồ sơ về bộ phận một cửa"),
    "procedures.dossier.assigned": _("giao người thụ lý"),
    "procedures.dossier.forwarded": _("chuyển bước"),
    "procedures.dossier.rerouted": _("chuyển hồ sơ đến nơi có thẩm quyền"),
    "procedures.dossier.revealed": _("xem đủ số định danh"),
    "procedures.dossier.fee_state_changed": _("ghi tình trạng tài chính"),
    "procedures.dossier.delivery_state_changed": _("ghi tình trạng giao kết quả"),
    "procedures.dossier.receive_undone": _("huỷ việc tiếp nhận"),
    "procedures.dossier.hand_over_undone": _("huỷ việc chuyển thụ lý"),
    "procedures.result.draft_undone": _("rút dự thảo về sửa"),
    "procedures.hand_over_list.made": _("lập danh sách bàn giao"),
    "procedures.hand_over_list.received": _("nhận danh sách bàn giao"),
    "procedures.apology.proposed": _("đề nghị xin lỗi và hẹn lại"),
    "procedures.apology.declined": _("không đồng ý hẹn lại"),
    "procedures.apology.sent": _("gửi thư xin lỗi và hẹn lại ngày trả"),
    "procedures.result.announced": _("báo đã có kết quả"),
    "procedures.result.posted": _("gửi kết quả qua bưu chính"),
    "procedures.result.corrected": _("sửa kết quả đã ban hành"),
    "procedures.papers.tied": _("đính kèm giấy tờ vào hồ sơ"),
    "procedures.supplement.asked": _("yêu cầu bổ sung"),
    "procedures.supplement.answered": _("bổ sung hồ sơ"),
    "procedures.result.drafted": _("dự thảo kết quả"),
    "procedures.result.sent_back": _("trả lại dự thảo"),
    "procedures.result.numbered": _("cấp số kết quả"),
    "procedures.result.signed": _("ký số kết quả"),
    "procedures.batch.signed": _("ký nhiều kết quả trong một lần"),
    "procedures.result.sealed": _("đóng dấu số lên kết quả"),
    "procedures.form.issued": _("phát hành biểu mẫu một cửa"),
    "procedures.result.issued": _("ban hành kết quả"),
    "procedures.result.returned": _("trả kết quả"),
    "procedures.version.published": _("ban hành phiên bản thủ tục"),
}


def state_name(state: str) -> _StrPromise:
    """The state as the desk calls it."""
    return STATE_NAMES[State(state)]


def plain_status(state: str) -> _StrPromise:
    """The state as a sentence for the citizen."""
    return PLAIN[State(state)]
