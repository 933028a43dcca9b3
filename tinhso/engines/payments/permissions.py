"""Who may do what with money."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

VIEW = "payments.bill.view"
TAKE = "payments.desk.take"
REQUEST_REFUND = "payments.refund.request"
APPROVE_REFUND = "payments.refund.approve"
RECONCILE = "payments.reconcile"
REMIT = "payments.remit"

PERMISSIONS = (
    Permission(VIEW, _("xem phiếu thu và bút toán của đơn vị mình")),
    Permission(TAKE, _("thu tiền mặt, tiền thẻ tại quầy")),
    Permission(REQUEST_REFUND, _("đề nghị hoàn trả phí, lệ phí")),
    Permission(APPROVE_REFUND, _("duyệt hoàn trả phí, lệ phí"), needs_step_up=True),
    Permission(RECONCILE, _("đối soát với ngân hàng và xử lý chênh lệch")),
    Permission(REMIT, _("lập bảng kê và nộp tiền thu vào kho bạc")),
)

ROLES = (
    Role("desk_officer", _("Cán bộ một cửa"), frozenset({VIEW, TAKE, REQUEST_REFUND})),
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW, APPROVE_REFUND})),
    Role(
        "accountant",
        _("Kế toán"),
        frozenset({VIEW, REQUEST_REFUND, RECONCILE, REMIT}),
        reaches_below=True,
    ),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({VIEW})),
)
