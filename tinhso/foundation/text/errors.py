"""The root of every refusal that a person may read."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """An act or input was refused. The message is a whole sentence: what happened, what to do, nothing lost."""

    # Stable machine name, used as the `type` of RFC 9457 problem details.
    code = "refused"

    @property
    def sentence(self) -> str:
        return str(self)


class TooLong(Refused):
    """Words longer than the place they are kept in. Cut in silence, the rest would be lost."""

    code = "too-long"

    def __init__(self, text: str, longest: int) -> None:
        super().__init__(
            _("Ô ghi “%(start)s…” nhận nhiều nhất %(longest)s ký tự. Hãy ghi ngắn lại rồi gửi lại.")
            % {"start": text[:30], "longest": longest}
        )
