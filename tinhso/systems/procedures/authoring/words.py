"""The words of the writing of procedures: names of parts, of facts, sentences of the audit log."""

from django.utils.translation import gettext_lazy as _

SECTIONS = {
    "facts": _("Thông tin chung"),
    "papers": _("Thành phần hồ sơ"),
    "cases": _("Các trường hợp"),
    "fees": _("Phí, lệ phí, miễn giảm"),
    "form": _("Biểu mẫu điện tử"),
    "process": _("Quy trình giải quyết"),
    "result": _("Kết quả"),
}
ABOUT = {
    "facts": _(
        "Tên, lĩnh vực, cách nộp, giải quyết ở tỉnh hay ở hệ thống của bộ, thời hạn, đồng hồ khi bổ sung, "
        "căn cứ, ngày có hiệu lực."
    ),
    "papers": _("Giấy tờ phải nộp, bản chính hay bản sao, số lượng."),
    "cases": _("Cùng một thủ tục nhưng khác thời hạn, giấy tờ hoặc phí."),
    "fees": _("Mức thu theo trường hợp và cách nộp; ai được miễn, giảm, theo văn bản nào."),
    "form": _("Trang, câu hỏi, điều kiện hiện câu hỏi; xem trước ngay khi sửa."),
    "process": _("Ai làm bước nào, bao nhiêu giờ, đi tiếp và quay lại ra sao; hình vẽ theo từng lần sửa."),
    "result": _("Tên, ký hiệu, mẫu kết quả lấy từ ô nào của biểu mẫu."),
}
FACTS = {
    "name": _("tên thủ tục"),
    "plain_name": _("tên dễ hiểu"),
    "life_event": _("chuyện đời"),
    "field_name": _("lĩnh vực"),
    "legacy_level": _("mức độ dịch vụ công cũ"),
    "service_kind": _("loại dịch vụ công"),
    "partial_reason": _("lý do chưa toàn trình"),
    "partial_ground": _("trường hợp chưa toàn trình"),
    "partial_basis": _("quy định chuyên ngành của lý do"),
    "channels": _("cách nộp"),
    "term_value": _("thời hạn"),
    "term_unit": _("đơn vị thời hạn"),
    "supplement_policy": _("đồng hồ khi bổ sung"),
    "supplement_days": _("số ngày được yêu cầu bổ sung"),
    "who_may_apply": _("ai được nộp"),
    "papers": _("giấy tờ"),
    "bring": _("người nộp chuẩn bị"),
    "cases": _("trường hợp"),
    "fee_vnd": _("phí, lệ phí"),
    "fee_note": _("ghi chú về phí"),
    "fees": _("khoản thu"),
    "exemptions": _("miễn, giảm"),
    "legal_basis": _("căn cứ pháp lý"),
    "result_name": _("tên kết quả"),
    "result_symbol": _("ký hiệu kết quả"),
    "result_layout": _("mẫu kết quả"),
    "duty": _("nhiệm vụ của phòng chuyên môn"),
    "authority": _("cấp có thẩm quyền"),
    "route": _("nơi giải quyết"),
    "system_name": _("tên hệ thống của bộ, ngành"),
    "system_url": _("địa chỉ hệ thống của bộ, ngành"),
    "route_basis": _("căn cứ chuyển sang hệ thống của bộ, ngành"),
    "decision": _("quyết định công bố"),
    "retention_years": _("số năm lưu"),
    "source": _("nguồn"),
    "question": _("câu hỏi"),
    "page": _("trang"),
    "step": _("bước"),
}
PLACES = {
    "desk": _("Bộ phận một cửa"),
    "office": _("Phòng chuyên môn thụ lý"),
    "unit": _("Cơ quan có thẩm quyền"),
    "agency": _("Cơ quan chủ quản của phòng"),
}
ACTS = {
    "procedures.proposal.begun": _("bắt đầu soạn phiên bản thủ tục"),
    "procedures.proposal.edited": _("sửa bản soạn thủ tục"),
    "procedures.proposal.dropped": _("bỏ bản soạn thủ tục"),
    "procedures.proposal.tried": _("chạy thử bản soạn thủ tục"),
}
