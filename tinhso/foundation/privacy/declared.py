"""The purposes that the house itself processes data for. Systems declare theirs beside the processing."""

from tinhso.foundation.privacy.registry import DeclaredPurpose

ACCOUNTS = "account.identity"
LOOKUP_LOG = "people.lookup_log"

PURPOSES = (
    DeclaredPurpose(
        ACCOUNTS,
        "Xác định bạn là ai khi đăng nhập và khi nộp hồ sơ.",
        "law",
        "Luật Căn cước số 26/2023/QH15; Luật 91/2025/QH15, Điều 19",
        ("họ, chữ đệm, tên", "số định danh cá nhân", "ngày sinh", "giới tính", "nơi cư trú"),
        "trong thời gian có tài khoản và thời hạn lưu trữ của các hồ sơ đã nộp",
        "cơ quan giải quyết hồ sơ của bạn",
    ),
    DeclaredPurpose(
        LOOKUP_LOG,
        "Ghi lại ai đã xem dữ liệu của bạn, khi nào, để làm gì, để bạn kiểm tra được.",
        "law",
        "Luật 91/2025/QH15, Điều 19; Nghị định 331/2026/NĐ-CP (nhật ký hệ thống cấp độ 3)",
        ("tên cán bộ xem", "thời điểm", "mục đích"),
        "không xoá: là bằng chứng bảo vệ chính bạn",
        "bạn và người kiểm tra nhật ký của tỉnh",
    ),
)
