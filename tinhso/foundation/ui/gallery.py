"""What the component page shows: one believable example of every component in every state."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.places import sketch
from tinhso.foundation.ui.charts import Point
from tinhso.foundation.ui.icons import ICONS
from tinhso.foundation.ui.maps import Cell
from tinhso.foundation.ui.pickers import Node, Period

LONG = (
    "Đăng ký khai sinh kết hợp đăng ký thường trú và cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi "
    "có yếu tố nước ngoài tại khu vực biên giới"
)


class SampleForm(forms.Form):
    """A Django form drawn by `{{ form }}` alone."""

    full_name = forms.CharField(label=_("Họ, chữ đệm, tên"), help_text=_("Như trên giấy khai sinh hoặc căn cước."))
    note = forms.CharField(label=_("Lời nhắn"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    agreed = forms.BooleanField(label=_("Tôi xác nhận thông tin trên là đúng"))
    how = forms.ChoiceField(
        label=_("Nhận kết quả"),
        choices=[("online", _("Bản điện tử")), ("desk", _("Tại quầy"))],
        widget=forms.RadioSelect,
    )


def context() -> dict[str, Any]:
    """Everything the template asks for; no query."""
    now = timezone.now()
    own = {
        "long": LONG,
        "icons": sorted(ICONS),
        "now": now,
    }
    return own | _forms() | _work(now) | _figures()


def _forms() -> dict[str, Any]:
    """What is filled in, and what is said of it."""
    return {
        "form": SampleForm(),
        "bad_form": SampleForm({"full_name": "", "note": "x"}),
        "communes": [
            (name, name)
            for name in ("Phường Thành Sen", "Xã Thạch Hà", "Xã Cẩm Xuyên", "Xã Đức Thọ", "Xã Hương Khê", "Xã Kỳ Anh")
        ],
        "ways": [
            ("online", _("Bản điện tử, có chữ ký số"), _("Nhận trong tài khoản, tải về bất cứ lúc nào.")),
            ("desk", _("Tại quầy"), _("Trung tâm phục vụ hành chính công của xã.")),
            ("post", _("Qua bưu chính"), _("Mất thêm 2 ngày và phí bưu chính.")),
        ],
        "errors": [
            {"href": "#o-loi", "message": _("Họ tên: hãy ghi như trên căn cước.")},
            {"href": "#ngay-loi", "message": _("Ngày sinh: tháng phải từ 1 đến 12.")},
        ],
        "files": [{"name": "giay-chung-sinh.pdf", "size": 845_000, "url": "#", "id": 1, "remove_name": "bo"}],
        "summary": [
            {"label": _("Họ, chữ đệm, tên"), "value": "Nguyễn Thị Hồng Lam", "change_href": "#tom-tat"},
            {
                "label": _("Nơi cư trú"),
                "value": "Thôn Bắc Thượng, xã Thạch Hà, tỉnh Hà Tĩnh",
                "note": _("Từ cơ sở dữ liệu dân cư, 20/11/2026"),
                "change_href": "#tom-tat",
            },
            {"label": _("Tên thủ tục"), "value": LONG},
            {"label": _("Ghi chú"), "value": ""},
        ],
    }


def _work(now: datetime) -> dict[str, Any]:
    """A dossier's way, lists and units."""
    return {
        "steps": [
            {"name": _("Nộp hồ sơ"), "state": "done", "note": "20/11/2026, 08:12"},
            {"name": _("Tiếp nhận"), "state": "done", "note": "20/11/2026, 09:40"},
            {"name": _("Thẩm tra"), "state": "now", "note": _("Phòng Văn hóa - Xã hội, còn 3 giờ 20 phút")},
            {"name": _("Ký kết quả"), "state": "next"},
            {"name": _("Trả kết quả"), "state": "next"},
        ],
        "moments": [
            {"title": _("Bạn nộp hồ sơ trực tuyến"), "at": now - timedelta(days=3), "who": "Nguyễn Thị Hồng Lam"},
            {
                "title": _("Một cửa yêu cầu bổ sung"),
                "at": now - timedelta(days=1),
                "state": "bad",
                "text": _("Ảnh chụp giấy chứng sinh bị mờ. Hãy chụp lại."),
            },
            {"title": _("Đang thẩm tra"), "at": now, "who": _("Phòng Văn hóa - Xã hội"), "state": "now"},
        ],
        "dossiers": dossiers(now),
        "chips": [
            {"href": "#bang", "label": _("Tất cả"), "count": 128, "is_current": True},
            {"href": "#bang", "label": _("Sắp trễ"), "count": 2, "icon": "alarm"},
            {"href": "#bang", "label": _("Chờ bổ sung"), "count": 9, "icon": "pause"},
            {"href": "#bang", "label": "Xã Thạch Hà", "count": None, "removes": True},
        ],
        "units": [
            Node(
                1,
                "Tỉnh Hà Tĩnh",
                "province",
                "#don-vi",
                is_open=True,
                children=[
                    Node(2, "UBND tỉnh Hà Tĩnh", "provincial_committee", "#don-vi"),
                    Node(
                        3,
                        "Xã Thạch Hà",
                        "commune",
                        "#don-vi",
                        is_current=True,
                        is_open=True,
                        children=[
                            Node(4, "UBND xã Thạch Hà", "commune_committee", "#don-vi"),
                            Node(5, "TT PVHCC xã Thạch Hà", "service_centre", "#don-vi"),
                        ],
                    ),
                    Node(6, "Phường Thành Sen", "commune", "#don-vi"),
                ],
            )
        ],
        "crumbs": [(_("Trang chủ"), "/"), (_("Hộ tịch"), "#dan-duong"), (_("Đăng ký khai sinh"), "")],
        "clocks": [2400, 460, 110, -65],
    }


