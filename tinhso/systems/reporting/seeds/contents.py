# ruff: noqa: E501 - tables of words
"""Three regimes as data. Sources are named; what we laid out ourselves says so."""

from __future__ import annotations

from typing import Any

SHORTENED = (
    "Biểu mẫu rút gọn do nhóm phát triển sắp xếp để dùng thử; số hiệu và cột của phụ lục gốc cần đối chiếu văn bản trước khi "
    "áp dụng thật."
)


def typed(**more: Any) -> dict[str, Any]:
    return {"kind": "typed", **more}


def live(measure: str) -> dict[str, Any]:
    return {"kind": "live", "measure": measure}


def rate(part: str, whole: str) -> dict[str, Any]:
    return {"kind": "computed", "decimals": 2, "formula": f"lamtron(100*{{{part}.ky}}/{{{whole}.ky}}; 2)"}


def row(key: str, number: str, title: str, unit: str = "") -> dict[str, Any]:
    return {"key": key, "number": number, "title": title, "unit": unit}


NOW = [{"key": "ky", "title": "Trong kỳ"}]
WORDS = {"kind": "text", "required": False}

MONTHLY: dict[str, Any] = {
    "code": "bc-chuyen-doi-so",
    "name": "Báo cáo kết quả chuyển đổi số hằng tháng",
    "source": "Nghị quyết 05-NQ/TU của Tỉnh ủy Hà Tĩnh (các chỉ tiêu nhóm b, c); Nghị định 09/2019/NĐ-CP điều 12 (chốt số liệu). "
    + SHORTENED,
    "legal_basis": "Nghị quyết 05-NQ/TU về chuyển đổi số; Nghị định 09/2019/NĐ-CP về chế độ báo cáo, điều 12.",
    "measures": [
        ("reporting.digital_teams", "Tổ công nghệ số cộng đồng", "Số tổ công nghệ số cộng đồng đang hoạt động.", "stock"),
        ("reporting.people_guided", "Lượt người dân được hướng dẫn kỹ năng số",
         "Số lượt người dân được tổ công nghệ số cộng đồng hướng dẫn trong kỳ.", "flow"),
        ("reporting.documents_out", "Văn bản điện tử đi", "Số văn bản điện tử cơ quan phát hành trong kỳ.", "flow"),
        ("reporting.documents_signed", "Văn bản điện tử đi được ký số",
         "Trong số văn bản điện tử phát hành, số văn bản được ký số đúng quy định.", "flow"),
    ],
    "content": {
        "sections": [
            {
                "key": "dich_vu_cong", "title": "A. Dịch vụ công trực tuyến", "columns": NOW,
                "note": "Số trực tiếp, đếm từ hồ sơ tiếp nhận trong kỳ.",
                "rows": [row("hs", "1", "Hồ sơ thủ tục hành chính đã tiếp nhận", "hồ sơ"),
                         row("hs_tt", "2", "Trong đó tiếp nhận và thụ lý trực tuyến", "hồ sơ"),
                         row("tl_tt", "3", "Tỷ lệ hồ sơ trực tuyến", "%")],
                "cells": {"hs.ky": live("procedures.dossiers_received"), "hs_tt.ky": live("procedures.dossiers_online"),
                          "tl_tt.ky": rate("hs_tt", "hs")},
            },
            {
                "key": "chinh_quyen_so", "title": "B. Chính quyền số", "columns": NOW,
                "rows": [row("vb", "1", "Văn bản điện tử phát hành", "văn bản"),
                         row("vb_ks", "2", "Trong đó được ký số", "văn bản"), row("tl_ks", "3", "Tỷ lệ ký số", "%"),
                         row("cc", "4", "Cán bộ, công chức", "người"),
                         row("cc_ks", "5", "Cán bộ, công chức được cấp chữ ký số", "người")],
                "cells": {"vb.ky": typed(measure="reporting.documents_out"),
                          "vb_ks.ky": typed(measure="reporting.documents_signed"), "tl_ks.ky": rate("vb_ks", "vb")},
            },
            {
                "key": "xa_hoi_so", "title": "C. Xã hội số", "columns": NOW,
                "rows": [row("to", "1", "Tổ công nghệ số cộng đồng đang hoạt động", "tổ"),
                         row("luot", "2", "Lượt người dân được hướng dẫn kỹ năng số", "lượt"),
                         row("ho", "3", "Hộ gia đình", "hộ"),
                         row("ho_cq", "4", "Hộ có internet cáp quang", "hộ"), row("tl_cq", "5", "Tỷ lệ hộ có cáp quang", "%"),
                         row("kp", "6", "Kinh phí chi cho chuyển đổi số trong kỳ", "triệu đồng")],
                "cells": {"to.ky": typed(measure="reporting.digital_teams"),
                          "luot.ky": typed(measure="reporting.people_guided"), "tl_cq.ky": rate("ho_cq", "ho"),
                          "kp.ky": typed(decimals=1, required=False)},
            },
            {
                "key": "kien_nghi", "title": "D. Khó khăn, kiến nghị",
                "columns": [{"key": "loi", "title": "Nội dung"}],
                "rows": [row("kho_khan", "1", "Khó khăn, vướng mắc"), row("de_xuat", "2", "Kiến nghị, đề xuất")],
                "cells": {"kho_khan.loi": WORDS, "de_xuat.loi": WORDS},
            },
        ],
        "checks": [
            {"key": "k1", "must": "{vb_ks.ky} <= {vb.ky}", "sentence": "Văn bản ký số không thể nhiều hơn văn bản phát hành."},
            {"key": "k2", "must": "{cc_ks.ky} <= {cc.ky}",
             "sentence": "Số người có chữ ký số không thể nhiều hơn số cán bộ, công chức."},
            {"key": "k3", "must": "{ho_cq.ky} <= {ho.ky}", "sentence": "Số hộ có cáp quang không thể nhiều hơn số hộ."},
            {"key": "k4", "must": "{ho.ky} >= 0,8*{ky_truoc:ho.ky}", "is_warning": True,
             "sentence": "Số hộ giảm trên 20% so với kỳ trước."},
            {"key": "k5", "must": "{to.ky} >= {ky_truoc:to.ky}", "is_warning": True,
             "sentence": "Số tổ công nghệ số cộng đồng giảm so với kỳ trước."},
        ],
    },
}  # fmt: skip

