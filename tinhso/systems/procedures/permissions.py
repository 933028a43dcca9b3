"""Who may do what with dossiers."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

FILE = "procedures.dossier.file"
VIEW = "procedures.dossier.view"
RECEIVE = "procedures.dossier.receive"
RESOLVE = "procedures.dossier.resolve"
SIGN = "procedures.result.sign"
COUNT = "procedures.dossier.count"
ASSIGN = "procedures.dossier.assign"
APOLOGISE = "procedures.apology.send"
REVEAL = "procedures.dossier.reveal"

PERMISSIONS = (
    Permission(FILE, _("nộp hồ sơ trực tuyến cho mình")),
    Permission(VIEW, _("xem hồ sơ của cơ quan mình")),
    Permission(RECEIVE, _("tiếp nhận, từ chối, chuyển và trả hồ sơ tại bộ phận một cửa")),
    Permission(RESOLVE, _("thụ lý hồ sơ và dự thảo kết quả")),
    Permission(SIGN, _("ký và ban hành kết quả"), needs_step_up=True),
    Permission(COUNT, _("xem danh sách hồ sơ đứng sau số liệu")),
    Permission(ASSIGN, _("giao và đổi người thụ lý hồ sơ")),
    Permission(APOLOGISE, _("gửi thư xin lỗi và hẹn lại ngày trả kết quả")),
    Permission(REVEAL, _("xem đủ số định danh trong hồ sơ (có ghi lại)")),
)

ROLES = (
    Role("citizen", _("Người đã đăng nhập"), frozenset({FILE})),
    Role("desk_officer", _("Cán bộ một cửa"), frozenset({VIEW, RECEIVE, REVEAL})),
    Role("resolving_officer", _("Công chức thụ lý"), frozenset({VIEW, RESOLVE, REVEAL})),
    Role("office_head", _("Lãnh đạo phòng chuyên môn"), frozenset({VIEW, RESOLVE, ASSIGN, REVEAL, COUNT})),
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW, SIGN, COUNT, ASSIGN, APOLOGISE, REVEAL})),
    Role("provincial_leader", _("Lãnh đạo tỉnh"), frozenset({COUNT})),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({COUNT})),
)
