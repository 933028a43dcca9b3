"""Entries of units and calendars in the navigation of administration."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.calendar.permissions import VIEW as CALENDAR_VIEW
from tinhso.foundation.orgs.permissions import VIEW as UNITS_VIEW
from tinhso.foundation.ui.nav import Entry

ENTRIES = (
    Entry("admin:units", _("Đơn vị"), "unit", permission=UNITS_VIEW, order=40),
    Entry("admin:calendar", _("Lịch làm việc"), "calendar", permission=CALENDAR_VIEW, order=50),
)
