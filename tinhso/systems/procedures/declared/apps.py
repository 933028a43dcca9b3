from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeclaredConfig(AppConfig):
    name = "tinhso.systems.procedures.declared"
    label = "procedures_declared"
    verbose_name = _("Không hỏi lại điều đã biết")

    def ready(self) -> None:
        from tinhso.foundation.privacy.registry import on_start, on_stop, register_purpose
        from tinhso.systems.procedures import hooks
        from tinhso.systems.procedures.declared import asking, counting, filling, measures

        for purpose in filling.PURPOSES:
            register_purpose(purpose)
            on_start(purpose.code, filling.start(purpose.code))
            on_stop(purpose.code, filling.stop(purpose.code))
        hooks.SOURCES.append(filling.sources)
        hooks.PREFILLS.append(filling.offered)
        hooks.FORM_CHECKS.append(asking.asked_again)
        hooks.OPENED.append(counting.opened)
        measures.register()
