from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PerformanceConfig(AppConfig):
    name = "tinhso.systems.procedures.performance"
    label = "procedures_performance"
    verbose_name = _("Kết quả giải quyết thủ tục hành chính")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_loader, register_seed
        from tinhso.foundation.openness.registry import register_datasets
        from tinhso.foundation.ui import nav
        from tinhso.systems.procedures.performance import around, datasets, measures, permissions, services, sources

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts({"procedures.points.published": _("ban hành bảng điểm bộ chỉ số")})
        register_loader("points", services.load_points)
        register_seed(25, "points", services.seed_points)
        sources.register()
        around.register()
        measures.register()
        nav.register(
            "command",
            [
                nav.Entry("performance:statistics", _("Giải quyết hồ sơ"), "chart", permissions.VIEW, 20),
                nav.Entry("performance:forecast", _("Nguy cơ trễ"), "hourglass", permissions.VIEW, 21),
                nav.Entry("performance:index", _("Bộ chỉ số 766"), "star", permissions.VIEW, 22),
            ],
        )
        nav.register("portal", [nav.Entry("performance:public", _("Kết quả giải quyết"), "chart", order=35)])
        register_datasets(datasets.DATASETS)
