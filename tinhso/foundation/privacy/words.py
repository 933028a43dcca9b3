"""The words of requests, steps, acts and notices, as a person reads them."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.notices.texts import Text
from tinhso.foundation.privacy.rules import Kind, State

KINDS = {
    Kind.KNOW: _("Biết dữ liệu của tôi được xử lý thế nào"),
    Kind.ACCESS: _("Xem dữ liệu cá nhân của tôi"),
    Kind.COPY: _("Cung cấp cho tôi bản sao dữ liệu"),
    Kind.CORRECT: _("Sửa dữ liệu sai về tôi"),
    Kind.DELETE: _("Xoá dữ liệu của tôi"),
    Kind.WITHDRAW: _("Rút lại sự đồng ý"),
    Kind.RESTRICT: _("Hạn chế việc xử lý"),
    Kind.OBJECT: _("Phản đối việc xử lý"),
    Kind.PROTECT: _("Áp dụng biện pháp bảo vệ dữ liệu của tôi"),
    Kind.COMPLAIN: _("Khiếu nại về việc xử lý dữ liệu"),
}
HINTS = {
    Kind.KNOW: _("Ai giữ, dùng vào việc gì, theo quy định nào"),
    Kind.ACCESS: _("Mọi thứ hệ thống đang có về bạn, đọc ngay trên trang này"),
    Kind.COPY: _("Tải về bản đọc được (PDF) và bản máy đọc được (JSON)"),
    Kind.CORRECT: _("Họ tên, ngày sinh, điện thoại, thư điện tử, nơi cư trú"),
    Kind.DELETE: _("Phần luật không bắt buộc lưu sẽ được xoá; phần còn lại nêu rõ vì sao phải giữ"),
    Kind.WITHDRAW: _("Có hiệu lực ngay khi bạn gửi"),
    Kind.RESTRICT: _("Tạm dừng một cách dùng dữ liệu của bạn"),
    Kind.OBJECT: _("Không để dùng dữ liệu của bạn vào một mục đích"),
    Kind.PROTECT: _("Khi bạn lo dữ liệu của mình bị lộ, bị dùng sai"),
    Kind.COMPLAIN: _("Được trả lời trong hạn; bạn vẫn có quyền khiếu nại, tố cáo, khởi kiện theo luật"),
}
STATES = {
    State.RECEIVED: _("mới nhận"),
    State.AT_WORK: _("đang giải quyết"),
    State.PROPOSED: _("chờ người thứ hai duyệt"),
    State.DONE: _("đã thực hiện"),
    State.PARTLY: _("thực hiện một phần"),
    State.REFUSED: _("từ chối"),
    State.TAKEN_BACK: _("người gửi đã rút"),
}
TONES = {
    State.RECEIVED: "warn",
    State.AT_WORK: "info",
    State.PROPOSED: "info",
    State.DONE: "ok",
    State.PARTLY: "ok",
    State.REFUSED: "danger",
    State.TAKEN_BACK: "nodata",
}
STEPS = {
    "received": _("Đã nhận yêu cầu"),
    "acknowledged": _("Đã phản hồi việc tiếp nhận"),
    "assigned": _("Giao người giải quyết"),
    "third_party": _("Yêu cầu bên thứ ba, bên xử lý cùng thực hiện"),
    "extended": _("Gia hạn một lần"),
    "proposed": _("Đề xuất, chờ người thứ hai duyệt"),
    "sent_back": _("Người thứ hai chưa đồng ý"),
    "done": _("Đã thực hiện"),
    "partly": _("Đã thực hiện một phần"),
    "refused": _("Từ chối, có lý do"),
    "taken_back": _("Người gửi rút yêu cầu"),
    "collected": _("Đã nhận bản sao dữ liệu"),
}
# Legal reasons for turning a request down, each with what it rests on.
REFUSALS = {
    "identity": _("Không xác định được người yêu cầu là chủ thể dữ liệu (Luật 91/2025, Điều 4)"),
    "law": _("Luật khác quy định phải xử lý, lưu giữ dữ liệu này (Luật 91/2025, Điều 14 và Điều 19)"),
    "others": _("Việc thực hiện xâm phạm quyền, lợi ích hợp pháp của người khác (Luật 91/2025, Điều 4)"),
    "security": _("Dữ liệu phục vụ quốc phòng, an ninh, điều tra theo luật (Luật 91/2025, Điều 19)"),
    "not_held": _("Hệ thống không có dữ liệu nêu trong yêu cầu"),
    "no_ground": _("Dữ liệu hiện có đúng với giấy tờ gốc, không có căn cứ để sửa"),
    "repeated": _("Trùng với yêu cầu đã giải quyết, không có tình tiết mới"),
}
FIELDS = {
    "full_name": _("họ, chữ đệm, tên"),
    "born_on": _("ngày sinh"),
    "phone": _("số điện thoại"),
    "email": _("thư điện tử"),
    "address": _("nơi cư trú"),
}

ACTS = {
    "privacy.purpose.published": _("công bố mục đích xử lý dữ liệu"),
    "privacy.purpose.ended": _("thôi một mục đích xử lý dữ liệu"),
    "privacy.consent.given": _("đồng ý cho dùng dữ liệu"),
    "privacy.consent.declined": _("không đồng ý cho dùng dữ liệu"),
    "privacy.consent.withdrawn": _("rút lại sự đồng ý"),
    "privacy.consent.exported": _("xuất bằng chứng đồng ý"),
    "privacy.request.received": _("nhận yêu cầu về dữ liệu cá nhân"),
    "privacy.request.acknowledged": _("phản hồi yêu cầu về dữ liệu cá nhân"),
    "privacy.request.assigned": _("giao yêu cầu về dữ liệu cá nhân"),
    "privacy.request.third_party": _("chuyển yêu cầu cho bên thứ ba, bên xử lý"),
    "privacy.request.extended": _("gia hạn yêu cầu về dữ liệu cá nhân"),
    "privacy.request.proposed": _("đề xuất sửa, xoá dữ liệu cá nhân"),
    "privacy.request.sent_back": _("không duyệt đề xuất sửa, xoá dữ liệu"),
    "privacy.request.settled": _("giải quyết xong yêu cầu về dữ liệu cá nhân"),
    "privacy.request.taken_back": _("rút yêu cầu về dữ liệu cá nhân"),
    "privacy.request.listed": _("xuất sổ yêu cầu về dữ liệu cá nhân"),
    "privacy.copy.collected": _("nhận bản sao dữ liệu cá nhân"),
    "privacy.data.erased": _("xoá dữ liệu không phải lưu"),
    "privacy.restriction.lifted": _("thôi hạn chế xử lý dữ liệu"),
    "privacy.breach.recorded": _("ghi nhận vi phạm dữ liệu cá nhân"),
    "privacy.breach.changed": _("cập nhật vi phạm dữ liệu cá nhân"),
    "privacy.breach.notified": _("thông báo vi phạm dữ liệu cá nhân"),
    "privacy.breach.people_told": _("báo người bị ảnh hưởng"),
    "privacy.breach.closed": _("đóng vụ vi phạm dữ liệu cá nhân"),
    "privacy.assessment.recorded": _("ghi hoạt động phải đánh giá tác động"),
    "privacy.assessment.filed": _("gửi hồ sơ đánh giá tác động"),
    "privacy.assessment.exempted": _("ghi căn cứ không phải đánh giá tác động"),
}

TEXTS = (
    Text(
        "privacy.acknowledged",
        _("Yêu cầu %(code)s đã được tiếp nhận"),
        _("%(kind)s: sẽ được thực hiện chậm nhất %(due)s. %(words)s"),
        _("Yeu cau %(code)s da duoc tiep nhan, thuc hien cham nhat %(due)s."),
    ),
    Text(
        "privacy.extended",
        _("Yêu cầu %(code)s được gia hạn một lần"),
        _("Hạn mới: %(due)s. Lý do: %(words)s"),
        _("Yeu cau %(code)s duoc gia han den %(due)s."),
    ),
    Text(
        "privacy.settled",
        _("Yêu cầu %(code)s đã có trả lời"),
        _("%(kind)s: %(state)s. Mở yêu cầu để đọc trả lời."),
        _("Yeu cau %(code)s ve du lieu ca nhan da co tra loi."),
    ),
    Text(
        "privacy.breach",
        _("Dữ liệu cá nhân của bạn có thể bị ảnh hưởng"),
        _("%(unit)s: %(title)s, biết lúc %(known)s. Dữ liệu: %(categories)s. Biện pháp: %(measures)s."),
        _("Du lieu ca nhan cua ban co the bi anh huong. Mo tai khoan tren cong de doc."),
    ),
    Text(
        "privacy.alarm",
        _("Sắp hết hạn: %(what)s"),
        _("%(what)s phải xong trước %(due)s. Quá hạn phải ghi lý do."),
    ),
    Text(
        "privacy.overdue",
        _("Quá hạn: %(what)s"),
        _("%(what)s đã hết hạn lúc %(due)s mà chưa xong."),
    ),
)