QUARTERLY: dict[str, Any] = {
    "code": "bc-kiem-soat-tthc",
    "name": "Báo cáo công tác kiểm soát thủ tục hành chính hằng quý",
    "source": "Thông tư 02/2017/TT-VPCP (nghiệp vụ kiểm soát thủ tục hành chính, chế độ báo cáo quý và năm); Quyết định 766/QĐ-TTg "
    "(tiến độ giải quyết, dịch vụ trực tuyến). " + SHORTENED,
    "legal_basis": "Thông tư 02/2017/TT-VPCP; Quyết định 766/QĐ-TTg; Nghị định 09/2019/NĐ-CP, điều 12.",
    "measures": [],
    "content": {
        "sections": [
            {
                "key": "giai_quyet", "title": "I. Kết quả giải quyết thủ tục hành chính", "columns": NOW,
                "rows": [row("nhan", "1", "Hồ sơ tiếp nhận trong kỳ", "hồ sơ"),
                         row("truc_tuyen", "1.1", "Trong đó trực tuyến", "hồ sơ"),
                         row("ky_truoc_chuyen", "2", "Hồ sơ kỳ trước chuyển sang", "hồ sơ"),
                         row("xong", "3", "Hồ sơ đã giải quyết", "hồ sơ"),
                         row("xong_truoc", "3.1", "Trong đó trước hạn, đúng hạn", "hồ sơ"),
                         row("xong_qua", "3.2", "Trong đó quá hạn", "hồ sơ"),
                         row("dang", "4", "Hồ sơ đang giải quyết", "hồ sơ"),
                         row("tl_dung", "5", "Tỷ lệ giải quyết đúng hạn", "%")],
                "cells": {"nhan.ky": live("procedures.dossiers_received"),
                          "truc_tuyen.ky": live("procedures.dossiers_online"), "tl_dung.ky": rate("xong_truoc", "xong")},
            },
            {
                "key": "phan_anh", "title": "II. Phản ánh, kiến nghị về quy định hành chính", "columns": NOW,
                "rows": [row("pa", "1", "Phản ánh, kiến nghị tiếp nhận", "đơn"),
                         row("pa_xong", "2", "Đã xử lý", "đơn"), row("pa_cong_khai", "3", "Đã công khai kết quả", "đơn")],
                "cells": {},
            },
            {
                "key": "danh_gia", "title": "III. Đánh giá, kiến nghị",
                "columns": [{"key": "loi", "title": "Nội dung"}], "rows": [row("noi_dung", "", "Đánh giá, kiến nghị")],
                "cells": {"noi_dung.loi": WORDS},
            },
        ],
        "checks": [
            {"key": "k1", "must": "{xong_truoc.ky} + {xong_qua.ky} = {xong.ky}",
             "sentence": "Trước hạn, đúng hạn cộng quá hạn phải bằng số hồ sơ đã giải quyết."},
            {"key": "k2", "must": "{xong.ky} + {dang.ky} = {nhan.ky} + {ky_truoc_chuyen.ky}", "is_warning": True,
             "sentence": "Đã giải quyết cộng đang giải quyết khác tiếp nhận cộng kỳ trước chuyển sang."},
            {"key": "k3", "must": "{pa_cong_khai.ky} <= {pa_xong.ky}",
             "sentence": "Phản ánh đã công khai không thể nhiều hơn đã xử lý."},
            {"key": "k4", "must": "{nhan.ky} >= {bc-chuyen-doi-so:hs_tt.ky}", "is_warning": True,
             "sentence": "Hồ sơ tiếp nhận trong quý ít hơn tổng hồ sơ trực tuyến của ba báo cáo tháng."},
        ],
    },
}  # fmt: skip

