"""Refusals of the acts on proposals."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused


class AlreadyInWriting(Refused):
    """Somebody is already writing a new version of this procedure."""

    code = "procedures.authoring.already-in-writing"

    def __init__(self, code: str) -> None:
        super().__init__(
            _("Đang có một bản soạn của thủ tục %(code)s. Hãy sửa tiếp bản đó hoặc bỏ nó trước.") % {"code": code}
        )


class NotOpen(Refused):
    """A published or dropped proposal does not change any more."""

    code = "procedures.authoring.not-open"

    def __init__(self) -> None:
        super().__init__(_("Bản soạn này đã ban hành hoặc đã bỏ nên không sửa được nữa. Hãy lập bản soạn mới."))


class ChangedMeanwhile(Refused):
    """Another administrator saved a part after this page was opened."""

    code = "procedures.authoring.changed-meanwhile"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Người khác vừa sửa bản soạn này sau khi bạn mở trang. "
                "Hãy mở lại trang để xem nội dung mới rồi sửa tiếp."
            )
        )


class NotReady(Refused):
    """The proposal still has faults; the message names each."""

    code = "procedures.authoring.not-ready"

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__(_("Chưa ban hành được: %(faults)s") % {"faults": " ".join(faults)})


class WrongEdit(Refused):
    """A change that cannot be made, with the reason."""

    code = "procedures.authoring.wrong-edit"


class BadCode(Refused):
    """A procedure's code has the national shape: digits, a dot, six digits, and a province's own suffix."""

    code = "procedures.authoring.bad-code"

    def __init__(self) -> None:
        super().__init__(_("Mã thủ tục gồm một số, dấu chấm và sáu số, ví dụ 1.004873."))
