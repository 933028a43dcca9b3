"""Learning each night from the province's own finished dossiers, and what the model in use says of running ones."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from tinhso.foundation.calendar.rules import WorkCalendar
from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.procedures.models import Dossier, Supplement
from tinhso.systems.procedures.performance.models import Forecast, LatenessModel
from tinhso.systems.procedures.performance.rules import lateness
from tinhso.systems.procedures.performance.rules.lateness import Facts
from tinhso.systems.procedures.rules import State

# How far back a night learns, how many dossiers it looks at most, and when in a dossier's course it looks.
DAYS_BACK = 400
MOST_DOSSIERS = 12_000
MOMENTS = (0.25, 0.5, 0.75)
# The part of time, by reception, that judges.
JUDGED_SHARE = 0.25
STEP_OF = {State.RECEIVED: lateness.RECEIVED, State.RESOLVING: lateness.RESOLVING, State.DRAFTED: lateness.DRAFTED}
MOST_FORECASTS = 50_000


@dataclass(frozen=True)
class Past:
    """One dossier as the learning reads it."""

    code: str
    office: int
    received: datetime
    handed_over: datetime | None
    drafted: datetime | None
    finished: datetime | None
    due: datetime
    asked: bool
    # When the clock last started: a request for papers may restart it.
    clock_from: datetime
    is_simulated: bool

    @property
    def is_late(self) -> bool:
        return self.finished is not None and self.finished > self.due

    def step_at(self, moment: datetime) -> str:
        if self.drafted is not None and self.drafted <= moment:
            return lateness.DRAFTED
        return lateness.RESOLVING if self.handed_over and self.handed_over <= moment else lateness.RECEIVED


class History:
    """What was known on any day: how many each office had open, how many of each procedure had been late."""

    def __init__(self, since: datetime) -> None:
        self.flows: dict[int, _Days] = {}
        self.lates: dict[str, _Days] = {}
        self.all = _Days()
        mine = Dossier.objects.filter(received_at__gte=since)
        for office, day, count in _daily(mine, "office_id", "received_at"):
            self.flows.setdefault(office, _Days()).add(day, count, 0)
        for office, day, count in _daily(mine.filter(finished_at__isnull=False), "office_id", "finished_at"):
            self.flows.setdefault(office, _Days()).add(day, -count, 0)
        ended = mine.filter(finished_at__isnull=False, due_at__isnull=False)
        for code, day, count in _daily(ended, "version__code", "finished_at"):
            self.lates.setdefault(code, _Days()).add(day, count, 0)
            self.all.add(day, count, 0)
        for code, day, count in _daily(ended.filter(finished_at__gt=F("due_at")), "version__code", "finished_at"):
            self.lates.setdefault(code, _Days()).add(day, 0, count)
            self.all.add(day, 0, count)
        for days in [*self.flows.values(), *self.lates.values(), self.all]:
            days.close()

    def open_at(self, office: int, day: date) -> float:
        return float(max(self.flows[office].before(day)[0], 0)) if office in self.flows else 0.0

    def usual(self, office: int) -> float:
        return self.flows[office].middle() if office in self.flows else 0.0

    def late_before(self, code: str, day: date) -> float:
        finished, late = self.all.before(day)
        general = (late + 1) / (finished + 10)
        mine = self.lates.get(code)
        own_finished, own_late = mine.before(day) if mine else (0, 0)
        return lateness.drawn_in(own_late, own_finished, general)


class _Days:
    """Two running sums by day."""

    def __init__(self) -> None:
        self.by_day: dict[date, list[int]] = {}
        self.days: list[date] = []
        self.sums: list[tuple[int, int]] = []

    def add(self, day: date, first: int, second: int) -> None:
        held = self.by_day.setdefault(day, [0, 0])
        held[0] += first
        held[1] += second

    def close(self) -> None:
        first = second = 0
        for day in sorted(self.by_day):
            first, second = first + self.by_day[day][0], second + self.by_day[day][1]
            self.days.append(day)
            self.sums.append((first, second))

    def before(self, day: date) -> tuple[int, int]:
        """The sums as the day began."""
        place = bisect.bisect_left(self.days, day)
        return self.sums[place - 1] if place else (0, 0)

    def middle(self) -> float:
        values = sorted(max(first, 0) for first, _second in self.sums)
        return float(values[len(values) // 2]) if values else 0.0


def _daily(found: Any, path: str, at: str) -> Iterator[tuple[Any, date, int]]:
    rows = found.order_by().annotate(day=TruncDate(at)).values_list(path, "day").annotate(count=Count("pk"))
    yield from rows


def facts_at(past: Past, moment: datetime, history: History, calendar: WorkCalendar) -> Facts:
    """What was known of a dossier at `moment`, nothing of later."""
    local, due, start = (timezone.localtime(one) for one in (moment, past.due, past.clock_from))
    term = max(calendar.working_seconds_between(start, due), 1)
    left = calendar.working_seconds_between(local, due) if local < due else 0
    day = local.date()
    return Facts(
        step=past.step_at(moment),
        left=left / term,
        open_now=history.open_at(past.office, day),
        open_usual=history.usual(past.office),
        late_before=history.late_before(past.code, day),
        was_asked=past.asked,
    )


_READ = (
    "pk", "version__code", "office_id", "received_at", "handed_over_at", "result__drafted_at", "finished_at", "due_at",
    "supplements", "is_simulated",
)  # fmt: skip


def _pasts(found: Any) -> list[tuple[int, Past]]:
    rows = list(found.values_list(*_READ))
    asked = [row[0] for row in rows if row[8]]
    answers = dict(
        Supplement.objects.filter(dossier__in=asked).values_list("dossier").annotate(last=Max("answered_at"))
    )
    pasts = []
    for pk, code, office, received, handed, drafted, finished, due, supplements, simulated in rows:
        clock_from = max(received, answers.get(pk) or received) if supplements else received
        pasts.append(
            (pk, Past(code, office, received, handed, drafted, finished, due, bool(supplements), clock_from, simulated))
        )
    return pasts


def learn(now: datetime | None = None) -> LatenessModel:
    """One night's learning: a new version, in use only when it beats the base rate on later dossiers it never saw."""
    now = now or timezone.now()
    since = now - timedelta(days=DAYS_BACK)
    ended = Dossier.objects.filter(
        received_at__gte=since, finished_at__lte=now, due_at__isnull=False, state__in=[State.ISSUED, State.RETURNED]
    )
    pasts = [past for _pk, past in _pasts(ended.order_by("-received_at")[:MOST_DOSSIERS])]
    pasts.sort(key=lambda past: past.received)
    split = pasts[int(len(pasts) * (1 - JUDGED_SHARE))].received if pasts else None
    learnt = [past for past in pasts if split and past.finished and past.finished < split]
    judged = [past for past in pasts if split and past.received >= split]
    model = LatenessModel(
        trained_at=now,
        status=LatenessModel.Status.INSUFFICIENT,
        split_at=split,
        learnt=len(learnt),
        learnt_late=sum(past.is_late for past in learnt),
        judged=len(judged),
        judged_late=sum(past.is_late for past in judged),
        holds_simulated=any(past.is_simulated for past in pasts),
    )
    if is_enough(model):
        _fit_and_judge(model, learnt, judged, History(since))
    return _keep(model)


