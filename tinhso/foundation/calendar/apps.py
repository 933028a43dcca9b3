from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarConfig(AppConfig):
    name = "tinhso.foundation.calendar"
    label = "calendar"
    verbose_name = _("Lịch làm việc")

    def ready(self) -> None:
        from tinhso.foundation.access import registry as access_registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.calendar import bench, datasets, heirs, permissions, seeds
        from tinhso.foundation.jobs.registry import register_bench
        from tinhso.foundation.openness.registry import register_datasets
        from tinhso.foundation.orgs.heirs import register_heir
        from tinhso.foundation.orgs.seeds import register_province_part

        access_registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            access_registry.register_role(role)
        register_province_part("calendar", seeds.load)
        register_bench("calendar", bench.bench)
        register_heir("calendar", _("giờ làm việc, ngày nghỉ riêng"), pass_on=heirs.pass_on, count=heirs.count)
        register_acts(
            {
                "calendar.hours.set": _("đặt giờ làm việc"),
                "calendar.override.set": _("đặt ngày nghỉ hoặc ngày làm việc khác quy định"),
                "calendar.override.withdrawn": _("bãi bỏ ngày khác quy định"),
            }
        )
        register_datasets(datasets.DATASETS)
