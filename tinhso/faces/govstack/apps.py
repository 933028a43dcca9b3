from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovStackFaceConfig(AppConfig):
    name = "tinhso.faces.govstack"
    label = "govstack_face"
    verbose_name = _("Giao diện GovStack")
