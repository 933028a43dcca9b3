"""Who may do what around and after a dossier."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

TALK = "afterwards.message.send"
ANSWER = "afterwards.message.answer"
RATE = "afterwards.dossier.rate"
COMPLAIN = "afterwards.feedback.send"
HANDLE = "afterwards.feedback.handle"
OWN = "afterwards.own.manage"
CONFIRM = "afterwards.power.confirm"

PERMISSIONS = (
    Permission(TALK, _("trao đổi về hồ sơ của mình")),
    Permission(ANSWER, _("trao đổi với người nộp hồ sơ")),
    Permission(RATE, _("đánh giá hồ sơ đã xong")),
    Permission(COMPLAIN, _("gửi phản ánh, kiến nghị")),
    Permission(HANDLE, _("xử lý phản ánh, kiến nghị")),
    Permission(OWN, _("quản lý giấy tờ, việc làm thay, người cùng nộp và cách nhận kết quả của mình")),
    Permission(CONFIRM, _("xác nhận quyền làm thay và người cùng nộp tại quầy")),
)

ROLES = (
    Role("public", _("Mọi người"), frozenset({RATE, COMPLAIN}), implicit=True),
    Role("citizen", _("Người đã đăng nhập"), frozenset({TALK, OWN})),
    Role("desk_officer", _("Cán bộ một cửa"), frozenset({ANSWER, HANDLE, CONFIRM})),
    Role("resolving_officer", _("Công chức thụ lý"), frozenset({ANSWER})),
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({ANSWER, HANDLE})),
)
