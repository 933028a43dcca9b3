"""Why a source cannot be read, or a harvest goes no further: sentences for the runs' page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused


class HarvestRefused(Refused):
    """Root of what this app refuses."""


class NotAllowed(HarvestRefused):
    """An address that the house must not reach: its own network, another scheme, a name and password in it."""


class Unreadable(HarvestRefused):
    """The source answers nothing usable now; the run goes on later from the same place."""


class Endless(HarvestRefused):
    """The source leads in a circle or past every bound: the run ends, what was taken in stays."""


class AlreadyRunning(HarvestRefused):
    def __init__(self) -> None:
        super().__init__(_("Nguồn này đang được thu thập. Hãy chờ lần chạy ấy kết thúc."))


class BadSource(HarvestRefused):
    """What was entered for a source does not hold."""
