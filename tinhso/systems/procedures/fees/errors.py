"""Refusals about fees, each a sentence for the person refused."""

from datetime import date

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused


class FeeUnknown(Refused):
    """No amount is known; nothing is billed by guess."""

    code = "procedures.fee-unknown"

    def __init__(self) -> None:
        super().__init__(
            _("Chưa rõ mức thu của thủ tục này nên chưa lập được phiếu thu. Cán bộ một cửa sẽ xác định mức và căn cứ.")
        )


class FeeUnpaid(Refused):
    """The rule says that this act waits for the money."""

    code = "procedures.fee-unpaid"

    def __init__(self, amount: str, what: str) -> None:
        super().__init__(
            _("Hồ sơ còn %(amount)s phí, lệ phí chưa nộp; theo biểu thu phải %(what)s. Hãy thu tiền rồi làm tiếp.")
            % {"amount": amount, "what": what}
        )


class FeePaid(Refused):
    """A paid fee is changed by a refund, not by another decision."""

    code = "procedures.fee-paid"

    def __init__(self) -> None:
        super().__init__(_("Phí, lệ phí của hồ sơ này đã nộp. Muốn đổi mức, hãy hoàn trả trước."))


class FeeDecided(Refused):
    """There is a decision already."""

    code = "procedures.fee-decided"

    def __init__(self) -> None:
        super().__init__(_("Hồ sơ này đã được xác định phí, lệ phí."))


class ClaimOpen(Refused):
    """An exemption waits to be checked."""

    code = "procedures.claim-open"

    def __init__(self) -> None:
        super().__init__(_("Đề nghị miễn, giảm đang chờ cán bộ kiểm tra. Hãy đợi trả lời rồi thanh toán."))


class NoClaim(Refused):
    """Nothing waits to be answered."""

    code = "procedures.no-claim"

    def __init__(self) -> None:
        super().__init__(_("Không có đề nghị miễn, giảm nào đang chờ."))


class NotAnExemption(Refused):
    """The exemption does not hold for this procedure on this day."""

    code = "procedures.not-an-exemption"

    def __init__(self) -> None:
        super().__init__(_("Diện miễn, giảm này không áp dụng cho thủ tục và ngày này. Hãy chọn lại."))


class TooLate(Refused):
    """The dossier is over."""

    code = "procedures.fee-too-late"

    def __init__(self) -> None:
        super().__init__(_("Hồ sơ đã kết thúc nên không lập phiếu thu nữa."))


class BasisNeeded(Refused):
    """An amount set by hand says by which rule."""

    code = "procedures.basis-needed"

    def __init__(self) -> None:
        super().__init__(_("Hãy ghi số tiền (đồng) và căn cứ của mức thu."))


class BadRules(Refused):
    """A rule file that cannot be taken; every bad row is named."""

    code = "procedures.bad-fee-rules"

    def __init__(self, faults: list[str]) -> None:
        super().__init__(_("Tệp mức thu có dòng sai; chưa ghi gì. %(faults)s") % {"faults": " ".join(faults[:10])})


class Overlaps(Refused):
    """A rule alike holds already on some of the days."""

    code = "procedures.fee-overlaps"

    def __init__(self, name: str, first: date, end: date | None) -> None:
        facts = {"name": name, "from": f"{first:%d/%m/%Y}", "to": f"{end:%d/%m/%Y}" if end else ""}
        if end is None:
            said = _(
                "“%(name)s” đã có hiệu lực từ %(from)s và chưa kết thúc, cùng tỉnh, cùng trường hợp, cùng cách nộp "
                "hoặc cùng nhóm. Hãy kết thúc dòng đó trước rồi lập dòng mới."
            )
        else:
            said = _("“%(name)s” đã có hiệu lực từ %(from)s đến trước %(to)s, chồng lên những ngày vừa ghi.")
        super().__init__(said % facts)


class EndsBeforeItBegins(Refused):
    """An end that is no end: before the beginning, or after the end already set."""

    code = "procedures.fee-wrong-end"

    def __init__(self) -> None:
        super().__init__(_("Ngày kết thúc phải sau ngày bắt đầu và không muộn hơn ngày kết thúc đã ghi."))


class NoSource(Refused):
    """A fee is set and ended by a document."""

    code = "procedures.fee-no-source"

    def __init__(self) -> None:
        super().__init__(_("Hãy ghi văn bản quy định: số, ngày, cơ quan ban hành."))
