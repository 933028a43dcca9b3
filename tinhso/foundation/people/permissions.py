"""What people guards: accounts, and the records of persons."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

MANAGE_ACCOUNTS = "people.accounts.manage"
RESET_ACCOUNTS = "people.accounts.reset"
VIEW_PERSONS = "people.persons.view"
VERIFY_PERSONS = "people.persons.verify"
CORRECT_PERSONS = "people.persons.correct"
MANAGE_ENTERPRISES = "people.enterprises.manage"
MANAGE_HOUSEHOLDS = "people.households.manage"

PERMISSIONS = (
    Permission(MANAGE_ACCOUNTS, _("lập, khoá và mở tài khoản")),
    Permission(RESET_ACCOUNTS, _("đặt lại mật khẩu và xác thực hai lớp của người khác"), needs_step_up=True),
    Permission(VIEW_PERSONS, _("tra cứu thông tin cá nhân trên địa bàn")),
    Permission(VERIFY_PERSONS, _("xác thực danh tính người dân tại quầy")),
    Permission(CORRECT_PERSONS, _("sửa và nhập chung hồ sơ cá nhân")),
    Permission(MANAGE_ENTERPRISES, _("ghi thông tin doanh nghiệp, tổ chức")),
    Permission(MANAGE_HOUSEHOLDS, _("ghi thông tin hộ gia đình")),
)

ROLES = (
    Role("administrator", _("Quản trị hệ thống"), frozenset({MANAGE_ACCOUNTS, RESET_ACCOUNTS}), reaches_below=True),
    Role(
        "desk_officer",
        _("Cán bộ một cửa"),
        frozenset({VIEW_PERSONS, VERIFY_PERSONS, MANAGE_ENTERPRISES, MANAGE_HOUSEHOLDS}),
    ),
    Role("resolving_officer", _("Công chức thụ lý"), frozenset({VIEW_PERSONS, CORRECT_PERSONS, MANAGE_HOUSEHOLDS})),
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW_PERSONS, CORRECT_PERSONS})),
)
