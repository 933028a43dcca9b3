"""What may be counted of proactive services (Decree 224/2026 art. 19.2.g), by month and committee."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.registry import FLOW, Measure, RecordLine, register_measure
from tinhso.foundation.access import guard as access
from tinhso.foundation.orgs.models import UnitKind
from tinhso.systems.procedures.measures import initials
from tinhso.systems.procedures.proactive import events, permissions
from tinhso.systems.procedures.proactive.models import Reminder
from tinhso.systems.procedures.proactive.rules import State
from tinhso.systems.procedures.proactive.words import STATES


def reminded() -> QuerySet[Reminder]:
    """Every reminder told."""
    return Reminder.objects.all()


def prepared() -> QuerySet[Reminder]:
    """Those with a file prepared (level 2)."""
    return Reminder.objects.filter(prepared_at__isnull=False)


def filed() -> QuerySet[Reminder]:
    """Those whose person filed here."""
    return Reminder.objects.filter(filed_at__isnull=False)


def visible_to(actor: access.Actor, reminders: QuerySet[Reminder]) -> QuerySet[Reminder]:
    """The reminders behind a figure that the reader may list."""
    return reminders.filter(access.scope(actor, permissions.VIEW, "unit")).select_related("rule", "person")


def describe(reminder: Reminder) -> RecordLine:
    """One reminder as a line, its person by initials."""
    return RecordLine(
        code=f"{reminder.code}-{reminder.pk}",
        title=str(reminder.rule.title),
        person=initials(str(reminder.person.full_name)),
        on=timezone.localdate(reminder.told_at),
        state=str(STATES[State(reminder.state)][0]),
        is_simulated=reminder.is_simulated,
    )


def _flow(code: str, name: object, sentence: object, records: object, date_path: str, event: str) -> Measure:
    return Measure(
        code=code,
        name=name,  # type: ignore[arg-type]
        sentence=sentence,  # type: ignore[arg-type]
        kind=FLOW,
        unit_path="unit",
        records=records,  # type: ignore[arg-type]
        touched_by=(event,),
        date_path=date_path,
        unit_kinds=(UnitKind.COMMUNE_COMMITTEE,),
        simulated_field="is_simulated",
        visible_to=visible_to,
        describe=describe,
    )


REMINDED = _flow(
    "proactive.reminded",
    _("Việc đã chủ động nhắc"),
    _("Số việc mà tỉnh đã chủ động nhắc người dân trong tháng, mức độ 1 và mức độ 2 (Nghị định 224/2026, Điều 16)."),
    reminded,
    "told_at",
    events.REMINDED,
)
PREPARED = _flow(
    "proactive.prepared",
    _("Hồ sơ đã chủ động chuẩn bị"),
    _("Số việc được nhắc trong tháng có hồ sơ điền sẵn (mức độ 2), tính theo lúc chuẩn bị."),
    prepared,
    "prepared_at",
    events.PREPARED,
)
FILED = _flow(
    "proactive.filed",
    _("Việc được nhắc đã nộp hồ sơ"),
    _("Số việc được nhắc mà người dân đã nộp hồ sơ tại tỉnh, tính theo lúc nộp."),
    filed,
    "filed_at",
    events.FILED,
)


def register() -> None:
    """Declares the measures; called once at start."""
    for measure in (REMINDED, PREPARED, FILED):
        register_measure(measure)
