"""Forms of units of measure, measures and indicators. They parse; the acts decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.models import Dimension, MeasureDefinition, Target, UnitOfMeasure
from tinhso.faces.admin.forms_units import day_field
from tinhso.foundation.orgs.models import UnitKind
from tinhso.foundation.text import number_words, numbers
from tinhso.foundation.text.forms import LineField

CODE_HELP = _("Chữ không dấu, số, dấu chấm, gạch. Mã không đổi và không dùng lại.")


class NumberField(forms.CharField):
    """A number as Vietnamese write it; what may be read in two ways is refused."""

    def clean(self, value: Any) -> Any:
        try:
            return numbers.read(str(super().clean(value)))
        except numbers.NotANumber as wrong:
            raise forms.ValidationError(number_words.sentence(wrong.reason, wrong.text)) from None


class UnitForm(forms.Form):
    """A unit of measure."""

    code = LineField(label=_("Mã"), max_length=40, help_text=CODE_HELP)
    name = LineField(label=_("Tên"), max_length=80)
    dimension = forms.ChoiceField(label=_("Loại đại lượng"), choices=Dimension.choices)
    scale = NumberField(
        label=_("Bằng bao nhiêu đơn vị gốc"),
        initial="1",
        help_text=_("Ví dụ triệu đồng là 1.000.000 đồng. Công thức không cộng hai đơn vị khác mức quy đổi."),
    )


class MeasureForm(forms.Form):
    """A measure that people or files tell."""

    code = LineField(label=_("Mã"), max_length=80, help_text=CODE_HELP)
    name = LineField(label=_("Tên"), max_length=300)
    sentence = forms.CharField(
        label=_("Định nghĩa trong một câu"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("Tính gì, không tính gì, vào lúc nào."),
    )
    unit_of_measure = forms.ModelChoiceField(label=_("Đơn vị tính"), queryset=UnitOfMeasure.objects.all())
    kind = forms.ChoiceField(label=_("Loại số"), choices=MeasureDefinition.Kind.choices)
    over_units = forms.ChoiceField(label=_("Gộp theo đơn vị"), choices=MeasureDefinition.OverUnits.choices)
    over_time = forms.ChoiceField(label=_("Gộp theo thời gian"), choices=MeasureDefinition.OverTime.choices)
    frequency = forms.ChoiceField(label=_("Kỳ số liệu"), choices=MeasureDefinition.Frequency.choices, initial="month")
    unit_kinds = forms.MultipleChoiceField(
        label=_("Đơn vị nào báo cáo"),
        choices=UnitKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Để trống: mọi loại đơn vị."),
    )
    part_of = forms.ModelChoiceField(
        label=_("Là một phần của"),
        queryset=MeasureDefinition.objects.told(),
        required=False,
        help_text=_("Tử số không bao giờ lớn hơn tổng của nó trong cùng kỳ, cùng đơn vị."),
    )
    may_be_negative = forms.BooleanField(label=_("Được âm"), required=False)
    basis = LineField(label=_("Căn cứ"), max_length=300, required=False)


class MeasureChangeForm(MeasureForm):
    """The same without the code, and with the day it ends."""

    code = None  # type: ignore[assignment]
    valid_to = forms.DateField(
        label=_("Dùng đến trước ngày"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )


class IndicatorForm(forms.Form):
    """An indicator: a formula over measures and indicators."""

    code = LineField(label=_("Mã"), max_length=80, help_text=CODE_HELP)
    name = LineField(label=_("Tên"), max_length=300)
    formula = forms.CharField(
        label=_("Công thức"),
        max_length=2000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_(
            "Mã viết trong ngoặc nhọn, ví dụ 100*{tu_so}/{mau_so}. Dùng được + - * / ( ), round, coalesce, min, max, "
            "abs. Số được cộng trước, chia sau cùng; chia cho 0 hoặc thiếu số thì chưa có kết quả."
        ),
    )
    unit_of_measure = forms.ModelChoiceField(label=_("Đơn vị tính"), queryset=UnitOfMeasure.objects.all())
    targets = forms.MultipleChoiceField(label=_("Trả lời chỉ tiêu"), required=False)
    note = forms.CharField(
        label=_("Cần biết khi dùng"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = Target.objects.values_list("code", "name")
        self.fields["targets"].choices = [(code, f"{code} {name}"[:120]) for code, name in listed]  # type: ignore[attr-defined]


class IndicatorVersionForm(IndicatorForm):
    """A new version: from which day, and why."""

    code = None  # type: ignore[assignment]
    valid_from = day_field(_("Áp dụng từ ngày"))
    reason = LineField(label=_("Lý do lập phiên bản mới"), max_length=300)
