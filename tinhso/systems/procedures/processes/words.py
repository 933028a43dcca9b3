"""Acts as the log's readers see them."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "procedures.opinion.asked": _("lấy ý kiến phối hợp"),
    "procedures.opinion.answered": _("trả lời ý kiến phối hợp"),
    "procedures.opinion.withdrawn": _("rút câu hỏi phối hợp"),
    "procedures.branch.moved": _("xử lý phần việc song song"),
    "procedures.version.process_set": _("gán quy trình nội bộ cho thủ tục"),
}
