from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "tinhso.systems.procedures.processes"
    label = "procedures_processes"
    verbose_name = _("Quy trình nội bộ và phối hợp")

    def ready(self) -> None:
        from tinhso.engines.workflow import permissions as workflow
        from tinhso.engines.workflow.models import Opinion
        from tinhso.engines.workflow.timers import on_alarm, on_legal_term
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_loader, register_seed
        from tinhso.foundation.ui import nav
        from tinhso.systems.procedures.processes import alarms, loading, playing, words
        from tinhso.systems.procedures.reading import register_beside

        register_acts(words.ACTS)
        register_beside(Opinion, where="case_id = %(case)s")
        alarms.register()
        on_alarm("procedures", alarms.told)
        on_legal_term("procedures", alarms.standing)
        register_loader("processes", loading.load)
        register_seed(25, "processes", loading.seed)
        register_seed(105, "opinions", playing.play)
        nav.register(
            "desk",
            [nav.Entry("processes:opinions", _("Phối hợp"), "people", permission=workflow.ANSWER, order=60)],
        )
