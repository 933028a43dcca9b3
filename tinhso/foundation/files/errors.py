"""Why a file is refused, each in a sentence that a person can act on."""

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused


class FileRefused(Refused):
    """The root of every refusal of a file. Nothing of the file is kept unless the class says so."""

    code = "files.refused"


class TooLarge(FileRefused):
    code = "files.too_large"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(
            _("Tệp lớn hơn %(size)s. Hãy chụp lại hoặc nén tệp; phần bạn đã điền vẫn còn.")
            % {"size": size_in_words(max_bytes)}
        )


class Empty(FileRefused):
    code = "files.empty"

    def __init__(self) -> None:
        super().__init__(_("Tệp không có nội dung. Hãy chọn lại tệp."))


class KindNotAccepted(FileRefused):
    code = "files.kind_not_accepted"

    def __init__(self, accepted: str) -> None:
        super().__init__(_("Tệp này không thuộc loại được nhận. Hãy gửi tệp %(accepted)s.") % {"accepted": accepted})


class NameDisagrees(FileRefused):
    code = "files.name_disagrees"

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(
            _("Tên tệp “%(name)s” không khớp với nội dung bên trong (%(kind)s). Hãy chọn đúng tệp gốc.")
            % {"name": name, "kind": kind}
        )


class Broken(FileRefused):
    code = "files.broken"

    def __init__(self) -> None:
        super().__init__(_("Tệp bị hỏng hoặc tải lên chưa hết. Hãy mở thử tệp trên máy của bạn rồi gửi lại."))


class Bomb(FileRefused):
    code = "files.bomb"

    def __init__(self) -> None:
        super().__init__(
            _("Tệp phình quá lớn khi mở nên hệ thống không nhận. Hãy lưu lại tệp ở dạng thường rồi gửi lại.")
        )


class ActiveContent(FileRefused):
    code = "files.active_content"

    def __init__(self, what: str) -> None:
        super().__init__(
            _("Tệp PDF có %(what)s nên không được nhận. Hãy in lại tệp ra PDF rồi gửi bản mới.") % {"what": what}
        )


class Locked(FileRefused):
    code = "files.locked"

    def __init__(self) -> None:
        super().__init__(_("Tệp đặt mật khẩu nên không mở được. Hãy bỏ mật khẩu rồi gửi lại."))


class DangerousXml(FileRefused):
    code = "files.dangerous_xml"

    def __init__(self) -> None:
        super().__init__(_("Tệp XML có khai báo thực thể hoặc không đúng cú pháp nên không được nhận."))


class Infected(FileRefused):
    """The file was kept apart, unreadable to everyone, for the administrator."""

    code = "files.infected"

    def __init__(self) -> None:
        super().__init__(_("Tệp có mã độc nên đã bị cách ly. Hãy quét vi-rút trên máy của bạn rồi gửi tệp khác."))


class DiskFull(FileRefused):
    code = "files.disk_full"

    def __init__(self) -> None:
        super().__init__(
            _("Hệ thống tạm hết chỗ lưu tệp nên chưa nhận được tệp của bạn. Phần bạn đã điền vẫn còn; hãy thử lại sau.")
        )


class NotReadable(FileRefused):
    """The file is on record but may not be opened: waiting for the virus scan, set apart, or erased on request."""

    code = "files.not_readable"

    def __init__(self, *, why: str) -> None:
        sentences = {
            "quarantined": _("Tệp này đã bị cách ly vì có mã độc nên không mở được."),
            "erased": _("Nội dung tệp này đã được xóa theo yêu cầu của người có dữ liệu."),
        }
        super().__init__(sentences.get(why) or _("Tệp đang chờ quét vi-rút. Hãy mở lại sau ít phút."))


class Missing(FileRefused):
    code = "files.missing"

    def __init__(self) -> None:
        super().__init__(_("Không thấy nội dung tệp trong kho. Hãy báo cho quản trị hệ thống."))


def size_in_words(size: int) -> str:
    """10485760 → "10 MB", 2048 → "2 KB"."""
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0").replace(".", ",") + f" {unit}"
    return f"{size} B"
