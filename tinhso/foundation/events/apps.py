from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "tinhso.foundation.events"
    label = "events"
    verbose_name = _("Sự kiện")

    def ready(self) -> None:
        from tinhso.foundation.events.bench import bench_events
        from tinhso.foundation.events.worker import run_worker
        from tinhso.foundation.jobs import registry

        registry.register_bench("events", bench_events)
        registry.register_loop("events", run_worker)
