"""Refusals of the exchange: of operators in sentences, of the portal's messages with their code."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.national.shapes import Code


class NotTaken(Refused):
    """A message from the portal that cannot be taken: the code of the interface and a sentence."""

    code = "national.not-taken"

    def __init__(self, error_code: Code, sentence: str) -> None:
        self.error_code = error_code
        super().__init__(sentence)


class NotSetAside(Refused):
    """Only a message that waits for a person is sent again or skipped by one."""

    code = "national.not-set-aside"

    def __init__(self) -> None:
        super().__init__(_("Tin này không ở trạng thái gác lại. Hãy tải lại trang để xem trạng thái mới."))


class SwitchedOff(Refused):
    """No address of the portal is set."""

    code = "national.switched-off"

    def __init__(self) -> None:
        super().__init__(
            _("Chưa khai địa chỉ Cổng Dịch vụ công quốc gia nên không trao đổi được. Hãy đặt TINHSO_NATIONAL_URL.")
        )


class AlreadySettled(Refused):
    """The difference is settled."""

    code = "national.already-settled"

    def __init__(self) -> None:
        super().__init__(_("Chênh lệch này đã được xử lý. Hãy tải lại trang."))
