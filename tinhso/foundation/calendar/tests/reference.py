"""A slow, obvious clock: it walks minute by minute. The tests hold the fast one against it."""

from collections.abc import Container
from datetime import date, datetime, time, timedelta

from tinhso.foundation.calendar.rules import VIETNAM, Term, Week

MINUTE = timedelta(minutes=1)


class SlowCalendar:
    def __init__(self, week: Week, off: Container[date], worked: Container[date]) -> None:
        self.week, self.off, self.worked = week, off, worked

    def sessions(self, day: date):
        if day in self.worked:
            return self.week[day.weekday()] or self.week[0]
        if day in self.off:
            return ()
        return self.week[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        return len(self.sessions(day)) > 0

    def is_working_minute(self, at: datetime) -> bool:
        second = at.hour * 3600 + at.minute * 60
        return any(start <= second < end for start, end in self.sessions(at.date()))

    def minutes_between(self, start: datetime, end: datetime) -> int:
        if end < start:
            return -self.minutes_between(end, start)
        count, at = 0, start
        while at < end:
            count += self.is_working_minute(at)
            at += MINUTE
        return count

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        at = start
        while minutes > 0:
            minutes -= self.is_working_minute(at)
            at += MINUTE
        return at

    def close(self, day: date) -> datetime:
        return datetime.combine(day, time(), VIETNAM) + timedelta(seconds=self.sessions(day)[-1][1])

    def opening(self, day: date) -> datetime:
        return datetime.combine(day, time(), VIETNAM) + timedelta(seconds=self.sessions(day)[0][0])

    def next_working(self, day: date) -> date:
        day += timedelta(1)
        while not self.is_working_day(day):
            day += timedelta(1)
        return day

    def same_day_is_possible(self, at: datetime) -> bool:
        return self.is_working_day(at.date()) and at.time() <= time(15) and at <= self.close(at.date())

    def hand_over(self, at: datetime) -> datetime:
        return self.close(at.date()) if self.same_day_is_possible(at) else self.opening(self.next_working(at.date()))

    def due(self, start: datetime, term: Term) -> datetime:
        if term.unit == "working_hour":
            return self.add_minutes(start, round(term.value * 60))
        if term.value == 0:
            same = self.same_day_is_possible(start)
            return self.close(start.date() if same else self.next_working(start.date()))
        if term.unit == "day":
            last = start.date() + timedelta(int(term.value))
            return self.close(last if self.is_working_day(last) else self.next_working(last))
        if int(term.value) != term.value:
            return self.add_minutes(start, round(term.value * 480))
        day = start.date()
        for _ in range(int(term.value)):
            day = self.next_working(day)
        return self.close(day)

    def due_with_pauses_in_days(self, start: datetime, days: int, still: list[tuple[datetime, datetime]]) -> datetime:
        """Close after close: a working day after the start's counts when no standstill covers its close."""
        day, counted = start.date(), 0
        while True:
            day = self.next_working(day)
            close = self.close(day)
            counted += not any(stopped < close <= resumed for stopped, resumed in still)
            if counted == days:
                return close

    def due_with_pauses_in_minutes(
        self, start: datetime, minutes: int, still: list[tuple[datetime, datetime]]
    ) -> datetime:
        at = start
        while minutes > 0:
            if not any(stopped <= at < resumed for stopped, resumed in still):
                minutes -= self.is_working_minute(at)
            at += MINUTE
        return at
