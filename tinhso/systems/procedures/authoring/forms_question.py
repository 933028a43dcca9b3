"""Forms of the page that writes an electronic form: its pages, its questions, a workbook to take it from."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.engines.forms.layout import OTHER
from tinhso.foundation.concepts import concepts
from tinhso.foundation.text.rules import fold, normalise
from tinhso.systems.procedures import hooks
from tinhso.systems.procedures.authoring.forms import LinesField

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
TYPE_NAMES = {
    "text": gettext_lazy("Một dòng chữ"),
    "textarea": gettext_lazy("Nhiều dòng chữ"),
    "select": gettext_lazy("Chọn một"),
    "multiselect": gettext_lazy("Chọn nhiều"),
    "date": gettext_lazy("Ngày"),
    "integer": gettext_lazy("Số nguyên"),
    "number": gettext_lazy("Số"),
    "money": gettext_lazy("Số tiền"),
    "bool": gettext_lazy("Ô đánh dấu"),
    "id12": gettext_lazy("Số định danh 12 chữ số"),
    "phone": gettext_lazy("Số điện thoại"),
    "email": gettext_lazy("Thư điện tử"),
    "address": gettext_lazy("Địa chỉ"),
    "file": gettext_lazy("Tệp đính kèm"),
}
ASKED_OF_A_QUESTION = (
    *("name", "type", "label", "help", "required", "options"),
    *("prefill", "concept", "of_kind", "about"),
)
PREFILLS = (
    ("", gettext_lazy("Không điền sẵn")),
    ("identity.full_name", gettext_lazy("Họ và tên")),
    ("identity.personal_number", gettext_lazy("Số định danh")),
    ("identity.born_on", gettext_lazy("Ngày sinh")),
    ("identity.sex", gettext_lazy("Giới tính")),
    ("identity.phone", gettext_lazy("Số điện thoại")),
    ("identity.email", gettext_lazy("Thư điện tử")),
    ("identity.address", gettext_lazy("Địa chỉ")),
)
ABOUT = (
    ("", gettext_lazy("người nộp hồ sơ")),
    (OTHER, gettext_lazy("người, tổ chức khác, hoặc điều xin mới")),
)


def _concepts() -> list[tuple[str, Any]]:
    """The shared vocabulary as choices, group by group."""
    grouped = groupby(concepts().values(), key=lambda one: one.group)
    return [("", "—"), *((group, [(one.code, one.label) for one in found]) for group, found in grouped)]


class QuestionForm(forms.Form):
    """One question of the form."""

    label = forms.CharField(label=gettext_lazy("Câu hỏi"), max_length=300)
    name = forms.CharField(
        label=gettext_lazy("Tên ô"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Chữ thường không dấu, số, gạch dưới; để trống thì lấy từ câu hỏi."),
    )
    type = forms.ChoiceField(label=gettext_lazy("Kiểu"), choices=list(TYPE_NAMES.items()))
    required = forms.BooleanField(label=gettext_lazy("Bắt buộc trả lời"), required=False)
    help = forms.CharField(label=gettext_lazy("Gợi ý dưới câu hỏi"), max_length=500, required=False)
    options = LinesField(label=gettext_lazy("Các lựa chọn"), help_text=gettext_lazy("Mỗi lựa chọn một dòng."))
    when_field = forms.ChoiceField(label=gettext_lazy("Chỉ hỏi khi ô"), required=False)
    when_value = forms.CharField(
        label=gettext_lazy("có câu trả lời"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Để trống: chỉ cần đã trả lời."),
    )
    concept = forms.ChoiceField(
        label=gettext_lazy("Khái niệm dùng chung"),
        required=False,
        help_text=gettext_lazy("Điều tỉnh đã có thì được điền sẵn từ cơ sở dữ liệu giữ nó, không hỏi lại."),
    )
    of_kind = forms.CharField(
        label=gettext_lazy("Loại giấy tờ"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Chỉ khi khái niệm là của một giấy tờ; ghi đúng tên loại trong cơ sở dữ liệu giấy tờ."),
    )
    about = forms.ChoiceField(label=gettext_lazy("Hỏi về"), choices=ABOUT, required=False)
    prefill = forms.ChoiceField(label=gettext_lazy("Điền sẵn từ tài khoản"), choices=PREFILLS, required=False)

    def __init__(self, *args: Any, before: list[tuple[str, str]], known: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        when = self.fields["when_field"]
        assert isinstance(when, forms.ChoiceField)
        when.choices = [("", _("Luôn hỏi")), *before]
        source = self.fields["prefill"]
        assert isinstance(source, forms.ChoiceField)
        source.choices = [*PREFILLS, *(choice for offer in hooks.PREFILLS for choice in offer())]
        fact = self.fields["concept"]
        assert isinstance(fact, forms.ChoiceField)
        fact.choices = _concepts()
        if known:
            del self.fields["name"], self.fields["type"]

    def clean_name(self) -> str:
        """The name given, or one made of the question's first words."""
        given = self.cleaned_data.get("name") or "_".join(fold(self.cleaned_data.get("label", "")).split()[:5])
        name = re.sub(r"[^a-z0-9_]", "", given.lower())[:40].strip("_")
        if not NAME.fullmatch(name):
            raise forms.ValidationError(_("Hãy đặt tên ô bắt đầu bằng chữ cái thường không dấu."))
        return name

    def raw(self) -> dict[str, Any]:
        """The question as the engine composes it."""
        clean = self.cleaned_data
        when: Any = ""
        if clean.get("when_field"):
            value = normalise(clean.get("when_value", ""))
            when = {"field": clean["when_field"], "equals": value} if value else clean["when_field"]
        kept = {name: clean.get(name) for name in ASKED_OF_A_QUESTION}
        return {**{name: value for name, value in kept.items() if value}, "label": clean["label"], "when": when}


class WorkbookForm(forms.Form):
    """An XLSForm workbook to take the whole form from."""

    workbook = forms.FileField(
        label=gettext_lazy("Bảng tính XLSForm (.xlsx)"),
        max_length=200,
        help_text=gettext_lazy("Trang survey, choices, settings; thay toàn bộ biểu mẫu đang soạn."),
    )


class PageForm(forms.Form):
    """A page of the form."""

    title = forms.CharField(label=gettext_lazy("Tiêu đề trang"), max_length=200)
    intro = forms.CharField(label=gettext_lazy("Lời dẫn"), max_length=1000, required=False)
