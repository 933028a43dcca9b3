"""The demo: three small portals of other places, read once through the very walks that read real ones."""

from __future__ import annotations

from django.conf import settings

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.systems.opendata.harvest import services, sitting
from tinhso.systems.opendata.harvest.models import Source

SOURCES = (
    ("ban-ckan", "Cổng dữ liệu tỉnh bạn (mô phỏng)", Source.Kind.CKAN, ""),
    ("ban-dcat", "Danh mục dữ liệu bộ, ngành (mô phỏng)", Source.Kind.DCAT, "/catalog.ttl"),
    ("ban-csv", "Danh sách dữ liệu của viện nghiên cứu (mô phỏng)", Source.Kind.CSV, "/danh-sach.csv"),
)


def play(actor: Actor, progress: Progress | None = None, seed: int = 1) -> None:
    """Declares the simulated portals and reads each; does nothing where no simulator is started."""
    if not settings.HARVEST_SIMULATOR or Source.objects.exists():
        return
    simulated = Actor.system("Thu thập dữ liệu", is_simulated=True)
    for code, title, kind, path in SOURCES:
        source = services.add_source(
            actor=simulated, code=code, title=title, kind=kind, url=settings.HARVEST_SIMULATOR + path
        )
        sitting.harvest(actor=simulated, source_id=source.pk)
