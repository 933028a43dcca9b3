"""The faults of a process as sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.engines.workflow.rules import Problem

PROBLEMS = {
    "malformed": gettext_lazy("Quy trình không đúng khuôn (%(where)s)."),
    "no_start": gettext_lazy("Không có bước bắt đầu “%(step)s”."),
    "lost_way": gettext_lazy("Bước “%(step)s”: lối “%(way)s” dẫn đến bước “%(to)s” không có."),
    "no_title": gettext_lazy("Bước “%(step)s” chưa có tên."),
    "end_goes_on": gettext_lazy("Bước kết thúc “%(step)s” vẫn còn lối đi tiếp."),
    "no_hours": gettext_lazy("Bước “%(step)s” chưa có số giờ."),
    "no_way_title": gettext_lazy("Bước “%(step)s”: lối “%(way)s” chưa có tên."),
    "no_permission": gettext_lazy("Bước “%(step)s”: lối “%(way)s” chưa nói ai được làm."),
    "unknown_permission": gettext_lazy("Bước “%(step)s”: lối “%(way)s” cần quyền “%(permission)s” không có."),
    "dead": gettext_lazy("Không lối nào dẫn đến bước “%(step)s”."),
    "endless": gettext_lazy("Từ bước “%(step)s” không thể kết thúc."),
    "loop": gettext_lazy("Có vòng lặp qua bước “%(step)s” mà không lối nào được đánh dấu là quay lại."),
    "too_long": gettext_lazy("Đường dài nhất cần %(hours)s giờ làm việc, quá thời hạn %(term)s giờ theo luật."),
}


def sentence(problem: Problem) -> str:
    """What an administrator reads."""
    return str(PROBLEMS[problem.kind]) % problem.names


def all_of(problems: list[Problem]) -> str:
    return _("Chưa công bố được quy trình: %(problems)s") % {"problems": " ".join(map(sentence, problems))}
