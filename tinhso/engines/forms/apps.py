from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FormsConfig(AppConfig):
    name = "tinhso.engines.forms"
    label = "forms"
    verbose_name = _("Biểu mẫu điện tử")

    def ready(self) -> None:
        from tinhso.engines.forms import permissions
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(
            {
                "forms.form.drafted": _("soạn phiên bản biểu mẫu"),
                "forms.form.published": _("công bố biểu mẫu"),
            }
        )