YEARLY: dict[str, Any] = {
    "code": "bc-chi-tieu-nam",
    "name": "Báo cáo thực hiện chỉ tiêu chuyển đổi số hằng năm của sở, ngành",
    "source": "Nghị quyết 05-NQ/TU của Tỉnh ủy Hà Tĩnh, mục II (chỉ tiêu đến 2025 và 2030). " + SHORTENED,
    "legal_basis": "Nghị quyết 05-NQ/TU; Nghị định 09/2019/NĐ-CP, điều 12 (kỳ báo cáo năm từ 15/12 đến 14/12).",
    "measures": [],
    "content": {
        "sections": [
            {
                "key": "chi_tieu", "title": "Chỉ tiêu của Nghị quyết thuộc phạm vi cơ quan",
                "columns": [{"key": "ky", "title": "Thực hiện trong năm"}, {"key": "moc", "title": "Mục tiêu năm"}],
                "rows": [row("may_tinh", "1", "Cán bộ, công chức được trang bị máy tính", "%"),
                         row("ky_so", "2", "Văn bản trao đổi điện tử được ký số", "%"),
                         row("dvc", "3", "Thủ tục đủ điều kiện cung cấp dịch vụ công toàn trình", "%"),
                         row("csdl", "4", "Cơ sở dữ liệu dùng chung đã kết nối", "cơ sở dữ liệu")],
                "cells": {f"{key}.{column}": typed(decimals=2, most="100") for key in ("may_tinh", "ky_so", "dvc")
                          for column in ("ky", "moc")},
            },
            {
                "key": "giai_trinh", "title": "Nguyên nhân chưa đạt, giải pháp",
                "columns": [{"key": "loi", "title": "Nội dung"}], "rows": [row("nguyen_nhan", "", "Nguyên nhân, giải pháp")],
                "cells": {"nguyen_nhan.loi": WORDS},
            },
        ],
        "checks": [],
    },
}  # fmt: skip
