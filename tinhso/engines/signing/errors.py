"""Why something cannot be signed, each in a sentence that the signer can act on."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused


class SigningRefused(Refused):
    """The root of every refusal to sign. Nothing was signed."""

    code = "signing.refused"


class NoCertificate(SigningRefused):
    code = "signing.no_certificate"

    def __init__(self) -> None:
        super().__init__(_("Bạn chưa có chứng thư chữ ký số còn dùng được. Hãy đề nghị quản trị hệ thống cấp."))


class NotYours(SigningRefused):
    code = "signing.not_yours"

    def __init__(self) -> None:
        super().__init__(_("Chứng thư này không phải của bạn nên không ký được."))


class Expired(SigningRefused):
    code = "signing.certificate_expired"

    def __init__(self, ended: datetime) -> None:
        super().__init__(
            _("Chứng thư chữ ký số đã hết hạn ngày %(day)s nên chưa ký. Hãy gia hạn chứng thư.") % {"day": _day(ended)}
        )


class NotYetValid(SigningRefused):
    code = "signing.certificate_not_yet_valid"

    def __init__(self, begins: datetime) -> None:
        super().__init__(
            _("Chứng thư chữ ký số chỉ có hiệu lực từ ngày %(day)s nên chưa ký được.") % {"day": _day(begins)}
        )


class Revoked(SigningRefused):
    code = "signing.certificate_revoked"

    def __init__(self, at: datetime) -> None:
        super().__init__(
            _("Chứng thư chữ ký số đã bị thu hồi ngày %(day)s nên không ký được. Hãy đề nghị cấp chứng thư mới.")
            % {"day": _day(at)}
        )


class RevokedSomewhere(SigningRefused):
    code = "signing.certificate_revoked"

    def __init__(self) -> None:
        super().__init__(_("Chứng thư chữ ký số, hoặc nơi cấp nó, đã bị thu hồi nên không ký được."))


class OutOfForce(SigningRefused):
    code = "signing.certificate_expired"

    def __init__(self) -> None:
        super().__init__(_("Chứng thư của nơi cấp không còn hoặc chưa có hiệu lực nên không ký được."))


class Untrusted(SigningRefused):
    code = "signing.certificate_untrusted"

    def __init__(self) -> None:
        super().__init__(_("Chứng thư chữ ký số không do nơi được tin cậy cấp nên không ký được."))


class StateUnknown(SigningRefused):
    code = "signing.certificate_state_unknown"

    def __init__(self) -> None:
        super().__init__(_("Chưa kiểm tra được chứng thư có bị thu hồi hay không nên chưa ký. Hãy thử lại sau."))


class WrongUsage(SigningRefused):
    code = "signing.certificate_usage"

    def __init__(self) -> None:
        super().__init__(_("Chứng thư này không được cấp để ký số văn bản."))


class WeakKey(SigningRefused):
    code = "signing.weak_key"

    def __init__(self) -> None:
        super().__init__(_("Khoá của chứng thư quá yếu (cần RSA từ 2048 bit hoặc ECDSA từ 256 bit) nên không ký được."))


class WrongPin(SigningRefused):
    code = "signing.wrong_pin"

    def __init__(self, left: int) -> None:
        super().__init__(_("Mã PIN không đúng. Còn %(left)s lần thử trước khi chứng thư bị khoá.") % {"left": left})


class WrongTokenPin(SigningRefused):
    code = "signing.wrong_pin"

    def __init__(self) -> None:
        super().__init__(_("Mã PIN của thiết bị ký số không đúng. Thiết bị tự khoá sau vài lần sai."))


class PinLocked(SigningRefused):
    code = "signing.pin_locked"

    def __init__(self) -> None:
        super().__init__(
            _("Chứng thư đang bị khoá vì nhập sai mã PIN nhiều lần. Hãy đề nghị quản trị hệ thống mở khoá.")
        )


class ProofNeeded(SigningRefused):
    code = "signing.proof_needed"

    def __init__(self) -> None:
        super().__init__(_("Hãy nhập mã PIN hoặc xác thực lại trước khi ký."))


class NotSignable(SigningRefused):
    code = "signing.not_signable"

    def __init__(self) -> None:
        super().__init__(_("Tệp PDF này không ký được vì hỏng, bị khoá hoặc có nội dung tự chạy. Hãy tạo lại tệp."))


class AlreadySealedShut(SigningRefused):
    code = "signing.closed"

    def __init__(self) -> None:
        super().__init__(_("Văn bản đã có chữ ký không còn hợp lệ, hoặc không cho ký thêm, nên chưa ký."))


class WrongTime(SigningRefused):
    code = "signing.wrong_time"

    def __init__(self) -> None:
        super().__init__(_("Thời điểm ký phải là hiện tại."))


class KeyGone(SigningRefused):
    """The key itself is out of reach: whatever else waits for it waits on. Batches stop here."""

    code = "signing.key_gone"


class TokenUnreachable(KeyGone):
    code = "signing.token_unreachable"

    def __init__(self) -> None:
        super().__init__(
            _("Không thấy thiết bị ký số. Hãy cắm lại thiết bị rồi ký tiếp; các văn bản đã ký vẫn giữ nguyên.")
        )


class ProviderUnreachable(KeyGone):
    code = "signing.provider_unreachable"

    def __init__(self) -> None:
        super().__init__(_("Dịch vụ ký số từ xa không trả lời. Hãy ký tiếp sau; các văn bản đã ký vẫn giữ nguyên."))


class ProviderRefused(KeyGone):
    code = "signing.provider_refused"

    def __init__(self) -> None:
        super().__init__(_("Dịch vụ ký số từ xa không chấp nhận lần ký này. Hãy xác nhận lại bằng PIN và OTP mới."))


class WrongRemotePin(SigningRefused):
    code = "signing.wrong_pin"

    def __init__(self) -> None:
        super().__init__(_("Mã PIN ký số từ xa không đúng. Dịch vụ tự khoá sau vài lần sai."))


class WrongOneTimeCode(SigningRefused):
    code = "signing.wrong_otp"

    def __init__(self) -> None:
        super().__init__(_("Mã OTP không đúng hoặc đã hết hạn. Hãy lấy mã mới rồi ký lại."))


class AuthorityMissing(SigningRefused):
    code = "signing.authority_missing"

    def __init__(self) -> None:
        super().__init__(_("Hệ thống chưa có nơi cấp chứng thư thử. Quản trị hệ thống hãy chạy “tinhso doctor”."))


def _day(at: datetime) -> str:
    return timezone.localtime(at).strftime("%d/%m/%Y")
