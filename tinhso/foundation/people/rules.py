"""Rules of accounts as pure functions. The numbers are settings (ACCOUNT_RULES), after TCVN 14423:2026 level 3."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True)
class AccountRules:
    """Defaults of level 3; an installation may set stricter or looser ones (VIETNAM-LAW section 10)."""

    idle_minutes: int = 15
    idle_minutes_administrator: int = 5
    wrong_tries: int = 5
    lock_minutes: int = 15
    unused_days: int = 45
    min_length: int = 14
    min_length_with_mfa: int = 8
    administrator_password_months: int = 2
    password_history: int = 10
    review_months: int = 6
    step_up_minutes: int = 15


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_idle(seen_at: datetime, now: datetime, minutes: int) -> bool:
    """No request for `minutes` or more. A clock set back never locks nor keeps open: a future mark is idle."""
    return now - seen_at >= timedelta(minutes=minutes) or seen_at > now + timedelta(minutes=1)


def refresh_seconds(minutes: int) -> int:
    """How often the mark of last activity is written: a twentieth of the limit, so the lock comes early, never late."""
    return max(1, minutes * 60 // 20)


def password_is_due(changed_on: date, today: date, months: int) -> bool:
    """An administrator's password is old from the same day `months` later."""
    return today >= add_months(changed_on, months)


def is_unused(last_used_at: datetime, now: datetime, days: int) -> bool:
    """Not used for `days` whole days."""
    return now - last_used_at >= timedelta(days=days)


def review_is_due(confirmed_on: date, today: date, months: int) -> bool:
    """A list not confirmed for `months` must be confirmed again."""
    return today >= add_months(confirmed_on, months)


def is_fresh(proved_at: datetime, now: datetime, minutes: int) -> bool:
    """A proof of identity counts for `minutes`; one dated in the future counts for nothing."""
    return timedelta(0) <= now - proved_at < timedelta(minutes=minutes)


def shortest_password(has_mfa: bool, rules: AccountRules) -> int:
    """The least length of a password: 8 beside a second factor, 14 alone."""
    return rules.min_length_with_mfa if has_mfa else rules.min_length
