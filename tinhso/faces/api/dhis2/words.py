"""What the interface says: its numbered faults as Vietnamese sentences, and the envelope every message comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.encoding import as_json

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SENTENCES: dict[str, _StrPromise] = {
    "E1006": gettext_lazy("Bạn không có quyền làm việc này."),
    "E2000": gettext_lazy("Thiếu tham số của câu hỏi."),
    "E2001": gettext_lazy("Hãy cho ít nhất một dataElement, dataSet hoặc dataElementGroup."),
    "E2002": gettext_lazy("Hãy cho period, hoặc startDate và endDate, hoặc lastUpdated, lastUpdatedDuration."),
    "E2003": gettext_lazy("Chỉ dùng một trong hai: period, hoặc startDate và endDate."),
    "E2004": gettext_lazy("Ngày bắt đầu phải trước ngày kết thúc: %(a)s, %(b)s."),
    "E2005": gettext_lazy("Khoảng thời gian không đọc được: %(a)s."),
    "E2006": gettext_lazy("Hãy cho ít nhất một orgUnit hoặc orgUnitGroup."),
    "E2009": gettext_lazy("Giới hạn (limit) không hợp lệ: %(a)s."),
    "E2012": gettext_lazy("Bạn không được xem số liệu của đơn vị %(a)s."),
    "E2014": gettext_lazy("Ngày không đọc được: %(a)s."),
    "E2015": gettext_lazy("Câu hỏi có quá nhiều giá trị của %(a)s; nhiều nhất %(b)s."),
    "E7100": gettext_lazy("Hãy cho ít nhất một chiều (dimension)."),
    "E7101": gettext_lazy("Hãy cho chiều dx."),
    "E7102": gettext_lazy("Phải có ít nhất một dataElement, indicator hoặc nhóm ở chiều dx."),
    "E7104": gettext_lazy("Phải có ít nhất một kỳ, ở chiều hoặc ở bộ lọc."),
    "E7111": gettext_lazy("Chiều hoặc bộ lọc không đọc được: %(a)s."),
    "E7116": gettext_lazy("Một chiều không được lặp lại, cũng không vừa là chiều vừa là bộ lọc: %(a)s."),
    "E7120": gettext_lazy("Bạn không được xem số liệu của đơn vị %(a)s."),
    "E7124": gettext_lazy("Không có giá trị nào hợp lệ ở chiều %(a)s."),
    "E7128": gettext_lazy("Câu trả lời có %(a)s ô, vượt giới hạn %(b)s ô. Hãy hỏi hẹp hơn."),
    "E7131": gettext_lazy("Chỉ tiêu %(a)s không cộng gộp được qua bộ lọc; hãy hỏi theo cột pe và ou."),
    "E7143": gettext_lazy("Không có đơn vị ở mức hoặc nhóm %(a)s."),
    "E7600": gettext_lazy("Không có biểu mẫu (dataSet) %(a)s, hoặc bạn không được dùng."),
    "E7601": gettext_lazy("Bạn không được ghi vào biểu mẫu (dataSet) %(a)s."),
    "E7603": gettext_lazy("Không có đơn vị %(a)s."),
    "E7610": gettext_lazy("Không có chỉ tiêu nhập (dataElement) %(a)s, hoặc chỉ tiêu này do hệ thống tự đếm."),
    "E7611": gettext_lazy("Kỳ không hợp lệ: %(a)s."),
    "E7612": gettext_lazy("Không có đơn vị %(a)s."),
    "E7613": gettext_lazy("Không có phân tổ (categoryOptionCombo) %(a)s."),
    "E7615": gettext_lazy("Không có phân tổ (attributeOptionCombo) %(a)s."),
    "E7617": gettext_lazy("Đơn vị %(a)s nằm ngoài phạm vi của tài khoản."),
    "E7618": gettext_lazy("Chưa có giá trị cho chỉ tiêu %(a)s."),
    "E7619": gettext_lazy("Giá trị của chỉ tiêu %(a)s không phải số hợp lệ: %(b)s."),
    "E7620": gettext_lazy("Ghi chú không hợp lệ: %(a)s."),
    "E7632": gettext_lazy("Loại kỳ của %(a)s không đúng với chỉ tiêu %(b)s."),
    "E7633": gettext_lazy("Chỉ tiêu %(a)s không thuộc biểu mẫu %(b)s."),
    "E7636": gettext_lazy("Đơn vị %(a)s không phải báo cáo chỉ tiêu %(b)s."),
    "E7640": gettext_lazy("Kỳ %(a)s của biểu mẫu %(b)s đã khoá."),
    "E7641": gettext_lazy("Kỳ %(a)s chưa đến."),
    "E7642": gettext_lazy("Báo cáo của đơn vị %(a)s kỳ %(b)s đã được duyệt; hãy xin đính chính."),
    "E7643": gettext_lazy("Kỳ %(a)s không còn mở cho biểu mẫu %(b)s."),
    "E7651": gettext_lazy("Danh sách fields không đọc được hoặc quá lớn, tại %(a)s: %(b)s."),
    "E7652": gettext_lazy("Bộ lọc không đọc được: %(a)s (%(b)s)."),
    "E7653": gettext_lazy("Bộ lọc không hợp lệ: %(a)s (%(b)s)."),
    "E7654": gettext_lazy("Thứ tự (order) không đọc được: %(a)s."),
    "E7655": gettext_lazy("Trang không hợp lệ: %(a)s."),
}


def sentence(fault: Fault) -> str:
    """The fault in words."""
    return str(SENTENCES[fault.code]) % dict(zip("abc", (*fault.about, "", "", ""), strict=False))


_STATUS = {
    200: "OK",
    201: "Created",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
    500: "Internal Server Error",
    501: "Not Implemented",
}


def message(status: int, text: str, *, code: str = "", mark: str = "", **more: Any) -> HttpResponse:
    """A message in the interface's envelope; `mark` is OK, WARNING or ERROR."""
    body: dict[str, Any] = {
        "httpStatus": _STATUS.get(status, "Error"),
        "httpStatusCode": status,
        "status": mark or ("OK" if status < 400 else "ERROR"),
        "message": text,
    }
    if code:
        body["errorCode"] = code
    return as_json(body | more, status=status)


def refused(fault: Fault, status: int = 409) -> HttpResponse:
    return message(status, sentence(fault), code=fault.code)


def no_such(kind: str, uid: str) -> HttpResponse:
    text = _("Không có %(kind)s mang mã %(uid)s.") % {"kind": kind[:60], "uid": uid[:60]}
    return message(404, text, code="E1005")
