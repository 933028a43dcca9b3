"""The words for the desk's acts, notices and fields."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.notices.texts import Text
from tinhso.systems.procedures.counter.rules import AppointmentState, TicketState

ACTS = {
    "counter.desk.set_up": _("thiết lập hàng chờ"),
    "counter.group.arranged": _("lập nhóm dịch vụ"),
    "counter.counter.arranged": _("lập quầy"),
    "counter.ticket.taken": _("lấy số thứ tự"),
    "counter.ticket.called": _("gọi số"),
    "counter.ticket.skipped": _("để số sang bên"),
    "counter.ticket.transferred": _("chuyển số sang nhóm khác"),
    "counter.ticket.ended": _("kết thúc số"),
    "counter.appointment.booked": _("đặt lịch hẹn"),
    "counter.appointment.cancelled": _("huỷ lịch hẹn"),
    "counter.walk_in.received": _("nhận hồ sơ giấy tại quầy"),
    "counter.paper.scanned": _("quét giấy tờ"),
    "counter.scan.read": _("nhận dạng chữ bản quét"),
    "counter.scan.confirmed": _("xác nhận nội dung bản quét"),
    "counter.scan.dropped": _("bỏ bản quét"),
}

TEXTS = (
    Text(
        "counter.booked",
        _("Đã đặt lịch hẹn %(code)s"),
        _("Bạn có lịch hẹn lúc %(when)s tại %(desk)s. Khi đến, nhập mã %(code)s vào máy lấy số."),
        _("Lich hen %(code)s luc %(when)s tai %(desk)s."),
    ),
    Text(
        "counter.reminder",
        _("Nhắc lịch hẹn %(code)s"),
        _("Ngày mai bạn có lịch hẹn lúc %(when)s tại %(desk)s. Nếu bận, hãy đổi hoặc huỷ để nhường người khác."),
        _("Nhac lich hen %(code)s luc %(when)s tai %(desk)s."),
    ),
)

TICKET_STATES = {
    TicketState.WAITING: _("đang chờ"),
    TicketState.CALLED: _("đang gọi"),
    TicketState.SKIPPED: _("để sang bên"),
    TicketState.DONE: _("đã xong"),
    TicketState.NO_SHOW: _("vắng mặt"),
}

APPOINTMENT_STATES = {
    AppointmentState.BOOKED: _("đã đặt"),
    AppointmentState.CAME: _("đã đến"),
    AppointmentState.CANCELLED: _("đã huỷ"),
    AppointmentState.MISSED: _("không đến"),
}

DOUBTS = {
    "name": _("họ tên trong mã không đọc rõ"),
    "born_on": _("ngày sinh trong mã không đúng dạng"),
    "number": _("năm sinh không khớp với số định danh"),
    "sex": _("giới tính không khớp với số định danh"),
}

FIELDS = {
    "full_name": _("Họ, chữ đệm, tên"),
    "personal_number": _("Số định danh"),
    "born_on": _("Ngày sinh"),
    "issued_on": _("Ngày cấp, ngày ban hành"),
    "document_number": _("Số, ký hiệu văn bản"),
}
