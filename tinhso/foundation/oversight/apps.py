from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "tinhso.foundation.oversight"
    label = "oversight"
    verbose_name = _("Giám sát vận hành")

    def ready(self) -> None:
        from tinhso.foundation.access import registry as access_registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs import registry
        from tinhso.foundation.oversight import checks, permissions

        access_registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            access_registry.register_role(role)
        registry.register_check("events", checks.events_flow)
        registry.register_check("set-aside", checks.nothing_set_aside)
        registry.register_check("worker", checks.worker_lives)
        registry.register_check("jobs", checks.no_failed_jobs)
        registry.register_check("audit", checks.log_is_sound)
        register_acts(
            {
                "oversight.event.retried": _("cho xử lý lại sự kiện bị gác lại"),
                "oversight.event.closed": _("đóng sự kiện bị gác lại mà không xử lý"),
                "oversight.log.check_asked": _("yêu cầu kiểm tra toàn vẹn nhật ký"),
                "oversight.log.exported": _("xuất nhật ký ra tệp"),
                "oversight.log.checked": _("kiểm tra xong toàn vẹn nhật ký"),
            }
        )
