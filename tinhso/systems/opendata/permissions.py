"""Who writes datasets, who answers requests, who runs the whole portal (harvest, load from another portal)."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

PUBLISH = "opendata.dataset.publish"
ANSWER = "opendata.request.answer"
MANAGE = "opendata.portal.manage"

PERMISSIONS = (
    Permission(PUBLISH, _("công bố và cập nhật bộ dữ liệu mở của đơn vị")),
    Permission(ANSWER, _("trả lời yêu cầu dữ liệu và duyệt sản phẩm từ dữ liệu")),
    Permission(MANAGE, _("quản trị cổng dữ liệu mở: cơ quan, chủ đề, thu thập, chạy lại việc công bố")),
)

ROLES = (
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({PUBLISH, ANSWER})),
    Role("reporting_officer", _("Cán bộ tổng hợp báo cáo"), frozenset({PUBLISH})),
    Role("administrator", _("Quản trị hệ thống"), frozenset({PUBLISH, ANSWER, MANAGE}), reaches_below=True),
)
