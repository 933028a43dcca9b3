from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DataConfig(AppConfig):
    name = "tinhso.faces.data"
    label = "data"
    verbose_name = _("Cổng dữ liệu mở")
