"""Forms of the accounts and roles pages. They parse; the acts decide."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.orgs.forms import UnitField
from tinhso.foundation.people.models import Account


def _role_choices() -> list[tuple[str, str]]:
    return [(code, str(role.name)) for code, role in ROLES.items() if not role.implicit]


class RoleForm(forms.Form):
    """A role at a unit, from when to when, by which document."""

    role = forms.ChoiceField(label=_("Vai trò"), choices=_role_choices)
    unit = UnitField(label=_("Đơn vị"), help_text=_("Mã hoặc tên đơn vị, gõ không dấu cũng được."), max_length=200)
    valid_from = forms.DateField(label=_("Từ ngày"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_to = forms.DateField(
        label=_("Đến ngày (không tính ngày này)"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    document = forms.CharField(label=_("Văn bản giao nhiệm vụ"), max_length=200)


class AccountForm(forms.Form):
    """A new officer's account."""

    full_name = forms.CharField(label=_("Họ, chữ đệm, tên"), max_length=120)
    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=150,
        help_text=_("Chữ thường không dấu, chữ số và các dấu . _ - @"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("Thư điện tử"), required=False)
    kind = forms.ChoiceField(
        label=_("Loại tài khoản"),
        choices=[(Account.Kind.OFFICER, _("cán bộ")), (Account.Kind.SERVICE, _("dịch vụ máy"))],
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Lý do"), max_length=300)


class EndForm(forms.Form):
    """When a role ends, and why."""

    valid_to = forms.DateField(
        label=_("Kết thúc từ ngày (không tính ngày này)"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=_("Lý do"), max_length=300)
