"""Refusals at the desk, each a sentence for the person refused."""

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused


class NotACard(Refused):
    code = "counter.not-a-card"

    def __init__(self) -> None:
        super().__init__(
            _("Không đọc được số định danh. Hãy nhập đủ 12 chữ số, hoặc quét lại mã QR trên thẻ căn cước.")
        )


class NoTickets(Refused):
    code = "counter.no-tickets"

    def __init__(self) -> None:
        super().__init__(_("Bộ phận một cửa đang ngừng phát số. Hãy hỏi cán bộ hướng dẫn."))


class NobodyWaits(Refused):
    code = "counter.nobody-waits"

    def __init__(self) -> None:
        super().__init__(_("Không còn ai chờ quầy này."))


class TicketMoved(Refused):
    code = "counter.ticket-moved"

    def __init__(self, label: str) -> None:
        super().__init__(_("Số %(label)s vừa đổi trạng thái ở quầy khác. Hãy tải lại trang.") % {"label": label})


class CallOnceMore(Refused):
    code = "counter.call-once-more"

    def __init__(self, label: str) -> None:
        super().__init__(_("Hãy gọi lại số %(label)s một lần nữa trước khi ghi vắng mặt.") % {"label": label})


class WrongCounter(Refused):
    code = "counter.wrong-counter"

    def __init__(self) -> None:
        super().__init__(_("Quầy và nhóm dịch vụ phải thuộc cùng một bộ phận một cửa."))


class SlotTaken(Refused):
    code = "counter.slot-taken"

    def __init__(self) -> None:
        super().__init__(_("Giờ này vừa có người đặt hết chỗ. Hãy chọn giờ khác; các giờ còn trống hiện bên dưới."))


class NoSuchSlot(Refused):
    code = "counter.no-such-slot"

    def __init__(self) -> None:
        super().__init__(
            _("Giờ này không đặt được: ngày nghỉ, ngoài giờ làm việc, đã qua hoặc quá xa. Hãy chọn giờ khác.")
        )


class TooManyAppointments(Refused):
    code = "counter.too-many-appointments"

    def __init__(self) -> None:
        super().__init__(_("Bạn đang giữ quá nhiều lịch hẹn hoặc đã có lịch vào giờ này. Hãy huỷ bớt rồi đặt lại."))


class AppointmentOver(Refused):
    code = "counter.appointment-over"

    def __init__(self) -> None:
        super().__init__(_("Lịch hẹn này đã huỷ, đã đổi hoặc đã qua nên không thay đổi được nữa."))


class NoPapers(Refused):
    code = "counter.no-papers"

    def __init__(self) -> None:
        super().__init__(_("Hãy đánh dấu ít nhất một giấy tờ đã nhận."))


class NotScanned(Refused):
    code = "counter.not-scanned"

    def __init__(self, why: str) -> None:
        super().__init__(_("Giấy tờ này không sao chụp: %(why)s.") % {"why": why})


class WrongPageCount(Refused):
    code = "counter.wrong-page-count"

    def __init__(self, images: int, wanted: int) -> None:
        super().__init__(
            _(
                "Bản quét có %(images)d trang, giấy tờ cần %(wanted)d trang (trang có gắn giấy ghi chú chụp hai lần). "
                "Hãy quét lại cho đủ và đúng thứ tự."
            )
            % {"images": images, "wanted": wanted}
        )


class ScanSettled(Refused):
    code = "counter.scan-settled"

    def __init__(self) -> None:
        super().__init__(_("Bản quét này đã được xác nhận hoặc đã bỏ."))


class WrongField(Refused):
    code = "counter.wrong-field"

    def __init__(self, label: str) -> None:
        super().__init__(
            _("Trường “%(label)s” chưa đúng. Hãy sửa theo giấy tờ, hoặc để trống nếu không có.") % {"label": label}
        )
