"""A new source, as it is entered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.systems.opendata.harvest.models import Source


class SourceForm(forms.Form):
    title = forms.CharField(label=_("Tên nguồn"), max_length=200)
    code = forms.SlugField(
        label=_("Mã nguồn"),
        max_length=29,
        help_text=_("Chữ thường không dấu, chữ số, gạch nối. Đứng đầu tên máy của các bộ dữ liệu."),
    )
    kind = forms.ChoiceField(label=_("Loại"), choices=Source.Kind.choices)
    url = forms.CharField(
        label=_("Địa chỉ"),
        max_length=500,
        help_text=_("Cổng CKAN: trang chủ của cổng. DCAT: tài liệu RDF. CSV: danh sách, mỗi dòng một bộ dữ liệu."),
    )
    every_hours = forms.IntegerField(label=_("Đọc lại sau (giờ)"), min_value=1, max_value=8760, initial=24)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
