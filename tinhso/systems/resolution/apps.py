from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResolutionConfig(AppConfig):
    name = "tinhso.systems.resolution"
    label = "resolution"
    verbose_name = _("Kế hoạch thực hiện Nghị quyết")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_loader, register_seed
        from tinhso.foundation.notices.texts import register_text
        from tinhso.foundation.openness.registry import register_datasets
        from tinhso.foundation.ui import nav
        from tinhso.systems.resolution import datasets, permissions, playing, services, words

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        for text in words.TEXTS:
            register_text(text)
        register_loader("tasks", services.load_tasks)
        register_seed(11, "resolution_tasks", playing.play_tasks)
        register_seed(910, "resolution", playing.play)
        nav.register(
            "command",
            [
                nav.Entry("resolution:mine", _("Phần việc của tôi"), "person", permissions.VIEW, 12),
                nav.Entry("resolution:plan", _("Nhiệm vụ Nghị quyết"), "work", permissions.VIEW, 13),
                nav.Entry("resolution:remedies", _("Việc khắc phục"), "activity", permissions.VIEW, 14),
                nav.Entry("resolution:heads", _("Người chịu trách nhiệm"), "people", permissions.MANAGE, 15),
            ],
        )
        nav.register("desk", [nav.Entry("resolution:remedies", _("Việc khắc phục"), "activity", permissions.DO, 60)])
        register_datasets(datasets.DATASETS)
