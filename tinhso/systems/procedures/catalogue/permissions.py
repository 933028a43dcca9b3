"""Who may do what with the list of procedures."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

VIEW = "procedures.catalogue.view"
LOAD = "procedures.catalogue.load"
CONFIRM = "procedures.catalogue.confirm"

PERMISSIONS = (
    Permission(VIEW, _("xem danh mục thủ tục, các phiên bản và việc cần kiểm tra")),
    Permission(LOAD, _("nạp danh mục thủ tục từ tệp")),
    Permission(CONFIRM, _("xác nhận một nội dung của thủ tục theo văn bản đã công bố")),
)

ROLES = (
    Role("procedure_controller", _("Cán bộ kiểm soát thủ tục hành chính"), frozenset({VIEW, LOAD, CONFIRM})),
    Role("administrator", _("Quản trị hệ thống"), frozenset({VIEW, LOAD, CONFIRM}), reaches_below=True),
    Role("desk_officer", _("Cán bộ một cửa"), frozenset({VIEW})),
    Role("resolving_officer", _("Công chức thụ lý"), frozenset({VIEW})),
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW})),
)
