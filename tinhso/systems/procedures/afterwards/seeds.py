"""What went on around the played dossiers, through the services: messages, ratings, feedback, a power to act."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.afterwards import services
from tinhso.systems.procedures.afterwards.models import Reason
from tinhso.systems.procedures.afterwards.services.rating import RATEABLE
from tinhso.systems.procedures.counter.selectors import desk_of
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.sample_scan import sample_scan

RATED, TALKS = 120, 6
QUESTION = "Xin hỏi hồ sơ của tôi còn thiếu gì không?"
ANSWER = "Hồ sơ đã đủ, đang xem xét; bạn không phải làm gì thêm."
COMPLAINTS = (
    ("Tôi chờ hơn một tiếng mới đến lượt dù đã lấy số từ sớm.", "Hà", "Thôn Đông", "0912000111"),
    ("Cán bộ hướng dẫn chưa rõ phải mang bản chính hay bản sao.", "Bình", "Thôn Tây", "0912000222"),
    ("Đề nghị công khai mức phí ngay tại quầy.", "Minh", "Thôn Trung Hòa", "0912000333"),
)


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """Every row marked simulated; the same seed plays the same."""
    progress.start(str(_("Diễn trao đổi, đánh giá, phản ánh")), 4)
    dice = random.Random(seed)  # noqa: S311 - the same seed must play the same
    _rate(dice)
    progress.advance()
    _talk()
    progress.advance()
    account = Account.objects.filter(username="motcua").first()
    desk = desk_of(Actor.of(account)) if account else None
    if account is not None and desk is not None:
        _complain(Actor.of(account), desk)
        progress.advance()
        _ask_power(desk)
    progress.advance()


def _rate(dice: random.Random) -> None:
    done = Dossier.objects.filter(state__in=RATEABLE, is_simulated=True, rating=None).order_by("pk")[:RATED]
    for dossier in done:
        score = dice.choices((4, 3, 2, 1), weights=(52, 36, 8, 4))[0]
        why = Reason.SLOW if score == 1 else Reason.CLEAR
        services.rate_dossier(actor=Actor.anonymous(), dossier_id=dossier.pk, score=score, reasons=[why])


def _talk() -> None:
    """Citizens ask, the officer who holds the dossier answers every other time."""
    waiting = Dossier.objects.filter(state="resolving", is_simulated=True, channel="online", case__holder__isnull=False)
    for number, dossier in enumerate(waiting.select_related("filed_by", "case__holder").order_by("-pk")[:TALKS]):
        pk, asker = dossier.pk, Actor.of(dossier.filed_by)
        services.send_message(actor=asker, body=QUESTION, from_office=False, dossier_id=pk)
        holder = dossier.case.holder if dossier.case else None
        if number % 2 == 0 and holder is not None:
            services.send_message(actor=Actor.of(holder), body=ANSWER, from_office=True, dossier_id=pk)


def _complain(officer: Actor, desk: Unit) -> None:
    sender = Actor.system(_("Người phản ánh"), is_simulated=True)
    made = [
        services.send_feedback(
            actor=sender, kind="staff", unit=desk, body=body, sender_name=name, address=address, phone=phone
        )
        for body, name, address, phone in COMPLAINTS
    ]
    said = (
        ("answer", "Trung tâm đã mở thêm quầy vào buổi sáng."),
        ("publish", "Người dân phản ánh thời gian chờ tại quầy."),
    )
    for act, words in said:
        services.handle_feedback(actor=officer, feedback_id=made[0].pk, act=act, words=words)


def _ask_power(desk: Unit) -> None:
    """The demo's citizen asks to act for an old parent; an officer may confirm it."""
    citizen = Account.objects.filter(username="congdan").first()
    if citizen is None:
        return
    today = timezone.localdate()
    try:
        services.ask_power(
            actor=Actor.of(citizen),
            kind="attorney",
            principal_name="Nguyễn Văn Thảo",
            principal_number="099055000001",
            valid_from=today,
            valid_to=today + timedelta(days=180),
            desk=desk,
            stream=sample_scan(),
            name="giay-uy-quyen-mo-phong.png",
        )
    except Refused:
        return
