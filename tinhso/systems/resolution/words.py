"""The words of acts, notices and states, as a person reads them."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.notices.texts import Text
from tinhso.systems.resolution.rules import Remedy, Standing, Step

ACTS = {
    "resolution.task.loaded": _("nạp nhiệm vụ Nghị quyết"),
    "resolution.body.named": _("phân công cơ quan thực hiện nhiệm vụ"),
    "resolution.body.ended": _("kết thúc phân công nhiệm vụ"),
    "resolution.budget.set": _("ghi kinh phí nhiệm vụ"),
    "resolution.milestone.set": _("đặt mốc nhiệm vụ"),
    "resolution.milestone.dropped": _("bỏ mốc nhiệm vụ"),
    "resolution.progress.reported": _("báo cáo tiến độ nhiệm vụ"),
    "resolution.head.named": _("giao người chịu trách nhiệm chỉ tiêu"),
    "resolution.head.ended": _("kết thúc giao trách nhiệm chỉ tiêu"),
    "resolution.miss.explained": _("giải trình chỉ tiêu chưa đạt"),
    "resolution.remedy.assigned": _("giao việc khắc phục"),
    "resolution.remedy.accept": _("nhận việc khắc phục"),
    "resolution.remedy.finish": _("báo hoàn thành việc khắc phục"),
    "resolution.remedy.give_back": _("trả lại việc khắc phục"),
    "resolution.remedy.confirm": _("xác nhận việc khắc phục"),
    "resolution.remedy.extend": _("lùi hạn việc khắc phục"),
    "resolution.remedy.withdraw": _("thu hồi việc khắc phục"),
}
TEXTS = (
    Text(
        "resolution.assigned",
        _("Việc khắc phục mới: %(title)s"),
        _("%(unit)s được giao việc “%(title)s”, hạn %(due)s."),
    ),
    Text(
        "resolution.given_back",
        _("Việc bị trả lại: %(title)s"),
        _("Việc “%(title)s” chưa đạt và được trả lại %(unit)s, hạn %(due)s."),
    ),
    Text(
        "resolution.done",
        _("Chờ xác nhận: %(title)s"),
        _("%(unit)s báo đã xong việc “%(title)s” (hạn %(due)s). Hãy xem minh chứng và xác nhận."),
    ),
    Text("resolution.soon", _("Sắp đến hạn: %(title)s"), _("Việc “%(title)s” của %(unit)s đến hạn %(due)s.")),
    Text("resolution.late", _("Quá hạn: %(title)s"), _("Việc “%(title)s” của %(unit)s đã quá hạn %(due)s.")),
    Text(
        "resolution.late_below",
        _("Đơn vị chậm việc: %(title)s"),
        _("%(unit)s chưa xong việc “%(title)s”, hạn %(due)s."),
    ),
    Text(
        "resolution.stays_late",
        _("Việc quá hạn kéo dài: %(title)s"),
        _("%(unit)s vẫn chưa xong việc “%(title)s”, hạn %(due)s."),
    ),
)
# state of remedial work: (tone, icon)
TONES = {
    Remedy.ASSIGNED: ("info", "assign"),
    Remedy.ACCEPTED: ("lam", "activity"),
    Remedy.DONE: ("decide", "sign"),
    Remedy.CONFIRMED: ("ok", "check"),
    Remedy.WITHDRAWN: ("nodata", "undo"),
}
STANDINGS = {
    Standing.NO_REPORT: (_("chưa có báo cáo"), "nodata", "none"),
    Standing.NOT_BEGUN: (_("chưa bắt đầu"), "nodata", "pause"),
    Standing.UNDER_WAY: (_("đang làm"), "lam", "activity"),
    Standing.STUCK: (_("vướng mắc"), "warn", "warn"),
    Standing.LATE: (_("trễ mốc"), "danger", "alarm"),
    Standing.DONE: (_("hoàn thành"), "ok", "check"),
}
BUTTONS = {
    Step.ACCEPT: _("Nhận việc"),
    Step.FINISH: _("Báo hoàn thành"),
    Step.GIVE_BACK: _("Trả lại để làm tiếp"),
    Step.CONFIRM: _("Xác nhận hoàn thành"),
    Step.EXTEND: _("Lùi hạn"),
    Step.WITHDRAW: _("Thu hồi việc"),
}
SECTIONS = {
    "III.1": _("III.1. Nhận thức, thể chế, lãnh đạo"),
    "III.2": _("III.2. Hạ tầng số, dữ liệu số"),
    "III.3": _("III.3. Nguồn nhân lực"),
    "III.4": _("III.4. Chính quyền số"),
    "III.5": _("III.5. Kinh tế số, xã hội số, đô thị thông minh"),
    "III.6": _("III.6. An toàn thông tin"),
    "III.7": _("III.7. Ngành, lĩnh vực ưu tiên"),
    "IV": _("IV. Tổ chức thực hiện"),
}


def section_name(section: str) -> str:
    """The heading of a part of the Resolution; IV's five clauses stand together."""
    return str(SECTIONS.get(section) or SECTIONS.get(section.partition(".")[0]) or section)
