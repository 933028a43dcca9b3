"""Forms of the accounts and roles pages. They parse; the acts decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.db import Fold
from tinhso.foundation.text.rules import fold, normalise


class UnitField(forms.CharField):
    """A unit of today by its code, or by a name that fits only one; works without scripts."""

    def clean(self, value: Any) -> Any:
        text = normalise(str(super().clean(value) or ""))
        if not text:
            return None
        units = Unit.objects.as_of(timezone.localdate())
        exact = units.filter(code=text).first()
        if exact is not None:
            return exact
        named = list(units.annotate(bare=Fold("name")).filter(bare__contains=fold(text)).order_by("path")[:6])
        same = [unit for unit in named if fold(unit.name) == fold(text)]
        if len(same) == 1 or len(named) == 1:
            return (same or named)[0]
        if not named:
            raise forms.ValidationError(_("Không có đơn vị nào mang mã hoặc tên này."))
        choices = "; ".join(f"{unit.name} ({unit.code})" for unit in named)
        raise forms.ValidationError(_("Nhiều đơn vị trùng tên. Hãy nhập mã: %(choices)s"), params={"choices": choices})


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
