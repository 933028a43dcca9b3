from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgsConfig(AppConfig):
    name = "tinhso.foundation.orgs"
    label = "orgs"
    verbose_name = _("Đơn vị")

    def ready(self) -> None:
        from tinhso.foundation.access import registry as access_registry
        from tinhso.foundation.jobs.registry import register_loader
        from tinhso.foundation.orgs import heirs, permissions
        from tinhso.foundation.orgs.seeds import load_province

        access_registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            access_registry.register_role(role)
        register_loader("province", load_province)
        # numbering knows nobody, so its series are passed on from here.
        heirs.register_heir("numbering", _("sổ đánh số"), pass_on=heirs.pass_on_series, count=heirs.count_series)
