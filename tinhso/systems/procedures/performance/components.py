"""The components of the service index (Decision 766/QĐ-TTg) as one table: code, number, group, words, formula.

The formulas follow the operator's working document of 2026 (the annex itself was not read): readings of ours are marked
in the component's note.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

RATIO, TIME, SHOWN = "ratio", "time", "shown"


@dataclass(frozen=True)
class Component:
    """One row of the index."""

    code: str
    number: str
    group: int
    name: _StrPromise
    numerator: _StrPromise
    denominator: _StrPromise
    note: _StrPromise | str = ""
    kind: str = RATIO

    @property
    def slug(self) -> str:
        return self.code.lower().replace("_", "-")


GROUPS: dict[int, _StrPromise] = {
    1: _("Công khai, minh bạch"),
    2: _("Tiến độ giải quyết"),
    3: _("Dịch vụ công trực tuyến"),
    4: _("Thanh toán trực tuyến"),
    5: _("Số hóa hồ sơ"),
    6: _("Mức độ hài lòng"),
}

PUBLISH_ON_TIME = "PUBLISH_ON_TIME"
PUBLIC_UPDATE_ON_TIME = "PUBLIC_UPDATE_ON_TIME"
PUBLIC_CONTENT_FULL = "PUBLIC_CONTENT_FULL"
DOSSIER_SYNC = "DOSSIER_SYNC"
HANDLED_ON_TIME = "HANDLED_ON_TIME"
MEAN_TIME = "MEAN_TIME"
FULL_PROCESS = "FULL_PROCESS"
ONLINE_PROCEDURES = "ONLINE_PROCEDURES"
SERVICES_WITH_DOSSIERS = "SERVICES_WITH_DOSSIERS"
ONLINE_DOSSIERS = "ONLINE_DOSSIERS"
FEE_PROCEDURES_ONLINE = "FEE_PROCEDURES_ONLINE"
FEE_PROCEDURES_PAID = "FEE_PROCEDURES_PAID"
DOSSIERS_PAID_ONLINE = "DOSSIERS_PAID_ONLINE"
ORIGINAL_RESULT_AVAILABLE = "ORIGINAL_RESULT_AVAILABLE"
DIGITISED = "SO_HOA_GIAY_TO_GIAI_QUYET"
REUSED_DIGITIZED_DATA = "REUSED_DIGITIZED_DATA"
PERSONAL_STORE = "SYNCED_WITH_DVCQG_PERSONAL_STORAGE"
POPULATION_PROCEDURES = "CITIZEN_DATA_CONNECTED_FORMALITY"
POPULATION_DOSSIERS = "CITIZEN_DATA_CONNECTED_DOSSIER"
CERTIFIED_COPY = "ELECTRONIC_CERTIFIED_COPY"
FEEDBACK_CLASSES = "PETITION_CLASSIFICATION"
FEEDBACK_ON_TIME = "PETITION_PROCESSING_ON_TIME"
FEEDBACK_SATISFACTION = "PETITION_HANDLING_SATISFACTION"
SERVICE_SATISFACTION = "DOSSIER_RECEIVING_SATISFACTION"

# Wholes that several components divide by.
RECEIVED = _("hồ sơ tiếp nhận trong kỳ")
FINISHED = _("hồ sơ xong trong kỳ")
WITH_FEES = _("thủ tục có phí, lệ phí")
MATTERS = _("phản ánh, kiến nghị trong kỳ")

# code, number, group, name, numerator, denominator[, note[, kind]]
_TABLE: tuple[tuple[Any, ...], ...] = (
    (
        PUBLISH_ON_TIME,
        "1.1",
        1,
        _("Thủ tục được công bố đúng hạn"),
        _("thủ tục công bố đúng hạn"),
        _("thủ tục công bố trong kỳ"),
        _("Cấp tỉnh: ngày quyết định chậm nhất 5 ngày làm việc trước ngày văn bản căn cứ mới nhất có hiệu lực."),
    ),
    (
        PUBLIC_UPDATE_ON_TIME,
        "1.2",
        1,
        _("Thủ tục được cập nhật, công khai đúng hạn"),
        _("thủ tục công khai trong 5 ngày làm việc sau quyết định"),
        _("thủ tục đến hạn công khai trong kỳ"),
        _(
            "Chỉ tính quyết định nạp sau danh mục đi kèm sản phẩm; ngày công khai là ngày ghi vào danh mục "
            "(cách hiểu của hệ thống)."
        ),
    ),
    (
        PUBLIC_CONTENT_FULL,
        "1.3",
        1,
        _("Thủ tục công khai đủ nội dung"),
        _("thủ tục có đủ 7 bộ phận"),
        _("thủ tục đang công khai"),
        _("Tính tại thời điểm xem: tên, trình tự, cách thực hiện, hồ sơ, thời hạn, đối tượng, cơ quan."),
    ),
    (
        DOSSIER_SYNC,
        "1.4",
        1,
        _("Hồ sơ được đồng bộ"),
        _("hồ sơ đã đồng bộ, có ngày tiếp nhận trong kỳ"),
        _("số tiếp nhận lớn hơn giữa hệ thống báo cáo quốc gia và Cổng dịch vụ công quốc gia"),
        _(
            "Chưa đọc được số của hai hệ thống quốc gia nên mẫu số lấy số tiếp nhận của hệ thống "
            "(cách hiểu của hệ thống). Kỳ không có hồ sơ thì lấy một phần của năm trước."
        ),
    ),
    (
        HANDLED_ON_TIME,
        "2.1",
        2,
        _("Hồ sơ giải quyết đúng hạn, trước hạn"),
        _("hồ sơ xong đúng hạn và hồ sơ đang xử lý còn trong hạn"),
        _("hồ sơ tiếp nhận và hồ sơ xử lý trong kỳ"),
        _(
            "Trừ thời gian chờ bổ sung; đang chờ bổ sung lần đầu thì lấy lúc yêu cầu làm lúc kết thúc; "
            "yêu cầu từ hai lần là quá hạn. Hồ sơ kỳ trước chuyển sang được kể là hồ sơ xử lý trong kỳ "
            "(cách hiểu của hệ thống)."
        ),
    ),
    (
        MEAN_TIME,
        "2.2",
        2,
        _("Thời gian giải quyết trung bình của một thủ tục"),
        _("tổng thời gian giải quyết"),
        _("hồ sơ đã xong"),
        _("Chỉ tính cho từng thủ tục, theo đơn vị thời hạn của thủ tục; trừ thời gian chờ bổ sung."),
        TIME,
    ),
    (
        FULL_PROCESS,
        "3",
        3,
        _("Hồ sơ trực tuyến toàn trình"),
        _("hồ sơ nộp trực tuyến của thủ tục toàn trình"),
        _("hồ sơ của thủ tục đủ điều kiện toàn trình"),
    ),
    (
        ONLINE_PROCEDURES,
        "3.1",
        3,
        _("Thủ tục có dịch vụ công trực tuyến"),
        _("thủ tục toàn trình hoặc một phần"),
        _("tất cả thủ tục"),
        _("Thủ tục có cả hai mức được tính một lần, ở mức cao hơn."),
    ),
    (
        SERVICES_WITH_DOSSIERS,
        "3.2",
        3,
        _("Dịch vụ công trực tuyến có phát sinh hồ sơ"),
        _("dịch vụ có hồ sơ trực tuyến trong kỳ"),
        _("dịch vụ công trực tuyến"),
    ),
    (
        ONLINE_DOSSIERS,
        "3.3",
        3,
        _("Hồ sơ trực tuyến"),
        _("hồ sơ nộp trực tuyến, có kết quả điện tử nếu thủ tục có kết quả giấy"),
        RECEIVED,
        _("Nhân với tỷ lệ đồng bộ của chỉ số 1.4."),
    ),
    (
        FEE_PROCEDURES_ONLINE,
        "3.5",
        4,
        _("Thủ tục có phí được mở thanh toán trực tuyến"),
        _("thủ tục mở thanh toán trực tuyến"),
        WITH_FEES,
        _("Mở thanh toán: đã biết mức thu nên lập được hóa đơn có mã thanh toán."),
    ),
    (
        FEE_PROCEDURES_PAID,
        "3.5b",
        4,
        _("Thủ tục có giao dịch thanh toán trực tuyến"),
        _("thủ tục có giao dịch trong kỳ"),
        WITH_FEES,
    ),
    (
        DOSSIERS_PAID_ONLINE,
        "3.6",
        4,
        _("Hồ sơ thanh toán trực tuyến"),
        _("hồ sơ đã thanh toán trực tuyến"),
        _("hồ sơ của thủ tục có phí, trừ hồ sơ mọi khoản bằng 0"),
    ),
    (
        ORIGINAL_RESULT_AVAILABLE,
        "4.1",
        5,
        _("Hồ sơ có kết quả điện tử"),
        _("hồ sơ có tệp kết quả"),
        _("hồ sơ xong trong kỳ của thủ tục có kết quả là giấy tờ"),
    ),
    (
        DIGITISED,
        "4.2",
        5,
        _("Hồ sơ được số hóa"),
        _("hồ sơ có tệp ở thành phần hồ sơ và có kết quả điện tử nếu phải có"),
        FINISHED,
        _("Tính trên hồ sơ xong trong kỳ, vì hồ sơ đang làm chưa thể có kết quả (cách hiểu của hệ thống)."),
    ),
    (
        REUSED_DIGITIZED_DATA,
        "4.3",
        5,
        _("Hồ sơ dùng lại dữ liệu số hóa"),
        _("hồ sơ dùng lại ít nhất một thành phần"),
        RECEIVED,
    ),
    (
        PERSONAL_STORE,
        "4.4",
        5,
        _("Hồ sơ liên kết kho dữ liệu cá nhân"),
        _("hồ sơ lấy thành phần từ kho hoặc đưa kết quả vào kho"),
        RECEIVED,
    ),
    (
        POPULATION_PROCEDURES,
        "4.5a",
        5,
        _("Thủ tục kết nối dữ liệu dân cư"),
        _("thủ tục có ô điền sẵn từ tài khoản định danh"),
        _("thủ tục dành cho công dân"),
    ),
    (
        POPULATION_DOSSIERS,
        "4.5b",
        5,
        _("Hồ sơ dùng dữ liệu dân cư"),
        _("hồ sơ có nội dung điền từ tài khoản định danh"),
        RECEIVED,
    ),
    (CERTIFIED_COPY, "4.6", 5, _("Cung cấp dịch vụ chứng thực bản sao điện tử"), _("đã cung cấp"), _("phải cung cấp")),
    (FEEDBACK_CLASSES, "5.1", 6, _("Phân loại phản ánh, kiến nghị"), _("phản ánh về quy định"), MATTERS, "", SHOWN),
    (
        FEEDBACK_ON_TIME,
        "5.2",
        6,
        _("Phản ánh, kiến nghị xử lý đúng hạn"),
        _("xử lý đúng hạn và đang xử lý trong hạn"),
        MATTERS,
    ),
    (
        FEEDBACK_SATISFACTION,
        "5.3",
        6,
        _("Hài lòng với xử lý phản ánh, kiến nghị"),
        _("tất cả trừ không hài lòng, phản ánh lại hoặc quá hạn"),
        _("tiếp nhận lần đầu trong kỳ"),
    ),
    (
        SERVICE_SATISFACTION,
        "5.4",
        6,
        _("Hài lòng với việc giải quyết thủ tục"),
        _("100% trừ tỷ lệ quá hạn, trừ tỷ lệ có phản ánh hoặc không hài lòng"),
        RECEIVED,
        _(
            "Tử số là hồ sơ không quá hạn, không bị phản ánh, không bị chê. Theo công thức, hồ sơ vừa quá hạn "
            "vừa bị chê bị trừ hai lần, nên tỷ lệ có thể thấp hơn tử số chia mẫu số."
        ),
    ),
)
COMPONENTS: dict[str, Component] = {row[0]: Component(*row) for row in _TABLE}
BY_SLUG = {one.slug: one for one in COMPONENTS.values()}
