"""Parts of the service index that add up month by month, as measures of the indicator engine.

Component 2.1 looks at what is in hand, which does not add up over months; its two finished parts do, and are here. The
index itself (`scoring.py`) counts any period anew by the same queries.
"""

from __future__ import annotations

from datetime import date

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.registry import (
    STOCK,
    Indicator,
    Measure,
    RecordLine,
    register_indicator,
    register_measure,
)
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.procedures import events
from tinhso.systems.procedures.authoring.events import VERSION_PUBLISHED
from tinhso.systems.procedures.measures import flow_of_dossiers, received
from tinhso.systems.procedures.models import Channel, Dossier, FilingRoute, ProcedureVersion, ServiceKind
from tinhso.systems.procedures.performance.sources import WITH_RESULT, on_time

ENDED_BY = (events.RESULT_ISSUED,)


def finished() -> QuerySet[Dossier]:
    return Dossier.objects.filter(finished_at__isnull=False, state__in=WITH_RESULT)


def finished_on_time() -> QuerySet[Dossier]:
    """On time by the rule of 2.1: once ended, the moment of the report no longer matters."""
    return on_time(finished(), F("finished_at"))


def with_file() -> QuerySet[Dossier]:
    return finished().filter(result__file__isnull=False)


def full_process() -> QuerySet[Dossier]:
    return received().filter(version__service_kind=ServiceKind.FULL)


def full_process_online() -> QuerySet[Dossier]:
    return full_process().filter(channel=Channel.ONLINE)


def day_it_ended(event: DomainEvent) -> list[tuple[int, date]]:
    """The cell of the deciding unit and the day of the result; the event's own cell is that of reception."""
    return [(int(unit), event.occurred_on) for unit, _day in event.payload.get("cells", [])]


FINISHED = flow_of_dossiers(
    "procedures.766.finished",
    _("Hồ sơ có kết quả trong tháng"),
    _("Số hồ sơ có kết quả được ban hành trong tháng, mọi thủ tục."),
    finished,
    date_path="finished_at",
    touched_by=ENDED_BY,
    cells=day_it_ended,
)
FINISHED_ON_TIME = flow_of_dossiers(
    "procedures.766.finished_on_time",
    _("Hồ sơ có kết quả đúng hạn trong tháng"),
    _("Như trên, đúng hạn theo Quyết định 766: trừ thời gian chờ bổ sung; bổ sung từ hai lần là quá hạn."),
    finished_on_time,
    date_path="finished_at",
    touched_by=ENDED_BY,
    cells=day_it_ended,
)
WITH_FILE = flow_of_dossiers(
    "procedures.766.result_as_file",
    _("Hồ sơ có kết quả điện tử"),
    _("Số hồ sơ có kết quả trong tháng mà kết quả có tệp ký số."),
    with_file,
    date_path="finished_at",
    touched_by=ENDED_BY,
    cells=day_it_ended,
)
FULL_PROCESS = flow_of_dossiers(
    "procedures.766.full_process",
    _("Hồ sơ của thủ tục toàn trình"),
    _("Số hồ sơ tiếp nhận trong tháng của thủ tục đủ điều kiện toàn trình."),
    full_process,
)
FULL_PROCESS_ONLINE = flow_of_dossiers(
    "procedures.766.full_process_online",
    _("Hồ sơ trực tuyến toàn trình"),
    _("Số hồ sơ tiếp nhận trong tháng của thủ tục toàn trình, nộp trực tuyến."),
    full_process_online,
)


def services_on_day(*, day: date) -> QuerySet[ProcedureVersion]:
    """Full-process services that the province serves on its own system."""
    return ProcedureVersion.objects.as_of(day).filter(service_kind=ServiceKind.FULL)


def services_on_phone(*, day: date) -> QuerySet[ProcedureVersion]:
    """Those filed through a form of the provincial portal, whose pages are held to work from 360 pixels wide."""
    local = services_on_day(day=day).filter(route=FilingRoute.LOCAL, form__isnull=False)
    return local.filter(channels__contains=[Channel.ONLINE])


def published(event: DomainEvent) -> list[tuple[int, date]]:
    """A version belongs to no unit: it counts at the province, from the day it holds."""
    living = Unit.objects.filter(kind=UnitKind.PROVINCE).as_of(event.occurred_on)
    return [(unit.pk, event.occurred_on) for unit in living]


def describe_version(version: ProcedureVersion) -> RecordLine:
    """One service as a line of the list behind a figure."""
    state = str(version.get_service_kind_display())
    return RecordLine(version.code, str(version.plain_name), "", version.valid_from, state, is_simulated=False)


def _stock_of_services(code: str, name: object, sentence: object, records: object) -> Measure:
    return Measure(
        code=code,
        name=name,  # type: ignore[arg-type]
        sentence=sentence,  # type: ignore[arg-type]
        kind=STOCK,
        unit_path="",
        records=records,  # type: ignore[arg-type]
        touched_by=(VERSION_PUBLISHED,),
        cells=published,
        unit_kinds=(UnitKind.PROVINCE,),
        visible_to=lambda actor, versions: versions,
        describe=describe_version,
    )


SERVICES = _stock_of_services(
    "procedures.full_process_services",
    _("Dịch vụ công trực tuyến toàn trình trên hệ thống của tỉnh"),
    _("Số dịch vụ công trực tuyến toàn trình (mức độ 4 cũ) mà hệ thống của tỉnh phục vụ, đến cuối tháng."),
    services_on_day,
)
SERVICES_ON_PHONE = _stock_of_services(
    "procedures.full_process_services_on_phone",
    _("Dịch vụ toàn trình nộp được trên điện thoại"),
    _(
        "Trong số đó, dịch vụ nộp bằng biểu mẫu của Cổng tỉnh; mọi trang của Cổng được kiểm tra dùng được từ "
        "bề ngang 360 điểm ảnh. Dịch vụ chuyển sang hệ thống của bộ, ngành không tính."
    ),
    services_on_phone,
)


def register() -> None:
    """Declares the measures and their ratios; called once at start."""
    for measure in (SERVICES, SERVICES_ON_PHONE):
        register_measure(measure)
    register_indicator(
        Indicator(
            code="procedures.services_on_phone_rate",
            name=_("Tỷ lệ dịch vụ toàn trình dùng được trên điện thoại"),
            numerator=SERVICES_ON_PHONE.code,
            denominator=SERVICES.code,
            targets=("T25-B05",),
            note=_("Chỉ gồm dịch vụ phục vụ trên hệ thống của tỉnh."),
        )
    )
    for measure in (FINISHED, FINISHED_ON_TIME, WITH_FILE, FULL_PROCESS, FULL_PROCESS_ONLINE):
        register_measure(measure)
    for code, name, above, below in (
        ("procedures.766.on_time_rate", _("Tỷ lệ hồ sơ có kết quả đúng hạn"), FINISHED_ON_TIME, FINISHED),
        ("procedures.766.result_as_file_rate", _("Tỷ lệ hồ sơ có kết quả điện tử"), WITH_FILE, FINISHED),
        ("procedures.766.full_process_rate", _("Tỷ lệ hồ sơ trực tuyến toàn trình"), FULL_PROCESS_ONLINE, FULL_PROCESS),
    ):
        register_indicator(Indicator(code=code, name=name, numerator=above.code, denominator=below.code))
