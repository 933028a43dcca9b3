"""Refusals around a dossier, each a sentence for the person refused."""

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused


class SaySomething(Refused):
    code = "afterwards.say-something"

    def __init__(self) -> None:
        super().__init__(_("Hãy viết nội dung trước khi gửi (không quá 4.000 chữ)."))


class NotFinished(Refused):
    code = "afterwards.not-finished"

    def __init__(self) -> None:
        super().__init__(_("Hồ sơ chưa xong nên chưa đánh giá được. Bạn quay lại khi có kết quả."))


class AlreadyRated(Refused):
    code = "afterwards.already-rated"

    def __init__(self) -> None:
        super().__init__(_("Hồ sơ này đã được đánh giá. Cảm ơn bạn."))


class FeedbackIncomplete(Refused):
    code = "afterwards.feedback-incomplete"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Phản ánh cần nội dung, họ tên, địa chỉ và số điện thoại (Nghị định 20/2008, điều 7) "
                "để cơ quan trả lời bạn."
            )
        )


class FeedbackMoved(Refused):
    code = "afterwards.feedback-moved"

    def __init__(self) -> None:
        super().__init__(_("Phản ánh đã sang bước khác nên không làm được việc này. Hãy tải lại trang."))


class TooLate(Refused):
    code = "afterwards.too-late"

    def __init__(self, days: int) -> None:
        super().__init__(_("Đã quá %(days)d ngày làm việc cho việc này; phản ánh phải được trả lời.") % {"days": days})


class AskedBefore(Refused):
    code = "afterwards.asked-before"

    def __init__(self) -> None:
        super().__init__(_("Đã yêu cầu bổ sung một lần; không yêu cầu thêm."))


class NotReusable(Refused):
    code = "afterwards.not-reusable"

    def __init__(self) -> None:
        super().__init__(
            _("Giấy tờ này không dùng lại được: đã hết hạn, đã ẩn, hoặc không phải thứ biểu mẫu đang hỏi.")
        )


class ConsentNeeded(Refused):
    code = "afterwards.consent-needed"

    def __init__(self) -> None:
        super().__init__(_("Hãy đánh dấu đồng ý dùng lại giấy tờ này cho hồ sơ đang soạn."))


class WrongPower(Refused):
    code = "afterwards.wrong-power"

    def __init__(self, why: str) -> None:
        super().__init__(why)


class PowerEnded(Refused):
    code = "afterwards.power-ended"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Quyền làm thay đã hết hạn, đã chấm dứt, chưa được xác nhận hoặc không gồm thủ tục này. "
                "Hồ sơ chưa được nộp."
            )
        )


class NotInvited(Refused):
    code = "afterwards.not-invited"

    def __init__(self) -> None:
        super().__init__(_("Mã mời không đúng, đã dùng, đã hết hạn hoặc không dành cho bạn. Hãy hỏi lại người mời."))


class ChoiceClosed(Refused):
    code = "afterwards.choice-closed"

    def __init__(self) -> None:
        super().__init__(_("Kết quả đã được gửi hoặc đã trả nên không đổi cách nhận được nữa."))


class AddressNeeded(Refused):
    code = "afterwards.address-needed"

    def __init__(self) -> None:
        super().__init__(_("Nhận qua bưu chính cần họ tên người nhận, địa chỉ và số điện thoại."))
