from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutsideConfig(AppConfig):
    """No tables: here only for its words."""

    name = "tinhso.foundation.outside"
    label = "outside"
    verbose_name = _("Hỏi máy chủ bên ngoài")
