"""The words of acts, notices and of where a dossier stands, as a citizen reads them."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.notices.texts import Text
from tinhso.systems.procedures.afterwards.rules import FeedbackState, PowerState
from tinhso.systems.procedures.rules import State

ACTS = {
    "afterwards.message.sent": _("gửi trao đổi về hồ sơ"),
    "afterwards.dossier.rated": _("đánh giá hồ sơ"),
    "afterwards.dossier.filed_for": _("nộp thay người khác"),
    "afterwards.feedback.sent": _("gửi phản ánh, kiến nghị"),
    "afterwards.feedback.handled": _("xử lý phản ánh"),
    "afterwards.feedback.replied": _("bổ sung phản ánh"),
    "afterwards.feedback.judged": _("nhận xét việc xử lý phản ánh"),
    "afterwards.paper.kept": _("đưa giấy tờ vào ví"),
    "afterwards.paper.changed": _("sửa giấy tờ trong ví"),
    "afterwards.paper.reused": _("dùng lại giấy tờ đã có"),
    "afterwards.power.asked": _("đề nghị quyền làm thay"),
    "afterwards.power.confirmed": _("xác nhận quyền làm thay"),
    "afterwards.power.refused": _("từ chối quyền làm thay"),
    "afterwards.power.ended": _("chấm dứt quyền làm thay"),
    "afterwards.co_applicant.invited": _("mời người cùng nộp"),
    "afterwards.co_applicant.withdrawn": _("rút lời mời cùng nộp"),
    "afterwards.co_applicant.settled": _("trả lời lời mời cùng nộp"),
    "afterwards.delivery.chosen": _("chọn cách nhận kết quả"),
    "afterwards.result.downloaded": _("tải kết quả"),
}

TEXTS = (
    Text(
        "afterwards.message",
        _("Có trao đổi mới về hồ sơ %(code)s"),
        _("%(name)s, %(unit)s, vừa viết cho bạn về hồ sơ %(code)s. Mở hồ sơ để đọc và trả lời."),
        _("Co trao doi moi ve ho so %(code)s. Mo ho so de doc."),
    ),
    Text(
        "afterwards.asked",
        _("Người nộp hồ sơ %(code)s vừa viết"),
        _("%(name)s vừa gửi trao đổi về hồ sơ %(code)s."),
    ),
    Text(
        "afterwards.rate",
        _("Hồ sơ %(code)s: bạn thấy thế nào?"),
        _("Hồ sơ “%(procedure)s” đã xong. Bạn đánh giá giúp trong 10 giây, không cần đăng nhập: %(address)s"),
    ),
    Text(
        "afterwards.feedback",
        _("Phản ánh %(code)s có bước xử lý mới"),
        _("%(unit)s vừa xử lý phản ánh %(code)s của bạn. Mở ra để xem."),
    ),
    Text(
        "afterwards.power_confirmed",
        _("Quyền làm thay đã được xác nhận"),
        _("%(agent)s được làm thủ tục thay cho %(name)s đến hết ngày %(until)s. Mỗi bên chấm dứt được bất cứ lúc nào."),
    ),
    Text(
        "afterwards.power_refused",
        _("Đề nghị làm thay bị từ chối"),
        _("Đề nghị làm thay cho %(name)s không được xác nhận. Mở ra để xem lý do."),
    ),
    Text(
        "afterwards.power_ended",
        _("Quyền làm thay đã chấm dứt"),
        _("%(agent)s không còn làm thủ tục thay cho %(name)s."),
    ),
)

# Who does what now and what comes next, in one breath each.
NOW = {
    State.SUBMITTED: _("Cán bộ một cửa đang kiểm tra hồ sơ. Bạn chưa phải làm gì."),
    State.RECEIVED: _("Bộ phận một cửa đã nhận và sắp chuyển cho nơi giải quyết. Bạn chưa phải làm gì."),
    State.RESOLVING: _("Nơi giải quyết đang xem xét. Bạn chưa phải làm gì; có gì cần, chúng tôi báo ngay."),
    State.SUPPLEMENT: _("Đang chờ bạn bổ sung. Làm xong phần bổ sung thì hồ sơ đi tiếp."),
    State.DRAFTED: _("Kết quả đã soạn, chờ lãnh đạo ký. Bạn chưa phải làm gì."),
    State.ISSUED: _("Kết quả đã có. Bạn nhận theo cách đã chọn bên dưới."),
    State.RETURNED: _("Bạn đã nhận kết quả. Hồ sơ đã xong."),
    State.REFUSED: _("Hồ sơ không được nhận. Đọc lý do, sửa rồi nộp lại; bạn cũng có thể phản ánh."),
    State.WITHDRAWN: _("Bạn đã rút hồ sơ. Muốn làm lại, hãy nộp hồ sơ mới."),
    State.STOPPED: _("Hồ sơ đã dừng theo yêu cầu. Muốn làm lại, hãy nộp hồ sơ mới."),
}

FEEDBACK_STATES = {
    FeedbackState.RECEIVED: _("đang xử lý"),
    FeedbackState.ASKED: _("chờ bạn bổ sung"),
    FeedbackState.REFUSED: _("không tiếp nhận"),
    FeedbackState.SENT_BACK: _("trả lại, không thuộc thẩm quyền"),
    FeedbackState.ANSWERED: _("đã trả lời"),
    FeedbackState.PUBLISHED: _("đã công khai"),
}

FEEDBACK_ACTS = {
    "sent": _("Gửi phản ánh"),
    "refuse": _("Không tiếp nhận"),
    "send_back": _("Trả lại"),
    "transfer": _("Chuyển cơ quan có thẩm quyền"),
    "ask": _("Yêu cầu bổ sung"),
    "reply": _("Bổ sung"),
    "answer": _("Trả lời"),
    "publish": _("Công khai"),
    "judge": _("Nhận xét việc xử lý"),
}

POWER_STATES = {
    PowerState.ASKED: _("chờ xác nhận"),
    PowerState.CONFIRMED: _("đã xác nhận"),
    PowerState.REFUSED: _("bị từ chối"),
    PowerState.REVOKED: _("đã chấm dứt"),
}
