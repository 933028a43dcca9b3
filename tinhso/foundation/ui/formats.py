"""How dates, numbers, money and clocks are written for people. Cheap enough for every row of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NBSP = "\u00a0"
# One working day of an office, in minutes (8 hours, Labour Code 105); only words depend on it, never a due date.
WORKING_DAY = 480
LAST_DAY = WORKING_DAY
LAST_HOURS = 120

_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _english() -> bool:
    return (get_language() or "vi").startswith("en")


def local(value: datetime) -> datetime:
    """The moment on the office's own wall clock."""
    return timezone.localtime(value) if timezone.is_aware(value) else value


def day_of(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def plain_date(value: date | datetime | None) -> str:
    """23/11/2026; empty when there is none."""
    if value is None or value == "":
        return ""
    return _written(day_of(value))


def _written(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def near_day(day: date, today: date) -> str:
    """hôm nay, hôm qua, ngày mai; empty when further away."""
    if day == today:
        return _("hôm nay")
    if day == today - timedelta(days=1):
        return _("hôm qua")
    if day == today + timedelta(days=1):
        return _("ngày mai")
    return ""


def full_date(value: date | datetime) -> str:
    """thứ Hai, 23/11/2026."""
    day = day_of(value)
    names = _WEEKDAYS_EN if _english() else _WEEKDAYS_VI
    return f"{names[day.weekday()]}, {_written(day)}"


def full_datetime(value: datetime) -> str:
    """thứ Hai, 23/11/2026, 15:30: for papers and for whoever must be exact."""
    moment = local(value)
    return f"{full_date(moment.date())}, {moment.hour:02d}:{moment.minute:02d}"


def short_datetime(value: datetime) -> str:
    """23/11/2026 15:30."""
    moment = local(value)
    return f"{_written(moment)} {moment.hour:02d}:{moment.minute:02d}"


def near_datetime(value: datetime, today: date | None = None) -> str:
    """hôm nay, 15:30 within a day of today; the full form otherwise."""
    moment = local(value)
    near = near_day(moment.date(), today or timezone.localdate())
    return f"{near}, {moment.hour:02d}:{moment.minute:02d}" if near else full_datetime(moment)


def number(value: Any, decimals: int | None = None) -> str:
    """1.234,5 in Vietnamese, 1,234.5 in English; at most two decimals unless asked; empty for nothing."""
    if value is None or value == "":
        return ""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not exact.is_finite():
        return ""
    text = f"{exact:,.2f}".rstrip("0").rstrip(".") if decimals is None else f"{exact:,.{decimals}f}"
    text = text.replace("-", "\u2212") if text.strip("-0.,") else text.lstrip("-")
    return text if _english() else text.translate(str.maketrans(",.", ".,"))


def money(value: Any) -> str:
    """1.250.000 đ; whole đồng, because none smaller is in use."""
    text = number(value, 0)
    return f"{text}{NBSP}đ" if text else ""


def mask_number(value: str | None) -> str:
    """0420••••••34: enough to recognise one's own number, too little to use another's."""
    text = str(value or "")
    if len(text) < 8:
        return "•" * len(text)
    return f"{text[:4]}{'•' * (len(text) - 6)}{text[-2:]}"


def phone(value: str | None) -> str:
    """0912 345 678."""
    digits = str(value or "").replace(" ", "")
    if len(digits) != 10 or not digits.isdigit():
        return str(value or "")
    return f"{digits[:4]}{NBSP}{digits[4:7]}{NBSP}{digits[7:]}"


def file_size(value: int | None) -> str:
    """850 kB, 2,4 MB."""
    if value is None:
        return ""
    if value < 1_000_000:
        return f"{number(max(1, round(value / 1000)))}{NBSP}kB" if value else f"0{NBSP}kB"
    return f"{number(value / 1_000_000, 1)}{NBSP}MB"


def span_words(minutes: int, *, working: bool = True) -> str:
    """40 phút; 3 giờ 20 phút; 2 ngày làm việc 3 giờ. The size only; the sign is said by the caller."""
    minutes = abs(int(minutes))
    per_day = WORKING_DAY if working else 24 * 60
    days, rest = divmod(minutes, per_day)
    hours, left = divmod(rest, 60)
    if days:
        day_words = _("%(days)s ngày làm việc") if working else _("%(days)s ngày")
        words = day_words % {"days": days}
        return words + " " + _("%(hours)s giờ") % {"hours": hours} if hours and days < 5 else words
    if hours and left:
        return _("%(hours)s giờ %(minutes)s phút") % {"hours": hours, "minutes": left}
    if hours:
        return _("%(hours)s giờ") % {"hours": hours}
    return _("%(minutes)s phút") % {"minutes": left}


@dataclass(frozen=True)
class ClockFace:
    """A dossier's clock as it is drawn: a state (its shape and colour), an icon, and words that say it alone."""

    state: str
    icon: str
    words: str
    due_at: datetime | None = None


_ICONS = {
    "plenty": "clock",
    "last-day": "warn",
    "last-hours": "alarm",
    "overdue": "alarm",
    "paused": "pause",
    "done": "check",
}


def clock_face(
    remaining: int | None = None,
    *,
    due_at: datetime | None = None,
    paused: bool = False,
    finished_at: datetime | None = None,
    now: datetime | None = None,
) -> ClockFace:
    """The clock from working minutes left (negative: overdue); from `due_at` by the wall when none are given."""
    working = remaining is not None
    if finished_at is not None:
        late = due_at is not None and finished_at > due_at
        words = _("xong, trễ hạn") if late else _("xong, đúng hạn")
        return ClockFace("late" if late else "done", "alarm" if late else "check", words, due_at)
    if paused:
        return ClockFace("paused", "pause", _("đang tạm dừng"), due_at)
    if remaining is None:
        if due_at is None:
            return ClockFace("plenty", "clock", _("không có hạn"))
        remaining = round((due_at - (now or timezone.now())).total_seconds() / 60)
    state = _state(remaining, WORKING_DAY if working else 24 * 60)
    size = span_words(remaining, working=working)
    words = _("quá hạn %(time)s") % {"time": size} if remaining < 0 else _("còn %(time)s") % {"time": size}
    return ClockFace(state, _ICONS[state], words, due_at)


def _state(remaining: int, day: int) -> str:
    if remaining < 0:
        return "overdue"
    if remaining <= LAST_HOURS:
        return "last-hours"
    return "last-day" if remaining <= day else "plenty"
