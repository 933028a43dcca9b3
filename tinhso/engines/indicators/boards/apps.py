from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BoardsConfig(AppConfig):
    name = "tinhso.engines.indicators.boards"
    label = "indicators_boards"
    verbose_name = _("Màn hình và góc nhìn số liệu")

    def ready(self) -> None:
        from tinhso.engines.indicators.boards import permissions, playing
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_seed

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(
            {
                "boards.wall.made": _("lập màn hình lớn"),
                "boards.wall.changed": _("sửa màn hình lớn"),
                "boards.scene.added": _("thêm cảnh vào màn hình lớn"),
                "boards.scene.removed": _("bỏ cảnh khỏi màn hình lớn"),
                "boards.pass.issued": _("cấp thẻ màn hình"),
                "boards.pass.revoked": _("thu hồi thẻ màn hình"),
                "boards.view.saved": _("lưu góc nhìn số liệu"),
                "boards.view.removed": _("bỏ góc nhìn số liệu"),
            }
        )
        register_seed(12, "walls", playing.play)
