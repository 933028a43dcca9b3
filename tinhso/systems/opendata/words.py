"""Acts of the log in words."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "opendata.version.published": _("công bố phiên bản dữ liệu"),
    "opendata.publication.refused": _("chặn công bố dữ liệu"),
    "opendata.dataset.saved": _("lập, sửa bộ dữ liệu"),
    "opendata.dataset.withdrawn": _("rút bộ dữ liệu"),
    "opendata.resource.saved": _("lập, sửa tệp dữ liệu"),
    "opendata.resource.withdrawn": _("rút tệp dữ liệu"),
    "opendata.body.saved": _("lập, sửa cơ quan công bố hoặc chủ đề"),
    "opendata.rows.written": _("ghi dòng vào bảng dữ liệu"),
    "opendata.request.received": _("nhận yêu cầu dữ liệu"),
    "opendata.request.answered": _("trả lời yêu cầu dữ liệu"),
    "opendata.reuse.told": _("nhận giới thiệu sản phẩm từ dữ liệu"),
    "opendata.reuse.decided": _("duyệt sản phẩm từ dữ liệu"),
}
