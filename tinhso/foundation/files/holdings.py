"""What the file store holds from a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.privacy.registry import Collector, Row

if TYPE_CHECKING:
    from tinhso.foundation.people.models import Person


def _files(person: Person) -> list[Row]:
    from tinhso.foundation.files.models import StoredFile

    accounts = list(person.accounts.values_list("pk", flat=True))
    return [
        {
            _("Tên tệp"): one.name,
            _("Kích thước (byte)"): one.size,
            _("Nhận lúc"): one.created_at,
            _("Mục đích"): one.purpose,
            "SHA-256": one.sha256,
        }
        for one in StoredFile.objects.filter(account_id__in=accounts).order_by("pk")
    ]


FILES = Collector(
    "files.sent",
    gettext_lazy("Tệp bạn đã gửi"),
    _files,
    gettext_lazy("Luật Lưu trữ: tệp gắn với hồ sơ, văn bản được giữ theo thời hạn của hồ sơ, văn bản đó"),
    order=51,
)
