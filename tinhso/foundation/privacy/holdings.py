"""What privacy itself holds about a person."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.people.models import Person
from tinhso.foundation.privacy.registry import Collector, Row

KEPT = gettext_lazy("Bằng chứng về sự đồng ý và về yêu cầu của chính bạn (Luật 91/2025, Điều 9): lưu để chứng minh")


def _words(person: Person) -> list[Row]:
    from tinhso.foundation.privacy.selectors import history_of

    return [
        {
            _("Mục đích"): one.purpose.sentence,
            _("Ý kiến"): one.get_decision_display(),
            _("Lúc"): one.at,
            _("Kênh"): one.get_channel_display(),
        }
        for one in history_of(person.pk)
    ]


def _requests(person: Person) -> list[Row]:
    from tinhso.foundation.privacy.models import DataRequest

    return [
        {
            _("Mã"): one.code,
            _("Yêu cầu"): one.get_kind_display(),
            _("Nội dung"): one.details,
            _("Nhận lúc"): one.received_at,
            _("Trạng thái"): one.get_state_display(),
            _("Trả lời"): one.answer if not one.is_open else "",
        }
        for one in DataRequest.objects.filter(person=person)
    ]


WORDS = Collector("privacy.consents", gettext_lazy("Ý kiến của bạn về việc dùng dữ liệu"), _words, KEPT, order=80)
REQUESTS = Collector("privacy.requests", gettext_lazy("Yêu cầu về dữ liệu cá nhân"), _requests, KEPT, order=81)
