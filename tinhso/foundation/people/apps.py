from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "tinhso.foundation.people"
    label = "people"
    verbose_name = _("Con người và tài khoản")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs import registry as jobs
        from tinhso.foundation.people import acts, checks, holdings, permissions, seeds
        from tinhso.foundation.privacy.registry import register_collector
        from tinhso.foundation.ui import nav

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(acts.ACTS)
        for collector in holdings.COLLECTORS:
            register_collector(collector)
        jobs.register_seed(10, "accounts", seeds.seed_accounts)
        for order, one in enumerate(seeds.ACCOUNTS):
            # Words of the reader's language are asked when printed.
            jobs.register_demo_account(order, one.username, seeds.DEMO_PASSWORD, one.what, one.look)  # type: ignore[arg-type]
        jobs.register_check("accounts.administrators", checks.administrators)
        jobs.register_check("accounts.demo", checks.demo_accounts_outside_a_demo)
        nav.register(
            "account",
            [
                nav.Entry("people:home", _("Tài khoản"), "person", order=10, signed_in=True),
                nav.Entry("people:who_looked", _("Ai đã xem dữ liệu của tôi"), "eye", order=20, signed_in=True),
                nav.Entry("mfa_index", _("Xác thực hai lớp"), "shield-check", order=30, signed_in=True),
                nav.Entry("usersessions_list", _("Thiết bị đang đăng nhập"), "key", order=40, signed_in=True),
            ],
        )
