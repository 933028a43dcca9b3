from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpenDataConfig(AppConfig):
    name = "tinhso.systems.opendata"
    label = "opendata"
    verbose_name = _("Dữ liệu mở")

    def ready(self) -> None:
        from tinhso.engines.search.services import register_source
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_seed
        from tinhso.systems.opendata import permissions, playing, searching, words

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        register_source(searching.KIND, searching.documents)
        register_seed(990, "opendata", playing.play)
