"""What may be counted of reports: due, sent, sent on time. Rates are divided last, by the indicator engine."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.registry import (
    FLOW,
    Indicator,
    Measure,
    RecordLine,
    register_indicator,
    register_measure,
)
from tinhso.foundation.access import guard as access
from tinhso.systems.reporting import events, words
from tinhso.systems.reporting.models import Duty

TOUCHED_BY = (
    events.DUTY_OPENED,
    events.DUTY_PASSED_ON,
    events.DUTY_LAPSED,
    events.SIGNED,
    events.TAKEN_BACK,
)


def due() -> QuerySet[Duty]:
    """Reports that are due, by the month of their due day and the unit that must send them."""
    return Duty.objects.standing()


def sent() -> QuerySet[Duty]:
    """Of them, those that the unit's leader has signed and sent, in time or late."""
    return due().filter(sent_at__isnull=False)


def on_time() -> QuerySet[Duty]:
    """Of them, those first sent no later than due: a report returned and sent again keeps its first time."""
    return due().filter(sent_at__lte=F("due_at"))


def visible_to(actor: access.Actor, duties: QuerySet[Duty]) -> QuerySet[Duty]:
    """The duties behind a rate that the reader may open."""
    return duties.filter(pk__in=Duty.objects.all().visible_to(actor).values("pk")).select_related(
        "regime", "unit", "holder"
    )


def describe(duty: Duty) -> RecordLine:
    from django.urls import reverse

    return RecordLine(
        code=f"{duty.regime.code} {duty.period}",
        title=f"{duty.regime.name}, {words.period_name(duty.period)}",
        person=str(duty.holder),
        on=timezone.localdate(duty.sent_at) if duty.sent_at else None,
        state=str(words.TIMELINESS[duty.timeliness]),
        is_simulated=duty.is_simulated,
        url=reverse("reporting:report", args=[duty.pk]),
    )


def _of_duties(code: str, name, sentence, records) -> Measure:  # type: ignore[no-untyped-def]
    return Measure(
        code=code,
        name=name,
        sentence=sentence,
        kind=FLOW,
        unit_path="holder",
        records=records,
        touched_by=TOUCHED_BY,
        date_path="due_at",
        simulated_field="is_simulated",
        visible_to=visible_to,
        describe=describe,
    )


DUE = _of_duties(
    "reporting.duties_due",
    _("Báo cáo phải gửi"),
    _("Số báo cáo định kỳ có hạn gửi trong tháng, theo đơn vị phải gửi. Không tính báo cáo đã được cho thôi gửi."),
    due,
)
SENT = _of_duties(
    "reporting.duties_sent",
    _("Báo cáo đã gửi"),
    _("Trong số báo cáo có hạn gửi trong tháng, số báo cáo lãnh đạo đơn vị đã ký gửi, kể cả gửi muộn."),
    sent,
)
ON_TIME = _of_duties(
    "reporting.duties_on_time",
    _("Báo cáo gửi đúng hạn"),
    _("Trong số báo cáo có hạn gửi trong tháng, số báo cáo ký gửi lần đầu không muộn hơn hạn."),
    on_time,
)
COMPLETENESS = Indicator(
    code="reporting.completeness",
    name=_("Tỷ lệ báo cáo đã gửi"),
    numerator=SENT.code,
    denominator=DUE.code,
    note=_("Tháng đang chạy gồm cả báo cáo chưa đến hạn."),
)
ON_TIME_RATE = Indicator(
    code="reporting.on_time_rate",
    name=_("Tỷ lệ báo cáo gửi đúng hạn"),
    numerator=ON_TIME.code,
    denominator=DUE.code,
    note=_("Tháng đang chạy gồm cả báo cáo chưa đến hạn."),
)


def register() -> None:
    """Declares the measures and indicators to the engine; called once at start."""
    for measure in (DUE, SENT, ON_TIME):
        register_measure(measure)
    for indicator in (COMPLETENESS, ON_TIME_RATE):
        register_indicator(indicator)
