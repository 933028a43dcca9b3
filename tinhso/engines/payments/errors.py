"""Refusals of acts on money, each a sentence for the person refused."""

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused


class NoAccount(Refused):
    """Nobody said where the money should go."""

    code = "payments.no-account"

    def __init__(self, unit: str) -> None:
        super().__init__(
            _("%(unit)s chưa khai tài khoản thu nên chưa lập được phiếu thu. Hãy báo kế toán.") % {"unit": unit}
        )


class NotOpen(Refused):
    """The bill waits for no payment."""

    code = "payments.not-open"

    def __init__(self, reference: str, state: str) -> None:
        super().__init__(_("Phiếu thu %(reference)s: %(state)s.") % {"reference": reference, "state": state})


class AlreadyPaid(Refused):
    """A paid bill is refunded, not cancelled."""

    code = "payments.already-paid"

    def __init__(self, reference: str) -> None:
        super().__init__(
            _("Phiếu thu %(reference)s đã thanh toán nên không huỷ được; hãy đề nghị hoàn trả.")
            % {"reference": reference}
        )


class NothingToRefund(Refused):
    """No money of this bill is here, or it is being given back already."""

    code = "payments.nothing-to-refund"

    def __init__(self) -> None:
        super().__init__(_("Không có tiền để hoàn trả: phiếu thu chưa thanh toán, hoặc đã có đề nghị hoàn trả."))


class BadAmount(Refused):
    """An amount that cannot be."""

    code = "payments.bad-amount"

    def __init__(self) -> None:
        super().__init__(_("Số tiền phải là số nguyên đồng, lớn hơn 0 và không quá số đã thu."))


class OutOfOrder(Refused):
    """The act does not follow the present state."""

    code = "payments.out-of-order"

    def __init__(self, state: str) -> None:
        super().__init__(
            _("Không làm được việc này khi đang ở trạng thái “%(state)s”. Hãy tải lại trang.") % {"state": state}
        )


class SamePerson(Refused):
    """Two people are needed."""

    code = "payments.same-person"

    def __init__(self) -> None:
        super().__init__(_("Người đề nghị hoàn trả không được tự duyệt. Hãy để người khác duyệt."))


class ReasonNeeded(Refused):
    """Acts on money say why."""

    code = "payments.reason-needed"

    def __init__(self) -> None:
        super().__init__(_("Hãy ghi rõ lý do."))


class ReceiverNeeded(Refused):
    """Where the money shall go back to."""

    code = "payments.receiver-needed"

    def __init__(self) -> None:
        super().__init__(
            _("Hãy ghi mã ngân hàng (6 chữ số) và số tài khoản của người nhận, hoặc chọn trả tiền mặt tại quầy.")
        )


class BadStatement(Refused):
    """A statement file that cannot be read; every bad row is named, nothing is written."""

    code = "payments.bad-statement"

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        shown = faults[:10]
        more = len(faults) - len(shown)
        tail = " " + _("Và %(count)s dòng khác.") % {"count": more} if more > 0 else ""
        super().__init__(_("Không đọc được sao kê; chưa ghi gì. %(faults)s") % {"faults": " ".join(shown)} + tail)


class Unbalanced(Refused):
    """An entry whose postings do not sum to zero: a fault of the program, stopped before the database does."""

    code = "payments.unbalanced"

    def __init__(self) -> None:
        super().__init__(_("Bút toán không cân nên không ghi. Không có tiền nào bị thay đổi."))


class NothingToRemit(Refused):
    """The fees account holds nothing to pay over."""

    code = "payments.nothing-to-remit"

    def __init__(self) -> None:
        super().__init__(_("Không còn khoản thu nào chưa nộp đến hết ngày này."))


class NoSecret(Refused):
    """The webhook has no secret to check signatures with."""

    code = "payments.no-secret"

    def __init__(self) -> None:
        super().__init__(_("Chưa cấu hình khoá ký của ngân hàng (TINHSO_BANK_SECRET) nên không nhận tin báo tiền."))
