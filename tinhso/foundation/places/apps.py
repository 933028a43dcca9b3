from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "tinhso.foundation.places"
    label = "places"
    verbose_name = _("Địa danh")

    def ready(self) -> None:
        from tinhso.foundation.access import registry as access_registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_loader, register_seed
        from tinhso.foundation.openness.registry import register_datasets
        from tinhso.foundation.orgs.heirs import register_heir
        from tinhso.foundation.places import boundaries, datasets, heirs, permissions, seeds

        access_registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            access_registry.register_role(role)
        register_loader("boundaries", boundaries.load)
        register_seed(20, "places", seeds.play)
        register_heir("places", _("thôn, tổ dân phố"), pass_on=heirs.pass_on, count=heirs.count)
        register_acts(
            {
                "places.area.added": _("lập thôn, tổ dân phố"),
                "places.area.closed": _("đóng thôn, tổ dân phố"),
                "places.areas.simulated": _("tạo thôn, tổ dân phố mô phỏng"),
                "places.boundaries.loaded": _("nạp ranh giới đơn vị hành chính"),
            }
        )
        register_datasets(datasets.DATASETS)
