"""The acts of people and access in plain words, for the audit log's screens."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "people.account.created": _("lập tài khoản"),
    "people.account.disabled": _("khoá tài khoản"),
    "people.account.enabled": _("mở lại tài khoản"),
    "people.account.unlocked": _("mở khoá đăng nhập"),
    "people.account.locked_out": _("khoá đăng nhập vì nhập sai nhiều lần"),
    "people.account.password_reset": _("đặt lại mật khẩu"),
    "people.account.second_factor_reset": _("bỏ xác thực hai lớp của tài khoản"),
    "people.account.confirmed": _("xác nhận tài khoản và quyền"),
    "people.account.linked": _("gắn tài khoản với cá nhân"),
    "people.person.recorded": _("ghi hồ sơ cá nhân"),
    "people.person.verified": _("xác thực danh tính"),
    "people.person.corrected": _("sửa hồ sơ cá nhân"),
    "people.person.merged": _("nhập chung hồ sơ cá nhân"),
    "people.enterprise.recorded": _("ghi doanh nghiệp, tổ chức"),
    "people.enterprise.closed": _("ghi doanh nghiệp chấm dứt hoạt động"),
    "people.household.recorded": _("ghi hộ gia đình"),
    "people.household.joined": _("ghi người vào hộ"),
    "people.household.left": _("ghi người rời hộ"),
    "access.role.granted": _("giao vai trò"),
    "access.token.issued": _("cấp thẻ máy"),
    "access.token.revoked": _("thu hồi thẻ máy"),
    "access.role.revoked": _("thu hồi vai trò"),
    "access.role.delegated": _("uỷ quyền vai trò"),
    "access.delegation.revoked": _("thu hồi uỷ quyền"),
}
