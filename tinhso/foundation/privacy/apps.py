from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "tinhso.foundation.privacy"
    label = "privacy"
    verbose_name = _("Bảo vệ dữ liệu cá nhân")

    def ready(self) -> None:
        from tinhso.foundation.access import registry as access_registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_check, register_seed
        from tinhso.foundation.notices.texts import register_text
        from tinhso.foundation.orgs.seeds import register_province_part
        from tinhso.foundation.privacy import checks, declared, holdings, permissions, playing, registry, words
        from tinhso.foundation.privacy.services import purposes
        from tinhso.foundation.ui import nav

        access_registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            access_registry.register_role(role)
        register_acts(words.ACTS)
        for text in words.TEXTS:
            register_text(text)
        for purpose in declared.PURPOSES:
            registry.register_purpose(purpose)
        registry.register_collector(holdings.WORDS)
        registry.register_collector(holdings.REQUESTS)
        register_province_part("privacy", purposes.load)
        register_check("privacy.clocks", checks.clocks_kept)
        register_seed(130, "privacy", playing.play)
        nav.register(
            "account",
            [nav.Entry("privacy:mine", _("Dữ liệu cá nhân của tôi"), "lock", order=15, signed_in=True)],
        )
        nav.register(
            "desk",
            [nav.Entry("privacy:at_desk", _("Yêu cầu về dữ liệu cá nhân"), "lock", permissions.RECEIVE, 34)],
        )
        nav.register(
            "admin",
            [
                nav.Entry("privacy:queue", _("Yêu cầu về dữ liệu cá nhân"), "lock", permissions.HANDLE, 60),
                nav.Entry("privacy:to_check", _("Duyệt sửa, xoá dữ liệu"), "check", permissions.CHECK, 61),
                nav.Entry("privacy:breaches", _("Vi phạm dữ liệu cá nhân"), "alarm", permissions.BREACHES, 62),
                nav.Entry("privacy:register", _("Mục đích xử lý dữ liệu"), "document", permissions.REGISTER, 63),
                nav.Entry("privacy:assessments", _("Đánh giá tác động"), "target", permissions.REGISTER, 64),
            ],
        )
