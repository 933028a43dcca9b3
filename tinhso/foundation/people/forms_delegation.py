"""The form that lends a role."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.people.models import Account


class DelegationForm(forms.Form):
    """To whom, which of one's own roles, from when to when, by which document."""

    assignment = forms.ModelChoiceField(RoleAssignment.objects.none(), label=_("Vai trò của bạn"))
    receiver = forms.CharField(label=_("Tên đăng nhập của người nhận"), max_length=150)
    valid_from = forms.DateField(label=_("Từ ngày"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_to = forms.DateField(
        label=_("Đến ngày (không tính ngày này)"), widget=forms.DateInput(attrs={"type": "date"})
    )
    document = forms.CharField(label=_("Văn bản uỷ quyền"), max_length=200)

    def __init__(self, *args: Any, giver_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["assignment"]
        field.queryset = (
            RoleAssignment.objects.as_of(timezone.localdate()).filter(account_id=giver_id).select_related("unit")
        )
        field.label_from_instance = lambda row: f"{ROLES[row.role].name} · {row.unit.name}"

    def clean_receiver(self) -> Account:
        name = str(self.cleaned_data["receiver"]).strip().lower()
        account = Account.objects.filter(username=name, kind=Account.Kind.OFFICER, is_active=True).first()
        if account is None:
            raise forms.ValidationError(_("Không có cán bộ nào đang hoạt động với tên đăng nhập này."))
        return account

    def cleaned_act(self) -> dict[str, Any]:
        """The keywords of access.services.delegate."""
        data = self.cleaned_data
        row: RoleAssignment = data["assignment"]
        return {
            "receiver": data["receiver"],
            "role": row.role,
            "unit": row.unit,
            "valid_from": data["valid_from"],
            "valid_to": data["valid_to"],
            "document": data["document"],
        }
