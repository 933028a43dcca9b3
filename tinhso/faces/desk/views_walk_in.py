"""Recording a dossier brought to the desk, by keyboard in under a minute."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from tinhso.faces.desk.views import actor_of
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.services.persons import record_person
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.rules import normalise
from tinhso.systems.procedures import permissions, selectors, services
from tinhso.systems.procedures.models import Channel, ProcedureVersion


class WalkInForm(forms.Form):
    """What the desk must know: the procedure, who applies, and what the paper says in short."""

    procedure = forms.ModelChoiceField(
        ProcedureVersion.objects.none(),
        label=_("Thủ tục"),
        empty_label=_("Chọn thủ tục"),
        to_field_name="code",
        error_messages={"required": _("Hãy chọn thủ tục."), "invalid_choice": _("Hãy chọn thủ tục trong danh sách.")},
    )
    channel = forms.ChoiceField(
        label=_("Cách nộp"),
        choices=[(Channel.DESK, Channel.DESK.label), (Channel.POST, Channel.POST.label)],
        initial=Channel.DESK,
    )
    personal_number = forms.CharField(
        label=_("Số định danh cá nhân"),
        help_text=_("12 chữ số trên thẻ căn cước"),
        max_length=12,
        validators=[RegexValidator(r"^\d{12}$", _("Số định danh cá nhân gồm đúng 12 chữ số."))],
        error_messages={"required": _("Hãy nhập số định danh cá nhân.")},
    )
    full_name = forms.CharField(
        label=_("Họ, chữ đệm, tên"), max_length=120, error_messages={"required": _("Hãy nhập họ tên người nộp.")}
    )
    phone = forms.CharField(
        label=_("Điện thoại"),
        max_length=15,
        required=False,
        validators=[RegexValidator(r"^0\d{9,10}$", _("Số điện thoại bắt đầu bằng 0 và có 10 hoặc 11 chữ số."))],
    )
    note = forms.CharField(
        label=_("Ghi chú về hồ sơ giấy"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procedure"].queryset = selectors.catalogue()  # type: ignore[attr-defined]
        self.fields["procedure"].label_from_instance = lambda one: one.plain_name  # type: ignore[attr-defined]

    def clean_full_name(self) -> str:
        return normalise(self.cleaned_data["full_name"])


@permitted(permissions.RECEIVE)
def walk_in(request: HttpRequest) -> HttpResponse:
    """One page: save it and the dossier is received, its receipt ready to print."""
    form = WalkInForm(request.POST or None)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            dossier = _record(request, form.cleaned_data)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
        else:
            messages.success(request, _("Đã tiếp nhận hồ sơ %(code)s. Hãy in giấy tiếp nhận.") % {"code": dossier.code})
            return redirect("desk:dossier", dossier.pk)
    return render(request, "desk/walk_in.html", {"form": form, "error": error}, status=409 if error else 200)


def _record(request: HttpRequest, cleaned: dict[str, Any]) -> Any:
    actor = actor_of(request)
    desk = Unit.objects.filter(
        pk__in=[grant.unit_id for grant in actor.grants if grant.role == "desk_officer"], kind=UnitKind.SERVICE_CENTRE
    ).first()
    if desk is None:
        raise access.Denied(_("Bạn không làm việc tại bộ phận một cửa nào."))
    person = record_person(
        actor,
        personal_number=cleaned["personal_number"],
        full_name=cleaned["full_name"],
        phone=cleaned["phone"],
        unit=desk,
        source=str(_("tiếp nhận tại quầy")),
    )
    data = {"ghi_chu": cleaned["note"]} if cleaned["note"] else {}
    return services.record_walk_in(
        actor=actor, version=cleaned["procedure"], desk=desk, person=person, data=data, channel=cleaned["channel"]
    )
