"""Who may do what with registers."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

DEFINE = "registers.define"
VIEW = "registers.view"
CHANGE = "registers.change"
APPROVE = "registers.approve"
LOOK_UP = "registers.look_up"

PERMISSIONS = (
    Permission(DEFINE, _("lập cơ sở dữ liệu và ban hành cấu trúc của nó")),
    Permission(VIEW, _("xem cơ sở dữ liệu của đơn vị mình")),
    Permission(CHANGE, _("nhập tệp, đề nghị sửa bản ghi")),
    Permission(APPROVE, _("duyệt yêu cầu sửa bản ghi của người khác")),
    Permission(LOOK_UP, _("tra cứu bản ghi theo khóa, có mục đích")),
)

ROLES = (
    Role(
        "data_steward",
        _("Cán bộ quản trị dữ liệu"),
        frozenset({VIEW, CHANGE, LOOK_UP}),
        reaches_below=True,
    ),
    Role("desk_officer", _("Cán bộ một cửa"), frozenset({LOOK_UP})),
    Role("resolving_officer", _("Công chức thụ lý"), frozenset({LOOK_UP})),
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW, CHANGE, APPROVE})),
    Role(
        "administrator",
        _("Quản trị hệ thống"),
        frozenset({DEFINE, VIEW, CHANGE, APPROVE, LOOK_UP}),
    ),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({VIEW})),
)