def is_enough(model: LatenessModel) -> bool:
    """Enough to learn from and to be judged by, and both outcomes among what was learnt."""
    return (
        model.learnt >= lateness.LEAST_LEARNT
        and lateness.LEAST_LATE <= model.learnt_late <= model.learnt - lateness.LEAST_LATE
        and model.judged >= lateness.LEAST_JUDGED
    )


def _fit_and_judge(model: LatenessModel, learnt: list[Past], judged: list[Past], history: History) -> None:
    calendars = _calendars({past.office for past in [*learnt, *judged]})
    samples = list(_samples(learnt, history, calendars))
    tests = list(_samples(judged, history, calendars))
    if not samples or not tests:
        return
    weights = lateness.fit(samples)
    base = sum(late for _values, late in samples) / len(samples)
    pairs = [(lateness.chance(weights, values), late) for values, late in tests]
    model.weights = weights
    model.usual = [sum(column) / len(samples) for column in zip(*(values for values, _late in samples), strict=True)]
    model.moments, model.base_rate = len(tests), base
    model.brier = lateness.brier(pairs)
    model.brier_base = lateness.brier([(base, late) for _values, late in tests])
    model.reliability = [asdict(one) for one in lateness.reliability(pairs)]
    better = model.brier < model.brier_base
    model.status = LatenessModel.Status.IN_USE if better else LatenessModel.Status.NO_BETTER


def _samples(
    pasts: list[Past], history: History, calendars: dict[int, WorkCalendar]
) -> Iterator[tuple[tuple[float, ...], bool]]:
    """Each dossier at a quarter, half and three quarters of its time, as long as it was still running then."""
    for past in pasts:
        for share in MOMENTS:
            moment = past.clock_from + (past.due - past.clock_from) * share
            if past.finished is not None and past.finished > moment:
                facts = facts_at(past, moment, history, calendars[past.office])
                yield lateness.vector(facts), past.is_late


def _calendars(offices: set[int]) -> dict[int, WorkCalendar]:
    return {unit.pk: calendar_for(unit) for unit in Unit.objects.filter(pk__in=offices)}


@transaction.atomic
def _keep(model: LatenessModel) -> LatenessModel:
    last = LatenessModel.objects.select_for_update().order_by("-version").first()
    model.version = last.version + 1 if last else 1
    model.save(force_insert=True)
    return model


def latest() -> LatenessModel | None:
    """The newest night's learning, whatever came of it."""
    return LatenessModel.objects.order_by("-version").first()


def foretell(now: datetime | None = None) -> int:
    """Works out the chance of every running dossier anew; none is kept when no model may be used."""
    now = now or timezone.now()
    model = latest()
    if model is None or model.status != LatenessModel.Status.IN_USE:
        Forecast.objects.all().delete()
        return 0
    running = Dossier.objects.filter(state__in=list(STEP_OF), due_at__gt=now, finished_at=None)
    found = _pasts(running.order_by("due_at")[:MOST_FORECASTS])
    history = History(now - timedelta(days=DAYS_BACK))
    calendars = _calendars({past.office for _pk, past in found})
    made = []
    for pk, past in found:
        facts = facts_at(past, now, history, calendars[past.office])
        values = lateness.vector(facts)
        cause = lateness.cause(model.weights, model.usual, values)
        said = lateness.chance(model.weights, values)
        made.append(Forecast(dossier_id=pk, model=model, chance=said, cause=cause, facts=asdict(facts), at=now))
    with transaction.atomic():
        Forecast.objects.all().delete()
        Forecast.objects.bulk_create(made, batch_size=2_000)
    return len(made)


def standing_forecasts() -> Any:
    """Forecasts of dossiers that are still running as they were foretold."""
    return Forecast.objects.filter(
        Q(dossier__finished_at=None) & Q(dossier__state__in=list(STEP_OF)) & Q(dossier__due_at__gt=timezone.now())
    )
