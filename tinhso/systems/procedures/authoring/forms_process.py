"""Forms of the page that draws a process: its steps and the ways out of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tinhso.foundation.access.registry import PERMISSIONS
from tinhso.systems.procedures.authoring.words import PLACES


class StepForm(forms.Form):
    """One step of the process."""

    title = forms.CharField(label=gettext_lazy("Tên bước"), max_length=200)
    place = forms.ChoiceField(label=gettext_lazy("Làm ở"), choices=list(PLACES.items()))
    permission = forms.ChoiceField(label=gettext_lazy("Ai làm"))
    hours = forms.FloatField(label=gettext_lazy("Số giờ làm việc"), min_value=0, max_value=5000, localize=True)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        who = self.fields["permission"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = [
            (code, str(PERMISSIONS[code].sentence).capitalize())
            for code in sorted(PERMISSIONS)
            if code.startswith(("procedures.dossier.", "procedures.result.", "workflow."))
        ]


class WayForm(forms.Form):
    """One way out of a step."""

    code = forms.SlugField(label=gettext_lazy("Mã lối"), max_length=40)
    title = forms.CharField(label=gettext_lazy("Tên lối (chữ trên nút)"), max_length=120)
    to = forms.ChoiceField(label=gettext_lazy("Đến bước"))
    back = forms.BooleanField(label=gettext_lazy("Quay lại bước trước"), required=False)
    needs_note = forms.BooleanField(label=gettext_lazy("Phải ghi lý do"), required=False)

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = steps
