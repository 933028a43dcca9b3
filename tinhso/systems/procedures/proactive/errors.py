"""Refusals of proactive services, each a sentence for the person refused."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused


class AlreadySettled(Refused):
    code = "proactive.already-settled"

    def __init__(self) -> None:
        super().__init__(_("Việc nhắc này đã xong hoặc đã thôi. Mở lại danh sách để xem."))


class NotPreparable(Refused):
    code = "proactive.not-preparable"

    def __init__(self) -> None:
        super().__init__(_("Tỉnh chưa chuẩn bị được hồ sơ cho việc này. Trang thủ tục chỉ cách làm."))


class DraftInTheWay(Refused):
    code = "proactive.draft-in-the-way"

    def __init__(self) -> None:
        super().__init__(
            _("Bạn đang soạn dở một hồ sơ cùng thủ tục, tỉnh không sửa vào đó. Nộp hồ sơ ấy xong, hãy quay lại đây.")
        )


class WrongRule(Refused):
    code = "proactive.wrong-rule"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = list(faults)