def _figures() -> dict[str, Any]:
    """Maps, charts and states of targets."""
    return {
        "map_sheet": sketch.schematic(dict(enumerate(_OFFICES))),
        "map_cells": map_cells(),
        "bars": [
            Point("Thạch Hà", 98.2, "#bieu-do"),
            Point("Thành Sen", 96.4),
            Point("Cẩm Xuyên", 91.0),
            Point("Hương Khê", 73.5, is_marked=True),
            Point("Kỳ Anh", None),
        ],
        "months": [
            ("01/26", 61.0),
            ("02/26", 64.5),
            ("03/26", 63.0),
            ("04/26", None),
            ("05/26", 71.0),
            ("06/26", 74.0),
            ("07/26", 78.5),
            ("08/26", 80.0),
            ("09/26", 84.2),
            ("10/26", 88.0),
            ("11/26", 92.4),
        ],
        "trend": [61, 64.5, 63, None, 71, 74, 78.5, 80, 84.2, 88, 92.4],
        "target_states": ["reached", "on_path", "behind", "far_behind", "no_data", "ended", "simulated"],
        "period": Period("2026-11", "11/2026", "#ky", ""),
        "day": date(2026, 11, 22),
    }


def dossiers(now: datetime) -> list[dict[str, Any]]:
    """Rows of a desk's queue, one per clock state."""
    rows = [
        ("H27.42.101-261120-0007", _("Đăng ký khai sinh"), "Nguyễn Thị Hồng Lam", 40, False),
        ("H27.42.101-261120-0011", _("Chứng thực bản sao"), "Trần Văn Đức", 200, False),
        ("H27.42.101-261119-0032", LONG, "Công ty trách nhiệm hữu hạn một thành viên Sông La", 2000, False),
        ("H27.42.101-261118-0002", _("Xác nhận tình trạng hôn nhân"), "Lê Thị Ánh", -180, False),
        ("H27.42.101-261117-0019", _("Đăng ký kết hôn"), "Phạm Quốc Bảo", 900, True),
    ]
    return [
        {
            "code": code,
            "procedure": name,
            "applicant": who,
            "clock": {"remaining": left, "due_at": now + timedelta(minutes=left), "is_paused": paused},
            "received_at": now - timedelta(hours=30 * index),
        }
        for index, (code, name, who, left, paused) in enumerate(rows, start=1)
    ]


# Where the offices of an invented province lie: a dense town, villages by the sea, wide mountain communes.
_OFFICES = (
    (18.62, 105.62), (18.55, 105.74), (18.47, 105.60), (18.42, 105.83), (18.38, 105.90), (18.345, 105.905),
    (18.33, 105.86), (18.31, 105.93), (18.27, 105.88), (18.24, 106.02), (18.18, 106.10), (18.12, 106.22),
    (18.05, 106.33), (18.02, 106.18), (18.16, 105.80), (18.25, 105.62), (18.36, 105.48), (18.50, 105.42),
    (18.44, 105.22), (18.58, 105.30), (18.10, 105.95), (18.05, 105.70),
)  # fmt: skip
_MAP_NAMES = (
    "Bến Mơ", "Cửa Sông", "Đá Trắng", "Thuận Hòa", "Tân Bình", "Thành Nam", "Cầu Mới", "Đông Hải", "Vĩnh An", "Hải Yến",
    "Bãi Ngang", "Cồn Cát", "Mũi Đôi", "Khe Lau", "Núi Đót", "Trại Bông", "Suối Rồng", "Đồng Chiêm", "Rào Nậy",
    "Ngàn Sâu", "Hồ Thượng", "Rừng Thông",
)  # fmt: skip


def map_cells() -> list[Cell]:
    """Every state once or more, one unit without a headquarters' coordinates."""
    words = {
        "reached": _("đạt"),
        "on_path": _("đúng lộ trình"),
        "behind": _("chậm"),
        "far_behind": _("chậm nhiều"),
        "no_data": _("chưa có số liệu"),
        "ended": _("cấp đã kết thúc"),
    }
    order = ("reached", "on_path", "behind", "reached", "on_path", "far_behind", "no_data", "reached", "ended")
    shown = [order[number % len(order)] for number in range(len(_MAP_NAMES))]
    made = [
        Cell(
            number,
            _("Xã %(name)s") % {"name": name},
            f"{97.5 - 2 * number:.1f} %".replace(".", ",") if state not in ("no_data", "ended") else "",
            state,
            words[state],
            "#ban-do-mau",
            name,
        )
        for number, (name, state) in enumerate(zip(_MAP_NAMES, shown, strict=True))
    ]
    return [*made, Cell(99, _("Xã %(name)s") % {"name": "Đảo Xa"}, "", "no_data", words["no_data"])]
