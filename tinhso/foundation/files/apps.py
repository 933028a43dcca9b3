from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tinhso.foundation.files"
    label = "files"

    def ready(self) -> None:
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.files import checks, holdings
        from tinhso.foundation.files.acts import ACTS
        from tinhso.foundation.jobs import registry
        from tinhso.foundation.privacy.registry import register_collector

        registry.register_check("files.store", checks.check_store)
        registry.register_check("files.scanner", checks.check_scanner)
        register_acts(ACTS)
        register_collector(holdings.FILES)
