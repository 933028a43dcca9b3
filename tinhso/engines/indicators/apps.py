from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "tinhso.engines.indicators"
    label = "indicators"
    verbose_name = _("Chỉ tiêu và số liệu")

    def ready(self) -> None:
        from tinhso.engines.indicators import datasets, permissions, seeds, standing_measures
        from tinhso.engines.indicators.seeds import playing
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_loader, register_seed
        from tinhso.foundation.openness.registry import register_datasets

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(
            {
                "indicators.target.loaded": _("nạp chỉ tiêu nghị quyết"),
                "indicators.report.published": _("chốt báo cáo số liệu"),
                "indicators.entry.recorded": _("nhập số liệu"),
                "indicators.unit_of_measure.defined": _("lập đơn vị tính"),
                "indicators.measure.defined": _("lập số liệu cơ sở"),
                "indicators.measure.changed": _("sửa số liệu cơ sở"),
                "indicators.indicator.defined": _("lập chỉ số"),
                "indicators.scorecard.published": _("ban hành bảng trọng số"),
                "indicators.scorecard.assessed": _("tự chấm điểm theo bảng trọng số"),
                "indicators.indicator.versioned": _("lập phiên bản chỉ số"),
            }
        )
        register_loader("targets", seeds.load_targets)
        register_seed(10, "targets", seeds.play_targets)
        register_seed(890, "entries", playing.play_entries)
        register_seed(900, "figures", seeds.play_figures)
        standing_measures.register()
        register_datasets(datasets.DATASETS)
