"""Four targets of Resolution 05-NQ/TU counted from the catalogue of databases: T25-A04, T25-B09, T25-B10, T30-02.

The catalogue is a register with dates, so what was true at the end of any month can be counted again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.registry import (
    STOCK,
    Indicator,
    Measure,
    RecordLine,
    register_indicator,
    register_measure,
)
from tinhso.engines.registers import events
from tinhso.engines.registers.models import RecordVersion
from tinhso.foundation.access import guard as access
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.orgs.models import UnitKind
from tinhso.foundation.orgs.selectors import province
from tinhso.systems.databases.shipped import CATALOGUE

SHARED, NATIONAL, DEPARTMENT = "dùng chung của tỉnh", "quốc gia", "sở, ngành"
CLOUD, LINKED = "điện toán đám mây", "đã liên thông"
# T25-B09: "called with success within 30 days".
FRESH = timedelta(days=30)
TOUCHED_BY = (events.RECORD_CHANGED, events.IMPORTED)


def listed(day: date, level: str) -> QuerySet[RecordVersion]:
    """Databases of a level in the catalogue as of the day."""
    versions = RecordVersion.objects.as_of(day).filter(register__code=CATALOGUE, data__level=level)
    return versions.select_related("record")


def shared(*, day: date) -> QuerySet[RecordVersion]:
    """Shared databases of the province."""
    return listed(day, SHARED)


def shared_in_cloud(*, day: date) -> QuerySet[RecordVersion]:
    """Those of them that run in a cloud."""
    return listed(day, SHARED).filter(data__hosting=CLOUD)


def national_due(*, day: date) -> QuerySet[RecordVersion]:
    """National databases whose connection was due by the day."""
    return listed(day, NATIONAL).filter(data__roadmap_on__lte=day.isoformat())


def national_connected(*, day: date) -> QuerySet[RecordVersion]:
    """Those of them that are linked and were called with success within 30 days of the day."""
    called = (day - FRESH).isoformat()
    return national_due(day=day).filter(data__connection=LINKED, data__last_success_on__gte=called)


def department(*, day: date) -> QuerySet[RecordVersion]:
    """Databases of departments."""
    return listed(day, DEPARTMENT)


def department_linked(*, day: date) -> QuerySet[RecordVersion]:
    """Those of them that are linked."""
    return listed(day, DEPARTMENT).filter(data__connection=LINKED)


def visible_to(actor: access.Actor, versions: QuerySet[RecordVersion]) -> QuerySet[RecordVersion]:
    """The catalogue is public: whoever sees the figure sees its databases."""
    return versions


def describe(version: RecordVersion) -> RecordLine:
    """One database as a line of the list behind a figure."""
    said = version.data
    return RecordLine(
        code=version.key,
        title=str(said.get("name", "")),
        person="",
        on=version.valid_from,
        state=f"{said.get('hosting', '')}; {said.get('connection', '')}",
        is_simulated=version.record.is_simulated,
    )


def cells(event: DomainEvent) -> Iterable[tuple[int, date]]:
    """The province's month, when the catalogue changed; from the day that the change is valid."""
    here = province()
    if here is None:
        return
    if event.name == events.IMPORTED:
        changed = RecordVersion.objects.filter(run_id=event.payload.get("run"), register__code=CATALOGUE)
    else:
        changed = RecordVersion.objects.filter(record_id=event.payload.get("record"), register__code=CATALOGUE)
    first = changed.order_by("-number").values_list("valid_from", flat=True).first()
    if first is not None:
        yield here.pk, min(first, event.occurred_on)


def _stock(code: str, name: object, sentence: object, records: object) -> Measure:
    return Measure(
        code=code,
        name=name,  # type: ignore[arg-type]
        sentence=sentence,  # type: ignore[arg-type]
        kind=STOCK,
        unit_path="",
        records=records,  # type: ignore[arg-type]
        touched_by=TOUCHED_BY,
        unit_kinds=(UnitKind.PROVINCE,),
        cells=cells,
        simulated_field="record__is_simulated",
        visible_to=visible_to,
        describe=describe,
    )


SHARED_DATABASES = _stock(
    "databases.shared",
    _("Cơ sở dữ liệu dùng chung của tỉnh"),
    _("Số cơ sở dữ liệu cấp “dùng chung của tỉnh” trong danh mục cơ sở dữ liệu đến cuối tháng."),
    shared,
)
IN_CLOUD = _stock(
    "databases.shared_in_cloud",
    _("Cơ sở dữ liệu dùng chung chạy trên điện toán đám mây"),
    _("Trong số cơ sở dữ liệu dùng chung của tỉnh, số đặt trên điện toán đám mây theo danh mục đến cuối tháng."),
    shared_in_cloud,
)
DUE = _stock(
    "databases.national_due",
    _("Cơ sở dữ liệu quốc gia đến hạn kết nối"),
    _("Số cơ sở dữ liệu quốc gia trong danh mục có ngày đến hạn kết nối theo lộ trình không muộn hơn cuối tháng."),
    national_due,
)
CONNECTED = _stock(
    "databases.national_connected",
    _("Cơ sở dữ liệu quốc gia đã kết nối và gọi được"),
    _("Trong số đến hạn, số đã liên thông và có lần gọi thành công trong 30 ngày trước cuối tháng."),
    national_connected,
)
OF_DEPARTMENTS = _stock(
    "databases.department",
    _("Cơ sở dữ liệu của sở, ngành"),
    _("Số cơ sở dữ liệu cấp “sở, ngành” trong danh mục cơ sở dữ liệu đến cuối tháng."),
    department,
)
LINKED_OF_DEPARTMENTS = _stock(
    "databases.department_linked",
    _("Cơ sở dữ liệu của sở, ngành đã liên thông"),
    _("Trong số cơ sở dữ liệu của sở, ngành, số đã liên thông theo danh mục đến cuối tháng."),
    department_linked,
)
NOTE = _("Đếm từ danh mục cơ sở dữ liệu; mỗi cơ sở dữ liệu đứng sau con số mở xem được.")
INDICATORS = (
    Indicator(
        "databases.share_in_cloud",
        _("Tỷ lệ cơ sở dữ liệu dùng chung của tỉnh chạy trên điện toán đám mây"),
        IN_CLOUD.code,
        SHARED_DATABASES.code,
        ("T25-A04",),
        NOTE,
    ),
    Indicator(
        "databases.share_national_connected",
        _("Tỷ lệ cơ sở dữ liệu quốc gia đến hạn đã kết nối, gọi được"),
        CONNECTED.code,
        DUE.code,
        ("T25-B09",),
        NOTE,
    ),
    Indicator(
        "databases.share_department_linked",
        _("Tỷ lệ cơ sở dữ liệu sở, ngành đã liên thông"),
        LINKED_OF_DEPARTMENTS.code,
        OF_DEPARTMENTS.code,
        ("T25-B10", "T30-02"),
        NOTE,
    ),
)


def register() -> None:
    """Declares the measures and the indicators; called once at start."""
    for measure in (SHARED_DATABASES, IN_CLOUD, DUE, CONNECTED, OF_DEPARTMENTS, LINKED_OF_DEPARTMENTS):
        register_measure(measure)
    for indicator in INDICATORS:
        register_indicator(indicator)
