from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgsConfig(AppConfig):
    name = "tinhso.foundation.orgs"
    label = "orgs"
    verbose_name = _("Đơn vị")

    def ready(self) -> None:
        from tinhso.foundation.access import registry as access_registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_loader
        from tinhso.foundation.openness.registry import register_datasets
        from tinhso.foundation.orgs import datasets, heirs, permissions
        from tinhso.foundation.orgs.seeds import load_province

        access_registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            access_registry.register_role(role)
        register_loader("province", load_province)
        # numbering knows nobody, so its series are passed on from here.
        heirs.register_heir("numbering", _("sổ đánh số"), pass_on=heirs.pass_on_series, count=heirs.count_series)
        register_acts(
            {
                "orgs.province.loaded": _("nạp dữ liệu đơn vị của tỉnh"),
                "orgs.unit.created": _("lập đơn vị"),
                "orgs.unit.renamed": _("đổi tên đơn vị"),
                "orgs.unit.moved": _("chuyển đơn vị sang cấp trên khác"),
                "orgs.unit.dissolved": _("ghi việc sáp nhập, chia hoặc giải thể đơn vị"),
                "orgs.unit.handed_over": _("bàn giao cán bộ và việc của đơn vị đã kết thúc"),
                "orgs.succession.recorded": _("ghi thêm đơn vị kế thừa"),
                "orgs.succession.share_set": _("ghi tỷ lệ kế thừa"),
            }
        )
        register_datasets(datasets.DATASETS)
