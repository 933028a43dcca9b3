from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "tinhso.foundation.audit"
    label = "audit"
    verbose_name = _("Nhật ký kiểm toán")

    def ready(self) -> None:
        from tinhso.foundation.audit.bench import bench_verify
        from tinhso.foundation.jobs import registry

        registry.register_bench("audit", bench_verify)
