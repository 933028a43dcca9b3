"""Why an outside address is not asked, or did not answer."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused


class NotAllowed(Refused):
    """An address that the house must not reach; nothing was sent."""

    code = "outside.not_allowed"


class Unreachable(Refused):
    """The other side gave no usable answer. `why` is the end of a sentence: "nguồn trả lời quá chậm"."""

    code = "outside.unreachable"

    def __init__(self, why: str) -> None:
        super().__init__(_("Không hỏi được máy chủ bên ngoài: %(why)s.") % {"why": why})
        self.why = why
