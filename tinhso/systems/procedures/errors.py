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


class PartialWithoutReason(Refused):
    code = "procedures.partial-without-reason"

    def __init__(self, code: str) -> None:
        super().__init__(
            _(
                "Thủ tục %(code)s chưa toàn trình nên phải nêu trường hợp, lý do và quy định chuyên ngành "
                "(Nghị định 224/2026, Điều 14)."
            )
            % {"code": code}
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


class HandledElsewhere(Refused):
    """The version is routed to a ministry's system: nothing of it is begun or received here, by any way."""

    code = "procedures.handled-elsewhere"

    def __init__(self, system: str) -> None:
        super().__init__(
            _("Thủ tục này nộp trên %(system)s, không nhận ở đây. Trang thủ tục có địa chỉ để nộp.")
            % {"system": system}
        )


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


class AskedOnce(Refused):
    """At reception changes may be asked for once (118/2025 art. 11)."""

    code = "procedures.asked-once"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Khi tiếp nhận chỉ được yêu cầu bổ sung một lần, và hồ sơ này đã được yêu cầu rồi. "
                "Hãy tiếp nhận, hoặc từ chối và nêu rõ lý do."
            )
        )


class NeedsBasis(Refused):
    """Asking late, or once more, needs the rule that allows it on record."""

    code = "procedures.needs-basis"

    def __init__(self, sentence: str) -> None:
        super().__init__(
            _("%(why)s Hãy ghi căn cứ cho phép (văn bản, điều khoản) vào ô “Căn cứ” rồi gửi lại.") % {"why": sentence}
        )


class PastTheTerm(Refused):
    """A refusal while settling belongs within the term (61/2018 art. 19.8)."""

    code = "procedures.past-the-term"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Hồ sơ đã quá hạn giải quyết, không từ chối được nữa. "
                "Hãy gửi thư xin lỗi và hẹn lại ngày trả (ghi là xin lỗi muộn) trước."
            )
        )


class TooLateToApologise(Refused):
    """The apology goes out at the latest one day before the limit (61/2018 art. 19.9)."""

    code = "procedures.too-late-to-apologise"

    def __init__(self, due_on: str) -> None:
        super().__init__(
            _(
                "Thư xin lỗi phải gửi chậm nhất 01 ngày trước ngày hết hạn %(day)s. "
                "Nếu vẫn phải hẹn lại, hãy chọn “Ghi là xin lỗi muộn”: việc gửi muộn được ghi vào hồ sơ."
            )
            % {"day": due_on}
        )


class AlreadyReappointed(Refused):
    """A dossier's date is renewed once only (61/2018 art. 19.9)."""

    code = "procedures.already-reappointed"

    def __init__(self) -> None:
        super().__init__(_("Hồ sơ đã được hẹn lại một lần. Việc hẹn lại ngày trả kết quả không quá một lần."))


class AlreadyProposed(Refused):
    """A proposal waits for the head already."""

    code = "procedures.already-proposed"

    def __init__(self) -> None:
        super().__init__(_("Đã có đề nghị xin lỗi và hẹn lại đang chờ lãnh đạo."))


class WrongNewDate(Refused):
    """The new date must be a working day after the present one."""

    code = "procedures.wrong-new-date"

    def __init__(self) -> None:
        super().__init__(_("Ngày hẹn mới phải là ngày làm việc, sau ngày hẹn hiện tại và sau hôm nay."))


class AlreadyDecided(Refused):
    """There is a decision, so the dossier cannot be stopped or withdrawn (Circular 03/2025 art. 7)."""

    code = "procedures.already-decided"

    def __init__(self) -> None:
        super().__init__(_("Hồ sơ đã có quyết định giải quyết nên không dừng hoặc rút được nữa."))


class TakenOn(Refused):
    """The next step has begun, so the last one cannot be undone."""

    code = "procedures.taken-on"

    def __init__(self, who: str) -> None:
        super().__init__(
            _("Không huỷ được nữa: %(who)s đã nhận hồ sơ. Hãy đề nghị nơi thụ lý trả hồ sơ về bộ phận một cửa.")
            % {"who": who}
        )


class NotYours(Refused):
    """Only the person who did it undoes it."""

    code = "procedures.not-yours"

    def __init__(self) -> None:
        super().__init__(_("Chỉ người đã làm việc này, hoặc người được uỷ quyền của họ, mới huỷ được."))


class NothingChosen(Refused):
    """A bulk act without any dossier."""

    code = "procedures.nothing-chosen"

    def __init__(self) -> None:
        super().__init__(_("Chưa chọn hồ sơ nào. Hãy đánh dấu các hồ sơ cần làm."))


class SameOffice(Refused):
    """The dossier is already where it is being sent."""

    code = "procedures.same-office"

    def __init__(self) -> None:
        super().__init__(_("Hồ sơ đã ở đúng nơi này. Hãy chọn địa bàn khác."))


class NoSuchStep(Refused):
    """The process of this dossier has no such way out of its present step."""

    code = "procedures.no-such-step"

    def __init__(self) -> None:
        super().__init__(_("Quy trình của hồ sơ này không có bước chuyển đó. Hãy tải lại trang."))


class VersionEnded(Refused):
    """The draft was begun under a version that is no longer in force: papers or form have changed."""

    code = "procedures.version-ended"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Thủ tục này đã có phiên bản mới: giấy tờ hoặc tờ khai khác trước. Hãy mở trang thủ tục và bấm "
                "“Làm trực tuyến”; phần bạn đã điền được chuyển sang tờ khai mới."
            )
        )


class RegisterTooLong(Refused):
    """The register of that time is more than a person leafs through, or its days are the wrong way round."""

    code = "procedures.register-too-long"

    def __init__(self, most: int) -> None:
        super().__init__(
            _("Sổ in nhiều nhất %(most)s hồ sơ mỗi lần, từ ngày trước đến ngày sau. Hãy chọn khoảng ngày ngắn hơn.")
            % {"most": most}
        )


class UnknownWay(Refused):
    """A way to file or to ask that the law does not know."""

    code = "procedures.unknown-way"

    def __init__(self) -> None:
        super().__init__(_("Hãy chọn một cách: trực tuyến, trực tiếp hay bưu chính."))


class NotAlone(Refused):
    """Who files together reads the dossier; whoever it stands for decides on it."""

    code = "procedures.not-alone"

    def __init__(self) -> None:
        super().__init__(
            _("Bạn là người cùng nộp nên không tự rút được hồ sơ này. Hãy đề nghị người đứng tên hồ sơ rút.")
        )
