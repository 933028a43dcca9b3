"""A notice is its reader's alone."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.notices.models import Channel, Notice
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample


def samples(cast: Cast) -> list[Sample]:
    notice = Notice.objects.create(
        account=cast.citizen,
        channel=Channel.WEB,
        text="test",
        language="vi",
        title="Đã nhận hồ sơ",
        body=f"Do {Actor.system().label} báo.",
        state=Notice.State.SENT,
    )
    return [Sample("notices:open", {"notice_id": notice.pk}, ("citizen",))]
