from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class PreferenceForm(forms.Form):
    """How a person wants to be told."""

    language = forms.ChoiceField(label=_("Ngôn ngữ của thông báo"), choices=settings.LANGUAGES)
    wants_email = forms.BooleanField(label=_("Gửi cả thư điện tử"), required=False)
    wants_sms = forms.BooleanField(label=_("Gửi cả tin nhắn SMS"), required=False)
