"""What may be counted of dossiers, and the two targets of Resolution 05-NQ/TU that they answer.

Four counts of dossiers by the month of reception and the deciding committee. Procedures offered full-process (T25-B03,
T30-04) are counted by `catalogue/measures.py`, services usable on a phone (T25-B05) by `performance/measures.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.registry import (
    FLOW,
    Dimension,
    Indicator,
    Measure,
    RecordLine,
    register_indicator,
    register_measure,
)
from tinhso.foundation.access import guard as access
from tinhso.foundation.orgs.models import UnitKind
from tinhso.systems.procedures import events, permissions
from tinhso.systems.procedures.models import Channel, Dossier
from tinhso.systems.procedures.rules import ONLINE_LEVELS
from tinhso.systems.procedures.words import state_name

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tinhso.foundation.events.models import DomainEvent

# Acts that decide whether and where a dossier counts: it is received, taken into processing, or either is taken back.
TOUCHED_BY = (
    events.DOSSIER_RECEIVED,
    events.DOSSIER_HANDED_OVER,
    events.RECEIVE_UNDONE,
    events.HAND_OVER_UNDONE,
    events.DOSSIER_RETURNED_TO_DESK,
)


def received() -> QuerySet[Dossier]:
    """Dossiers that the one-stop desk accepted: the filed but not accepted, and the refused, are not among them."""
    return Dossier.objects.filter(received_at__isnull=False)


def received_of_the_list() -> QuerySet[Dossier]:
    """Received dossiers of procedures in the list of level 3 and 4 services (legacy level of their version)."""
    return received().filter(version__legacy_level__in=ONLINE_LEVELS)


def _wholly_online(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    # "Tiếp nhận và thụ lý trực tuyến": filed online, and the office that settles it received it in the system.
    return dossiers.filter(channel=Channel.ONLINE, handed_over_at__isnull=False)


def online() -> QuerySet[Dossier]:
    """Received dossiers filed online and processed in the system."""
    return _wholly_online(received())


def online_of_the_list() -> QuerySet[Dossier]:
    """The same, of procedures in the list of level 3 and 4 services only."""
    return _wholly_online(received_of_the_list())


def visible_to(actor: access.Actor, dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """The dossiers behind a figure that the reader may list."""
    allowed = access.scope(actor, permissions.COUNT, "received_unit")
    return dossiers.filter(allowed).select_related("version", "applicant")


def initials(full_name: str) -> str:
    """Nguyễn Thị Hoa → N. T. Hoa: enough to recognise a case by, not a list of people."""
    *before, given = full_name.split() or [""]
    return " ".join([*(f"{word[0]}." for word in before), given])


def describe(dossier: Dossier) -> RecordLine:
    """One dossier as a line of the list behind a figure."""
    return RecordLine(
        code=dossier.code,
        title=str(dossier.version.plain_name),
        person=initials(str(dossier.applicant.full_name)),
        on=timezone.localdate(dossier.received_at) if dossier.received_at else None,
        state=str(state_name(dossier.state)),
        is_simulated=dossier.is_simulated,
    )


DIMENSIONS = (
    Dimension("kenh", _("cách nộp"), "channel", lambda key: str(Channel(key).label)),
    Dimension("linh-vuc", _("lĩnh vực"), "version__field_name"),
    Dimension("thu-tuc", _("thủ tục"), "version__plain_name"),
)


def flow_of_dossiers(
    code: str,
    name: _StrPromise,
    sentence: _StrPromise,
    records: Callable[[], QuerySet[Dossier]],
    *,
    date_path: str = "received_at",
    touched_by: tuple[str, ...] = TOUCHED_BY,
    cells: Callable[[DomainEvent], Iterable[tuple[int, date]]] | None = None,
) -> Measure:
    """A monthly count of dossiers by the deciding committee, with the list behind it."""
    return Measure(
        code=code,
        name=name,
        sentence=sentence,
        kind=FLOW,
        unit_path="received_unit",
        records=records,
        touched_by=touched_by,
        date_path=date_path,
        unit_kinds=(UnitKind.COMMUNE_COMMITTEE,),
        cells=cells,
        simulated_field="is_simulated",
        visible_to=visible_to,
        describe=describe,
        dimensions=DIMENSIONS,
        unit_of_measure="dossier",
    )


RECEIVED = flow_of_dossiers(
    "procedures.dossiers_received",
    _("Hồ sơ đã tiếp nhận"),
    _(
        "Số hồ sơ mà bộ phận một cửa đã tiếp nhận trong tháng, mọi thủ tục, mọi cách nộp. "
        "Không tính hồ sơ chưa tiếp nhận hoặc bị từ chối tiếp nhận."
    ),
    received,
)
RECEIVED_OF_THE_LIST = flow_of_dossiers(
    "procedures.dossiers_received_level_3_4",
    _("Hồ sơ đã tiếp nhận của thủ tục mức độ 3, mức độ 4"),
    _(
        "Số hồ sơ đã tiếp nhận trong tháng của thủ tục thuộc danh mục dịch vụ công trực tuyến mức độ 3, mức độ 4, "
        "theo mức ghi ở phiên bản thủ tục của hồ sơ, mọi cách nộp."
    ),
    received_of_the_list,
)
ONLINE = flow_of_dossiers(
    "procedures.dossiers_online",
    _("Hồ sơ tiếp nhận và thụ lý trực tuyến"),
    _("Số hồ sơ đã tiếp nhận trong tháng được nộp trực tuyến và đã chuyển đến nơi thụ lý trên hệ thống, mọi thủ tục."),
    online,
)
ONLINE_OF_THE_LIST = flow_of_dossiers(
    "procedures.dossiers_online_level_3_4",
    _("Hồ sơ mức độ 3, mức độ 4 tiếp nhận và thụ lý trực tuyến"),
    _(
        "Số hồ sơ đã tiếp nhận trong tháng được nộp trực tuyến và đã chuyển đến nơi thụ lý trên hệ thống, "
        "chỉ của thủ tục thuộc danh mục mức độ 3, mức độ 4."
    ),
    online_of_the_list,
)

ONLINE_RATE_OF_THE_LIST = Indicator(
    code="procedures.online_rate_level_3_4",
    name=_("Tỷ lệ hồ sơ mức độ 3, mức độ 4 được tiếp nhận và thụ lý trực tuyến"),
    numerator=ONLINE_OF_THE_LIST.code,
    denominator=RECEIVED_OF_THE_LIST.code,
    targets=("T25-B04",),
    note=_("Tính theo tháng tiếp nhận và cơ quan có thẩm quyền quyết định."),
)
ONLINE_RATE = Indicator(
    code="procedures.online_rate",
    name=_("Tỷ lệ hồ sơ thủ tục hành chính được tiếp nhận và thụ lý trực tuyến"),
    numerator=ONLINE.code,
    denominator=RECEIVED.code,
    targets=("T30-05",),
    note=_("Mẫu số là hồ sơ của mọi thủ tục, khác chỉ tiêu năm 2025."),
)


def register() -> None:
    """Declares the measures and indicators to the engine; called once at start."""
    for measure in (RECEIVED, RECEIVED_OF_THE_LIST, ONLINE, ONLINE_OF_THE_LIST):
        register_measure(measure)
    for indicator in (ONLINE_RATE_OF_THE_LIST, ONLINE_RATE):
        register_indicator(indicator)
