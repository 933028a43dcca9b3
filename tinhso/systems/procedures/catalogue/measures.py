"""How many procedures of the list are offered full-process: targets T25-B03 and T30-04 of Resolution 05-NQ/TU.

The Resolution divides by procedures *assessed as eligible*. The list records that since Decree 224/2026 art. 14: a
service that is not full-process says why and by which document. One that owes the reason has not been found ineligible,
so it stays in the denominator. Level 4 of the Resolution is full-process now (Decree 42/2022).
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.registry import (
    STOCK,
    Indicator,
    Measure,
    RecordLine,
    register_indicator,
    register_measure,
)
from tinhso.foundation.access import guard as access
from tinhso.foundation.orgs.models import UnitKind
from tinhso.systems.procedures.catalogue import events
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.models import ServiceKind

TOUCHED_BY = (events.CATALOGUE_LOADED, events.FACT_CONFIRMED)
NO_REASON = Q(partial_reason="") | Q(partial_basis="")


def eligible(*, day: date) -> QuerySet[CatalogueEntry]:
    """In force on the day, and full-process or without a recorded ground for not being so."""
    return CatalogueEntry.objects.as_of(day).filter(Q(online_level=ServiceKind.FULL) | NO_REASON)


def full_process(*, day: date) -> QuerySet[CatalogueEntry]:
    """Those of them that are full-process."""
    return CatalogueEntry.objects.as_of(day).filter(online_level=ServiceKind.FULL)


def visible_to(actor: access.Actor, entries: QuerySet[CatalogueEntry]) -> QuerySet[CatalogueEntry]:
    """The list is public: whoever sees the figure sees its procedures."""
    return entries


def describe(entry: CatalogueEntry) -> RecordLine:
    """One procedure as a line of the list behind a figure."""
    return RecordLine(
        code=entry.code,
        title=entry.title,
        person="",
        on=entry.valid_from,
        state=str(entry.get_online_level_display()),
        is_simulated=False,
    )


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
        visible_to=visible_to,
        describe=describe,
    )


ELIGIBLE = _stock(
    "procedures.catalogue_eligible",
    _("Thủ tục đủ điều kiện cung cấp toàn trình"),
    _(
        "Số thủ tục trong danh mục đang có hiệu lực đến cuối tháng, trừ thủ tục đã ghi rõ lý do chưa toàn trình "
        "và căn cứ của lý do (Nghị định 224/2026, Điều 14). Thủ tục chưa ghi lý do vẫn tính là đủ điều kiện."
    ),
    eligible,
)
FULL_PROCESS = _stock(
    "procedures.catalogue_full_process",
    _("Thủ tục đã cung cấp toàn trình"),
    _("Số thủ tục trong danh mục đến cuối tháng được cung cấp dịch vụ công trực tuyến toàn trình (mức độ 4 cũ)."),
    full_process,
)
FULL_PROCESS_RATE = Indicator(
    code="procedures.full_process_rate_of_eligible",
    name=_("Tỷ lệ thủ tục đủ điều kiện được cung cấp toàn trình"),
    numerator=FULL_PROCESS.code,
    denominator=ELIGIBLE.code,
    targets=("T25-B03", "T30-04"),
    note=_("Mức độ 4 nay là dịch vụ công toàn trình (Nghị định 42/2022/NĐ-CP)."),
)


def register() -> None:
    """Declares the measures and the indicator; called once at start."""
    for measure in (ELIGIBLE, FULL_PROCESS):
        register_measure(measure)
    register_indicator(FULL_PROCESS_RATE)
