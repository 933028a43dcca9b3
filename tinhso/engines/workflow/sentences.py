"""The faults of a process as sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.engines.workflow.rules import Problem

PROBLEMS = {
    "malformed": gettext_lazy("Quy trình không đúng khuôn (%(where)s)."),
    "no_start": gettext_lazy("Không có bước bắt đầu “%(step)s”."),
    "lost_way": gettext_lazy("Bước “%(step)s”: lối “%(way)s” dẫn đến bước “%(to)s” không có."),
    "lost_branch": gettext_lazy("Bước “%(step)s” mở nhánh đến bước “%(to)s” không có."),
    "lost_join": gettext_lazy("Bước “%(step)s” gom nhánh của bước “%(to)s” không có."),
    "no_step_permission": gettext_lazy("Bước “%(step)s” chưa nói ai làm."),
    "no_place": gettext_lazy("Bước “%(step)s” chưa nói làm ở nơi nào."),
    "no_title": gettext_lazy("Bước “%(step)s” chưa có tên."),
    "end_goes_on": gettext_lazy("Bước kết thúc “%(step)s” vẫn còn lối đi tiếp."),
    "no_hours": gettext_lazy("Bước “%(step)s” chưa có số giờ."),
    "no_way_title": gettext_lazy("Bước “%(step)s”: lối “%(way)s” chưa có tên."),
    "no_permission": gettext_lazy("Bước “%(step)s”: lối “%(way)s” chưa nói ai được làm."),
    "unknown_permission": gettext_lazy("Bước “%(step)s”: lối “%(way)s” cần quyền “%(permission)s” không có."),
    "dead": gettext_lazy("Không lối nào dẫn đến bước “%(step)s”."),
    "endless": gettext_lazy("Từ bước “%(step)s” không thể kết thúc."),
    "loop": gettext_lazy("Có vòng lặp qua bước “%(step)s” mà không lối nào được đánh dấu là quay lại."),
    "fork_without_join": gettext_lazy("Bước “%(step)s” mở nhánh nhưng các nhánh không gặp lại ở đúng một bước gom."),
    "join_without_fork": gettext_lazy("Bước gom “%(step)s” không gom nhánh của bước nào."),
    "one_branch": gettext_lazy("Bước “%(step)s” cần ít nhất hai nhánh."),
    "branch_twice": gettext_lazy("Bước “%(step)s” mở một nhánh hai lần."),
    "all_optional": gettext_lazy("Bước “%(step)s” cần ít nhất một nhánh phải chờ."),
    "join_ways": gettext_lazy("Bước gom “%(step)s” phải có đúng một lối đi tiếp."),
    "both": gettext_lazy("Bước “%(step)s” không thể vừa mở nhánh vừa gom nhánh."),
    "empty_branch": gettext_lazy("Một nhánh của bước “%(fork)s” không có việc nào."),
    "branch_leaves": gettext_lazy("Bước “%(step)s” ra khỏi nhánh của “%(fork)s” mà không qua bước gom."),
    "branches_mix": gettext_lazy("Bước “%(step)s” nằm trong hai nhánh của “%(fork)s”."),
    "into_block": gettext_lazy("Bước “%(step)s”: lối “%(way)s” đi thẳng vào giữa các nhánh của “%(fork)s”."),
    "too_long": gettext_lazy(
        "Đường dài nhất cần %(hours)s giờ làm việc (%(steps)s), quá thời hạn %(term)s giờ theo luật."
    ),
}


def sentence(problem: Problem) -> str:
    """What an administrator reads."""
    return str(PROBLEMS[problem.kind]) % problem.names


def all_of(problems: list[Problem]) -> str:
    return _("Chưa công bố được quy trình: %(problems)s") % {"problems": " ".join(map(sentence, problems))}
