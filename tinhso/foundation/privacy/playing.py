"""Played requests of the demo, through the services, all marked simulated."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.people.models import Account
from tinhso.foundation.privacy import selectors, services
from tinhso.foundation.privacy.models import Assessment, Breach, DataRequest

# Fixed numbers: playing again finds what is there.
_SPACE = uuid.UUID("9f6c2c1e-6a0e-4f0e-8a39-6d1a6f2f7c11")


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """A copy handed over, a correction that waits for its second officer, fresh requests, a breach, assessments."""
    progress.start(str(_("Diễn yêu cầu về dữ liệu cá nhân")), 3)
    services.publish_declared(actor)
    citizen = Account.objects.filter(username="congdan", person__verified_at__isnull=False).first()
    officer = Account.objects.filter(username="quantri").first()
    if citizen is not None and officer is not None:
        _requests(Actor.of(citizen), Actor.of(officer))
        progress.advance()
        _breach(Actor.of(officer))
        progress.advance()
        _assess(Actor.of(officer))
    progress.advance()


def _ask(citizen: Actor, name: str, kind: str, ago: timedelta, **more: object) -> DataRequest:
    token, at = uuid.uuid5(_SPACE, name), timezone.now() - ago
    return services.file_request(actor=citizen, token=token, kind=kind, at=at, **more)  # type: ignore[arg-type]


def _requests(citizen: Actor, officer: Actor) -> None:
    asked = [one.purpose for one in selectors.standings_of(citizen.person_id or 0) if one.is_undecided]
    for purpose in asked[:1]:
        services.decide(actor=citizen, code=purpose.code, decision="given", purpose_id=purpose.pk)
    copy = _ask(citizen, "copy", "copy", timedelta(days=9), details="Tôi muốn có bản sao mọi dữ liệu của mình.")
    if copy.is_open:
        day = copy.received_at + timedelta(days=1)
        services.acknowledge(actor=officer, request_id=copy.pk, words="Sẽ có trong tuần.", at=day)
        services.settle(actor=officer, request_id=copy.pk, words="Bản sao ở ngay dưới đây.")
    correct = _ask(
        citizen, "correct", "correct", timedelta(days=3), wanted={"address": "Tổ dân phố 3, phường Thành Sen"}
    )
    if correct.state == "received":
        said = "Đã đối chiếu với cơ sở dữ liệu dân cư."
        services.propose(actor=officer, request_id=correct.pk, words=said, changes=dict(correct.wanted))
    _ask(citizen, "complain", "complain", timedelta(hours=5), details="Tôi nhận được tin nhắn lạ nêu đúng tên mình.")
    _ask(citizen, "know", "know", timedelta(days=4), details="Ai đang giữ số điện thoại của tôi?")


def _breach(officer: Actor) -> None:
    if Breach.objects.exists():
        return
    now = timezone.now()
    made = services.record_breach(
        actor=officer,
        title="Tệp danh sách hẹn gửi nhầm địa chỉ (mô phỏng)",
        known_at=now - timedelta(hours=30),
        happened_at=now - timedelta(hours=52),
        scope="Một tệp lịch hẹn ngày hôm trước gửi nhầm cho một đơn vị khác của tỉnh.",
        categories=["họ tên", "số điện thoại", "việc cần làm"],
        people_count=42,
        cause="Chọn nhầm người nhận; đang xác minh.",
    )
    services.update_breach(
        actor=officer,
        breach_id=made.pk,
        people_count=42,
        cause="Chọn nhầm người nhận.",
        measures="Đã yêu cầu xoá tệp, đổi quy tắc gửi.",
    )


def _assess(officer: Actor) -> None:
    if Assessment.objects.exists():
        return
    today = timezone.localdate()
    codes = list(selectors.purposes_on().values_list("code", flat=True)[:3])
    risks = "Lộ giấy tờ kèm hồ sơ: phân quyền theo đơn vị, nhật ký lượt xem, che số định danh."
    first = services.record_assessment(
        actor=officer,
        title="Giải quyết hồ sơ trực tuyến",
        purposes=codes,
        risks=risks,
        started_on=today - timedelta(days=200),
    )
    services.file_assessment(
        actor=officer, assessment_id=first.pk, filed_on=today - timedelta(days=170), reference="12/CV-MP"
    )
    services.record_assessment(
        actor=officer,
        title="Điền sẵn tờ khai",
        purposes=codes[:1],
        risks=risks,
        started_on=today - timedelta(days=50),
    )
