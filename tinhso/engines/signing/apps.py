from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "tinhso.engines.signing"
    label = "signing"

    def ready(self) -> None:
        import logging

        from tinhso.engines.signing import checks, permissions
        from tinhso.engines.signing.acts import ACTS
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs import registry as jobs

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        jobs.register_check("signing.authority", checks.check_authority)
        jobs.register_check("signing.certificates", checks.check_expiring)
        jobs.register_check("signing.device", checks.check_device)
        jobs.register_check("signing.remote", checks.check_remote)
        jobs.register_bench("signing", jobs.later("tinhso.engines.signing.bench.bench"))
        # Anyone may send any bytes to be checked; the libraries' tracebacks over forged files are no news.
        for library in ("pyhanko", "pyhanko_certvalidator", "pypdf"):
            logging.getLogger(library).setLevel(logging.CRITICAL)
        register_acts(ACTS)
