"""What people are told of words that are no number. Apart from numbers, which pure rules read too."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.foundation.text.numbers import Reason


def sentence(reason: Reason | str, text: str) -> str:
    """What to say of words that are no number."""
    match Reason(reason):
        case Reason.AMBIGUOUS:
            told = _(
                "“%(text)s” có thể hiểu thành hai số khác nhau nên chưa được ghi. Hãy viết kiểu Việt Nam: dấu chấm "
                "tách hàng nghìn, dấu phẩy trước phần lẻ, ví dụ 1.234,5."
            )
        case Reason.DOT_DECIMAL:
            told = _("“%(text)s”: dấu chấm chỉ để tách hàng nghìn. Phần lẻ hãy viết sau dấu phẩy, ví dụ 1,5.")
        case Reason.GROUPS:
            told = _("“%(text)s”: các nhóm hàng nghìn phải đủ ba chữ số, ví dụ 1.234.567.")
        case Reason.TEXT:
            told = _("“%(text)s” không phải là số. Hãy chỉ ghi số, ví dụ 1.234,5; không có số liệu thì để trống.")
    return told % {"text": text.strip()[:40]}
