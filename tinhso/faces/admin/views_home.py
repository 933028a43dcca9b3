"""The door of the administration: one card for each area that the reader may open."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.access import gates
from tinhso.foundation.ui import nav

# What each area is for, by the name of its address; an area without words here is still shown.
ABOUT = {
    "admin:accounts": gettext_lazy("Lập, khoá, mở tài khoản; đặt lại mật khẩu và xác thực hai lớp."),
    "admin:roles": gettext_lazy("Giao và thu hồi vai trò theo đơn vị và ngày; uỷ quyền."),
    "admin:review": gettext_lazy("Sáu tháng một lần: tài khoản nào còn dùng, vai trò nào còn đúng."),
    "admin:units": gettext_lazy("Lập, đổi tên, giải thể đơn vị; kế thừa theo văn bản."),
    "admin:calendar": gettext_lazy("Giờ làm việc của cơ quan, ngày nghỉ và ngày làm bù."),
    "reporting:regimes": gettext_lazy("Ai báo cáo, kỳ nào, chốt ngày nào, biểu mẫu gì, ai duyệt; không cần lập trình."),
    "admin:audit": gettext_lazy("Ai đã làm gì, với bản ghi nào, lúc nào; kiểm tra nhật ký còn nguyên vẹn."),
    "admin:events": gettext_lazy("Sự kiện mà hệ thống không xử lý được sau nhiều lần thử; cho chạy lại."),
}


@gates.signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Cards of the areas; refused to those who may open none."""
    here = reverse("admin:home")
    cards = [
        {"url": link.url, "label": link.label, "icon": link.icon, "count": link.count, "about": _about(link.url)}
        for link in nav.links("admin", request)
        if link.url != here
    ]
    if not cards:
        raise PermissionDenied(_("Bạn không có quyền quản trị phần nào của hệ thống."))
    return render(request, "admin_face/home.html", {"cards": cards})


def _about(url: str) -> str:
    for name, words in ABOUT.items():
        try:
            if reverse(name) == url:
                return str(words)
        except NoReverseMatch:
            continue
    return ""
