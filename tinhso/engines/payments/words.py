"""What the audit log's acts on money are called."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "payments.account.opened": _("khai tài khoản thu"),
    "payments.bill.made": _("lập phiếu thu"),
    "payments.bill.paid": _("ghi nhận thanh toán"),
    "payments.bill.cancelled": _("huỷ phiếu thu"),
    "payments.bill.refunded": _("hoàn trả xong phiếu thu"),
    "payments.credit.held": _("giữ tiền chưa rõ"),
    "payments.discrepancy.opened": _("phát hiện chênh lệch"),
    "payments.discrepancy.resolved": _("xử lý chênh lệch"),
    "payments.refund.requested": _("đề nghị hoàn trả"),
    "payments.refund.approved": _("duyệt hoàn trả"),
    "payments.refund.rejected": _("không duyệt hoàn trả"),
    "payments.refund.sent": _("gửi lệnh chuyển trả"),
    "payments.refund.settled": _("hoàn trả xong"),
    "payments.refund.failed": _("chuyển trả không thành"),
    "payments.statement.read": _("đọc sao kê"),
    "payments.day.reconciled": _("đối soát một ngày"),
    "payments.cash.banked": _("nộp tiền quầy vào tài khoản"),
    "payments.remittance.listed": _("lập bảng kê nộp kho bạc"),
    "payments.remittance.paid": _("nộp kho bạc"),
}
