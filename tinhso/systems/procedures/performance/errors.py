"""Refusals of this app, each fit to be read by the person refused."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused


class WrongPoints(Refused):
    """A point table that cannot be used, with the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(_("Không ban hành được bảng điểm: %(reason)s.") % {"reason": reason})
