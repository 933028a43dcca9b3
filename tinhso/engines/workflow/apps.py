from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "tinhso.engines.workflow"
    label = "workflow"
    verbose_name = _("Quy trình xử lý")

    def ready(self) -> None:
        from tinhso.engines.workflow import permissions
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(
            {
                "workflow.process.drafted": _("soạn phiên bản quy trình"),
                "workflow.process.published": _("công bố quy trình"),
            }
        )
