"""Refusals of the acts on dossiers, each a sentence for the person refused."""

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused


class OutOfOrder(Refused):
    """The dossier is not in a state that this act may follow."""

    code = "procedures.out-of-order"

    def __init__(self, state_name: str) -> None:
        super().__init__(
            _("Hồ sơ đang ở trạng thái “%(state)s” nên không làm được việc này. Hãy tải lại trang.")
            % {"state": state_name}
        )


class ChangedMeanwhile(Refused):
    """Somebody else acted on the dossier after this person opened it."""

    code = "procedures.changed-meanwhile"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Người khác vừa xử lý hồ sơ này sau khi bạn mở trang. Hãy tải lại để xem thay đổi rồi làm tiếp; "
                "nội dung bạn đã gõ vẫn còn."
            )
        )


class NotOnline(Refused):
    """The procedure takes no online filing."""

    code = "procedures.not-online"

    def __init__(self) -> None:
        super().__init__(_("Thủ tục này chưa nhận hồ sơ trực tuyến. Hãy nộp tại Trung tâm Phục vụ hành chính công."))


class NotVerified(Refused):
    """The account has no verified person behind it."""

    code = "procedures.not-verified"

    def __init__(self) -> None:
        super().__init__(
            _("Tài khoản chưa được định danh. Hãy đăng nhập bằng tài khoản định danh điện tử mức độ 2 rồi nộp hồ sơ.")
        )


class Incomplete(Refused):
    """Some parts of the form or some papers are missing or wrong."""

    code = "procedures.incomplete"

    def __init__(self, labels: list[str]) -> None:
        self.labels = labels
        super().__init__(
            _("Hồ sơ còn thiếu hoặc sai: %(labels)s. Hãy mở các trang đó để điền; phần đã điền vẫn còn.")
            % {"labels": "; ".join(labels)}
        )


class NoOffice(Refused):
    """No unit on that day serves this commune for this procedure."""

    code = "procedures.no-office"

    def __init__(self, commune: str) -> None:
        super().__init__(_("%(commune)s chưa có cơ quan tiếp nhận thủ tục này trên hệ thống.") % {"commune": commune})


class ReasonNeeded(Refused):
    """An act that turns something down must say why."""

    code = "procedures.reason-needed"

    def __init__(self) -> None:
        super().__init__(_("Hãy ghi rõ lý do để người nộp hiểu và làm theo được."))


class AskedTwice(Refused):
    """Only one request for more papers may be open at a time."""

    code = "procedures.asked-twice"

    def __init__(self) -> None:
        super().__init__(_("Hồ sơ đang chờ người nộp bổ sung theo yêu cầu trước."))


class PlainReasonNeeded(Refused):
    """A reason given to a citizen is in words, never a program's code."""

    code = "procedures.plain-reason-needed"

    def __init__(self) -> None:
        super().__init__(_("Hãy ghi lý do bằng lời để người nộp hiểu, không ghi mã lỗi của phần mềm."))
