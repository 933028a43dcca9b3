from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "tinhso.engines.workflow"
    label = "workflow"
    verbose_name = _("Quy trình xử lý")

    def ready(self) -> None:
        from tinhso.engines.workflow import passing, permissions
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.orgs.heirs import register_heir

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_heir("workflow", _("việc đang xử lý"), pass_on=passing.pass_on, count=passing.count)
        register_acts(
            {
                "workflow.process.drafted": _("soạn phiên bản quy trình"),
                "workflow.process.published": _("công bố quy trình"),
            }
        )
