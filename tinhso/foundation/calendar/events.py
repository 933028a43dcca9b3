"""Events of the calendar. Payloads carry ids and dates only."""

HOURS_SET = "calendar.hours_set"
OVERRIDE_SET = "calendar.override_set"
OVERRIDE_WITHDRAWN = "calendar.override_withdrawn"
